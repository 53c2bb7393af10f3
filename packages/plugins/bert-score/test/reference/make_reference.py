"""Makes tiny random BERT, RoBERTa and DistilBERT checkpoints and records what bert_score computes on them.

usage: PYTHONPATH=<checkout of github.com/Tiiiger/bert_score> python make_reference.py OUT

OUT/bert, OUT/roberta, OUT/distilbert   checkpoints of transformers with tokenizers trained here
OUT/baseline.tsv                        a baseline file in bert_score's format, with values of our own
OUT/expected.json                       token ids, encoder outputs, and P, R, F of every setting

Written with bert_score 0.3.12 (commit 19e7f55), torch 2.13.0, transformers 5.18.0, tokenizers 0.23.2.

bert_score 0.3.12 was written for older transformers. Two things are put back for it, as they were in transformers 4:
`build_inputs_with_special_tokens`, and RoBERTa's `add_prefix_space=True` at encoding, which puts a space before the text
and is ignored by transformers 5. The trainers of tokenizers break ties by chance, so another run gives other
vocabularies; everything under OUT belongs together.
"""
import json
import pathlib
import shutil
import sys

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import bert_score
import bert_score.utils as bert_score_utils

out = pathlib.Path(sys.argv[1])
LAYERS = 2  # of 3
MAX_TOKENS = 40

CORPUS = [
    "the heart size is normal and the lungs are clear without effusion or pneumothorax",
    "there is a left lower lobe opacity consistent with pneumonia",
    "the mediastinum is within normal limits; no acute osseous abnormality",
    "a well circumscribed nodule is seen in the right upper lobe of the lung",
    "ct of the abdomen shows a hypodense lesion in the liver",
    "axial mri of the brain, t2 weighted, with a hyperintense mass in the frontal lobe",
    "the left kidney is not enlarged and no hydronephrosis is present",
    "cardiomegaly with a cardiothoracic ratio of 0.62 and bilateral pleural effusions",
] * 4

PAIRS = [  # candidate, reference
    ("The heart is enlarged.", "The heart size is enlarged with clear lungs."),
    ("No pleural effusion is seen in the left lung", "There is no pleural effusion."),
    ("there is a nodule in the right upper lobe", "a nodule is seen in the right upper lobe"),
    ("normal", "abnormal"),
    ("Pneumonia", "Pneumonia"),
    ("  white space around, and tabs\tinside\n", "white space around, and tabs inside"),
    ("T2-weighted MRI; ratio 0.62 (n=3)!", "a T2 weighted image, ratio of 0.62"),
    ("心脏增大，左肺清晰。", "心脏大小正常，肺部清晰。"),
    ("the caf\u00e9 na\u00efve r\u00f6ntgen \U0001fac1 lung", "the cafe naive rontgen lung"),
    ("a sentence with [SEP] and </s>, <pad> and <mask> inside", "a sentence with <pad> tokens [PAD] inside"),
    ("the lung " * 60, "the lung is clear " * 40),
    ("", "the lungs are clear"),
    ("the lungs are clear", ""),
    ("", ""),
    ("   ", "the lungs are clear"),
]
MULTIPLE = [  # candidate, references
    ("the heart is enlarged", ["cardiomegaly", "the heart is big", "an enlarged heart"]),
    ("no effusion", ["there is no pleural effusion"]),
    ("left lower lobe pneumonia", ["opacity in the left lower lobe", ""]),
]


def word_piece() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=160, special_tokens=special))
    ids = {token: tokenizer.token_to_id(token) for token in special}
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", ids["[SEP]"]), ("[CLS]", ids["[CLS]"]))
    return tokenizer


def byte_level() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=340, special_tokens=special, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", tokenizer.token_to_id("</s>")), ("<s>", tokenizer.token_to_id("<s>")), add_prefix_space=False)
    return tokenizer


BERT_SPECIAL = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
ROBERTA_SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>",
                   "pad_token": "<pad>", "mask_token": "<mask>"}


def write_tokenizer(folder: pathlib.Path, tokenizer: Tokenizer, kind: str, special: dict, extra: dict) -> None:
    """The two files of released checkpoints."""
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": kind, "model_max_length": MAX_TOKENS, **special, **extra}))


def randomise(model) -> None:
    """Larger than the initialiser's 0.02, so that every layer and every bias matters."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, 0.25)
            elif "LayerNorm" in name or "layer_norm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.2)
            else:
                parameter.normal_(0, 0.1)


def make(kind: str) -> pathlib.Path:
    folder = out / kind
    folder.mkdir(parents=True)
    common = dict(initializer_range=0.25)
    if kind == "roberta":
        tokenizer = byte_level()
        config = transformers.RobertaConfig(
            vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=3, num_attention_heads=4,
            intermediate_size=48, max_position_embeddings=MAX_TOKENS + 2, type_vocab_size=1, layer_norm_eps=1e-5,
            pad_token_id=1, bos_token_id=0, eos_token_id=2, **common)
        # With a language-model head, as released checkpoints have: names carry the prefix "roberta.".
        model = transformers.RobertaForMaskedLM(config)
        special, extra = ROBERTA_SPECIAL, {"add_prefix_space": False}
    else:
        tokenizer = word_piece()
        special, extra = BERT_SPECIAL, {"do_lower_case": True}
        if kind == "bert":
            config = transformers.BertConfig(
                vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=3, num_attention_heads=4,
                intermediate_size=48, max_position_embeddings=MAX_TOKENS, layer_norm_eps=1e-12, **common)
            model = transformers.BertModel(config)
        else:
            config = transformers.DistilBertConfig(
                vocab_size=tokenizer.get_vocab_size(), dim=32, n_layers=3, n_heads=4, hidden_dim=48,
                max_position_embeddings=MAX_TOKENS, **common)
            model = transformers.DistilBertModel(config)
    model.float().eval()
    randomise(model)
    model.save_pretrained(folder)
    write_tokenizer(folder, tokenizer, {"bert": "BertTokenizer", "roberta": "RobertaTokenizer",
                                        "distilbert": "DistilBertTokenizer"}[kind], special, extra)
    return folder


def tokenizer_of(folder, use_fast=False):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    plain_encode = tokenizer.encode

    def encode(text, add_prefix_space=False, **options):
        return plain_encode(" " + text if add_prefix_space and not text[0].isspace() else text, **options)

    tokenizer.encode = encode
    tokenizer.build_inputs_with_special_tokens = lambda ids: [tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]
    return tokenizer


# The module score.py imports the function by name; the package's attribute `score` is the function of that name.
sys.modules["bert_score.score"].get_tokenizer = tokenizer_of


def columns(result):
    return [[None if value != value else value for value in column.tolist()] for column in result]


torch.manual_seed(7)
shutil.rmtree(out, ignore_errors=True)
out.mkdir(parents=True)
baseline = out / "baseline.tsv"
baseline.write_text("LAYER,P,R,F\n" + "".join(
    f"{layer},{0.1 + layer / 10:.5f},{0.12 + layer / 10:.5f},{0.11 + layer / 10:.5f}\n" for layer in range(4)))
expected = {"versions": {"bert_score": bert_score.__version__, "torch": torch.__version__,
                         "transformers": transformers.__version__},
            "layers": LAYERS, "pairs": PAIRS, "multiple": MULTIPLE, "encoders": {}}
for kind in ["bert", "roberta", "distilbert"]:
    folder = str(make(kind))
    tokenizer = tokenizer_of(folder)
    model = bert_score_utils.get_model(folder, LAYERS)
    texts = [candidate for candidate, _ in PAIRS]
    ids = [bert_score_utils.sent_encode(tokenizer, text) for text in texts]
    with torch.no_grad():
        rows = [model(torch.tensor([each])).last_hidden_state[0] for each in ids[:3]]
    candidates, references = [list(side) for side in zip(*PAIRS)]
    several_candidates, several_references = [list(side) for side in zip(*MULTIPLE)]
    settings = dict(model_type=folder, num_layers=LAYERS, nthreads=0, device="cpu")
    expected["encoders"][kind] = {
        "tokenIds": ids,
        "hidden": [each.flatten().tolist() for each in rows],
        "plain": columns(bert_score.score(candidates, references, **settings)),
        "idf": columns(bert_score.score(candidates, references, idf=True, **settings)),
        "rescaled": columns(bert_score.score(candidates, references, lang="en", rescale_with_baseline=True,
                                             baseline_path=str(baseline), **settings)),
        "several": columns(bert_score.score(several_candidates, several_references, **settings)),
        "severalIdf": columns(bert_score.score(several_candidates, several_references, idf=True, **settings)),
    }
(out / "expected.json").write_text(json.dumps(expected))
for kind, values in expected["encoders"].items():
    print(kind, [len(each) for each in values["tokenIds"]], [round(f, 4) for f in values["plain"][2]])
