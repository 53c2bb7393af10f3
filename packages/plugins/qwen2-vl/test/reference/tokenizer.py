"""Trains a small byte-level BPE with the Qwen2 pipeline on synthetic text, and tokenises seeded strings.

    python tokenizer.py OUT_DIR                      writes tokenizer/ and strings.json (ids of the small tokenizer)
    python tokenizer.py OUT_DIR --vocabulary DIR     writes the ids of the same strings under vocab.json and
                                                     merges.txt of DIR to OUT_DIR/strings-real.json; not for committing

Made with tokenizers 0.23.2.
"""
import json
import random
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SPECIAL = ["endoftext", "im_start", "im_end", "object_ref_start", "object_ref_end", "box_start", "box_end"]
SPECIAL += ["quad_start", "quad_end", "vision_start", "vision_end", "vision_pad", "image_pad", "video_pad"]
SPECIAL = [f"<|{name}|>" for name in SPECIAL]

out = Path(sys.argv[1])


def pipeline(model):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def special(token):
    return AddedToken(token, special=True, normalized=False)


# ---- synthetic text ----------------------------------------------------------------------------------------------

NOUNS = "lung heart kidney image chest scan lesion patient answer question opacity bone vessel liver spleen mass nodule".split()
VERBS = "shows has suggests needs looks contains excludes indicates resembles explains surrounds displaces".split()
ADJECTIVES = "left right large small normal abnormal bright dark acute chronic round irregular upper lower clear".split()
CHINESE = "这张影像显示左侧右侧肺部心脏肾脏肝脏正常异常病变结节阴影清晰模糊请问患者需要检查结果是的不是为什么因为所以可能没有".strip()
CONTRACTIONS = "don't we'll I'm it's they've you'd he'll we're can't isn't DON'T WE'LL I'M IT'S".split()


def sentence(rng):
    words = ["the", rng.choice(ADJECTIVES), rng.choice(NOUNS), rng.choice(VERBS), "a", rng.choice(ADJECTIVES), rng.choice(NOUNS)]
    if rng.random() < 0.3:
        words.insert(0, rng.choice(CONTRACTIONS))
    if rng.random() < 0.3:
        words.append(str(rng.randrange(10 ** rng.randrange(1, 6))))
    text = " ".join(words) + rng.choice([".", "?", "!", ";", " ..."])
    return text[0].upper() + text[1:]


def chinese(rng):
    return "".join(rng.choice(CHINESE) for _ in range(rng.randrange(2, 14))) + rng.choice("，。？！")


def code(rng):
    name = rng.choice(NOUNS)
    return rng.choice(
        [
            f"def {name}_{rng.choice(VERBS)}(x, y={rng.randrange(99)}):\n    return x[{rng.randrange(9)}] * y\n",
            f"for (let {name[0]} = 0; {name[0]} < {rng.randrange(999)}; {name[0]}++) {{\n\tconsole.log('{name}');\r\n}}",
            f'{{"{name}": [{rng.random():.4f}, null, true], "url": "https://example.org/{name}?q={rng.randrange(99)}"}}',
            f"<think>\n{sentence(rng)}\n</think>\n<answer>{rng.choice(NOUNS)}</answer>",
        ]
    )


# Merges across the long s, so that ids tell whether it ended a contraction: (?i:'s) matches it by Unicode folding.
LONG_S = ["a ſhort ſhadow ſhows", "the ſhallow ſhunt"]
LONG_S_STRINGS = ["it'ſhort", "'ſhadow ſhows", "a'ſhunt'ſ", "'ſ", "it'Sſhallow"]


def corpus():
    rng = random.Random(20260101)
    for _ in range(300):
        yield rng.choice(LONG_S)
    for _ in range(6000):
        yield rng.choice([sentence, sentence, chinese, code])(rng)


# ---- strings to tokenise -----------------------------------------------------------------------------------------

WHITE = [" ", "  ", "   ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u0085", "\u3000", "\ufeff", "\u2003", "\u2028", "\u180e", "\u200b"]
EMOJI = ["🙂", "👍🏽", "👩‍⚕️", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇳", "❤️", "🫁", "🧑🏿‍🦽", "☺", "✔️", "1️⃣"]
COMBINING = ["e\u0301", "a\u030a", "\u1100\u1161\u11a8", "n\u0303", "\u212b", "\u2126", "o\u0302\u0301", "\u0915\u093c", "q\u0307\u0323"]
COMBINING += ["\u0344", "\ufb1d", "\u09c7\u09be", "s\u0323\u0307", "\u1e9b\u0323", "ﬁ", "ＡＢ", "가"]
NUMBERS = ["0", "12345", "3.14", "1,000,000", "①②", "Ⅳ", "½", "٣٤", "²", "x²", "１２", "〇", "१२"]
MARKS = "'s 't 're 've 'm 'll 'd 'S 'T 'RE 'Ve 'M 'lL 'D 'ſ don’t it'ſ 'K 'İ ''s 's's ' \" ... -- != <= ## `` ～ — ’s".split()
CONTROL = ["\x00", "\x01", "\x07", "\x0b", "\x0c", "\x1b[0m", "\x7f", "\u0080", "\u009f", "\u200d", "\u202e", "\ufffd", "\ufffe", "\U0010ffff"]
SCRIPTS = ["Привет", "γειά", "שלום", "مرحبا", "नमस्ते", "สวัสดี", "こんにちは", "안녕하세요", "𝒳𝓎", "𠜎𠜱", "ÆØÅ", "naïve", "ǅ", "ß", "İi", "ﷺ"]
TOKENS = SPECIAL + ["<|im_start|", "|im_end|>", "<|unknown|>", "<|", "|>", "<tool_call>", "<|IM_END|>", "<｜im_end｜>"]


def pieces(rng):
    kinds = [WHITE, EMOJI, COMBINING, NUMBERS, MARKS, CONTROL, SCRIPTS, TOKENS, NOUNS, ADJECTIVES, CONTRACTIONS]
    weights = [4, 2, 3, 3, 4, 1, 2, 1, 4, 2, 2]
    return "".join(rng.choice(rng.choices(kinds, weights)[0]) for _ in range(rng.randrange(1, 9)))


def code_points(rng):
    ranges = [(0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x2000, 0x206F), (0x3000, 0x30FF), (0x4E00, 0x4FFF), (0x1F600, 0x1F64F)]
    return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randrange(1, 12)))


def strings():
    rng = random.Random(20260102)
    found = {""}
    for group in [WHITE, EMOJI, COMBINING, NUMBERS, MARKS, CONTROL, SCRIPTS, TOKENS, LONG_S_STRINGS]:
        found.update(group)
    # Every break between two kinds of white space, before and after a word.
    for first in WHITE:
        for second in WHITE:
            found.add(f"a{first}{second}b{second}")
    while len(found) < 1900:
        found.add(pieces(rng))
    while len(found) < 2300:
        found.add(code_points(rng))
    while len(found) < 2800:
        found.add(rng.choice([sentence, chinese, code])(rng))
    return sorted(found)


def write_lines(path, rows):
    """One row a line, so that a difference between two versions can be read."""
    path.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


def expectations(tokenizer):
    rows = []
    for text in strings():
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        rows.append([text, ids])
    return rows


out.mkdir(parents=True, exist_ok=True)
if "--vocabulary" in sys.argv:
    directory = Path(sys.argv[sys.argv.index("--vocabulary") + 1])
    model = models.BPE.from_file(str(directory / "vocab.json"), str(directory / "merges.txt"))
    tokenizer = pipeline(model)
    decoder = json.loads((directory / "tokenizer_config.json").read_text())["added_tokens_decoder"]
    for _, token in sorted(decoder.items(), key=lambda item: int(item[0])):
        tokenizer.add_tokens([AddedToken(token["content"], special=token["special"], normalized=False)])
    write_lines(out / "strings-real.json", expectations(tokenizer))
else:
    tokenizer = pipeline(models.BPE())
    trainer = trainers.BpeTrainer(vocab_size=2000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.add_special_tokens([special(token) for token in SPECIAL])
    folder = out / "tokenizer"
    folder.mkdir(exist_ok=True)
    stored = json.loads(tokenizer.to_str())
    (folder / "tokenizer.json").write_text(json.dumps(stored, separators=(",", ":")) + "\n")
    added = {
        str(tokenizer.token_to_id(token)): {
            "content": token, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True
        }
        for token in SPECIAL
    }
    config = {"added_tokens_decoder": added, "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "bos_token": None}
    config |= {"tokenizer_class": "Qwen2Tokenizer", "clean_up_tokenization_spaces": False, "model_max_length": 32768}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    rows = expectations(tokenizer)
    write_lines(out / "strings.json", rows)
    # Ids of every kind, cut in the middle of characters and with ids beyond the vocabulary.
    rng = random.Random(20260103)
    size = tokenizer.get_vocab_size()
    cases = []
    for _ in range(300):
        ids = [rng.randrange(size + 3) for _ in range(rng.randrange(1, 12))]
        cases.append([ids, tokenizer.decode(ids, skip_special_tokens=True), tokenizer.decode(ids, skip_special_tokens=False)])
    write_lines(out / "decoded.json", cases)
    versions = {"tokenizers": tokenizers.__version__, "strings": len(rows), "vocabulary": size}
    (out / "tokenizer-versions.json").write_text(json.dumps(versions) + "\n")
