"""Learning rates of transformers' schedules, for learning-rate.test.ts.

Written with torch 2.13.0+cpu and transformers 5.18.0. Run: python learning_rates.py learning-rates.json
"""

import json
import sys

import torch
import transformers
from transformers.optimization import (
    get_constant_schedule_with_warmup,
    get_cosine_with_min_lr_schedule_with_warmup,
    get_polynomial_decay_schedule_with_warmup,
)

PEAK = 2e-3


def rates(make, total):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=PEAK)
    scheduler = make(optimizer)
    values = []
    for _ in range(total):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return values


cases = []
for kind in ("constant", "linear", "cosine"):
    for total, warmup, ratio in ((10, 0, 0.0), (20, 5, 0.0), (20, 5, 0.05), (9, 7, 0.5), (30, 1, 0.1)):
        def make(optimizer, kind=kind, total=total, warmup=warmup, ratio=ratio):
            if kind == "constant":
                return get_constant_schedule_with_warmup(optimizer, warmup)
            if kind == "linear":
                return get_polynomial_decay_schedule_with_warmup(
                    optimizer, warmup, total, lr_end=PEAK * ratio, power=1.0
                )
            return get_cosine_with_min_lr_schedule_with_warmup(optimizer, warmup, total, min_lr_rate=ratio)

        cases.append(
            {"kind": kind, "totalSteps": total, "warmupSteps": warmup, "finalRatio": ratio, "rates": rates(make, total)}
        )

with open(sys.argv[1], "w") as file:
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    json.dump({"versions": versions, "peak": PEAK, "cases": cases}, file)
    file.write("\n")
