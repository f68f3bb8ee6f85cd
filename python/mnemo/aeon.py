"""mnemo's estimators of series as aeon has estimators."""

from __future__ import annotations

from typing import Any

import numpy as np
from aeon.classification.base import BaseClassifier
from aeon.regression.base import BaseRegressor

from . import _series
from ._adapters import Adapter, contiguous


class AeonAdapter(Adapter):
    def _series(self, X: Any) -> list[np.ndarray]:
        return contiguous(one.T for one in X)  # each (channels, steps)

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        return cls._small()


TAGS = {
    "X_inner_type": ["np-list", "numpy3D"],
    "capability:multivariate": True,
    "capability:unequal_length": True,
}


class SeriesClassifier(AeonAdapter, BaseClassifier):
    """``mnemo.SeriesClassifier`` for aeon's collections.

    Parameters
    ----------
    estimator : mnemo.SeriesClassifier, default as its own defaults are

    Examples
    --------
    >>> import mnemo
    >>> from mnemo.aeon import SeriesClassifier
    >>> from aeon.testing.data_generation import make_example_3d_numpy
    >>> X, y = make_example_3d_numpy(n_cases=20)
    >>> estimator = SeriesClassifier(mnemo.SeriesClassifier(epochs=2, hidden_sizes=[4]))
    >>> estimator.fit(X, y).predict(X).shape
    (20,)
    """

    _makes = _series.SeriesClassifier
    _tags = TAGS


class SeriesRegressor(AeonAdapter, BaseRegressor):
    """``mnemo.SeriesRegressor`` for aeon's collections.

    Parameters
    ----------
    estimator : mnemo.SeriesRegressor, default as its own defaults are

    Examples
    --------
    >>> import mnemo
    >>> from mnemo.aeon import SeriesRegressor
    >>> from aeon.testing.data_generation import make_example_3d_numpy
    >>> X, y = make_example_3d_numpy(n_cases=20, regression_target=True)
    >>> estimator = SeriesRegressor(mnemo.SeriesRegressor(epochs=2, hidden_sizes=[4]))
    >>> estimator.fit(X, y).predict(X).shape
    (20,)
    """

    _makes = _series.SeriesRegressor
    _tags = TAGS
