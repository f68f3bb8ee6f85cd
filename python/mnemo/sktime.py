"""mnemo's estimators of series as sktime has estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
from sktime.classification.base import BaseClassifier
from sktime.regression.base import BaseRegressor

from . import _series
from ._adapters import Adapter, contiguous


class SktimeAdapter(Adapter):
    def _series(self, X: Any) -> list[np.ndarray]:
        return contiguous(frame.to_numpy() for frame in X)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        return [cls._small(), cls._small(cell="gru", pooling=["last"])]


TAGS = {
    "authors": ["mnemo"],
    "maintainers": ["mnemo"],
    "X_inner_mtype": "df-list",
    "y_inner_mtype": "numpy1D",
    "capability:multivariate": True,
    "capability:unequal_length": True,
    "capability:categorical_in_X": False,
}


class SeriesClassifier(SktimeAdapter, BaseClassifier):
    """``mnemo.SeriesClassifier`` for sktime's panels.

    Parameters
    ----------
    estimator : mnemo.SeriesClassifier, default as its own defaults are

    Examples
    --------
    >>> import mnemo
    >>> from mnemo.sktime import SeriesClassifier
    >>> from sktime.datasets import load_unit_test
    >>> X, y = load_unit_test(split="train")
    >>> estimator = SeriesClassifier(mnemo.SeriesClassifier(epochs=2, hidden_sizes=[4]))
    >>> estimator.fit(X, y).predict(X).shape
    (20,)
    """

    _makes = _series.SeriesClassifier
    _tags = {**TAGS, "capability:predict_proba": True}


class SeriesRegressor(SktimeAdapter, BaseRegressor):
    """``mnemo.SeriesRegressor`` for sktime's panels.

    Parameters
    ----------
    estimator : mnemo.SeriesRegressor, default as its own defaults are

    Examples
    --------
    >>> import mnemo
    >>> from mnemo.sktime import SeriesRegressor
    >>> from sktime.datasets import load_unit_test
    >>> X, y = load_unit_test(split="train")
    >>> estimator = SeriesRegressor(mnemo.SeriesRegressor(epochs=2, hidden_sizes=[4]))
    >>> estimator.fit(X, y.astype(float)).predict(X).shape
    (20,)
    """

    _makes = _series.SeriesRegressor
    _tags = TAGS
