"""The peers of bench/quality.ts on the same rows and splits: `python3 bench/quality_peer.py` (scikit-learn, pandas, xgboost)."""

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import murmurhash3_32
from xgboost import XGBClassifier

FOLDER = "../shared/data/streamflow"
MONTHS = {"month_000": "2024-01-31", "month_001": "2024-02-29"}
SALTS = ["weir", "a", "b", "c", "d"]
HELD_OUT = 0.25
FLAGS = ["paperless_billing", "plan_stream_tv", "plan_stream_movies", "net_service"]
NUMBERS = [
    "months_active", "monthly_fee", "watch_hours_30d", "avg_session_mins_7d", "unique_devices_30d",
    "skips_7d", "rebuffer_events_7d", "failed_payments_90d", "support_tickets_90d",
    "ticket_avg_resolution_hrs_90d",
]  # fmt: skip
TABLES = ["subscriptions", "usage_agg_30d", "payments_agg_90d", "support_agg_90d", "labels"]


def read_month(folder):
    table = None
    for name in TABLES:
        part = pd.read_csv(f"{FOLDER}/{folder}/{name}.csv", dtype={flag: str for flag in FLAGS})
        table = part if table is None else table.merge(part, on="user_id")
    return table.sort_values("user_id").reset_index(drop=True)


def is_held_out(user, salt):
    return murmurhash3_32(f"{salt}\0{user}".encode(), 0, positive=True) / 2**32 < HELD_OUT


def boosting(trees_of):
    return GradientBoostingClassifier(
        n_estimators=200, max_depth=3, learning_rate=0.05, subsample=trees_of, random_state=0
    )


def models():
    return {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
        "boosting 200 x depth 3, rate .05": boosting(1.0),
        "the same, subsample .8": boosting(0.8),
        "XGBoost 200 x depth 3, rate .05": XGBClassifier(
            n_estimators=200, max_depth=3, learning_rate=0.05, random_state=0, n_jobs=1
        ),
    }


for folder, as_of in MONTHS.items():
    table = read_month(folder)
    flags = pd.get_dummies(table[FLAGS].fillna("blank")).astype(float)
    x = np.hstack([table[NUMBERS].to_numpy(float), flags.to_numpy()])
    y = table["churn_label"].astype(str).eq("True").to_numpy(int)
    found = {name: [] for name in models()}
    for salt in SALTS:
        held = np.array([is_held_out(user, salt) for user in table["user_id"]])
        for name, model in models().items():
            model.fit(x[~held], y[~held])
            found[name].append(roc_auc_score(y[held], model.predict_proba(x[held])[:, 1]))
    for name, aucs in found.items():
        each = " ".join(f"{auc:.4f}" for auc in aucs)
        print(f"{as_of} {name:34} mean {np.mean(aucs):.4f}  by salt {each}")
