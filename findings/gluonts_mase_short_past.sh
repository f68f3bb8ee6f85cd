#!/usr/bin/env bash
# gluonts scales MASE by the one-step naive error where the past is no longer than a season, without a word.
#
# One would have guessed: with seasonality 12 and 12 values of the past there is no seasonal error, so the scale is NaN
# or an error is raised (utilsforecast answers NaN, sktime raises ValueError).
# For users: the mean MASE over many series mixes two measures. For a series with a trend the short one is scaled by a
# twelfth of what its longer sibling is, so the same forecast looks twelve times worse.
# Leave out series that are no longer than a season, or compute the scale yourself.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'gluonts==0.17.0' 'packaging==26.4' 'pandas==2.3.3' 'numpy==2.4.6'
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import gluonts
import numpy
from gluonts.evaluation.metrics import calculate_seasonal_error, mase

print(f"gluonts {gluonts.__version__}; past 1, 2, 3, ..., seasonality 12; forecast 6 too high")
seen = {}
for length in (12, 13):
    past = numpy.arange(1.0, length + 1)
    scale = float(calculate_seasonal_error(past, "M", 12))
    seen[length] = scale, float(mase(numpy.array([20.0]), numpy.array([26.0]), scale))
    print(f"{length} values: seasonal error {scale}, MASE {seen[length][1]}")
sys.exit(None if seen == {12: (1.0, 6.0), 13: (12.0, 0.5)} else "the behaviour has changed")
PY
