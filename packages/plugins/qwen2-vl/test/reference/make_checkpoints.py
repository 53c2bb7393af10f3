"""Makes two tiny Qwen2-VL checkpoints with transformers and records what transformers computes on them.

usage: python make_checkpoints.py OUT

OUT/nested     save_pretrained of transformers: nested config.json, original key names, F32, processor files of today
OUT/flat-new   the flat config.json of released checkpoints, new key names, two shards, BF16, processor files of old
OUT/expected.json   prompt ids, greedy tokens and logits for both

Written with torch 2.13.0, transformers 5.18.0, tokenizers 0.23.2, safetensors 0.8.0, Pillow 12.3.0.
"""
import json
import pathlib
import shutil
import sys

import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2VLConfig, Qwen2VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

out = pathlib.Path(sys.argv[1])
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
           "<|image_pad|>", "<|video_pad|>"]
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
           r"|\s*[\r\n]+|\s+(?!\S)|\s+")
# The chat format of Qwen2-VL for one system, any user turns with images, and a generation prompt, in our words.
TEMPLATE = (
    "{%- if messages[0].role != 'system' %}{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}"
    "{%- for message in messages %}{{ '<|im_start|>' + message.role + '\\n' }}"
    "{%- if message.content is string %}{{ message.content }}{% else %}"
    "{%- for part in message.content %}{% if part.type == 'image' %}{{ '<|vision_start|><|image_pad|><|vision_end|>' }}"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}"
    "{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bpe = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(alphabet)}, merges=[]))
    bpe.normalizer = normalizers.NFC()
    bpe.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    bpe.decoder = decoders.ByteLevel()
    bpe.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    fast = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    fast.chat_template = TEMPLATE
    return fast


def config(ids) -> Qwen2VLConfig:
    return Qwen2VLConfig(
        text_config=dict(hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4,
                         num_key_value_heads=2, vocab_size=272, max_position_embeddings=512, rms_norm_eps=1e-6,
                         tie_word_embeddings=True, bos_token_id=None, eos_token_id=ids["<|im_end|>"],
                         rope_parameters=dict(rope_theta=1e6, rope_type="default", mrope_section=[2, 3, 3])),
        vision_config=dict(depth=2, embed_dim=32, num_heads=2, mlp_ratio=4, hidden_size=64, patch_size=14,
                           spatial_merge_size=2, temporal_patch_size=2),
        image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"],
        tie_word_embeddings=True,
    )


def ask(model, tok, processor, image: Image.Image, question: str):
    messages = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": question}]}]
    text = tok.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    features = processor(images=[image], return_tensors="pt")
    merged = int(features["image_grid_thw"].prod()) // 4
    ids = tok(text.replace("<|image_pad|>", "<|image_pad|>" * merged), return_tensors="pt")["input_ids"]
    image_id = tok.convert_tokens_to_ids("<|image_pad|>")
    inputs = dict(input_ids=ids, attention_mask=torch.ones_like(ids), mm_token_type_ids=(ids == image_id).int(), **features)
    with torch.no_grad():
        logits = model(**inputs).logits[0, -1]
        generated = model.generate(**inputs, max_new_tokens=12, do_sample=False, suppress_tokens=[
            image_id, tok.convert_tokens_to_ids("<|video_pad|>")])
    return {"question": question, "promptTokenIds": ids[0].tolist(), "lastLogits": logits.tolist(),
            "generated": generated[0, ids.shape[1]:].tolist()}


torch.manual_seed(0)
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
tok = tokenizer()
ids = {token: tok.convert_tokens_to_ids(token) for token in SPECIAL}
model = Qwen2VLForConditionalGeneration(config(ids)).float().eval()
with torch.no_grad():  # larger than the initialiser's 0.02, so that errors show
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            parameter.normal_(0, 0.12)
        elif "norm" not in name and "ln_q" not in name:
            parameter.normal_(0, 0.05)
model.generation_config.eos_token_id = [ids["<|im_end|>"], ids["<|endoftext|>"]]
model.generation_config.pad_token_id = ids["<|endoftext|>"]
processor = Qwen2VLImageProcessorPil(min_pixels=3136, max_pixels=28 * 28 * 20)

# A gradient with noise of its own; written as PNG, so both sides decode the same pixels.
pixels = torch.randint(0, 64, (75, 100, 3)) + torch.arange(100)[None, :, None] + torch.arange(75)[:, None, None]
image = Image.fromarray(pixels.clamp(0, 255).to(torch.uint8).numpy(), "RGB")
image.save(out / "image.png")

nested = out / "nested"
model.save_pretrained(nested)
tok.save_pretrained(nested)
processor.save_pretrained(nested)
expected = {"versions": {"torch": torch.__version__, "transformers": transformers.__version__},
            "nested": ask(model, tok, processor, image, "What kind of image is this?")}

flat = out / "flat-new"
flat.mkdir()
model = model.to(torch.bfloat16)
state = {name: tensor.contiguous() for name, tensor in model.state_dict().items() if name != "lm_head.weight"}
assert any(name.startswith("model.language_model.") for name in state)
names = sorted(state)
shards = {"model-00001-of-00002.safetensors": names[: len(names) // 2], "model-00002-of-00002.safetensors": names[len(names) // 2:]}
for file, members in shards.items():
    save_file({name: state[name] for name in members}, flat / file, metadata={"format": "pt"})
(flat / "model.safetensors.index.json").write_text(json.dumps({
    "metadata": {"total_size": sum(tensor.numel() * 2 for tensor in state.values())},
    "weight_map": {name: file for file, members in shards.items() for name in members}}))
text = config(ids).text_config
vision = config(ids).vision_config
(flat / "config.json").write_text(json.dumps({
    "architectures": ["Qwen2VLForConditionalGeneration"], "model_type": "qwen2_vl", "torch_dtype": "bfloat16",
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
    "vocab_size": 272, "max_position_embeddings": 512, "rms_norm_eps": 1e-6, "rope_theta": 1000000.0,
    "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]}, "tie_word_embeddings": True, "hidden_act": "silu",
    "use_sliding_window": False, "sliding_window": 32768, "bos_token_id": ids["<|endoftext|>"],
    "eos_token_id": ids["<|im_end|>"], "vision_start_token_id": ids["<|vision_start|>"],
    "vision_end_token_id": ids["<|vision_end|>"], "vision_token_id": ids["<|vision_pad|>"],
    "image_token_id": ids["<|image_pad|>"], "video_token_id": ids["<|video_pad|>"],
    "vision_config": {"depth": 2, "embed_dim": 32, "hidden_size": 64, "num_heads": 2, "mlp_ratio": 4, "in_chans": 3,
                      "patch_size": 14, "spatial_patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2}},
    indent=2))
(flat / "generation_config.json").write_text(json.dumps({"eos_token_id": [ids["<|im_end|>"], ids["<|endoftext|>"]],
                                                         "pad_token_id": ids["<|endoftext|>"], "do_sample": True, "top_k": 1}))
(flat / "preprocessor_config.json").write_text(json.dumps({
    "min_pixels": 3136, "max_pixels": 28 * 28 * 20, "patch_size": 14, "temporal_patch_size": 2, "merge_size": 2,
    "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
    "image_processor_type": "Qwen2VLImageProcessor", "processor_class": "Qwen2VLProcessor"}))
(flat / "tokenizer.json").write_text((nested / "tokenizer.json").read_text())
(flat / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>",
                                                        "pad_token": "<|endoftext|>", "chat_template": TEMPLATE}))
# Read back in F32: what an engine without bfloat16 computes (a cast model would have rounded rotary frequencies too).
model = Qwen2VLForConditionalGeneration.from_pretrained(flat, dtype=torch.float32).eval()
expected["flat-new"] = ask(model, tok, processor, image, "What kind of image is this?")
(out / "expected.json").write_text(json.dumps(expected))
print({name: (value["generated"], value["lastLogits"][:3]) for name, value in expected.items() if name != "versions"})
