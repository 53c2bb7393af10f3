"""Adapters saved by PEFT on the tiny Qwen2-VL, and what the adapted model computes.

Made with torch 2.13.0 (CPU), transformers 5.18.0, peft 0.21.0. Usage: python make_adapters.py OUTPUT_DIRECTORY

Writes `plain/` (rank 4 on q, k, v, o), `plain-old/` (the same under the key names of transformers before 4.52),
`patterns/` (rank and alpha patterns, rank-stabilised, attention and feed-forward) and `expected.json`: the last
logits of both prompts, and each adapted layer's output on two rows of input.
"""

import json
import shutil
import sys
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from tiny_qwen2_vl import last_logits, old_name, tiny_model, values

ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
CONFIGS = {
    "plain": LoraConfig(r=4, lora_alpha=8, target_modules=ATTENTION, task_type="CAUSAL_LM"),
    "patterns": LoraConfig(
        r=2,
        lora_alpha=3,
        target_modules=[*ATTENTION, "gate_proj", "up_proj", "down_proj"],
        rank_pattern={"layers.1.self_attn.v_proj": 5, "o_proj": 3},
        alpha_pattern={"layers.0.self_attn.(k|v)_proj": 7},
        use_rslora=True,
        task_type="CAUSAL_LM",
    ),
}


def build(config):
    model = get_peft_model(tiny_model(), config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.copy_(values(name, parameter.shape))
    return model


def layer_outputs(model):
    outputs = {}
    for name, module in model.named_modules():
        if isinstance(module, peft.tuners.lora.Linear):
            path = name.removeprefix("base_model.model.")
            with torch.no_grad():
                outputs[path] = module(values(f"input:{path}", (2, module.in_features), 1.0)).flatten().tolist()
    return outputs


def rename(source, target):
    shutil.copytree(source, target)
    file = target / "adapter_model.safetensors"
    prefix = "base_model.model."
    tensors = {prefix + old_name(key.removeprefix(prefix)): tensor for key, tensor in load_file(file).items()}
    save_file(tensors, file, {"format": "pt"})


directory = Path(sys.argv[1])
expected = {
    "versions": {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__},
    "adapters": {},
}
for name, config in CONFIGS.items():
    shutil.rmtree(directory / name, ignore_errors=True)
    model = build(config)
    model.save_pretrained(directory / name)
    (directory / name / "README.md").unlink(missing_ok=True)
    expected["adapters"][name] = {"lastLogits": last_logits(model), "layerOutputs": layer_outputs(model)}
shutil.rmtree(directory / "plain-old", ignore_errors=True)
rename(directory / "plain", directory / "plain-old")
expected["baseLastLogits"] = last_logits(tiny_model())
(directory / "expected.json").write_text(json.dumps(expected) + "\n")
