#!/usr/bin/env bash
# scikit-learn's root_mean_squared_error of (windows, horizon) arrays is not the root of its mean_squared_error.
#
# One would have guessed: RMSE is the square root of MSE, for arrays of any shape.
# For two dimensions scikit-learn takes a root for each column and then the mean of the roots. For MSE and MAE the order
# makes no difference, so those agree with everybody else, and RMSE does not.
# For users: errors of multi-step forecasts grow with the step, so this RMSE lies below the one of papers and of other
# programs for the same forecasts. Ravel both arrays first.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'scikit-learn==1.9.1' 'numpy==2.4.6'
"$work/venv/bin/python" -W error - <<'PY'
import sys

import numpy
import sklearn
from sklearn.metrics import mean_squared_error, root_mean_squared_error

print(f"scikit-learn {sklearn.__version__}; two windows, the first step off by 1, the second by 7")
actual = numpy.array([[10.0, 20.0], [30.0, 40.0]])
forecast = actual + [1.0, 7.0]
seen = {
    "mean_squared_error": mean_squared_error(actual, forecast),
    "its root": mean_squared_error(actual, forecast) ** 0.5,
    "root_mean_squared_error": root_mean_squared_error(actual, forecast),
    "root_mean_squared_error, ravelled": root_mean_squared_error(actual.ravel(), forecast.ravel()),
}
for name, value in seen.items():
    print(f"{name:36s}{value}")
sys.exit(None if list(seen.values()) == [25.0, 5.0, 4.0, 5.0] else "the behaviour has changed")
PY
