/** The settings that scores depend on. */
export interface MeasureSettings {
  readonly encoderName: string;
  readonly layer: number;
  /** Digest of the references that weights come from; null without weights. */
  readonly idfDigest: string | null;
  readonly rescaled: "no" | "published" | "custom";
}

/**
 * The hash string of BERTScore, which names every setting that a score depends on, such as
 * `roberta-large_L17_no-idf_rescaled`. With idf it holds the beginning of a digest of the references.
 */
export function measureName({ encoderName, layer, idfDigest, rescaled }: MeasureSettings): string {
  const idf = idfDigest === null ? "no-idf" : `idf-${idfDigest.slice(0, 8)}`;
  const scale = { no: "", published: "_rescaled", custom: "_custom-rescaled" }[rescaled];
  return `${encoderName}_L${layer}_${idf}${scale}`;
}
