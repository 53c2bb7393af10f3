"""Writes the configuration files that transformers 5.18.0 itself saves for a small model.

    python config.py OUT_DIR            writes OUT_DIR/saved/{config,generation_config,processor_config}.json
"""
import json
import sys
import tempfile
from pathlib import Path

from transformers import GenerationConfig, Qwen2VLConfig
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

out = Path(sys.argv[1]) / "saved"
out.mkdir(parents=True, exist_ok=True)

flat = {
    "model_type": "qwen2_vl", "architectures": ["Qwen2VLForConditionalGeneration"],
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "vocab_size": 2048, "rms_norm_eps": 1e-6, "max_position_embeddings": 4096,
    "hidden_act": "silu", "rope_theta": 500000.0, "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
    "tie_word_embeddings": True, "bos_token_id": 2000, "eos_token_id": 2002,
    "image_token_id": 2012, "video_token_id": 2013, "vision_start_token_id": 2009, "vision_end_token_id": 2010,
    "vision_config": {
        "depth": 2, "embed_dim": 32, "hidden_size": 64, "num_heads": 2, "mlp_ratio": 4, "in_chans": 3,
        "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2,
    },
}
Qwen2VLConfig.from_dict(flat).save_pretrained(out)
GenerationConfig(bos_token_id=2000, pad_token_id=2000, eos_token_id=[2002, 2000], do_sample=True, temperature=0.01, top_k=1, top_p=0.001).save_pretrained(out)
processor = json.loads(Qwen2VLImageProcessorPil(min_pixels=3136, max_pixels=200704).to_json_string())
# What Qwen2VLProcessor.save_pretrained writes: the image processor under its own key.
(out / "processor_config.json").write_text(json.dumps({"image_processor": processor, "processor_class": "Qwen2VLProcessor"}, indent=2) + "\n")
