"""Reference values for rule-scores.test.ts: BLEU and Snowball stems from nltk, LLaVA-Med's scores from its own script.

Written with nltk 3.10.3. LLaVA-Med's functions are read from the folder given
(microsoft/LLaVA-Med at ad758b6, llava/eval/eval_metrics/evaluate_metrics.py), whose normalisation is
replaced by the identity: texts here are normalised already.
Run: python rule_scores.py rule-scores.json FOLDER (the one that holds eval_metrics/)
"""

import json
import sys
import warnings

from nltk.stem.snowball import SnowballStemmer
from nltk.translate.bleu_score import sentence_bleu

warnings.simplefilter("ignore")
pairs = [
    ("left lung", "left lung"),
    ("left lung", "right lung"),
    ("left lung lower lobe", "lower lobe of left lung"),
    ("mri", "mri"),
    ("ct", "mri"),
    ("mri mri t2 weighted", "mri t2 weighted"),
    ("axial ct of chest with contrast", "axial ct chest with contrast"),
    ("there is large mass in left lung", "large mass in left lung"),
    ("lung lung lung", "lung nodule"),
    ("heart", "enlarged heart with pleural effusion"),
    ("t1 weighted sagittal mri of brain with gadolinium", "t1 weighted sagittal mri of brain"),
]
bleu = []
for candidate, reference in pairs:
    given, wanted = candidate.split(), reference.split()
    bleu.append(
        {
            "candidate": candidate,
            "reference": reference,
            "bleu1": sentence_bleu([wanted], given, weights=(1.0,)),
            "bleu4": sentence_bleu([wanted], given, auto_reweigh=True),
        }
    )

words = (
    "weighted sagittal angiography pneumonia effusions enlarged enlargement nodules cardiomegaly metastases metastatic "
    "calcification calcified lesions hemorrhagic fractures normally generously dying skies inning arthritis biopsies "
    "radiographic ultrasound gastrointestinal dilated dilatation cysts abscesses vertebrae thrombosed ischaemia opacity "
    "opacities communicating hydrocephalus early only news exceeding proceed succeeding herring bilaterally"
).split()
stemmer = SnowballStemmer("english")
result = {"bleu": bleu, "stems": [[word, stemmer.stem(word)] for word in words]}

sys.path.insert(0, sys.argv[2])
from eval_metrics import evaluate_metrics as metrics  # noqa: E402

metrics.normalize_word = lambda text: text
result["llavaMed"] = []
for candidate, reference in pairs:
    f1, precision, recall = metrics.calculate_f1score(candidate, reference)
    scores = {"f1": f1, "precision": precision, "recall": recall, "exact": metrics.calculate_exactmatch(candidate, reference)}
    result["llavaMed"].append({"candidate": candidate, "reference": reference, **scores})

with open(sys.argv[1], "w") as file:
    json.dump(result, file, indent=1)
    file.write("\n")
