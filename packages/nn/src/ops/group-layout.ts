import { rarlError } from "@rarl-sdk/core";

/**
 * How packed rows belong together. Rows are group after group; in a group first `prefix` rows, then branch after
 * branch, without padding. A prompt with its completions is one group; an image is a group without branches.
 */
export interface GroupLayout {
  readonly groups: readonly {
    /** Rows that all branches see, at least 1. */
    readonly prefix: number;
    /** Rows of each branch, each at least 1; may be an empty list. */
    readonly branches: readonly number[];
  }[];
}

/**
 * Checks a layout against the number of packed rows.
 * @throws RarlError `GROUP_LAYOUT_INVALID`
 */
export function checkGroupLayout(layout: GroupLayout, rows: number): void {
  let total = 0;
  layout.groups.forEach(({ prefix, branches }, group) => {
    for (const length of [prefix, ...branches]) {
      if (!Number.isInteger(length) || length < 1) {
        throw rarlError("GROUP_LAYOUT_INVALID", {
          where: `group ${group}`,
          reason: `prefix ${prefix} and branches [${branches.join(", ")}] must be whole numbers of at least 1 row`,
        });
      }
      total += length;
    }
  });
  if (total !== rows) {
    throw rarlError("GROUP_LAYOUT_INVALID", {
      where: "the whole layout",
      reason: `its groups have ${total} rows, the tensors ${rows}`,
    });
  }
}
