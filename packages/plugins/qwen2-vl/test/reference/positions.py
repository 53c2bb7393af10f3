"""Positions and rotation tables of transformers 5.18.0 for seeded sequences of text and still images.

    python positions.py OUT_DIR         writes positions.json

torch 2.13.0+cpu, fp32. Clips are left out: 5.x numbers the text after them differently.
"""
import json
import random
import sys
from pathlib import Path

import torch
import transformers
from transformers import Qwen2VLConfig, Qwen2VLModel
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VLRotaryEmbedding

IMAGE, VIDEO, START, END = 123, 122, 120, 121
config = Qwen2VLConfig.from_dict(
    {
        "model_type": "qwen2_vl", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 1,
        "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 128, "rms_norm_eps": 1e-6,
        "max_position_embeddings": 4096, "rope_theta": 1000000.0,
        "rope_scaling": {"type": "mrope", "mrope_section": [4, 6, 6]}, "tie_word_embeddings": True,
        "image_token_id": IMAGE, "video_token_id": VIDEO, "vision_start_token_id": START, "vision_end_token_id": END,
        "vision_config": {"depth": 1, "embed_dim": 32, "hidden_size": 64, "num_heads": 2, "mlp_ratio": 2,
                          "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2},
    }
)
model = Qwen2VLModel(config)
rng = random.Random(20260104)
cases = []
for index in range(12):
    ids, grids = [], []
    for _ in range(index % 4):
        ids += [rng.randrange(100) for _ in range(rng.randrange(4))]
        grid = [1, 2 * rng.randrange(1, 9), 2 * rng.randrange(1, 9)]
        grids.append(grid)
        ids += [START] + [IMAGE] * (grid[1] * grid[2] // 4) + [END]
    ids += [rng.randrange(100) for _ in range(rng.randrange(1, 6))]
    tokens = torch.tensor([ids])
    types = (tokens == IMAGE).int()
    positions, delta = model.get_rope_index(
        input_ids=tokens, mm_token_type_ids=types, image_grid_thw=torch.tensor(grids) if grids else None
    )
    cos, sin = Qwen2VLRotaryEmbedding(config.text_config)(torch.zeros(1, len(ids), 64), positions)
    section = config.text_config.rope_parameters["mrope_section"] * 2
    # As apply_multimodal_rotary_pos_emb combines the axes.
    cos = torch.cat([m[i % 3] for i, m in enumerate(cos.split(section, dim=-1))], dim=-1) if cos.dim() == 4 else cos
    sin = torch.cat([m[i % 3] for i, m in enumerate(sin.split(section, dim=-1))], dim=-1) if sin.dim() == 4 else sin
    row = rng.randrange(len(ids))
    cases.append({
        "tokenIds": ids, "grids": grids, "positions": positions[:, 0].tolist(), "delta": int(delta.item()),
        "row": row, "cos": cos[0, row].tolist(), "sin": sin[0, row].tolist(),
    })
versions = {"transformers": transformers.__version__, "torch": torch.__version__}
(Path(sys.argv[1]) / "positions.json").write_text(json.dumps({"versions": versions, "cases": cases}) + "\n")
