import { apiVersion, definePlugin } from "../kernel/define-plugin.js";
import { JsonlTracker } from "../trackers/jsonl-tracker.js";

/** What core itself brings into every run. */
export const corePlugin = definePlugin({
  name: "core",
  apiVersion,
  apply(context) {
    context.trackers.addFactory("jsonl", () => new JsonlTracker(), {
      description: "writes metrics.jsonl and completions.jsonl into the run's folder",
    });
  },
});
