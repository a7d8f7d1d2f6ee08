"""Writes statistics.json: random samples, and what numpy, scipy and scikit-learn say of them.

Run: python3 statistics.py > statistics.json   (made with numpy 2.4, scipy 1.17, scikit-learn 1.9)
"""
import json

import numpy as np
from scipy import stats
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

rng = np.random.default_rng(5)
SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]


def sample(values):
    values = np.asarray(values, dtype=float)
    low, high = values.min(), values.max()
    return {
        "values": values.tolist(),
        "mean": values.mean(),
        "variance": values.var(),
        "ranks": stats.rankdata(values, method="average").tolist(),
        "order": np.argsort(values, kind="stable").tolist(),
        "quantiles": np.quantile(values, SHARES).tolist(),
        "histogram": np.histogram(values, bins=20, range=(low, high))[0].tolist(),
        "sturges": np.histogram_bin_edges(values, bins="sturges").tolist(),
    }


SAMPLES = {
    "normal": sample(rng.normal(3, 2, 60).round(6)),
    "far from zero": sample(1e9 + rng.random(40).round(4)),
    "ties": sample(rng.integers(0, 9, 50) / 4),
    "heavy tail": sample(rng.lognormal(0, 2, 45).round(6)),
    "two values": sample([-1.5, 8.25]),
}


def encoded():
    number = rng.normal(0, 3, 30).round(3)
    level = rng.choice(["basic", "premium", "family"], 30)
    flag = rng.random(30) < 0.3
    onehot = OneHotEncoder(categories=[["basic", "family", "premium"]], sparse_output=False)
    raw = np.column_stack([number, onehot.fit_transform(level[:, None]), flag.astype(float)])
    return {
        "number": number.tolist(),
        "level": level.tolist(),
        "flag": flag.tolist(),
        "matrix": StandardScaler().fit_transform(raw).tolist(),
    }


def folds(n, share, count):
    labels = (rng.random(n) < share).astype(int)
    split = StratifiedKFold(count, shuffle=True, random_state=1).split(labels, labels)
    per = [[int((labels[test] == c).sum()) for c in (0, 1)] for _, test in split]
    return {
        "labels": labels.tolist(),
        "folds": count,
        "zeros": sorted(zeros for zeros, _ in per),
        "ones": sorted(ones for _, ones in per),
        "weights": compute_sample_weight("balanced", labels).tolist(),
    }


FOLDS = [folds(53, 0.3, 5), folds(40, 0.5, 3), folds(31, 0.2, 4)]

print(json.dumps({"samples": SAMPLES, "encoded": encoded(), "folds": FOLDS}, default=float))
