"""Milliseconds a sentence of 12 and of 128 tokens in transformers' RoBERTa with random weights, on the CPU.

usage: python transformers_encode.py HIDDEN HEADS INTERMEDIATE LAYERS BATCH REPEATS
"""
import json
import statistics
import sys
import time

import torch
import transformers

hidden, heads, intermediate, layers, batch, repeats = map(int, sys.argv[1:])
model = transformers.RobertaModel(transformers.RobertaConfig(
    vocab_size=340, hidden_size=hidden, num_attention_heads=heads, intermediate_size=intermediate,
    num_hidden_layers=layers, max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5),
    add_pooling_layer=False).eval()
result = {"torch": torch.__version__, "transformers": transformers.__version__, "threads": torch.get_num_threads()}
for tokens in (12, 128):
    ids = torch.randint(5, 340, (batch, tokens))
    times = []
    with torch.inference_mode():
        for _ in range(repeats + 1):
            start = time.perf_counter()
            model(ids, attention_mask=torch.ones_like(ids))
            times.append((time.perf_counter() - start) * 1000 / batch)
    result[f"msPerSentence{tokens}"] = round(statistics.median(times[1:]), 1)
print(json.dumps(result))
