"""Writes image files of many modes and what Pillow and transformers make of them.

    python images.py OUT_DIR

Made with Pillow 12.3.0, transformers 5.18.0, numpy 2.x; the versions in use are written into expected.json.
"""
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import PIL
import transformers
from PIL import Image, ImageOps, PngImagePlugin, features
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil, smart_resize

out = Path(sys.argv[1])
files = out / "images"
files.mkdir(parents=True, exist_ok=True)


def pattern(height, width, channels=3):
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return ((7 * x + 13 * y + 29 * c) % 256).astype(np.uint8)


def noise(height, width, channels, seed):
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def smooth(height, width):
    """Blobs without hard edges, which JPEG stores well."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [127 + 120 * np.sin(x / (5 + c) + c) * np.cos(y / (7 - c)) for c in range(3)]
    return np.stack(planes, -1).round().astype(np.uint8)


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def raw_png(name, array, depth, colour_type):
    """A PNG of a kind that Pillow reads and does not write. `array` is [height, width, channels], `depth` bits each."""
    height, width = array.shape[:2]
    bits = (array[..., None] >> np.arange(depth - 1, -1, -1)) & 1
    rows = b"".join(b"\0" + np.packbits(bits[y].reshape(-1)).tobytes() for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    (files / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def save(name, image, **options):
    image.save(files / name, **options)


def exif(orientation):
    data = Image.Exif()
    data[274] = orientation
    return data


rgb = Image.fromarray(pattern(37, 53))
save("rgb.png", rgb)
save("rgb-noise.png", Image.fromarray(noise(31, 45, 3, 1)))
save("rgba.png", Image.fromarray(noise(29, 41, 4, 2)))
save("rgba-all-transparent.png", Image.fromarray(np.dstack([pattern(20, 30), np.zeros((20, 30), np.uint8)])))
save("grey.png", Image.fromarray(noise(33, 47, 1, 3)[:, :, 0]))
save("grey-alpha.png", Image.fromarray(noise(23, 35, 2, 4), "LA"))
save("palette-2bit.png", Image.fromarray((noise(19, 27, 1, 5)[:, :, 0] >> 6) * 85).quantize(4), bits=2)
save("one-bit.png", Image.fromarray(noise(27, 39, 1, 6)[:, :, 0]).convert("1"))
palette = rgb.quantize(64)
save("palette.png", palette)
save("palette-transparent.png", palette, transparency=bytes(range(0, 256, 4)))
save("palette-one-transparent.png", palette, transparency=7)
save("rgb-colour-key.png", rgb, transparency=(0, 29, 58))
save("grey-colour-key.png", Image.fromarray(pattern(21, 33)[:, :, 0]), transparency=14)
save("square.png", Image.fromarray(pattern(64, 64)), optimize=True)
raw_png("grey-2bit.png", noise(19, 27, 1, 13) >> 6, 2, 0)
raw_png("grey-4bit.png", noise(19, 27, 1, 14) >> 4, 4, 0)
words = np.random.default_rng(7).integers(0, 65536, (25, 37, 4), dtype=np.uint16)
grey16 = words[:, :, 0].copy()
grey16[:12] %= 300  # both below and above what a byte holds
save("grey16.png", Image.fromarray(grey16))
raw_png("grey16-alpha.png", words[:, :, :2], 16, 4)
raw_png("rgb16.png", words[:, :, :3], 16, 2)
raw_png("rgba16.png", words, 16, 6)
save("one-pixel.png", Image.fromarray(pattern(1, 1) + 200))
save("one-by-hundred.png", Image.fromarray(pattern(1, 100)))
save("hundred-by-one.png", Image.fromarray(pattern(100, 1)))
save("downscaled.png", Image.fromarray(pattern(400, 300)))
oriented = Image.fromarray(pattern(22, 34))
for orientation in range(2, 9):
    save(f"orientation-{orientation}.png", oriented, exif=exif(orientation))
save("orientation-9.png", oriented, exif=exif(9))
xmp = PngImagePlugin.PngInfo()
xmp.add_itxt("XML:com.adobe.xmp", '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="6"/></x:xmpmeta>')
save("orientation-xmp.png", oriented, pnginfo=xmp)
photo = Image.fromarray(smooth(45, 61))
save("photo-444.jpg", photo, quality=92, subsampling=0)
save("photo-420.jpg", photo, quality=75)
save("photo-422.jpg", photo, quality=85, subsampling=1)
save("photo-progressive.jpg", photo, quality=80, progressive=True)
save("photo-orientation-6.jpg", photo, quality=90, exif=exif(6))
save("grey.jpg", photo.convert("L"), quality=85)
save("cmyk.jpg", photo.convert("CMYK"), quality=90)
save("lossless.webp", Image.fromarray(noise(26, 38, 3, 8)), lossless=True)
save("lossless-alpha.webp", Image.fromarray(noise(26, 38, 4, 9)), lossless=True, exact=True)
save("lossy.webp", photo, quality=80)
save("orientation-8.webp", Image.fromarray(pattern(18, 28)), lossless=True, exif=exif(8))
save("palette.gif", rgb.quantize(128))
save("animated.gif", rgb.quantize(32), save_all=True, append_images=[Image.fromarray(noise(37, 53, 3, 10)).quantize(32)])
save("transparent.gif", rgb.quantize(64), transparency=7)
save("rgb.tiff", Image.fromarray(noise(24, 36, 3, 11)), compression="tiff_lzw")
save("grey16.tiff", Image.fromarray(grey16))
save("cmyk.tiff", Image.fromarray(noise(17, 29, 4, 12), "CMYK"))

MIN, MAX = 3136, 28 * 28 * 16
processor = Qwen2VLImageProcessorPil(min_pixels=MIN, max_pixels=MAX)


def load(file):
    """As transformers.image_utils.load_image does."""
    return ImageOps.exif_transpose(Image.open(file)).convert("RGB")


def entry(file):
    image = load(file)
    height, width = smart_resize(image.height, image.width, 28, MIN, MAX)
    resized = np.asarray(image.resize((width, height), Image.BICUBIC))
    processed = processor(images=[image], return_tensors="np")
    values = processed["pixel_values"].astype(np.float32)
    assert processed["image_grid_thw"].tolist() == [[1, height // 14, width // 14]]
    return {
        "file": file.name,
        "mode": Image.open(file).mode,
        "width": image.width,
        "height": image.height,
        "pixels": zlib.crc32(np.asarray(image).tobytes()),
        "first": np.asarray(image).reshape(-1)[:12].tolist(),
        "resized": {"width": width, "height": height, "pixels": zlib.crc32(resized.tobytes())},
        "values": {
            "crc": zlib.crc32(values.tobytes()),
            "sum": float(values.astype(np.float64).sum()),
            "first": values[0, :4].tolist(),
            "last": values[-1, -4:].tolist(),
        },
    }


def resize_entry(height, width, out_height, out_width):
    resized = np.asarray(Image.fromarray(pattern(height, width)).resize((out_width, out_height), Image.BICUBIC))
    return {"from": [height, width], "to": [out_height, out_width], "pixels": zlib.crc32(resized.tobytes())}


sizes = [(75, 100, 84, 112), (30, 41, 56, 84), (500, 333, 252, 168), (1, 1, 56, 56), (1, 100, 28, 560), (100, 1, 560, 28)]
sizes += [(13, 200, 28, 224), (2, 3, 84, 140), (997, 1013, 56, 56), (64, 64, 64, 28), (64, 64, 28, 64), (57, 57, 56, 56)]
sizes += [(480, 640, 476, 644), (3, 1200, 28, 28), (55, 57, 336, 308), (700, 20, 84, 84)]
result = {
    "versions": {
        "Pillow": PIL.__version__,
        "transformers": transformers.__version__,
        "numpy": np.__version__,
        "libjpeg-turbo": features.version("libjpeg_turbo"),
        "libwebp": features.version("webp"),
    },
    "minPixels": MIN,
    "maxPixels": MAX,
    "images": [entry(file) for file in sorted(files.iterdir())],
    "resizes": [resize_entry(*size) for size in sizes],
    "smartResize": [
        [h, w, least, most, *smart_resize(h, w, 28, least, most)]
        for least, most in [(3136, 12845056), (3136, 1003520), (100352, 200704)]
        for h, w in [(448, 448), (561, 278), (28, 28), (10, 10), (42, 42), (70, 70), (98, 98), (126, 126), (1, 100)]
        + [(13, 200), (480, 640), (1080, 1920), (4000, 3000), (5000, 5000), (20, 3000), (1024, 1024), (1, 1), (14, 14)]
        + np.random.default_rng(13).integers(30, 3000, (40, 2)).tolist()
    ],
}
(out / "images.json").write_text(json.dumps(result, indent=1) + "\n")
