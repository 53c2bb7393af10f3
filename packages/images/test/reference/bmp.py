"""Writes BMP files of many kinds, and Pillow's RGB of them.

    python bmp.py OUT_DIR

Made with Pillow 12.3.0, numpy 2.4.6; the versions in use are written into bmp.json.
"""
import base64
import json
import struct
import sys
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

out = Path(sys.argv[1])
files = out / "bmp"
files.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(1)
WIDTH, HEIGHT = 13, 11


def noise(count):
    return random.integers(0, 256, count, dtype=np.uint8).tobytes()


def raw(name, bits, data, height=HEIGHT, compression=0, palette=b"", masks=b"", is_core=False):
    """A kind that Pillow reads and does not write."""
    if is_core:
        header = struct.pack("<IHHHH", 12, WIDTH, height, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", 40, WIDTH, height, 1, bits, compression, len(data), 0, 0, len(palette) // 4, 0)
    offset = 14 + len(header) + len(masks) + len(palette)
    start = b"BM" + struct.pack("<IHHI", offset + len(data), 0, 0, offset)
    (files / f"{name}.bmp").write_bytes(start + header + masks + palette + data)


rgb = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
Image.fromarray(rgb).save(files / "rgb.bmp")
Image.fromarray(rgb[..., 0]).save(files / "grey.bmp")
Image.fromarray(rgb[..., 0]).convert("1").save(files / "one-bit.bmp")
Image.fromarray(rgb).quantize(16).save(files / "palette.bmp")
Image.fromarray(np.dstack([rgb, rgb[..., :1]])).save(files / "rgba.bmp")
palette = b"".join(noise(3) + b"\0" for _ in range(16))
raw("four-bits", 4, noise(8 * HEIGHT), palette=palette)
raw("top-down", 24, noise(40 * HEIGHT), height=-HEIGHT)
raw("thirty-two-bits", 32, noise(52 * HEIGHT))
raw("core-header", 24, noise(40 * HEIGHT), is_core=True)
runs = b"".join(bytes([5, y % 16, 0, 3, 1, 2, 3, 0, 5, (y + 1) % 16, 0, 0]) for y in range(HEIGHT))
raw("run-length", 8, runs[:-2] + b"\0\1", compression=1, palette=palette)
raw("five-bits", 16, noise(28 * HEIGHT))
raw("five-six-five", 16, noise(28 * HEIGHT), compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))

cases = []
for file in sorted(files.glob("*.bmp")):
    image = Image.open(file)
    pixels = np.asarray(image.convert("RGB"))
    is_widened = file.stem in ("five-bits", "five-six-five")
    cases.append({
        "name": file.stem,
        "mode": image.mode,
        **({"tolerance": 7} if is_widened else {}),
        "height": pixels.shape[0],
        "width": pixels.shape[1],
        "pixels": base64.b64encode(pixels.tobytes()).decode(),
    })
versions = {"pillow": PIL.__version__, "numpy": np.__version__}
(out / "bmp.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")
