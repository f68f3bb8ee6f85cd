"""scikit-learn's own checks of estimators."""

import mnemo
import pytest
from package_support import SMALL_SERIES
from sklearn.utils.estimator_checks import estimator_checks_generator


def checks():
    for make in (mnemo.SeriesClassifier, mnemo.SeriesRegressor):
        estimator = make(**{**SMALL_SERIES, "epochs": 2})
        for one, check in estimator_checks_generator(estimator, legacy=True):
            function = getattr(check, "func", check)
            yield pytest.param(one, check, id=f"{make.__name__}-{function.__name__}")


@pytest.mark.parametrize(("estimator", "check"), list(checks()))
def test_it_is_an_estimator(estimator, check):
    check(estimator)
