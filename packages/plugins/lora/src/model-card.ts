import type { LoraStructure, ModuleSelection } from "./structure.js";

/** The `README.md` beside a saved adapter, with the metadata that model hubs read. */
export function modelCard(
  structure: LoraStructure,
  targets: ModuleSelection,
  baseModelName: string | null,
  parameterCount: number,
): string {
  const modules = typeof targets === "string" ? targets : targets.join(", ");
  return [
    "---",
    ...(baseModelName === null ? [] : [`base_model: ${JSON.stringify(baseModelName)}`]),
    "library_name: peft",
    "tags:",
    "- lora",
    "- rarl-sdk",
    "---",
    "",
    "# LoRA adapter",
    "",
    `A low-rank adapter${baseModelName === null ? "" : ` for \`${baseModelName}\``}, trained with the RARL SDK.`,
    "",
    `- rank ${structure.r}, alpha ${structure.alpha}, dropout ${structure.dropout}` +
      (structure.useRslora ? ", rank-stabilised scale" : ""),
    `- adapted modules: \`${modules}\``,
    `- ${parameterCount} trained parameters, float32`,
    "",
    "Load it in Python:",
    "",
    "```python",
    "from peft import PeftModel",
    "",
    'model = PeftModel.from_pretrained(base_model, "path/to/this/folder")',
    "```",
    "",
    "It is not a medical device; what it was trained and evaluated on is recorded in the run it comes from.",
    "",
  ].join("\n");
}
