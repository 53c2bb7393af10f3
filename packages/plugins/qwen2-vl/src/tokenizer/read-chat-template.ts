import { join } from "node:path";
import { rarlError } from "@rarl-sdk/core";
import { z } from "zod";
import { readJsonIfPresent, readTextIfPresent } from "../config/read-json.js";

/** A template's text, where it came from, and the special tokens it may refer to by name, such as `eos_token`. */
export interface StoredTemplate {
  readonly file: string;
  readonly text: string;
  readonly specialTokens: Readonly<Record<string, string>>;
}

const templateField = z
  .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
  .nullish();
const fileSchema = z.looseObject({ chat_template: templateField });

/** The file that holds nothing else, then those that hold it among other fields; the first one that has it counts. */
const JINJA_FILE = "chat_template.jinja";
const JSON_FILES = ["chat_template.json", "tokenizer_config.json", "processor_config.json"] as const;

/** @throws RarlError `CHAT_TEMPLATE_MISSING`, `CHECKPOINT_CONFIG_INVALID` */
export async function readChatTemplate(directory: string): Promise<StoredTemplate> {
  const specialTokens = await readSpecialTokens(directory);
  const jinja = await readTextIfPresent(join(directory, JINJA_FILE));
  if (jinja !== undefined) return { file: join(directory, JINJA_FILE), text: jinja, specialTokens };
  for (const name of JSON_FILES) {
    const file = join(directory, name);
    const field = (await readJsonIfPresent(file, fileSchema))?.chat_template;
    if (field === null || field === undefined) continue;
    const text = typeof field === "string" ? field : field.find((each) => each.name === "default")?.template;
    if (text !== undefined) return { file, text, specialTokens };
  }
  throw rarlError("CHAT_TEMPLATE_MISSING", { directory, looked: [JINJA_FILE, ...JSON_FILES] });
}

/** The tokens that tokenizer_config.json names by role, as text. */
async function readSpecialTokens(directory: string): Promise<Record<string, string>> {
  const config = await readJsonIfPresent(join(directory, "tokenizer_config.json"), z.looseObject({}));
  const tokenSchema = z.union([
    z.string(),
    z.looseObject({ content: z.string() }).transform(({ content }) => content),
  ]);
  const tokens: Record<string, string> = {};
  for (const role of ["bos_token", "eos_token", "pad_token", "unk_token"]) {
    const token = tokenSchema.safeParse(config?.[role]);
    if (token.success) tokens[role] = token.data;
  }
  return tokens;
}
