"""A file written by the reference implementation and what its values are, for test/safetensors.

Made with torch 2.13.0 (CPU) and safetensors 0.8.0. Usage: python safetensors_reference.py OUTPUT_DIRECTORY
"""

import json
import sys
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save_file

# Ties of both kinds, the borders of normal, subnormal and infinite halves, and values no half can hold.
EDGES = [
    0.0, -0.0, 1.0, -1.5, 3.14159265, 1.00390625, 1.01171875, 1.00048828125, 1.00146484375, 65504.0, 65519.0, 65520.0,
    1e5, -1e39, 3.39e38, 6.103515625e-05, 6.1e-05, 5.960464477539063e-08, 2.980232238769531e-08, 2.9802325e-08,
    8.940696716308594e-08, 1e-40, -1e-45, float("inf"), float("-inf"), float("nan"),
]  # fmt: skip

directory = Path(sys.argv[1])
edges = torch.tensor(EDGES, dtype=torch.float32)
tensors = {
    "layer.f32": torch.linspace(-2, 2, 6).reshape(2, 3),
    "layer.bf16": edges.to(torch.bfloat16),
    "layer.f16": edges.to(torch.float16),
    "odd.bf16": torch.tensor([0.5, -0.25, 8.0], dtype=torch.bfloat16),
    "scalar": torch.tensor(4.5),
    "empty": torch.zeros(0, 3),
    "positions": torch.tensor([3, -7, 2**40], dtype=torch.int64),
    "counts": torch.tensor([[1], [-2]], dtype=torch.int32),
    "mask": torch.tensor([True, False, True]),
}
save_file(tensors, directory / "reference.safetensors", {"format": "pt"})
# What the writer must reproduce byte for byte.
writable = {name: value for name, value in tensors.items() if value.is_floating_point()}
save_file(writable, directory / "writable.safetensors", {"format": "pt"})


def bits(values, width):
    view = {16: torch.int16, 32: torch.int32}[width]
    return [value & (2**width - 1) for value in values.view(view).tolist()]


expected = {
    "versions": {"torch": torch.__version__, "safetensors": safetensors.__version__},
    "edges": bits(edges, 32),
    "bf16": bits(edges.to(torch.bfloat16), 16),
    "f16": bits(edges.to(torch.float16), 16),
    "bf16Expanded": bits(edges.to(torch.bfloat16).float(), 32),
    "f16Expanded": bits(edges.to(torch.float16).float(), 32),
}
(directory / "safetensors.json").write_text(json.dumps(expected) + "\n")
