"""Losses, gradients and metrics of TRL's own GRPOTrainer on fixed per-token log-probs.

    python trl_losses.py OUT.json

Versions: trl 1.13.0, torch 2.13.0 (written into the output as well).

GRPOTrainer._compute_loss and get_high_entropy_mask run unchanged on a stand-in for the trainer that carries the
options and hands out the given log-probs and entropies in place of a model's. Eight completions of unequal lengths
in two micro-steps of four; the gradient is that of the sum over both micro-steps, as accumulation gives it.
"""

import json
import sys
from types import SimpleNamespace
from collections import defaultdict

import torch
import trl
from trl.trainer.grpo_trainer import GRPOTrainer

LENGTHS = [5, 3, 1, 4, 2, 6, 3, 4]
MICRO_STEP = 4
WIDTH = max(LENGTHS)
MAX_COMPLETION_LENGTH = 8
TRUNCATED = [1, 6]
# One value a micro-step each.
LOGGED = ["kl", "entropy", "clip_ratio/low_mean", "clip_ratio/high_mean", "clip_ratio/region_mean"]

torch.manual_seed(20250607)


def single(*shape, low, high):
    """Uniform doubles that are exact in single precision."""
    return (low + (high - low) * torch.rand(*shape)).double()


inputs = {
    "logps": -single(8, WIDTH, low=0.05, high=3.0),
    "advantages": torch.tensor([1.25, -0.75, 0.5, -1.0, -0.25, 1.5, -1.5, 0.25]).double(),
    "entropies": single(8, WIDTH, low=0.0, high=2.0),
}
inputs["old"] = (inputs["logps"] + single(8, WIDTH, low=-0.6, high=0.6)).float().double()
inputs["reference"] = (inputs["logps"] + single(8, WIDTH, low=-0.8, high=0.8)).float().double()


class Accelerator:
    num_processes = 1

    def gather(self, x):
        return x

    def reduce(self, x, reduction):
        return x

    def pad_across_processes(self, x, dim, pad_index):
        return x


def run(loss_type, *, old, beta=0.0, level="token", delta=None, mask_truncated=False, quantile=1.0, low=0.2, high=0.2):
    mask = torch.zeros(8, WIDTH, dtype=torch.int64)
    for row, length in enumerate(LENGTHS):
        mask[row, :length] = 1
    if mask_truncated:
        mask[TRUNCATED] = 0
    logps = inputs["logps"].clone().requires_grad_(True)
    metrics = defaultdict(list)
    total = torch.zeros((), dtype=torch.float64)
    for first in range(0, 8, MICRO_STEP):
        rows = slice(first, first + MICRO_STEP)
        trainer = SimpleNamespace(
            accelerator=Accelerator(),
            model=SimpleNamespace(training=True),
            args=SimpleNamespace(delta=delta, use_bias_correction_kl=False, steps_per_generation=8 // MICRO_STEP),
            aux_loss_enabled=False,
            _entropy_bonus_enabled=False,
            beta=beta,
            current_gradient_accumulation_steps=8 // MICRO_STEP,
            epsilon_high=high,
            epsilon_low=low,
            importance_sampling_level=level,
            loss_type=loss_type,
            max_completion_length=MAX_COMPLETION_LENGTH,
            off_policy_mask_threshold=None,
            top_entropy_quantile=quantile,
            use_vllm=False,
            _metrics={"train": metrics},
            _get_per_token_logps_and_entropies=lambda *_, **__: (logps[rows], inputs["entropies"][rows], None),
        )
        trainer.get_high_entropy_mask = lambda *given: GRPOTrainer.get_high_entropy_mask(trainer, *given)
        batch = {
            "prompt_ids": torch.zeros(MICRO_STEP, 1, dtype=torch.int64),
            "prompt_mask": torch.ones(MICRO_STEP, 1, dtype=torch.int64),
            "completion_ids": torch.zeros(MICRO_STEP, WIDTH, dtype=torch.int64),
            "completion_mask": mask[rows],
            "advantages": inputs["advantages"][rows],
            "num_items_in_batch": mask.sum(),
        }
        if old:
            batch["old_per_token_logps"] = inputs["old"][rows]
        if beta:
            batch["ref_per_token_logps"] = inputs["reference"][rows]
        total = total + GRPOTrainer._compute_loss(trainer, None, batch)
    total.backward()
    gradient = [logps.grad[row, :length].tolist() for row, length in enumerate(LENGTHS)]
    return {"loss": total.item(), "gradient": gradient, "metrics": {k: metrics[k] for k in LOGGED if k in metrics}}


VARIANTS = {
    "on-policy": dict(old=False),
    "on-policy with KL": dict(old=False, beta=0.04),
    "clipped": dict(old=True),
    "clipped, asymmetric, with KL": dict(old=True, beta=0.1, low=0.1, high=0.28),
    "two-sided cap": dict(old=True, delta=1.3),
    "sequence ratio": dict(old=True, level="sequence", low=0.05, high=0.08),
    "sequence ratio, cap, KL": dict(old=True, level="sequence", low=0.05, high=0.08, delta=1.1, beta=0.04),
    "truncated masked": dict(old=True, beta=0.04, mask_truncated=True),
    "top entropy": dict(old=True, beta=0.04, quantile=0.3),
    "top entropy, sequence ratio": dict(old=True, beta=0.04, quantile=0.5, level="sequence"),
}

cases = []
for loss_type in ["grpo", "bnpo", "dr_grpo", "dapo"]:
    for name, options in VARIANTS.items():
        cases.append({"lossType": loss_type, "name": name, "options": options, **run(loss_type, **options)})


def ragged(matrix):
    return [matrix[row, :length].tolist() for row, length in enumerate(LENGTHS)]


json.dump(
    {
        "versions": {"trl": trl.__version__, "torch": torch.__version__},
        "microStep": MICRO_STEP,
        "maxNewTokens": MAX_COMPLETION_LENGTH,
        "truncated": TRUNCATED,
        "logProbs": ragged(inputs["logps"]),
        "oldLogProbs": ragged(inputs["old"]),
        "referenceLogProbs": ragged(inputs["reference"]),
        "entropies": ragged(inputs["entropies"]),
        "advantages": inputs["advantages"].tolist(),
        "cases": cases,
    },
    open(sys.argv[1], "w"),
    separators=(",", ":"),
)
