import type { GroupLayout } from "./group-layout.js";

/** Groups that are computed together, padded to common sizes. */
export interface Bucket {
  /** Rows of the longest prefix. */
  readonly prefix: number;
  /** Branches of the group with the most. */
  readonly branches: number;
  /** Rows of the longest branch. */
  readonly branchRows: number;
  readonly groups: readonly PlacedGroup[];
}

interface PlacedGroup {
  /** First packed row of the prefix. */
  readonly start: number;
  readonly prefix: number;
  /** Rows of each branch; they follow the prefix one after another. */
  readonly branches: readonly number[];
}

/** Padded work that a bucket may cost, as a multiple of the work of its groups on their own. */
const paddingAllowance = 1.5;

const plans = new WeakMap<GroupLayout, readonly Bucket[]>();

/** Sorts groups by size and puts neighbours together while padding them stays cheap. Remembered per layout. */
export function attentionPlan(layout: GroupLayout): readonly Bucket[] {
  let plan = plans.get(layout);
  if (plan === undefined) {
    plan = makePlan(layout);
    plans.set(layout, plan);
  }
  return plan;
}

function makePlan(layout: GroupLayout): Bucket[] {
  let start = 0;
  const placed = layout.groups.map(({ prefix, branches }): PlacedGroup => {
    const group = { start, prefix, branches };
    start += prefix + branches.reduce((sum, rows) => sum + rows, 0);
    return group;
  });
  placed.sort((a, b) => work(bucketOf([b])) - work(bucketOf([a])));
  const buckets: Bucket[] = [];
  let separateWork = 0;
  for (const group of placed) {
    const own = work(bucketOf([group]));
    const last = buckets.at(-1);
    const joined = last === undefined ? undefined : bucketOf([...last.groups, group]);
    if (joined !== undefined && work(joined) <= paddingAllowance * (separateWork + own)) {
      buckets[buckets.length - 1] = joined;
      separateWork += own;
    } else {
      buckets.push(bucketOf([group]));
      separateWork = own;
    }
  }
  return buckets;
}

function bucketOf(groups: readonly PlacedGroup[]): Bucket {
  return {
    prefix: Math.max(...groups.map((group) => group.prefix)),
    branches: Math.max(...groups.map((group) => group.branches.length)),
    branchRows: Math.max(0, ...groups.flatMap((group) => group.branches)),
    groups,
  };
}

/** Query-key pairs of a bucket. */
function work({ prefix, branches, branchRows, groups }: Bucket): number {
  return groups.length * (prefix * prefix + branches * branchRows * (prefix + branchRows));
}
