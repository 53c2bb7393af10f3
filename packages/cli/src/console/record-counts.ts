import type { RecordCounts } from "@rarl-sdk/core";

/** `716 samples, 3 records set aside, 20 left out`. */
export function formatCounts({ kept, setAside, leftOut }: RecordCounts): string {
  const grouped = (value: number) => value.toLocaleString("en-US");
  return [
    `${grouped(kept)} samples`,
    ...(setAside > 0 ? [`${grouped(setAside)} records set aside`] : []),
    ...(leftOut > 0 ? [`${grouped(leftOut)} left out by the selection`] : []),
  ].join(", ");
}
