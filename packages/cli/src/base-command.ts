import { Command } from "@oclif/core";
import { formatError, toRarlError } from "@rarl-sdk/core";
import { isReported, Reported, showsStacks } from "./report-failure.js";
import { usageError } from "./usage-error.js";

/** What every command shares: `--json`, and errors of the catalogue on stderr or, with `--json`, on stdout. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /** One object on stdout, without colours. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  }

  protected override toErrorJson(thrown: unknown): unknown {
    const { code, message, remedy, details, trail } = toRarlError(thrown);
    return { error: { code, message, remedy, details, ...(trail.length > 0 && { trail }) } };
  }

  protected override catch(thrown: Error & { exitCode?: number }): Promise<never> {
    if (isReported(thrown)) throw thrown;
    const { flags, baseFlags } = this.ctor;
    const known = [...Object.keys({ ...baseFlags, ...flags }), "json"];
    const error = usageError(thrown, (this.id ?? "").replaceAll(":", " "), known) ?? toRarlError(thrown);
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(error));
    else process.stderr.write(`${formatError(error, { stack: showsStacks() })}\n`);
    throw new Reported(error.exitCode);
  }

  protected print(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${text}\n`);
  }
}
