"""The peer's side of the benchmark: TRL's GRPOTrainer on the same checkpoint, images, prompt and settings.

usage: python trl_step.py SETTINGS.json

Speaks one JSON line an event on stdout and waits for a line on stdin before every step, so that the process that
measures can take turns. Written for trl 1.13.0, transformers 5.18.0, peft 0.21.0, torch 2.13.0.
"""
import json
import os
import resource
import sys
import time

settings = json.load(open(sys.argv[1]))
os.environ["OMP_NUM_THREADS"] = str(settings["threads"])
os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
out, sys.stdout = sys.stdout, sys.stderr  # libraries may print; events alone go to stdout

import peft  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
import trl  # noqa: E402
from datasets import Dataset, Image, Sequence  # noqa: E402
from peft import LoraConfig  # noqa: E402
from transformers import AutoTokenizer, Qwen2VLForConditionalGeneration, Qwen2VLProcessor, TrainerCallback  # noqa: E402
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil  # noqa: E402
from trl import GRPOConfig, GRPOTrainer  # noqa: E402

torch.set_num_threads(settings["threads"])
torch.manual_seed(0)


def say(**event):
    print(json.dumps(event), file=out, flush=True)


class ImageProcessor(Qwen2VLProcessor):
    """Without the video processor, which needs torchvision."""

    @classmethod
    def get_attributes(cls):
        return ["image_processor", "tokenizer"]


phases = {}


def timed(name, function):
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            phases[name] = phases.get(name, 0) + time.perf_counter() - start

    return wrapper


class Turns(TrainerCallback):
    def on_step_begin(self, args, state, control, **kwargs):
        say(kind="ready") if state.global_step == 0 else None
        sys.stdin.readline()
        phases.clear()
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        seconds = time.perf_counter() - self.start
        say(kind="step", step=state.global_step, seconds=seconds, phases=dict(phases), tokens=dict(tokens))


tokens = {}


def token_sum(completions, completion_ids, **kwargs):
    tokens["completion"] = [len(ids) for ids in completion_ids]
    return [(sum(ids) % 1000) / 1000 for ids in completion_ids]


folder = settings["checkpoint"]
tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
processor = ImageProcessor(image_processor=Qwen2VLImageProcessorPil.from_pretrained(folder), tokenizer=tokenizer,
                           chat_template=tokenizer.chat_template)
model = Qwen2VLForConditionalGeneration.from_pretrained(folder, dtype=getattr(torch, settings["dtype"]))
suppressed = [model.config.image_token_id, model.config.video_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id]
prompt = [{"role": "system", "content": settings["system"]}, {"role": "user", "content": settings["question"]}]
dataset = Dataset.from_dict({"prompt": [prompt] * len(settings["images"]),
                             "images": [[file] for file in settings["images"]]})
dataset = dataset.cast_column("images", Sequence(Image()))
config = GRPOConfig(
    output_dir=settings["output"], max_steps=settings["steps"], per_device_train_batch_size=settings["groupSize"],
    gradient_accumulation_steps=1, num_generations=settings["groupSize"], num_iterations=1,
    max_completion_length=settings["maxNewTokens"], beta=settings["beta"], temperature=1.0, loss_type="grpo",
    learning_rate=settings["learningRate"], max_grad_norm=1.0, lr_scheduler_type="constant",
    gradient_checkpointing=settings["peerCheckpointing"], generation_kwargs={"suppress_tokens": suppressed},
    use_cpu=settings["device"] == "cpu", bf16=settings["device"] != "cpu" and settings["dtype"] == "bfloat16",
    save_strategy="no", report_to="none", logging_strategy="no", disable_tqdm=True, shuffle_dataset=False,
    dataloader_pin_memory=False, seed=0,
)
trainer = GRPOTrainer(
    model=model, processing_class=processor, reward_funcs=token_sum, args=config, train_dataset=dataset,
    peft_config=LoraConfig(r=8, lora_alpha=16, target_modules=settings["targets"], task_type="CAUSAL_LM"),
    callbacks=[Turns()],
)

# Where the time goes: sampling, the reference's log-probs, the policy's forward, and the rest of the step (backward).
generate_turn, log_probs = trainer._generate_single_turn, trainer._get_per_token_logps_and_entropies


def generate(prompt_ids, *args, **kwargs):
    tokens["prompt"] = len(prompt_ids[0])
    return generate_turn(prompt_ids, *args, **kwargs)


def log_probs_by_policy(*args, **kwargs):
    name = "policy_forward" if torch.is_grad_enabled() else "reference"
    return timed(name, log_probs)(*args, **kwargs)


trainer._generate_single_turn = timed("rollout", generate)
trainer._get_per_token_logps_and_entropies = log_probs_by_policy
trainer.accelerator.backward = timed("backward", trainer.accelerator.backward)
trainer.train()
peak_gpu = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else None
say(kind="finished", peakBytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, peakDeviceBytes=peak_gpu,
    versions={"trl": trl.__version__, "transformers": transformers.__version__, "peft": peft.__version__,
              "torch": torch.__version__, "python": sys.version.split()[0]})
