"""Writes metrics.json: two models' scores on the same rows, and what scikit-learn says of them.

Run: python3 metrics.py > metrics.json   (made with scikit-learn 1.9, numpy 2)
DeLong is written here by its definition, every positive against every negative (1988, eq. 3 to 5).
"""
import json

import numpy as np
from scipy import special, stats
from sklearn import metrics
from sklearn.calibration import calibration_curve


def components(scores, y):
    up, down = scores[y == 1], scores[y == 0]
    psi = (up[:, None] > down[None, :]) + 0.5 * (up[:, None] == down[None, :])
    return psi.mean(), psi.mean(axis=1), psi.mean(axis=0)


def covariance(a, b):
    return np.cov(a[1], b[1])[0, 1] / len(a[1]) + np.cov(a[2], b[2])[0, 1] / len(a[2])


def interval(value, variance):
    half = stats.norm.ppf(0.975) * np.sqrt(variance)
    return {"value": value, "low": value - half, "high": value + half, "variance": variance}


def on_logit_scale(a):
    """Logit scale, Student's t with the degrees of freedom of Brunner & Munzel (scipy.stats.brunnermunzel)."""
    value, variance = a[0], covariance(a, a)
    vp, vn = np.var(a[1], ddof=1) / len(a[1]), np.var(a[2], ddof=1) / len(a[2])
    df = variance**2 / (vp**2 / (len(a[1]) - 1) + vn**2 / (len(a[2]) - 1))
    half = stats.t.ppf(0.975, df) * np.sqrt(variance) / (value * (1 - value))
    centre = special.logit(value)
    return {"value": value, "low": special.expit(centre - half), "high": special.expit(centre + half), "variance": variance}


def figures(y, p, q):
    fpr, tpr, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
    precision, recall, cut = metrics.precision_recall_curve(y, p)
    observed, predicted = calibration_curve(y, p, n_bins=10)
    a, b = components(p, y), components(q, y)
    gain, spread = a[0] - b[0], covariance(a, a) + covariance(b, b) - 2 * covariance(a, b)
    called = p >= 0.4
    return {
        "auc": metrics.roc_auc_score(y, p),
        "average_precision": metrics.average_precision_score(y, p),
        "brier": metrics.brier_score_loss(y, p),
        "log_loss": metrics.log_loss(y, p),
        "precision": metrics.precision_score(y, called, zero_division=0),
        "recall": metrics.recall_score(y, called),
        "f1": metrics.f1_score(y, called),
        "accuracy": metrics.accuracy_score(y, called),
        "roc": {"fpr": list(fpr[1:]), "tpr": list(tpr[1:]), "threshold": list(thresholds[1:])},
        "pr": {"precision": list(precision[-2::-1]), "recall": list(recall[-2::-1]), "threshold": list(cut[::-1])},
        "calibration": {"observed": list(observed), "predicted": list(predicted)},
        "delong": on_logit_scale(a),
        "difference": interval(gain, spread) | {"p": 2 * stats.norm.sf(abs(gain / np.sqrt(spread)))},
    }


rng = np.random.default_rng(11)


def case(n, digits):
    y = (rng.random(n) < 0.3).astype(int)
    signal = rng.normal(0, 1, n) + y
    score = lambda noise: 1 / (1 + np.exp(1.2 - signal - rng.normal(0, noise, n)))
    p, q = (np.clip(np.round(score(s), digits), 0, 1) for s in (0.3, 1.5))
    return {"labels": y.tolist(), "p": p.tolist(), "q": q.tolist(), **figures(y, p, q)}


CASES = {"many ties": case(150, 1), "few ties": case(120, 3), "few rows": case(60, 1)}
print(json.dumps(CASES, default=float))
