"""Writes scores.json: small samples and the scores that numpy and scipy give them.

Run: python3 scores.py > scores.json   (made with scipy 1.17, numpy 2)
The formulas are those of the conventions, written here with scipy and numpy only.
"""
import json
import math

import numpy as np
from scipy import stats
from scipy.spatial import distance


def shares(r, c, numeric, fill):
    if numeric and len(set(r)) > 20:
        edges = np.histogram_bin_edges(np.concatenate([r, c]), bins="sturges")
        p, q = np.histogram(r, edges)[0] / len(r), np.histogram(c, edges)[0] / len(c)
    else:
        keys = sorted(set(r) | set(c))
        p = np.array([np.sum(np.asarray(r) == k) / len(r) for k in keys])
        q = np.array([np.sum(np.asarray(c) == k) / len(c) for k in keys])
    if fill:
        for s in (p, q):
            least = min(s[s != 0])
            s[s == 0] = least / 10**6 if least <= 0.0001 else 0.0001
    return p, q


def z(r, c):
    first = sorted(set(r) | set(c))[0]
    n1, n2 = len(r), len(c)
    p1, p2 = sum(x != first for x in r) / n1, sum(x != first for x in c) / n2
    p = (p1 * n1 + p2 * n2) / (n1 + n2)
    return 2 * (1 - stats.norm.cdf(abs((p1 - p2) / math.sqrt(p * (1 - p) * (1 / n1 + 1 / n2)))))


def chisquare(r, c):
    keys = sorted(set(r) | set(c))
    with np.errstate(divide="ignore"):
        return stats.chisquare(
            [list(c).count(k) for k in keys], [list(r).count(k) * len(c) / len(r) for k in keys]
        )[1]


def hellinger(r, c, numeric):
    if not numeric:
        p, q = shares(r, c, False, False)
        return math.sqrt(1 - min(1, np.sum(np.sqrt(p * q))))
    edges = np.histogram_bin_edges(list(set(r) | set(c)), bins="sturges")
    h1 = np.histogram(r, bins=edges, density=True)[0]
    h2 = np.histogram(c, bins=edges, density=True)[0]
    width = (max(edges) - min(edges)) / (len(edges) - 1)
    return math.sqrt(1 - min(1, np.sum(np.sqrt(h1 * h2)) * width))


def homogeneity(counts):
    """Levels that are expected fewer than 5 times on the smaller side are one cell."""
    counts = np.array(counts)
    least = 5 * counts.sum() / min(counts.sum(axis=1))
    rare = counts.sum(axis=0) < least
    pooled = counts[:, rare].sum(axis=1, keepdims=True)
    cells = [counts[:, ~rare]] + ([pooled] if pooled.sum() >= least else [])
    table = np.hstack(cells)
    if 0 < pooled.sum() < least:
        if table.shape[1] < 2:
            table = np.hstack([table, pooled]) if table.shape[1] else counts
        else:
            table[:, [np.argmin(table.sum(axis=0))]] += pooled
    if table.shape[1] < 2:
        table = counts
    return stats.chi2_contingency(table, correction=False)[1]


def tvd_p(r, c):
    """Evidently's TVD: the p-value of 1,000 permutations."""
    keys, codes = np.unique(np.concatenate([r, c]), return_inverse=True)
    tvd = lambda a, b: 0.5 * np.sum(np.abs(np.bincount(a, minlength=len(keys)) / len(a) - np.bincount(b, minlength=len(keys)) / len(b)))
    found = tvd(codes[: len(r)], codes[len(r) :]) - 1e-12
    order = np.random.default_rng(0)
    splits = (order.permutation(codes) for _ in range(1000))
    return np.mean([tvd(split[: len(r)], split[len(r) :]) >= found for split in splits])


def score(r, c, numeric):
    filled, plain = shares(r, c, numeric, True), shares(r, c, numeric, False)
    scores = {
        "jensenshannon": distance.jensenshannon(*plain),
        "psi": np.sum((filled[0] - filled[1]) * np.log(filled[0] / filled[1])),
        "kl_div": stats.entropy(*filled),
        "hellinger": hellinger(r, c, numeric),
        "chisquare": chisquare(r, c),
        "z": z(r, c),
    }
    keys = sorted(set(r) | set(c))
    counts = [[list(side).count(k) for k in keys] for side in (r, c)]
    scores["g_test"] = stats.power_divergence(
        counts[1], [k * len(c) / len(r) for k in counts[0]], lambda_="log-likelihood"
    )[1]
    scores["homogeneity"] = homogeneity(counts)
    scores["tvd_p"] = tvd_p(r, c)
    if len(keys) == 2:
        scores["fisher_exact"] = stats.fisher_exact([counts[1][::-1], counts[0][::-1]])[1]
    scores["tvd"] = sum(abs(list(r).count(k) / len(r) - list(c).count(k) / len(c)) for k in keys) / 2
    if numeric:
        scores["ks"] = stats.ks_2samp(r, c)[1]
        scores["t_test"] = stats.ttest_ind(r, c)[1]
        scores["wasserstein"] = stats.wasserstein_distance(r, c) / max(np.std(r), 0.001)
        scores["mannw"] = stats.mannwhitneyu(r, c, alternative="less")[1]
        if min(len(r), len(c)) > 1:
            scores["cramer_von_mises"] = stats.cramervonmises_2samp(r, c).pvalue
            scores["anderson"] = stats.anderson_ksamp([r, c])[2]
        if min(len(r), len(c)) >= 5 and stats.iqr(np.hstack((r, c))) > 0:
            scores["es"] = stats.epps_singleton_2samp(r, c)[1]
        scores["energy"] = stats.energy_distance(r, c)
    return {name: float(value) for name, value in scores.items()}


rng = np.random.default_rng(7)
normal = lambda mean, sd, n: [float(f"{x:.3f}") for x in rng.normal(mean, sd, n)]
poisson = lambda rate, n: [int(x) for x in rng.poisson(rate, n)]
pick = lambda levels, p, n: [levels[i] for i in rng.choice(len(levels), n, p=p)]
CASES = {
    "normal, equal sizes": (True, normal(0, 1, 60), normal(0.3, 1.2, 60)),
    "normal, unequal sizes": (True, normal(10, 2, 64), normal(10.5, 2, 41)),
    "normal, no overlap": (True, normal(0, 1, 30), normal(50, 1, 45)),
    "power of two": (True, normal(5, 1, 64), normal(5.2, 1, 64)),
    "counts, many ties": (True, poisson(1.2, 80), poisson(1.9, 55)),
    "counts, many values": (True, poisson(60, 90), poisson(64, 77)),
    "two numbers": (True, pick([0, 1], [0.7, 0.3], 70), pick([0, 1], [0.5, 0.5], 48)),
    "few, no ties": (True, normal(0, 1, 6), normal(0.8, 1, 11)),
    "twenty at most": (True, normal(0, 1, 20), normal(0.5, 1, 15)),
    "many rows": (True, normal(0, 1, 500), normal(0.1, 1, 400)),
    "rare levels": (False, pick("abcdefgh", [0.6, 0.3, 0.04, 0.02, 0.01, 0.01, 0.01, 0.01], 150), pick("abcdefgh", [0.5, 0.35, 0.04, 0.03, 0.02, 0.02, 0.02, 0.02], 120)),
    "tiny deviation": (True, [1 + i * 1e-6 for i in range(30)], [1 + i * 1e-6 for i in range(3, 40)]),
    "one each": (True, [1.0, 2.0], [4.0]),
    "levels": (False, pick(["DSL", "Fiber", "No"], [0.3, 0.5, 0.2], 90), pick(["DSL", "Fiber", "No"], [0.4, 0.3, 0.3], 77)),
    "level gone": (False, pick(["a", "b", "c"], [0.5, 0.4, 0.1], 60), pick(["a", "b"], [0.5, 0.5], 50)),
    "level new": (False, pick(["a", "b"], [0.5, 0.5], 50), pick(["a", "b", "c"], [0.5, 0.3, 0.2], 60)),
    "flags": (False, pick([False, True], [0.8, 0.2], 85), pick([False, True], [0.6, 0.4], 66)),
}
print("[")
print(",\n".join(
    json.dumps({"name": name, "numeric": numeric, "reference": r, "current": c, "scores": score(r, c, numeric)})
    for name, (numeric, r, c) in CASES.items()
))
print("]")
