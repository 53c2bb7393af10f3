"""Writes the parts of releases that only Python writes as they are: parquet files and a pickle.

    python releases.py OUT_DIR

Made with pyarrow 25.0.1, Pillow 12.3.0; CV-Bench and SAT have the columns of their releases, Path-VQA its pickled lists.
"""
import io
import pickle
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

out = Path(sys.argv[1])
image_type = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def png(shade):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), (shade, shade, shade)).save(buffer, "PNG")
    return buffer.getvalue()


def cv_bench(name, rows):
    columns = {
        "idx": pa.int64(), "type": pa.string(), "task": pa.string(), "image": image_type, "question": pa.string(),
        "choices": pa.list_(pa.string()), "answer": pa.string(), "prompt": pa.string(), "filename": pa.string(),
        "source": pa.string(), "source_dataset": pa.string(), "source_filename": pa.string(),
        "target_class": pa.string(), "target_size": pa.int64(), "bbox": pa.list_(pa.list_(pa.float64())),
    }
    table = pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()})
    pq.write_table(table, out / "cv-bench" / name)


(out / "cv-bench").mkdir(parents=True, exist_ok=True)
count = {"type": "2D", "task": "Count", "question": "How many organs are in the image?", "choices": ["0", "3", "2", "1"], "source": "ADE20K"}
relation = {"type": "2D", "task": "Relation", "question": "Where is the cave?", "choices": ["above", "below"], "source": "COCO"}
depth = {"type": "3D", "task": "Depth", "question": "Which object is closer?", "choices": ["chair", "desk"], "source": "Omni3D", "bbox": [[1.0, 2.0, 3.0, 4.0]]}
cv_bench("test_2d.parquet", [
    {"idx": 0, "image": {"bytes": png(1), "path": None}, "answer": "(D)", **count},
    {"idx": 1, "image": {"bytes": png(2), "path": "a.png"}, "answer": "(B)", **relation},
    {"idx": 2, "image": {"bytes": png(3), "path": None}, "answer": "(E)", **count},
])
cv_bench("test_3d.parquet", [
    {"idx": 0, "image": {"bytes": png(4), "path": None}, "answer": "(A)", **depth},
    {"idx": 1, "image": None, "answer": "(A)", **depth},
])

(out / "sat").mkdir(exist_ok=True)
rows = [
    {"image_bytes": [png(5)], "question": "Did the chair move?", "answers": ["left", "no"], "correct_answer": "left", "question_type": "obj_movement"},
    {"image_bytes": [png(6), png(7)], "question": "How did the camera turn?", "answers": ["rotated right", "rotated left"], "correct_answer": "rotated left", "question_type": "action_sequence"},
    {"image_bytes": [], "question": "Is it near?", "answers": ["yes", "no"], "correct_answer": "no", "question_type": "other"},
    {"image_bytes": [png(8)], "question": "Is it far?", "answers": ["yes", "no"], "correct_answer": "maybe", "question_type": "other"},
]
for name, item in (("SAT_static", pa.binary()), ("SAT_structs", image_type)):
    images = [[data if item == pa.binary() else {"bytes": data, "path": None} for data in row["image_bytes"]] for row in rows]
    pq.write_table(pa.table({
        "image_bytes": pa.array(images, pa.list_(item)),
        **{key: pa.array([row[key] for row in rows]) for key in ("question", "answers", "correct_answer", "question_type")},
    }), out / "sat" / f"{name}.parquet")

(out / "path-vqa").mkdir(exist_ok=True)
records = [
    {"image": "train_0000", "question": "Where are liver stem cells located?", "answer": "in the canals of hering"},
    {"image": "train_0000", "question": "Are bile duct cells shown?", "answer": "yes"},
    {"image": "train_0001", "question": "What is shown?", "answer": ""},
]
for protocol in (0, 2, 3, 4):
    (out / "path-vqa" / f"train_qa.{protocol}.pkl").write_bytes(pickle.dumps(records, protocol=protocol))
(out / "path-vqa" / "hostile.pkl").write_bytes(b"cos\nsystem\n(S'echo hacked'\ntR.")
