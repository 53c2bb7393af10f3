import {
  createKernel,
  parseConfig,
  parseConfigText,
  type Kernel,
  type Plugin,
  type RarlError,
  type RunConfig,
} from "@rarl-sdk/core";
import { expect } from "chai";
import { partsPlugin } from "../kernel/parts-plugin.js";

/** The least that a configuration must say; `more` is YAML below it. */
export const minimal = `model: {name: tiny, path: base}
algorithm: {name: grpo}
prompts: {name: diverse}
data: {train: {name: jsonl, path: train.jsonl}}
`;

export const kernelOf = (...more: Plugin[]): Promise<Kernel> =>
  createKernel({ builtins: [partsPlugin, ...more], baseDirectory: "." });

/** Parses YAML as `rarl.yaml`. */
export async function parse(yaml: string, kernel?: Kernel): Promise<RunConfig> {
  const { raw, file, locate } = parseConfigText(yaml, "rarl.yaml");
  return parseConfig(kernel ?? (await kernelOf()), raw, file, locate);
}

/** The message with which a configuration is refused by `code`. */
export async function refusal(code: RarlError["code"], yaml: string): Promise<string> {
  const error = await parse(yaml).then(
    () => null,
    (thrown: unknown) => thrown as RarlError,
  );
  expect(error?.code, error?.stack ?? "it was accepted").to.equal(code);
  expect(error?.exitCode).to.equal(3);
  return error!.message;
}
