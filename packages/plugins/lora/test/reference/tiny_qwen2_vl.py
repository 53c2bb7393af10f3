"""The tiny Qwen2-VL whose weights come from a formula over tensor names, so that no weight file is needed.

Used with torch 2.13.0 (CPU) and transformers 5.18.0.
"""

import re

import numpy as np
import torch
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

INPUTS = {
    "A": {
        "ids": [1, 2, 3, 120, *[123] * 6, 121, 4, 5, 120, 123, 121, 6, 7, 8],
        "grids": [[1, 4, 6], [1, 2, 2]],
        "patches": [0, 28],
    },
    "B": {"ids": [9, 10, 120, *[123] * 4, 121, 11, 12], "grids": [[1, 4, 4]], "patches": [28, 44]},
}


def formula(name, count, scale):
    """`count` values in ±scale: a 32-bit hash of the name's FNV-1a plus the index, through MurmurHash3's finaliser."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = (np.arange(count, dtype=np.uint64) + seed) & 0xFFFFFFFF
    x ^= x >> 16
    x = (x * 0x85EBCA6B) & 0xFFFFFFFF
    x ^= x >> 13
    x = (x * 0xC2B2AE35) & 0xFFFFFFFF
    x ^= x >> 16
    return ((x / 2**32 - 0.5) * 2 * scale).astype(np.float64)


def values(name, shape, scale=0.2):
    flat = formula(name, int(np.prod(shape)), scale)
    if re.search(r"(layernorm|norm1|norm2|ln_q|model\.norm)\.weight$", name):
        flat = flat + 1
    return torch.from_numpy(flat.astype(np.float32)).reshape(shape)


def old_name(name):
    return name.replace("model.visual.", "visual.", 1).replace("model.language_model.", "model.", 1)


def tiny_model():
    config = Qwen2VLConfig(
        text_config={
            "hidden_size": 64,
            "intermediate_size": 96,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "vocab_size": 128,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {"rope_theta": 1e6, "rope_type": "default", "type": "mrope", "mrope_section": [2, 3, 3]},
        },
        vision_config={
            "depth": 2,
            "embed_dim": 32,
            "num_heads": 2,
            "mlp_ratio": 4,
            "spatial_merge_size": 2,
            "patch_size": 14,
            "temporal_patch_size": 2,
            "hidden_size": 64,
            "hidden_act": "quick_gelu",
        },
        image_token_id=123,
        video_token_id=124,
        vision_start_token_id=120,
        vision_end_token_id=121,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    model = Qwen2VLForConditionalGeneration(config).float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(values(old_name(name), parameter.shape))
    return model


def last_logits(model):
    """Logits at the last position of the two prompts, each alone."""
    pixels = values("pixel_values", (44, 1176), 1.0)
    found = {}
    for name, prompt in INPUTS.items():
        ids = torch.tensor([prompt["ids"]])
        start, end = prompt["patches"]
        with torch.no_grad():
            output = model(
                input_ids=ids,
                attention_mask=torch.ones_like(ids),
                pixel_values=pixels[start:end],
                image_grid_thw=torch.tensor(prompt["grids"]),
                mm_token_type_ids=(ids == 123).int(),
            )
        found[name] = output.logits[0, -1].tolist()
    return found
