# Makes calibration.json: `python3 calibration.py > calibration.json` (scikit-learn 1.9, numpy 2).
import json

import numpy as np
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import precision_recall_curve

rng = np.random.default_rng(7)
cases = {}
for name, n, digits in [("continuous", 200, 6), ("ties", 120, 1)]:
    scores = np.round(rng.normal(-1, 1.5, n), digits)
    labels = (rng.random(n) < 1 / (1 + np.exp(-0.7 * scores - 0.2))).astype(int)
    a, b = _sigmoid_calibration(scores, labels)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    probes = np.round(np.linspace(-6, 5, 45), 6)
    p = np.round(1 / (1 + np.exp(-scores)), 6)
    precision, recall, _ = precision_recall_curve(labels, p)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    cases[name] = {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "slope": -a,
        "intercept": -b,
        "probes": probes.tolist(),
        "isotonic": isotonic.predict(probes).tolist(),
        "probabilities": p.tolist(),
        "best_f1": f1.max(),
    }
print(json.dumps(cases))
