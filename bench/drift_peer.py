"""Evidently's drift report of the two months of a folder, JSON and HTML; prints what it took. Started by bench/drift.ts."""
import json
import os
import resource
import sys

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

folder = sys.argv[1]
reference, current = (
    pd.read_parquet(os.path.join(folder, "features", f"{month}.parquet")).drop(columns="id")
    for month in ("2024-01-31", "2024-02-29")
)
numbers = [c for c in reference if c.startswith("f") and int(c[1:]) % 10 < 8]
definition = DataDefinition(
    numerical_columns=numbers, categorical_columns=[c for c in reference if c not in numbers]
)
report = Report([DataDriftPreset()]).run(
    Dataset.from_pandas(current, data_definition=definition),
    Dataset.from_pandas(reference, data_definition=definition),
)
paths = [os.path.join(folder, f"evidently.{kind}") for kind in ("json", "html")]
report.save_json(paths[0])
report.save_html(paths[1])
used = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "cpu": used.ru_utime + used.ru_stime,
            "memory": used.ru_maxrss / 1024,
            "json": os.path.getsize(paths[0]),
            "html": os.path.getsize(paths[1]),
        }
    )
)
