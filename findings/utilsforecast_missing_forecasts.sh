#!/usr/bin/env bash
# utilsforecast scores a model on the rows where it gave a forecast, and the result depends on the frame's library.
#
# One would have guessed: a forecast of NaN makes the error NaN, and one table has one error, be it a pandas or a polars
# frame. With pandas, rows whose forecast is NaN are left out without a word; with polars the error is NaN.
# MAPE likewise leaves out rows whose actual value is 0.
# For users: a model that fails on the hard part of a series is measured on the easy part, and can win a comparison.
# Count the missing forecasts before an evaluation; statsforecast's SeasonalNaive makes them for short series.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'utilsforecast==0.2.17' 'pandas==2.3.3' 'polars==2.1.0' \
  'pyarrow==26.0.1' 'numpy==2.4.6'
"$work/venv/bin/python" -W error - <<'PY'
import sys

import pandas
import polars
import utilsforecast
from utilsforecast.losses import mae, mape, mse, rmse, smape

print(f"utilsforecast {utilsforecast.__version__}, pandas {pandas.__version__}, polars {polars.__version__}")
nan = float("nan")
rows = {"unique_id": ["a", "a"], "ds": [1, 2], "y": [100.0, 2.0], "model": [nan, 3.0]}
losses = {"mae": mae, "mse": mse, "rmse": rmse, "mape": mape, "smape": smape}
seen = {}
for name, loss in losses.items():
    by_pandas = float(loss(pandas.DataFrame(rows), ["model"])["model"][0])
    by_polars = float(loss(polars.DataFrame(rows), ["model"])["model"][0])
    seen[name] = by_pandas, str(by_polars)
    print(f"{name:6s} pandas {by_pandas:<6} polars {by_polars}")
zero = mape(pandas.DataFrame(rows | {"y": [0.0, 2.0], "model": [50.0, 3.0]}), ["model"])["model"][0]
print(f"mape of forecasts 50 and 3 for 0 and 2: {zero}")
expected = {"mae": (1.0, "nan"), "mse": (1.0, "nan"), "rmse": (1.0, "nan"), "mape": (0.5, "nan"), "smape": (0.2, "nan")}
sys.exit(None if seen == expected and zero == 0.5 else "the behaviour has changed")
PY
