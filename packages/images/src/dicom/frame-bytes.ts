import type { DataSet } from "dicom-parser";
import { DicomProblem } from "./dicom-problem.js";
import { PIXEL_DATA } from "./parse-header.js";

const ITEM = 0xe000fffe;
const SEQUENCE_END = 0xe0ddfffe;
const UNDEFINED_LENGTH = 0xffffffff;

/**
 * The stored bytes of the only frame: the value of the pixel data, or of encapsulated ones all fragments after the
 * offset table, joined.
 * @throws DicomProblem
 */
export function frameBytes(dataSet: DataSet, isEncapsulated: boolean): Uint8Array {
  const element = dataSet.elements[PIXEL_DATA];
  if (element === undefined) throw new DicomProblem("it has no pixel data");
  const bytes = dataSet.byteArray;
  const start = element.dataOffset;
  if (!isEncapsulated) {
    const end = start + element.length;
    if (element.hadUndefinedLength === true || end > bytes.length) throw cutOff();
    return bytes.subarray(start, end);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragments: Uint8Array[] = [];
  let at = start;
  for (let isOffsetTable = true; at + 8 <= bytes.length; isOffsetTable = false) {
    const tag = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    if (tag === SEQUENCE_END) break;
    if (tag !== ITEM || length === UNDEFINED_LENGTH || at + 8 + length > bytes.length) throw cutOff();
    if (!isOffsetTable) fragments.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  const [first] = fragments;
  if (first === undefined) throw cutOff();
  return fragments.length === 1 ? first : Buffer.concat(fragments);
}

function cutOff(): DicomProblem {
  return new DicomProblem("its pixel data are cut off or damaged");
}
