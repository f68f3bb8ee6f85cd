"""aeon's own checks of estimators, where it is installed: see scripts/check_guests.sh."""

import doctest
import sys

import pytest

pytest.importorskip("aeon")
from aeon.testing.estimator_checking import parametrize_with_checks  # noqa: E402

from mnemo.aeon import SeriesClassifier, SeriesRegressor  # noqa: E402


@parametrize_with_checks([SeriesClassifier, SeriesRegressor])
def test_it_is_an_estimator_of_aeon(check):
    check()


def test_its_examples_run():
    assert doctest.testmod(sys.modules["mnemo.aeon"]) == (0, 12)
