/**
 * Why a DICOM file is refused, in words of ours alone: what a parser says may quote a header, and headers hold
 * patients' names.
 */
export class DicomProblem extends Error {}
