"""Writes estimates.json: intervals, Cox's calibration and expected performance, by scipy and statsmodels.

Run: python3 estimates.py > estimates.json   (made with statsmodels 0.15, scipy 1.17, numpy 2.4)
Expected figures are taken pair by pair, and their spread over 100,000 draws of the labels.
"""
import json

import numpy as np
import statsmodels.api as sm
from scipy import stats
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(7)
DRAWS = 100_000


def wilson(successes, n, alpha):
    low, high = proportion_confint(successes, n, alpha=alpha, method="wilson")
    return {"successes": successes, "n": n, "alpha": alpha, "low": float(low), "high": float(high)}


def cox(y, p):
    logit = np.log(p / (1 - p))
    fit = sm.Logit(y, sm.add_constant(logit)).fit(disp=0, method="newton", maxiter=200, tol=1e-14)
    perfect = np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))
    statistic = 2 * (fit.llf - perfect)
    intercept, slope = fit.params
    v = fit.cov_params()
    return {
        "intercept": intercept,
        "slope": slope,
        "variance": {"intercept": v[0, 0], "slope": v[1, 1], "covariance": v[0, 1]},
        "statistic": statistic,
        "p": stats.chi2.sf(statistic, 2),
        "slopeP": stats.norm.cdf((slope - 1) / np.sqrt(v[1, 1])),
        "error": np.mean(np.abs(p - fit.predict())),
    }


def expected(p, threshold):
    psi = (p[:, None] > p[None, :]) + 0.5 * (p[:, None] == p[None, :])
    pairs = p[:, None] * (1 - p[None, :])
    np.fill_diagonal(pairs, 0)
    called = p >= threshold
    labels = rng.random((DRAWS, len(p))) < p
    positives = labels.sum(axis=1)
    ranks = stats.rankdata(p)
    u = labels @ ranks - positives * (positives + 1) / 2
    auc = u / (positives * (len(p) - positives))
    f1 = 2 * (labels & called).sum(axis=1) / (called.sum() + positives)
    return {
        "threshold": threshold,
        "auc": {"value": (pairs * psi).sum() / pairs.sum(), "se": auc.std()},
        "f1": {"value": 2 * p[called].sum() / (called.sum() + p.sum()), "se": f1.std()},
        "rate": {"value": p.mean(), "se": labels.mean(axis=1).std()},
    }


def case(n, slope, digits):
    z = rng.normal(-1.2, 1.3, n)
    p = np.clip(np.round(1 / (1 + np.exp(-z)), digits), 0.005, 0.995)
    y = (rng.random(n) < 1 / (1 + np.exp(-(0.2 + slope * z)))).astype(int)
    tp, fp, fn = (int(x) for x in ((y * (p >= 0.4)).sum(), ((1 - y) * (p >= 0.4)).sum(), (y * (p < 0.4)).sum()))
    jaccard = [proportion_confint(tp, tp + fp + fn, alpha=a, method="wilson") for a in (0.05, 0.1)]
    f1 = lambda j: float(2 * j / (1 + j))
    return {
        "labels": y.tolist(),
        "p": p.tolist(),
        "cox": cox(y, p),
        "expected": expected(p, 0.4),
        "f1": {"value": metrics.f1_score(y, p >= 0.4), "low": f1(jaccard[0][0]), "high": f1(jaccard[0][1])},
        "f1_upper": f1(jaccard[1][1]),
    }


z = [-8, -3.5, -1.2, -0.1, 0, 0.4, 2.289, 5]
q = [1e-12, 1e-5, 0.001, 0.02425, 0.3, 0.5, 0.7, 0.99, 0.99999]
print(json.dumps({
    "wilson": [wilson(*a) for a in ((0, 10, 0.05), (3, 10, 0.05), (10, 10, 0.05), (57, 200, 0.1), (999, 1000, 0.05))],
    "student": [{"df": df, "p": p, "t": stats.t.isf(p / 2, df)} for df in (1, 7.3, 120, 5e4) for p in (0.3, 0.05, 1e-6)],
    "normal": {"z": z, "lower": stats.norm.cdf(z).tolist(), "p": q, "quantile": stats.norm.ppf(q).tolist()},
    "cases": {"sound": case(300, 1, 3), "too extreme": case(250, 0.5, 2), "ties": case(120, 1.1, 1)},
}, default=float))
