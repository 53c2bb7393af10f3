"""Computes the golden model's loss and LoRA gradients with transformers.

usage: python make_golden.py OUT.json

The specification's loss has 14 targets, one of which (the first token of the left-padded row) is predicted from a
padding row. This SDK has no padding rows, so the test compares the 13 targets that do not; the script first checks that
it reproduces the specification's own numbers with all 14.

Written with torch 2.13.0, transformers 5.18.0.
"""
import json
import re
import sys

import torch
import transformers
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration

MASK = 0xFFFFFFFF


def formula(name: str, size: int, scale: float) -> torch.Tensor:
    fnv = 0x811C9DC5
    for byte in name.encode():
        fnv = ((fnv ^ byte) * 0x01000193) & MASK
    values = []
    for index in range(size):
        x = (fnv + index) & MASK
        x ^= x >> 16
        x = (x * 0x85EBCA6B) & MASK
        x ^= x >> 13
        x = (x * 0xC2B2AE35) & MASK
        x ^= x >> 16
        values.append((x / 2**32 - 0.5) * 2 * scale)
    return torch.tensor(values, dtype=torch.float64).float()


def old_name(name: str) -> str:
    return name.removeprefix("model.") if name.startswith("model.visual.") else name.replace("model.language_model.", "model.")


class Lora(torch.nn.Module):
    def __init__(self, base, name):
        super().__init__()
        self.base = base
        self.a = torch.nn.Parameter(formula(f"lora:{name}.lora_A.weight", 2 * base.in_features, 0.2).view(2, -1))
        self.b = torch.nn.Parameter(formula(f"lora:{name}.lora_B.weight", 2 * base.out_features, 0.2).view(-1, 2))

    def forward(self, x):
        return self.base(x) + 2 * (x @ self.a.T) @ self.b.T


config = Qwen2VLConfig(
    text_config=dict(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
                     vocab_size=128, rms_norm_eps=1e-6, tie_word_embeddings=True, bos_token_id=None, eos_token_id=None,
                     rope_parameters=dict(rope_theta=1e6, rope_type="default", mrope_section=[2, 3, 3])),
    vision_config=dict(depth=2, embed_dim=32, num_heads=2, mlp_ratio=4, hidden_size=64, patch_size=14, spatial_merge_size=2,
                       temporal_patch_size=2),
    image_token_id=123, video_token_id=124, vision_start_token_id=120, vision_end_token_id=121, tie_word_embeddings=True)
model = Qwen2VLForConditionalGeneration._from_config(config, attn_implementation="eager").float().eval()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        values = formula(old_name(name), parameter.numel(), 0.2).view(parameter.shape)
        is_norm = re.search(r"(layernorm|norm1|norm2|ln_q)\.weight$|language_model\.norm\.weight$", name)
        parameter.copy_(1 + values if is_norm else values)
model.requires_grad_(False)

a = [1, 2, 3, 120] + [123] * 6 + [121, 4, 5, 120, 123, 121, 6, 7, 8]
b = [110] * 9 + [9, 10, 120] + [123] * 4 + [121, 11, 12]
ids = torch.tensor([a, b])
inputs = dict(input_ids=ids, attention_mask=torch.tensor([[1] * 19, [0] * 9 + [1] * 10]), mm_token_type_ids=(ids == 123).int(),
              pixel_values=formula("pixel_values", 44 * 1176, 1.0).view(44, 1176),
              image_grid_thw=torch.tensor([[1, 4, 6], [1, 2, 2], [1, 4, 4]]))
labels = ids.clone()
labels[inputs["attention_mask"] == 0] = -100
labels[ids == 123] = -100
labels[:, :6] = -100


def loss(labels):
    return model(**inputs, labels=labels).loss


assert abs(loss(labels).item() - 5.560973) < 1e-5, loss(labels)
unpadded = labels.clone()
unpadded[1, 9] = -100
result = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__},
          "targets": int((unpadded[:, 1:] != -100).sum()), "loss": loss(unpadded).item()}
for index, layer in enumerate(model.model.language_model.layers):
    for projection in ["q_proj", "k_proj", "v_proj", "o_proj"]:
        wrapped = Lora(getattr(layer.self_attn, projection), f"layers.{index}.self_attn.{projection}")
        setattr(layer.self_attn, projection, wrapped)
total = loss(labels)
assert abs(total.item() - 5.522222) < 1e-5, total
total.backward()
gradient = model.model.language_model.layers[0].self_attn.q_proj.a.grad
assert abs(gradient.norm().item() - 0.4726779) < 1e-5, gradient.norm()
model.zero_grad()
total = loss(unpadded)
total.backward()
result["lora"] = {"loss": total.item(), "gradients": {
    f"layers.{index}.self_attn.{projection}": {
        part: [float(f"{value:.7g}") for value in getattr(getattr(layer.self_attn, projection), part).grad.flatten().tolist()]
        for part in "ab"}
    for index, layer in enumerate(model.model.language_model.layers)
    for projection in ["q_proj", "k_proj", "v_proj", "o_proj"]}}
json.dump(result, open(sys.argv[1], "w"))
print(result["targets"], result["loss"], result["lora"]["loss"])
