"""Token ids of the quickstart's tokenizer by Hugging Face tokenizers 0.23.2.

python tokenizer_ids.py MODEL_FOLDER TEXTS.json OUT.json
TEXTS.json is a list of strings; OUT.json gets {"tokenizers": version, "texts": [[text, ids], ...]}.
"""

import json
import sys

import tokenizers

folder, source, target = sys.argv[1:]
tokenizer = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
with open(source, encoding="utf-8") as file:
    texts = json.load(file)
rows = [[text, tokenizer.encode(text, add_special_tokens=False).ids] for text in texts]
for text, ids in rows:
    assert tokenizer.decode(ids, skip_special_tokens=False) == text, text
with open(target, "w", encoding="utf-8") as file:
    json.dump({"tokenizers": tokenizers.__version__, "texts": rows}, file, ensure_ascii=False, indent=0)
    file.write("\n")
