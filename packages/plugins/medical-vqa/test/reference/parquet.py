"""Writes small parquet files of many kinds, and what pyarrow reads from them.

    python parquet.py OUT_DIR

Made with pyarrow 25.0.1; the version in use is written into parquet.json.
"""
import hashlib
import io
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

out = Path(sys.argv[1])
files = out / "parquet"
files.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)


def png(size):
    buffer = io.BytesIO()
    Image.fromarray(random.integers(0, 256, (size, size, 3), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


ROWS = 60
images = [png(4 + index % 5) for index in range(ROWS)]
questions = [f"Is lobe {index} of the lung healthy? 肺 {index % 7}" for index in range(ROWS)]
answers = ["yes" if index % 3 else "no" for index in range(ROWS)]
image_type = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
table = pa.table({
    "qid": pa.array(range(100, 100 + ROWS), pa.int64()),
    "image": pa.array([{"bytes": data, "path": None if index % 2 else f"{index}.png"} for index, data in enumerate(images)], image_type),
    "question": pa.array(questions),
    "answer": pa.array([answer if index != 17 else None for index, answer in enumerate(answers)]),
    "score": pa.array([index / 4 for index in range(ROWS)], pa.float64()),
    "flag": pa.array([index % 2 == 0 for index in range(ROWS)]),
    "options": pa.array([["left", f"right {index}"] if index % 4 else [] for index in range(ROWS)], pa.list_(pa.string())),
    "image_bytes": pa.array([images[index : index + 1 + index % 3] for index in range(ROWS)], pa.list_(pa.binary())),
    "frames": pa.array([[{"bytes": data, "path": None} for data in images[index : index + index % 3]] for index in range(ROWS)], pa.list_(image_type)),
})

variants = {
    "plain": dict(compression="none", use_dictionary=False),
    "snappy": dict(compression="snappy"),
    "gzip": dict(compression="gzip"),
    "zstd": dict(compression="zstd"),
    "brotli": dict(compression="brotli"),
    "lz4": dict(compression="lz4"),
    "pages-v2": dict(compression="snappy", data_page_version="2.0"),
    "pages-v2-plain": dict(compression="none", data_page_version="2.0", use_dictionary=False),
    "small-pages": dict(compression="snappy", data_page_size=256, write_batch_size=4, use_dictionary=False),
    "small-pages-v2": dict(compression="snappy", data_page_size=256, write_batch_size=4, data_page_version="2.0"),
    "row-groups": dict(compression="snappy", row_group_size=13, write_page_index=True),
    "no-statistics": dict(compression="zstd", write_statistics=False, row_group_size=31),
    "delta": dict(compression="none", use_dictionary=False, column_encoding={"qid": "DELTA_BINARY_PACKED", "question": "DELTA_LENGTH_BYTE_ARRAY", "score": "BYTE_STREAM_SPLIT"}),
}
for name, options in variants.items():
    pq.write_table(table, files / f"{name}.parquet", **options)


# Plain bytes at every depth at which they may be missing, in pages of several codecs and versions.
depths = pa.struct([("image", pa.struct([pa.field("bytes", pa.binary(), nullable=False), ("path", pa.string())]))])
bytes_table = pa.table({
    "plain": pa.array([data if index % 5 else None for index, data in enumerate(images)], pa.binary()),
    "required": pa.array(images, pa.binary()),
    "image": pa.array([None if index % 7 == 3 else {"bytes": None if index % 7 == 4 else data, "path": None} for index, data in enumerate(images)], image_type),
    "deep": pa.array([None if index % 4 == 1 else {"image": None if index % 4 == 2 else {"bytes": data, "path": None}} for index, data in enumerate(images)], depths),
}, schema=pa.schema([("plain", pa.binary()), pa.field("required", pa.binary(), nullable=False), ("image", image_type), ("deep", depths)]))
bytes_table = bytes_table.slice(0, 30)
bytes_variants = ["bytes-none-v1", "bytes-none-v2", "bytes-snappy-v1", "bytes-snappy-v2", "bytes-gzip-v1", "bytes-zstd-v2"]
for name in bytes_variants:
    _, codec, version = name.split("-")
    options = dict(compression=codec, data_page_version=f"{version[1]}.0", use_dictionary=False, row_group_size=19)
    pq.write_table(bytes_table, files / f"{name}.parquet", data_page_size=400, write_batch_size=4, **options)


def plain(value):
    if isinstance(value, bytes):
        return "sha256:" + hashlib.sha256(value).hexdigest()[:16]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


rows = [plain(row) for row in pq.read_table(files / "plain.parquet").to_pylist()]
for name in variants:
    assert [plain(row) for row in pq.read_table(files / f"{name}.parquet").to_pylist()] == rows, name
bytes_rows = [plain(row) for row in bytes_table.to_pylist()]
for name in bytes_variants:
    assert [plain(row) for row in pq.read_table(files / f"{name}.parquet").to_pylist()] == bytes_rows, name
(out / "parquet.json").write_text(json.dumps({"pyarrow": pa.__version__, "files": list(variants), "rows": rows, "bytesFiles": bytes_variants, "bytesRows": bytes_rows}, ensure_ascii=False) + "\n")
