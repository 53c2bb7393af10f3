import { Args } from "@oclif/core";
import { describeError, errorCatalogue, explainError, type ErrorExplanation } from "@rarl-sdk/core";
import { BaseCommand } from "../base-command.js";
import { formatTable } from "../console/table.js";

export class ExplainCommand extends BaseCommand {
  static override summary = "Explain an error code, or list them all";
  static override examples = ["<%= config.bin %> explain TENSOR_SHAPE", "<%= config.bin %> explain"];
  static override args = { code: Args.string({ description: "As an error message prints it" }) };

  override async run(): Promise<ErrorExplanation | { readonly errors: readonly ErrorExplanation[] }> {
    const { args } = await this.parse(ExplainCommand);
    if (args.code !== undefined) {
      const explanation = describeError(args.code);
      this.print(explainError(args.code));
      return explanation;
    }
    const errors = Object.keys(errorCatalogue).sort().map(describeError);
    const rows = errors.map(({ code, kind, exitCode }) => [code, kind, String(exitCode)]);
    this.print(formatTable([["code", "kind", "exit"], ...rows]));
    return { errors };
  }
}
