import { entry } from "./entry.js";

/** Errors of judges. */
export const judgeErrors = {
  JUDGE_KEY_MISSING: entry<{ judge: string; variable: string; endpoint: string }>({
    kind: "environment",
    message: ({ judge, variable, endpoint }) =>
      `judge ${judge} needs a key for ${endpoint}, and the environment variable ${variable} is empty`,
    remedy:
      "Set that variable, name another one with keyVariable, or set keyVariable to null for an endpoint without a key.",
    explanation:
      "Keys come from the environment alone, so that they are in no configuration, run folder or log. It is looked for before anything long runs.",
  }),
  JUDGE_REJECTED: entry<{ judge: string; endpoint: string; status: number | null; reason: string }>({
    kind: "environment",
    message: ({ judge, endpoint, status, reason }) =>
      `${endpoint} turns judge ${judge} away${status === null ? "" : ` (HTTP ${status})`}: ${reason}`,
    remedy: "Look at the key, the model's name, the base URL and the account's quota.",
    explanation:
      "The provider said what holds for every call, such as a wrong key, an unknown model or a spent quota, so no more were made. Verdicts that had come in are kept; the same command goes on from there.",
  }),
  JUDGE_FAILING: entry<{ judge: string; endpoint: string; failures: number; reason: string }>({
    kind: "environment",
    message: ({ judge, endpoint, failures, reason }) =>
      `judge ${judge} failed on ${failures} items in a row at ${endpoint}; the last: ${reason}`,
    remedy:
      "Look whether the endpoint is up, then give the same command again; it goes on where this one stopped.",
    explanation:
      "Each of these items had all its retries. After stopAfterErrors of them with no answer between, asking on would only take time. Verdicts that had come in are kept.",
  }),
  JUDGE_PRICE_UNKNOWN: entry<{ judge: string; model: string; endpoint: string }>({
    kind: "config",
    message: ({ judge, model, endpoint }) =>
      `judge ${judge} has a maximumCost, but the price of ${model} at ${endpoint} is not known`,
    remedy:
      "Give the price, such as `price: {input: 0.15, output: 0.6}` per million tokens, or drop maximumCost.",
    explanation:
      "A cap on costs can only hold when every call's cost is known. The built-in prices are those of the two vendors' own endpoints.",
  }),
  JUDGE_TEMPLATE: entry<{ where: string; problems: readonly string[] }>({
    kind: "config",
    message: ({ where, problems }) => `the judge's prompt ${where} cannot be used: ${problems.join("; ")}`,
    remedy:
      "Use {question}, {answer}, {reasoning} and {prediction}; what only samples with an annotation get stands between {#reasoning} and {/reasoning}.",
    explanation:
      "A prompt must show the prediction and the reference answer. A placeholder that does not exist would reach the judge as it is written.",
  }),
  JUDGE_COUNT: entry<{ judge: string; plugin: string; expected: number; found: number }>({
    kind: "plugin",
    message: ({ judge, plugin, expected, found }) =>
      `judge ${judge} of plugin ${plugin} returned ${found} verdicts for ${expected} predictions`,
    remedy: "Return one verdict a prediction, in order; `error` where there is none to give.",
    explanation:
      "Verdicts are matched to predictions by position, so their number must be that of the predictions.",
  }),
  JUDGE_UNKNOWN: entry<{ judge: string; known: readonly string[] }>({
    kind: "usage",
    message: ({ judge, known }) =>
      `no judge of the configuration has the label "${judge}" (labels: ${known.map((label) => `"${label}"`).join(", ") || "none"})`,
    remedy: "Give one of these labels, or add the judge under `judges:`.",
    explanation: "A judge's label is its name unless the configuration gives it another one.",
  }),
  JUDGE_INCOMPLETE: entry<{
    missing: readonly { judge: string; directory: string; count: number }[];
  }>({
    kind: "environment",
    message: ({ missing }) =>
      `predictions are left without a verdict: ` +
      missing.map(({ judge, directory, count }) => `${count} of judge ${judge} in ${directory}`).join(", "),
    remedy:
      "Give the same command again to ask for the missing ones alone; raise maximumCost where their detail in the verdict file says that the budget is spent.",
    explanation:
      "Calls that failed after all retries, or that the cap on costs did not allow, are recorded as errors. They carry no score, are counted as failed, and are asked again by the next command.",
  }),
  REWARD_UNJUDGED: entry<{ judge: string; completions: number; reason: string }>({
    kind: "environment",
    message: ({ judge, completions, reason }) =>
      `judge ${judge} scored the reasoning of none of ${completions} completions; the first: ${reason}`,
    remedy:
      "Look whether the judge answers and scores reasoning; take another judge, or let the reward score by a similarity.",
    explanation:
      "A reward that asks a judge is left out for the samples that get no verdict. When a whole batch gets none, training on would mean training without that reward, so the run stops.",
  }),
} as const;
