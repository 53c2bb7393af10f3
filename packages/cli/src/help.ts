import { CommandHelp, Help, type Command } from "@oclif/core";

/** A default as it is to be read: nothing for a flag that may be repeated, and 0 too, which oclif leaves out. */
function withReadableDefault(flag: Command.Flag.Any): Command.Flag.Any {
  if (flag.type !== "option" || flag.default === undefined) return flag;
  return { ...flag, default: Array.isArray(flag.default) ? undefined : String(flag.default) };
}

class SdkCommandHelp extends CommandHelp {
  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    return super.flags(flags.map(withReadableDefault));
  }
}

/** The texts that `--help` prints. */
export class SdkHelp extends Help {
  protected override CommandHelpClass = SdkCommandHelp;
}
