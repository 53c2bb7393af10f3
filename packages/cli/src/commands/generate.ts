import path from "node:path";
import { Errors, Flags } from "@oclif/core";
import {
  applyOverrides,
  createKernel,
  randomStream,
  type Completion,
  type Prompt,
  type SamplingOptions,
} from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { firstPartyPlugins } from "../first-party.js";
import { openModel } from "../open-model.js";

export interface GeneratedText {
  readonly text: string;
  readonly tokenIds: readonly number[];
  /** Natural logarithms, one a token. */
  readonly logProbs: readonly number[];
  readonly finishReason: Completion["finishReason"];
}

/** The first completion, and all of them when there are several. */
export interface Generation extends GeneratedText {
  readonly promptTokenIds: readonly number[];
  readonly samples?: readonly GeneratedText[];
}

export class GenerateCommand extends BaseCommand {
  static override summary = "Ask a model, with or without an adapter";
  static override description = "The prompt goes through the model's chat template. Temperature 0 is greedy.";
  static override examples = [
    '<%= config.bin %> generate --model base --image scan.png --prompt "Is there a nodule?" --max-new-tokens 64',
    '<%= config.bin %> generate --model base --adapter runs/a/adapter --prompt "Why?" --temperature 1 --samples 4 --json',
  ];
  static override flags = {
    model: Flags.string({ required: true, helpValue: "DIR", description: "Checkpoint folder" }),
    adapter: Flags.string({ helpValue: "DIR", description: "Folder of a saved adapter" }),
    backbone: Flags.string({ default: "qwen2-vl", description: "Kind of model" }),
    "adapter-kind": Flags.string({ default: "lora", description: "Kind of adapter" }),
    "model-option": Flags.string({
      multiple: true,
      default: [],
      helpValue: "KEY=VALUE",
      description: "Option of the model, such as maxPixels=200704",
    }),
    plugin: Flags.string({
      multiple: true,
      default: [],
      description: "Plugin to load: package name or path",
    }),
    image: Flags.string({
      multiple: true,
      default: [],
      helpValue: "FILE",
      description: "Image of the user's turn",
    }),
    prompt: Flags.string({ required: true, helpValue: "TEXT", description: "The user's turn" }),
    system: Flags.string({
      helpValue: "TEXT",
      description: "System turn; the chat template's own when absent",
    }),
    "max-new-tokens": Flags.integer({
      default: 256,
      min: 1,
      helpValue: "N",
      description: "Longest completion",
    }),
    temperature: Flags.custom<number>({ parse: numberAtLeast(0) })({
      default: 0,
      helpValue: "T",
      description: "0 takes the likeliest token",
    }),
    "top-p": Flags.custom<number>({ parse: numberAtLeast(0) })({
      helpValue: "P",
      description: "Keep the likeliest tokens up to this sum",
    }),
    "top-k": Flags.integer({
      min: 0,
      helpValue: "K",
      description: "Keep the K likeliest tokens; 0 keeps all",
    }),
    seed: Flags.integer({ default: 0, min: 0, description: "Seed of the sampling" }),
    samples: Flags.integer({ default: 1, min: 1, helpValue: "N", description: "Completions to draw" }),
    engine: Flags.string({ default: "auto", description: "Tensor engine" }),
    device: Flags.string({ description: "cpu, cuda, cuda:1, …" }),
  };

  override async run(): Promise<Generation> {
    const { flags } = await this.parse(GenerateCommand);
    const kernel = await createKernel({
      builtins: firstPartyPlugins,
      plugins: flags.plugin,
      baseDirectory: process.cwd(),
    });
    const opened = await openModel({
      kernel,
      engine: { name: flags.engine, device: flags.device },
      model: { name: flags.backbone, options: applyOverrides({ path: flags.model }, flags["model-option"]) },
      adapter:
        flags.adapter === undefined
          ? null
          : { name: flags["adapter-kind"], options: { from: path.resolve(flags.adapter) } },
      seed: flags.seed,
    });
    try {
      const prompt: Prompt = {
        style: "command-line",
        template: "chat",
        text: flags.prompt,
        images: flags.image.map((file) => ({ path: path.resolve(file) })),
        ...(flags.system !== undefined && { system: flags.system }),
      };
      const sampling: SamplingOptions = {
        completions: flags.samples,
        maxNewTokens: flags["max-new-tokens"],
        temperature: flags.temperature,
        ...(flags["top-p"] !== undefined && { topP: flags["top-p"] }),
        ...(flags["top-k"] !== undefined && { topK: flags["top-k"] }),
      };
      const encoded = await opened.backbone.encode([prompt]);
      const random = randomStream(flags.seed).fork("generate");
      const [completions = []] = await opened.backbone.sample(encoded, sampling, random);
      const samples = completions.map(({ text, tokenIds, logProbs, finishReason }): GeneratedText => ({
        text,
        tokenIds,
        logProbs: [...logProbs],
        finishReason,
      }));
      this.print(samples.map(({ text }) => text).join("\n---\n"));
      return {
        ...samples[0]!,
        promptTokenIds: encoded[0]!.tokenIds,
        ...(samples.length > 1 && { samples }),
      };
    } finally {
      await opened.dispose();
    }
  }
}

function numberAtLeast(least: number): (input: string) => Promise<number> {
  return (input) => {
    const value = input.trim() === "" ? NaN : Number(input);
    if (Number.isFinite(value) && value >= least) return Promise.resolve(value);
    return Promise.reject(new Errors.CLIError(`expected a number of at least ${least}, found "${input}"`));
  };
}
