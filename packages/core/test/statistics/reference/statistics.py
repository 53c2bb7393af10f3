"""Reference values for statistics.test.ts from scipy, statsmodels and krippendorff.

Written with numpy 2.4.6, scipy 1.17.1, statsmodels 0.15.0 and krippendorff (fast-krippendorff) 0.8.3.dev0.
Run: python statistics.py statistics.json
"""

import json
import sys

import krippendorff
import numpy as np
import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.inter_rater import cohens_kappa, to_table
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(7)


def number(value):
    value = float(value)
    return value if np.isfinite(value) else None


normal = [{"probability": p, "quantile": stats.norm.ppf(p)} for p in (1e-12, 1e-5, 0.001, 0.02, 0.025, 0.3, 0.5, 0.84, 0.975, 0.995, 0.999999)]

wilson = []
for successes, total, confidence in ((0, 5, 0.95), (5, 5, 0.95), (1, 1, 0.95), (90, 148, 0.95), (37, 61, 0.9), (4387, 9876, 0.99)):
    low, high = proportion_confint(successes, total, alpha=1 - confidence, method="wilson")
    wilson.append({"successes": successes, "total": total, "confidence": confidence, "low": low, "high": high})

mcnemars = []
for b, c in ((0, 0), (0, 1), (1, 1), (0, 6), (3, 9), (5, 5), (14, 31), (100, 141), (700, 612), (20, 300)):
    result = mcnemar([[10, b], [c, 20]], exact=True)
    mcnemars.append({"onlyFirst": b, "onlySecond": c, "p": result.pvalue})

kappas = []
for categories, n in ((2, 10), (2, 148), (3, 40), (5, 60)):
    first = random.integers(0, categories, n)
    second = np.where(random.random(n) < 0.6, first, random.integers(0, categories, n))
    table = to_table(np.column_stack([first, second]), bins=categories)[0]
    kappas.append({"pairs": np.column_stack([first, second]).tolist(), "kappa": cohens_kappa(table).kappa})

alphas = []
# The worked example of Krippendorff's "Computing Krippendorff's Alpha-Reliability" (2011), 12 units, 4 observers.
published = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def alpha_case(units):
    data = np.array([[np.nan if value is None else value for value in unit] for unit in units], dtype=float).T
    levels = {level: krippendorff.alpha(reliability_data=data, level_of_measurement=level) for level in ("nominal", "ordinal", "interval", "ratio")}
    return {"units": units, "alpha": levels}


alphas.append(alpha_case(np.array(published, dtype=object).T.tolist()))
for graders, n, categories, missing in ((2, 30, 2, 0.0), (3, 50, 2, 0.2), (5, 25, 4, 0.4)):
    truth = random.integers(1, categories + 1, n)
    values = np.where(random.random((n, graders)) < 0.7, truth[:, None], random.integers(1, categories + 1, (n, graders)))
    gone = random.random((n, graders)) < missing
    alphas.append(alpha_case([[None if gone[i, j] else int(values[i, j]) for j in range(graders)] for i in range(n)]))

correlations = []
for n in (4, 50, 148):
    lengths = random.integers(5, 60, n)
    scores = (random.random(n) < 0.3 + 0.008 * lengths).astype(int)
    scores[0], scores[1] = 0, 1
    correlations.append(
        {
            "pairs": np.column_stack([lengths, scores]).tolist(),
            "pearson": stats.pearsonr(lengths, scores).statistic,
            "spearman": stats.spearmanr(lengths, scores).statistic,
        }
    )

quantiles = []
for n in (1, 2, 7, 200):
    values = np.sort(random.normal(size=n))
    probabilities = [0.0, 0.025, 0.3, 0.5, 0.975, 1.0]
    quantiles.append({"sorted": values.tolist(), "probabilities": probabilities, "quantiles": np.quantile(values, probabilities).tolist()})

# scipy.stats.bootstrap resamples clusters here: its data are cluster numbers, its statistic the mean over the items of
# the drawn clusters. The same generator, seeded alike, gives the draws themselves.
bootstraps = []
for clusters, resamples, confidence in ((6, 100, 0.95), (15, 100, 0.95), (25, 120, 0.9)):
    items = [random.integers(0, 2, random.integers(1, 6)).tolist() for _ in range(clusters)]
    sums = np.array([sum(members) for members in items])
    sizes = np.array([len(members) for members in items])

    def ratio(index, axis=-1):
        index = np.asarray(index).astype(int)
        return sums[index].sum(axis=axis) / sizes[index].sum(axis=axis)

    result = stats.bootstrap(
        (np.arange(clusters),),
        ratio,
        n_resamples=resamples,
        confidence_level=confidence,
        method="percentile",
        vectorized=True,
        rng=np.random.default_rng(11),
    )
    draws = np.random.default_rng(11).integers(0, clusters, (resamples, clusters))
    assert np.array_equal(np.array([ratio(draw) for draw in draws]), result.bootstrap_distribution)
    low, high = result.confidence_interval
    bootstraps.append({"clusters": items, "draws": draws.tolist(), "confidence": confidence, "low": low, "high": high})

with open(sys.argv[1], "w") as file:
    json.dump(
        {
            "versions": {
                "numpy": np.__version__,
                "scipy": scipy.__version__,
                "statsmodels": statsmodels.__version__,
            },
            "normal": [{**case, "quantile": number(case["quantile"])} for case in normal],
            "wilson": wilson,
            "mcnemar": mcnemars,
            "kappa": kappas,
            "alpha": alphas,
            "correlation": correlations,
            "quantile": quantiles,
            "bootstrap": bootstraps,
        },
        file,
    )
    file.write("\n")
