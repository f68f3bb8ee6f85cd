"""sktime's own checks of estimators, where it is installed: see scripts/check_guests.sh."""

import pytest

pytest.importorskip("sktime")
from sktime.utils.estimator_checks import check_estimator  # noqa: E402

from mnemo.sktime import SeriesClassifier, SeriesRegressor  # noqa: E402


@pytest.mark.parametrize("kind", [SeriesClassifier, SeriesRegressor])
def test_it_is_an_estimator_of_sktime(kind):
    results = check_estimator(kind, raise_exceptions=False, verbose=False)
    assert len(results) > 50
    assert {name: found for name, found in results.items() if found != "PASSED"} == {}
