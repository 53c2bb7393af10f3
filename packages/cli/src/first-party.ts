import { bertScorePlugin } from "@rarl-sdk/bert-score";
import { corePlugin, type Plugin } from "@rarl-sdk/core";
import { engineTensorflowPlugin } from "@rarl-sdk/engine-tensorflow";
import { engineTorchPlugin } from "@rarl-sdk/engine-torch";
import { engineWasmPlugin } from "@rarl-sdk/engine-wasm";
import { grpoPlugin } from "@rarl-sdk/grpo";
import { llmJudgePlugin } from "@rarl-sdk/llm-judge";
import { loraPlugin } from "@rarl-sdk/lora";
import { medicalVqaPlugin } from "@rarl-sdk/medical-vqa";
import { nnPlugin } from "@rarl-sdk/nn";
import { promptDiversityPlugin } from "@rarl-sdk/prompt-diversity";
import { qwen2VLPlugin } from "@rarl-sdk/qwen2-vl";
import { rarlRewardsPlugin } from "@rarl-sdk/rarl-rewards";
import { sftPlugin } from "@rarl-sdk/sft";

/** The plugins that are there without being named in a configuration. */
export const firstPartyPlugins: readonly Plugin[] = [
  corePlugin,
  nnPlugin,
  engineTorchPlugin,
  engineTensorflowPlugin,
  engineWasmPlugin,
  qwen2VLPlugin,
  loraPlugin,
  grpoPlugin,
  sftPlugin,
  rarlRewardsPlugin,
  bertScorePlugin,
  promptDiversityPlugin,
  medicalVqaPlugin,
  llmJudgePlugin,
];
