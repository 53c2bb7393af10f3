"""Writes parquet files of 50,000 questions with a JPEG each, in the two layouts in use.

    python make_parquet.py OUT_DIR [ROWS]

Made with pyarrow 25.0.1, Pillow 12.3.0: `small-groups.parquet` has row groups of 100 rows, as the datasets library
writes images; `one-group.parquet` has a single one, as pandas writes.
"""
import io
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

out = Path(sys.argv[1])
rows = int(sys.argv[2]) if len(sys.argv) > 2 else 50_000
out.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(1)
image_type = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
schema = pa.schema([("image", image_type), ("question", pa.string()), ("answer", pa.string()), ("modality", pa.string())])


def jpeg():
    buffer = io.BytesIO()
    Image.fromarray(random.integers(0, 256, (128, 128), dtype=np.uint8)).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def batch(start, size):
    numbers = range(start, start + size)
    return pa.table({
        "image": pa.array([{"bytes": jpeg(), "path": None} for _ in numbers], image_type),
        "question": pa.array([f"Is there an abnormality in region {number} of this image?" for number in numbers]),
        "answer": pa.array(["yes" if number % 3 else "no" for number in numbers]),
        "modality": pa.array([("X-ray", "MRI", "CT")[number % 3] for number in numbers]),
    }, schema)


parts = []
with pq.ParquetWriter(out / "small-groups.parquet", schema) as writer:
    for start in range(0, rows, 1000):
        part = batch(start, min(1000, rows - start))
        writer.write_table(part, row_group_size=100)
        parts.append(part)
pq.write_table(pa.concat_tables(parts), out / "one-group.parquet", row_group_size=2**20)
