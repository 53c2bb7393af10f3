"""Reference values of torch.optim.AdamW for test/optimizer/adamw.test.ts.

Made with torch 2.13.0 (CPU). Usage: python adamw.py OUTPUT.json
"""

import json
import sys

import torch

CASES = [
    {"betas": [0.9, 0.999], "epsilon": 1e-8, "weightDecay": 0.0, "learningRates": [1e-2] * 6},
    {"betas": [0.8, 0.95], "epsilon": 1e-6, "weightDecay": 0.1, "learningRates": [0.1, 0.05, 0.02, 0.0, 0.01, 0.01]},
]


def run(case):
    generator = torch.Generator().manual_seed(7)
    shapes = [[3, 2], [4]]
    weights = [torch.randn(shape, generator=generator).requires_grad_() for shape in shapes]
    initial = [weight.detach().flatten().tolist() for weight in weights]
    optimizer = torch.optim.AdamW(
        weights, betas=tuple(case["betas"]), eps=case["epsilon"], weight_decay=case["weightDecay"]
    )
    steps = []
    for learning_rate in case["learningRates"]:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        for weight in weights:
            # From tiny to large, so that epsilon and the bias corrections both matter.
            weight.grad = torch.randn(weight.shape, generator=generator) * 10.0 ** torch.randint(
                -7, 2, weight.shape, generator=generator
            )
        optimizer.step()
        steps.append(
            {
                "gradients": [weight.grad.flatten().tolist() for weight in weights],
                "weights": [weight.detach().flatten().tolist() for weight in weights],
            }
        )
    return {**case, "shapes": shapes, "initial": initial, "steps": steps}


with open(sys.argv[1], "w") as output:
    json.dump({"versions": {"torch": torch.__version__}, "cases": [run(case) for case in CASES]}, output)
    output.write("\n")
