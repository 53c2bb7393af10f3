"""Records what other packages compute, for the text measures and the two penalties.

usage: PYTHONPATH=<checkout of google-research/google-research> python make_reference.py OUT.json

ROUGE-L is that of google-research/rouge (the package rouge-score, commit 0c1bbe5), without stemming; BLEU is
sacrebleu's sentence BLEU with effective order; soft-overlong and repetition are TRL's.

Written with sacrebleu 2.6.0, trl 1.13.0.
"""
import json
import random
import sys

import sacrebleu
import trl
from rouge import rouge_scorer
from sacrebleu.metrics import BLEU
from trl.rewards import get_repetition_penalty_reward, get_soft_overlong_punishment

PAIRS = [  # candidate, reference
    ("The heart is enlarged.", "The heart size is enlarged with clear lungs."),
    ("there is a nodule in the right upper lobe", "a nodule is seen in the right upper lobe"),
    ("normal", "abnormal"),
    ("Pneumonia", "pneumonia"),
    ("the the the the the the the", "The cat is on the mat."),
    ("police killed the gunman", "police kill the gunman"),
    ("the gunman kill police", "police kill the gunman"),
    ("T2-weighted MRI; ratio 0.62 (n=3)!", "a T2 weighted image, ratio of 0.62"),
    ("size 3-4 cm, 1,000.5 mL", "sizes of 3-4 cm and 1,000.5 mL."),
    ("&quot;clear&quot; &amp; dry - \nlungs", "\"clear\" & dry lungs"),
    ("no", "no"),
    ("yes", "no"),
    ("left lung", "left lung"),
    ("the lung " * 40, "the lung is clear " * 30),
    ("white   space\tand\nlines", "white space and lines"),
    ("it isn't the patient's lung", "it is not the patient's lung"),
    ("a.b.c e.g. vs.", "e.g. a b c"),
    ("...", "the lung"),
    ("the lung", ""),
    ("", "the lung"),
]
CHINESE = [
    ("心脏增大，左肺清晰。", "心脏大小正常，左肺清晰。"),
    ("CT显示左肺3cm结节", "CT 显示右肺 3cm 结节。"),
    ("“正常”—无异常…", "“正常”，没有异常。"),
    ("ｆｕｌｌ width ☀ and \U0001fac1", "full width ☀ and \U0001fac1"),
]
SETTINGS = [dict(), dict(lowercase=True), dict(max_ngram_order=1), dict(max_ngram_order=2, smooth_method="none"),
            dict(smooth_method="floor"), dict(smooth_method="add-k")]


def bleu(pairs, **settings):
    metric = BLEU(effective_order=True, **settings)
    return [metric.sentence_score(candidate, [reference]).score / 100 for candidate, reference in pairs]


scorer = rouge_scorer.RougeScorer(["rougeL"])
rouge = [list(scorer.score(reference, candidate)["rougeL"]) for candidate, reference in PAIRS]
chance = random.Random(5)
sequences = [[], [7], [7, 7], [7, 7, 7], [1, 2, 3, 4], [5] * 9, [1, 2, 3] * 5, list(range(50))] + [
    [chance.randrange(6) for _ in range(length)] for length in (5, 17, 60, 256)]
lengths = [0, 1, 191, 192, 193, 224, 255, 256, 257, 400]
with open(sys.argv[1], "w") as file:
    json.dump({
        "versions": {"sacrebleu": sacrebleu.__version__, "trl": trl.__version__},
        "pairs": PAIRS, "chinese": CHINESE,
        # precision, recall, F
        "rougeL": rouge,
        "bleu": [{"settings": settings, "scores": bleu(PAIRS, **settings)} for settings in SETTINGS],
        "bleuChinese": bleu(CHINESE, tokenize="zh"),
        "sequences": sequences,
        "repetition": [{"ngramSize": size, "maxPenalty": penalty, "scores":
                        get_repetition_penalty_reward(size, penalty)(completion_ids=sequences)}
                       for size, penalty in [(3, -1.0), (1, -0.5), (4, -2.0)]],
        "lengths": lengths,
        "softOverlong": [{"maxTokens": most, "bufferTokens": cache, "scores": get_soft_overlong_punishment(most, cache)(
            completion_ids=[[0] * length for length in lengths])} for most, cache in [(256, 64), (256, 0), (256, 256)]],
    }, file, ensure_ascii=False)
