import { countBySide } from "./radiograph.js";
import { modalities, type Modality, type NoduleSize, type Scene } from "./scene.js";

/** What a reader says about a picture. */
export interface Finding {
  readonly modality: Modality;
  /** Nodules on the left and on the right of the picture; 0 to 3 in all. */
  readonly left: number;
  readonly right: number;
  /** `none` exactly when there is no nodule. */
  readonly size: NoduleSize | "none";
}

/*
 * The grammar of reports; nothing else is ever written:
 *   report   = "This is " modality ": left " side ", right " side "."
 *   modality = "an X-ray" | "an MRI" | "a CT"
 *   side     = "clear" | "one " size " nodule" | ("two " | "three ") size " nodules"
 *   size     = "small" | "large", the same on both sides
 */
const countWords = ["clear", "one", "two", "three"] as const;
const sidePattern = "clear|one (?:small|large) nodule|(?:two|three) (?:small|large) nodules";
const reportPattern = new RegExp(
  `^This is (an X-ray|an MRI|a CT): left (${sidePattern}), right (${sidePattern})\\.$`,
);

function article(modality: Modality): string {
  return modality === "CT" ? "a" : "an";
}

function writeSide(count: number, size: Finding["size"]): string {
  if (count === 0) return "clear";
  return `${countWords[count]!} ${size} ${count === 1 ? "nodule" : "nodules"}`;
}

export function writeReport({ modality, left, right, size }: Finding): string {
  return `This is ${article(modality)} ${modality}: left ${writeSide(left, size)}, right ${writeSide(right, size)}.`;
}

/** The finding that a report states, or undefined for text outside the grammar. */
export function parseReport(text: string): Finding | undefined {
  const match = reportPattern.exec(text);
  if (match === null) return undefined;
  const modality = modalities.find((candidate) => match[1]!.endsWith(` ${candidate}`))!;
  const [left, right] = [match[2]!, match[3]!].map((side) =>
    countWords.findIndex((word) => side.startsWith(word)),
  ) as [number, number];
  const sizes = (["small", "large"] as const).filter((size) => text.includes(` ${size} `));
  if (sizes.length > 1 || left + right > 3) return undefined;
  return { modality, left, right, size: sizes[0] ?? "none" };
}

/** Every finding there can be: 3 modalities, each clear or with 1 to 3 nodules of a size over two sides. */
export function allFindings(): Finding[] {
  return modalities.flatMap((modality) => [
    { modality, left: 0, right: 0, size: "none" as const },
    ...(["small", "large"] as const).flatMap((size) =>
      [1, 2, 3].flatMap((total) =>
        Array.from({ length: total + 1 }, (_, left) => ({ modality, left, right: total - left, size })),
      ),
    ),
  ]);
}

/** What is true. */
export function carefulReading(scene: Scene): Finding {
  return { modality: scene.modality, ...countBySide(scene), size: scene.size };
}

/** The planted flaw: misses small nodules, looks at the left first, and stops after the first nodule. */
export function hurriedReading(truth: Finding): Finding {
  if (truth.size !== "large") return { modality: truth.modality, left: 0, right: 0, size: "none" };
  const left = truth.left > 0 ? 1 : 0;
  return { modality: truth.modality, left, right: 1 - left, size: "large" };
}
