"""Writes DICOM files of many kinds, and what pydicom's own functions make of their pixels.

    python dicom.py OUT_DIR

Made with pydicom 3.0.2, Pillow 12.3.0, imagecodecs 2026.3.6, numpy 2.4.6; the versions in use are written into
dicom.json. Lossless streams are made from the values and not decoded again; lossy ones are decoded by Pillow (JPEG)
and imagecodecs (JPEG 2000).
"""
import base64
import io
import json
import sys
from pathlib import Path

import imagecodecs
import numpy as np
import PIL
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, convert_color_space
from pydicom.uid import UID, SecondaryCaptureImageStorage

out = Path(sys.argv[1])
files = out / "dicom"
files.mkdir(parents=True, exist_ok=True)
cases = []

ROWS, COLUMNS = 10, 14
IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
DEFLATED, BIG = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"
RLE = "1.2.840.10008.1.2.5"
JPEG, JPEG_EXTENDED = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"
LOSSLESS, LOSSLESS_FIRST = "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"
JPEG_LS, JPEG_LS_NEAR = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"
JPEG_2000, JPEG_2000_LOSSY = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"


def grey(low, high, dtype, seed=0):
    """Noise over a ramp: every value of the range may come, and neighbours differ."""
    random = np.random.default_rng(seed)
    ramp = np.linspace(low, high, ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    noise = random.normal(0, (high - low) / 20, (ROWS, COLUMNS))
    return np.clip(np.rint(ramp + noise), low, high).astype(dtype)


def colour(seed=1):
    return np.random.default_rng(seed).integers(0, 256, (ROWS, COLUMNS, 3), dtype=np.uint8)


def smooth_colour():
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float64)
    planes = [127 + 100 * np.sin(x / (5 + c) + c) * np.cos(y / (7 - c)) for c in range(3)]
    return np.stack(planes, -1).round().astype(np.uint8)


def dataset(values, syntax, bits_stored=None, photometric="MONOCHROME2", **elements):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = UID("1.2.826.0.1.3680043.8.498.1")
    meta.TransferSyntaxUID = UID(syntax)
    ds = FileDataset(
        None, {}, file_meta=meta, preamble=b"\0" * 128, is_implicit_VR=syntax == IMPLICIT, is_little_endian=syntax != BIG
    )
    ds.SOPClassUID = meta.MediaStorageSOPClassUID
    ds.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    ds.PatientName = "PATIENT^NAME"
    ds.PatientID = "PATIENT-ID"
    ds.Rows, ds.Columns = values.shape[:2]
    ds.SamplesPerPixel = 3 if values.ndim == 3 else 1
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = values.dtype.itemsize * 8
    ds.BitsStored = bits_stored or ds.BitsAllocated
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(values.dtype.kind == "i")
    if values.ndim == 3:
        ds.PlanarConfiguration = 0
    for name, value in elements.items():
        setattr(ds, name, value)
    return ds


def lut(first, entries, bits, signed=False):
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", [len(entries) % 65536, first, bits])
    item.add_new(0x00283006, "OW", np.asarray(entries, dtype="<u2").tobytes())
    return item


def shown(ds, values, window=None):
    """8-bit RGB as pydicom's functions give it: they keep the range of the values, which is scaled to bytes here."""
    kind = ds.PhotometricInterpretation
    if kind == "PALETTE COLOR":
        rgb = apply_color_lut(values, ds)
        return (rgb >> 8).astype(np.uint8) if rgb.dtype == np.uint16 else rgb
    if values.ndim == 3:
        return convert_color_space(values, "YBR_FULL", "RGB") if kind == "YBR_FULL" else values
    rescaled = apply_modality_lut(values, ds)
    if window is not None:
        ds = pydicom.dcmread(io.BytesIO(written(ds)))
        ds.WindowCenter, ds.WindowWidth = window
        ds.VOILUTFunction = "LINEAR"
    if "VOILUTSequence" in ds and window is None:
        top = 2 ** int(ds.VOILUTSequence[0].LUTDescriptor[2]) - 1
        share = apply_voi_lut(rescaled, ds).astype(np.float64) / top
    elif "WindowCenter" in ds:
        low, high = output_range(ds)
        share = (apply_voi_lut(rescaled.astype(np.float64), ds, prefer_lut=False) - low) / (high - low)
    else:
        padding = ds.get("PixelPaddingValue")
        limit = ds.get("PixelPaddingRangeLimit", padding)
        seen = values.astype(np.int64)
        kept = rescaled if padding is None else rescaled[(seen < min(padding, limit)) | (seen > max(padding, limit))]
        low, high = float(kept.min()), float(kept.max())
        share = (rescaled.astype(np.float64) - low) / (high - low)
    share = np.clip(share, 0, 1)
    if kind == "MONOCHROME1":
        share = 1 - share
    return np.repeat(np.floor(share * 255 + 0.5).astype(np.uint8)[..., None], 3, -1)


def output_range(ds):
    """Of pydicom's apply_windowing."""
    if "ModalityLUTSequence" in ds:
        return 0, 2 ** int(ds.ModalityLUTSequence[0].LUTDescriptor[2]) - 1
    bits = ds.BitsStored
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if ds.PixelRepresentation else (0, 2**bits - 1)
    slope, intercept = float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))
    return low * slope + intercept, high * slope + intercept


def written(ds):
    buffer = io.BytesIO()
    ds.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def case(name, ds, values, pixels, window=None, tolerance=0):
    """`pixels` is what is stored; `values` what they mean."""
    is_raw = isinstance(pixels, np.ndarray)
    if is_raw:
        order = ">" if ds.file_meta.TransferSyntaxUID == BIG else "<"
        ds.PixelData = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
        ds["PixelData"].VR = "OW" if ds.BitsAllocated > 8 else "OB"
    else:
        fragments = pixels if isinstance(pixels, list) else [pixels]
        ds.PixelData = encapsulate(fragments, has_bot=True) if len(fragments) == 1 else fragmented(fragments)
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    (files / f"{name}.dcm").write_bytes(written(ds))
    rgb = shown(ds, values, window)
    cases.append({
        "name": name,
        "syntax": str(ds.file_meta.TransferSyntaxUID),
        "photometric": ds.PhotometricInterpretation,
        **({"window": {"center": window[0], "width": window[1]}} if window else {}),
        **({"tolerance": tolerance} if tolerance else {}),
        "height": rgb.shape[0],
        "width": rgb.shape[1],
        "pixels": base64.b64encode(rgb.tobytes()).decode(),
    })


def fragmented(parts):
    """One frame in several fragments, with an empty offset table."""
    items = [b""] + [part + b"\0" * (len(part) % 2) for part in parts]
    return b"".join(b"\xfe\xff\x00\xe0" + len(item).to_bytes(4, "little") + item for item in items)


# Native pixels, and how greys are shown.
ct = grey(-1000, 1500, np.int16)
stored = (ct + 1024).astype(np.uint16)
ct_elements = {"RescaleSlope": 1, "RescaleIntercept": -1024, "WindowCenter": 40, "WindowWidth": 400}
for name, syntax in (("explicit", EXPLICIT), ("implicit", IMPLICIT), ("deflated", DEFLATED), ("big-endian", BIG)):
    case(f"ct-{name}", dataset(stored, syntax, 12, **ct_elements), stored, stored)
case("ct-option-window", dataset(stored, EXPLICIT, 12, **ct_elements), stored, stored, window=(-600, 1500))
case("ct-signed", dataset(ct, EXPLICIT, 16, **{**ct_elements, "RescaleIntercept": 0}), ct, ct)
twelve = grey(-2000, 2000, np.int16, 2)
case("signed-12-bits", dataset(twelve, EXPLICIT, 12, WindowCenter=0, WindowWidth=3000), twelve, twelve & 0x0FFF)
case("several-windows", dataset(stored, EXPLICIT, 12, **{**ct_elements, "WindowCenter": [300, 40], "WindowWidth": [1500, 400]}), stored, stored)
case("slope", dataset(stored, EXPLICIT, 12, RescaleSlope=0.5, RescaleIntercept=-10.5, WindowCenter=500, WindowWidth=900.5), stored, stored)
case("linear-exact", dataset(stored, EXPLICIT, 12, **ct_elements, VOILUTFunction="LINEAR_EXACT"), stored, stored)
case("sigmoid", dataset(stored, EXPLICIT, 12, **ct_elements, VOILUTFunction="SIGMOID"), stored, stored)
case("no-window", dataset(stored, EXPLICIT, 12), stored, stored)
case("monochrome1", dataset(stored, EXPLICIT, 12, "MONOCHROME1", WindowCenter=1200, WindowWidth=2000), stored, stored)
case("monochrome1-no-window", dataset(stored, EXPLICIT, 12, "MONOCHROME1"), stored, stored)
padded = ct.copy()
padded[:2] = -2000
case("padding", dataset(padded, EXPLICIT, 16, PixelPaddingValue=-2000), padded, padded)
case("padding-range", dataset(padded, EXPLICIT, 16, PixelPaddingValue=-2000, PixelPaddingRangeLimit=-1500), padded, padded)
byte = grey(0, 255, np.uint8, 3)
case("grey-8", dataset(byte, EXPLICIT), byte, byte)
case("grey-8-window", dataset(byte, EXPLICIT, WindowCenter=128, WindowWidth=100), byte, byte)
case("threshold", dataset(byte, EXPLICIT, WindowCenter=128, WindowWidth=1), byte, byte)
wide = grey(0, 3_000_000, np.uint32, 4)
case("grey-32", dataset(wide, EXPLICIT), wide, wide)
table = np.rint(65535 * (np.arange(3000) / 2999) ** 2)
case("voi-lut", dataset(stored, EXPLICIT, 12, VOILUTSequence=[lut(100, table, 16)]), stored, stored)
# Of bytes: pydicom lets indices wrap at 8 bits.
case("voi-lut-8", dataset(byte, EXPLICIT, VOILUTSequence=[lut(20, table[::15] // 257, 8)]), byte, byte)
case("modality-lut", dataset(stored, EXPLICIT, 12, ModalityLUTSequence=[lut(50, table, 16)], WindowCenter=20000, WindowWidth=30000), stored, stored)

# Colours.
rgb = colour()
case("rgb", dataset(rgb, EXPLICIT, photometric="RGB"), rgb, rgb)
planar = dataset(rgb, EXPLICIT, photometric="RGB", PlanarConfiguration=1)
case("rgb-planar", planar, rgb, np.ascontiguousarray(rgb.transpose(2, 0, 1)))
case("ybr-full", dataset(rgb, EXPLICIT, photometric="YBR_FULL"), rgb, rgb, tolerance=1)
index = np.random.default_rng(5).integers(0, 256, (ROWS, COLUMNS), dtype=np.uint8)
palette = {}
for number, name in ((1, "Red"), (2, "Green"), (3, "Blue")):
    entries = np.random.default_rng(number).integers(0, 65536, 200, dtype=np.uint16)
    palette[f"{name}PaletteColorLookupTableDescriptor"] = [200, 10, 16]
    palette[f"{name}PaletteColorLookupTableData"] = entries.astype("<u2").tobytes()
case("palette", dataset(index, EXPLICIT, photometric="PALETTE COLOR", **palette), index, index)

# Run-length encoding, by pydicom's encoder.
for name, values, photometric in (("8", byte, "MONOCHROME2"), ("16", stored, "MONOCHROME2"), ("rgb", rgb, "RGB")):
    ds = dataset(values, EXPLICIT, photometric=photometric)
    ds.PixelData = values.tobytes()
    ds.compress(RLE, encoding_plugin="pydicom", generate_instance_uid=False)
    frame = next(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=1))
    planes = {"PlanarConfiguration": 1} if values.ndim == 3 else {}
    case(f"rle-{name}", dataset(values, RLE, photometric=photometric, **planes), values, frame)
flat = np.zeros((ROWS, COLUMNS), np.uint16)
flat[3:5] = 7
ds = dataset(flat, EXPLICIT)
ds.PixelData = flat.tobytes()
ds.compress(RLE, encoding_plugin="pydicom", generate_instance_uid=False)
case("rle-runs", dataset(flat, RLE), flat, next(pydicom.encaps.generate_frames(ds.PixelData, number_of_frames=1)))


# JPEG of 8 bits.
def pillow_jpeg(values, **options):
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


def without_markers(stream):
    """Without the JFIF segment, as modalities write them."""
    assert stream[2:4] == b"\xff\xe0"
    return stream[:2] + stream[4 + int.from_bytes(stream[4:6], "big"):]


def pillow_decoded(stream):
    return np.asarray(Image.open(io.BytesIO(stream)))


y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float64)
soft = np.rint(127 + 100 * np.sin(x / 5) * np.cos(y / 4)).astype(np.uint8)
stream = pillow_jpeg(soft)
case("jpeg-grey", dataset(soft, JPEG), pillow_decoded(stream), without_markers(stream))
case("jpeg-extended-8", dataset(soft, JPEG_EXTENDED), pillow_decoded(stream), stream)
third = len(stream) // 6 * 2
case("jpeg-fragments", dataset(soft, JPEG), pillow_decoded(stream), [stream[:third], stream[third:2 * third], stream[2 * third:]])
stream = pillow_jpeg(smooth_colour(), subsampling=1)
case("jpeg-ybr-422", dataset(rgb, JPEG, photometric="YBR_FULL_422"), pillow_decoded(stream), without_markers(stream))
stream = pillow_jpeg(smooth_colour(), subsampling=0, keep_rgb=True)
bare = without_markers(stream) if stream[2:4] == b"\xff\xe0" else stream
case("jpeg-rgb", dataset(rgb, JPEG, photometric="RGB"), pillow_decoded(stream), bare)

# JPEG Lossless, JPEG-LS and JPEG 2000 by imagecodecs, which wraps libjpeg-turbo, CharLS and OpenJPEG.
for predictor in (1, 4, 6, 7):
    stream = imagecodecs.jpeg8_encode(byte, lossless=True, predictor=predictor)
    case(f"jpeg-lossless-8-p{predictor}", dataset(byte, LOSSLESS if predictor > 1 else LOSSLESS_FIRST), byte, stream)
case("jpeg-lossless-12", dataset(stored, LOSSLESS_FIRST, 12, **ct_elements), stored, imagecodecs.ljpeg_encode(stored, bitspersample=12))
case("jpeg-lossless-16", dataset(stored, LOSSLESS_FIRST, 16), stored, imagecodecs.ljpeg_encode(stored, bitspersample=16))
case("jpeg-lossless-signed", dataset(ct, LOSSLESS_FIRST, 16, WindowCenter=40, WindowWidth=400), ct, imagecodecs.ljpeg_encode(ct.view(np.uint16), bitspersample=16))
case("jpeg-lossless-rgb", dataset(rgb, LOSSLESS_FIRST, photometric="RGB"), rgb, imagecodecs.jpeg8_encode(rgb, lossless=True, predictor=1, colorspace="rgb", outcolorspace="rgb"))
case("jpeg-ls-8", dataset(byte, JPEG_LS), byte, imagecodecs.jpegls_encode(byte))
case("jpeg-ls-16", dataset(stored, JPEG_LS, 16, **ct_elements), stored, imagecodecs.jpegls_encode(stored))
case("jpeg-ls-signed", dataset(ct, JPEG_LS, 16, WindowCenter=40, WindowWidth=400), ct, imagecodecs.jpegls_encode(ct.view(np.uint16)))
case("jpeg-ls-rgb", dataset(rgb, JPEG_LS, photometric="RGB"), rgb, imagecodecs.jpegls_encode(rgb))
near = imagecodecs.jpegls_encode(byte, level=3)
case("jpeg-ls-near", dataset(byte, JPEG_LS_NEAR), imagecodecs.jpegls_decode(near), near)


def jpeg2k(values, **options):
    return imagecodecs.jpeg2k_encode(values, codecformat="j2k", **options)


case("jpeg-2000-8", dataset(byte, JPEG_2000), byte, jpeg2k(byte, reversible=True))
case("jpeg-2000-12", dataset(stored, JPEG_2000, 12, **ct_elements), stored, jpeg2k(stored, reversible=True, bitspersample=12))
case("jpeg-2000-16", dataset(stored, JPEG_2000, 16, **ct_elements), stored, jpeg2k(stored, reversible=True))
case("jpeg-2000-signed", dataset(ct, JPEG_2000, 16, WindowCenter=40, WindowWidth=400), ct, jpeg2k(ct, reversible=True))
case("jpeg-2000-rgb", dataset(rgb, JPEG_2000, photometric="YBR_RCT"), rgb, jpeg2k(rgb, reversible=True, mct=True))
lossy = jpeg2k(stored, level=40, reversible=False)
case("jpeg-2000-lossy", dataset(stored, JPEG_2000_LOSSY, 16, **ct_elements), imagecodecs.jpeg2k_decode(lossy), lossy)

versions = {"pydicom": pydicom.__version__, "pillow": PIL.__version__, "imagecodecs": imagecodecs.__version__, "numpy": np.__version__}
(out / "dicom.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")
print(len(cases), "files")
