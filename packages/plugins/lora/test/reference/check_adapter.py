"""Loads an adapter folder into the tiny Qwen2-VL with PEFT; fails on any missing or unexpected key.

Used with torch 2.13.0 (CPU), transformers 5.18.0, peft 0.21.0. Usage: python check_adapter.py ADAPTER_DIRECTORY
Prints the last logits of both prompts as JSON.
"""

import json
import sys

from peft import PeftConfig, PeftModel, get_peft_model, load_peft_weights, set_peft_model_state_dict
from tiny_qwen2_vl import last_logits, tiny_model

directory = sys.argv[1]
model = get_peft_model(tiny_model(), PeftConfig.from_pretrained(directory)).eval()
result = set_peft_model_state_dict(model, load_peft_weights(directory, device="cpu"))
missing = [key for key in result.missing_keys if "lora_" in key]
if missing or result.unexpected_keys:
    sys.exit(f"missing: {missing}\nunexpected: {result.unexpected_keys}")
found = last_logits(model)
if last_logits(PeftModel.from_pretrained(tiny_model(), directory).eval()) != found:
    sys.exit("PeftModel.from_pretrained gives other logits")
json.dump(found, sys.stdout)
print()
