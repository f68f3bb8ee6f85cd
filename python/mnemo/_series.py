"""The estimators of a label, or of numbers, for each numeric series."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

from . import _texts_and_labels as data
from ._columns import is_table
from ._estimator import Estimator, in_order_of, with_settings
from ._library import library
from ._training import NO_NUMBERS, train_series


class SeriesEstimator(Estimator):
    _task = "series"

    def _read(self, X: Any, reset: bool) -> list[np.ndarray]:
        """Each series as (steps, features). A matrix is held to scikit-learn's rules, as to its columns too."""
        is_list = isinstance(X, (list, tuple)) and len(X) > 0 and np.ndim(X[0]) > 0 and not is_matrix(X)
        is_cube = getattr(X, "ndim", 2) == 3
        if is_list or is_cube:
            series = data.read_series(X)
            features = series[0].shape[1]
            if not reset and features != self.n_features_in_:
                raise ValueError(
                    f"X has {features} features a step, and {type(self).__name__} was fitted with "
                    f"{self.n_features_in_}"
                )
            self.n_features_in_ = features
            return series
        missing = "allow-nan" if self.missing == "interpolate" and reset else True  # type: ignore[attr-defined]
        return data.read_series(validate_data(self, X, reset=reset, dtype="numeric", ensure_all_finite=missing))

    def _fit(self, series: list[np.ndarray], labels: list[str], numbers: np.ndarray, valid: Any, fixed: Any) -> None:
        make = library.TrainingSeries.make
        rows = make(data.feature_names(series), series, labels, numbers)
        self._train(lambda order: train_series(rows, valid, order), **fixed)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.missing == "interpolate"  # type: ignore[attr-defined]
        tags.non_deterministic = False
        return tags


def is_matrix(X: Any) -> bool:
    """A list of rows of equal lengths whose items are numbers."""
    return all(isinstance(row, (list, tuple)) and np.ndim(row) == 1 for row in X) and len({len(row) for row in X}) == 1


def no_series() -> Any:
    return library.TrainingSeries.make([], [], [], NO_NUMBERS)


@with_settings("series", frozenset({"target_kind"}))
class SeriesClassifier(ClassifierMixin, SeriesEstimator):
    """Classifies numeric series: an LSTM over their steps beside a linear model.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray
        (classes) The labels, sorted, of the type that they were given in.
    n_features_in_ : int
        Features of a step; of a matrix (series, steps) its steps.
    run_ : mnemo.Run
    history_ : list of dict
        The figures of each epoch.

    Examples
    --------
    >>> sc = mnemo.SeriesClassifier().fit(X, y)       # X (n, steps, features)
    >>> sc.predict(X[:2])
    """

    classes_: np.ndarray

    def fit(self, X: Any, y: Any, valid: tuple[Any, Any] | None = None) -> SeriesClassifier:
        """Trains on series with a label each.

        Parameters
        ----------
        X : array or list
            (series, steps, features); (series, steps) of one feature; or a list of arrays (steps, features) or
            (steps), of any lengths. NaN is missing, see `missing`.
        y : array-like
            (series) labels.
        valid : (X, y)
            To validate on; without it a share of many series is held out.
        """
        series = self._read(X, reset=True)
        y = checked_targets(y, series)
        check_classification_targets(y)
        names, classes = data.read_labels(y)
        if len(classes) < 2:
            raise ValueError(f"there is one class only, {names[0]!r}; a classifier needs two at least")
        held_out = no_series() if valid is None else self._held_out(valid)
        self._fit(series, names, NO_NUMBERS, held_out, {"target_kind": "class"})
        self.classes_ = classes
        return self

    def _held_out(self, valid: tuple[Any, Any]) -> Any:
        series = self._read(valid[0], reset=False)
        return library.TrainingSeries.make(
            data.feature_names(series), series, data.read_labels(valid[1])[0], NO_NUMBERS
        )

    def predict_proba(self, X: Any) -> np.ndarray:
        """(series, classes) The probability of each label, in the order of ``classes_``."""
        run = self._fitted()
        probabilities = run.model.predict(self._read(X, reset=False))
        return in_order_of(self.classes_, data.classes_of(run.labels, self.classes_), probabilities)

    def predict(self, X: Any) -> np.ndarray:
        """(series) The most probable label of each."""
        places = self.predict_proba(X).argmax(axis=1)
        return self.classes_[places]


@with_settings("series", frozenset({"target_kind", "class_weights", "label_smoothing", "sampling"}))
class SeriesRegressor(RegressorMixin, SeriesEstimator):
    """Answers numeric series with numbers: an LSTM over their steps beside a linear model.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    n_features_in_ : int
        Features of a step; of a matrix (series, steps) its steps.
    run_ : mnemo.Run
    history_ : list of dict
        The figures of each epoch.

    Examples
    --------
    >>> sr = mnemo.SeriesRegressor().fit(X, y)        # y (n) or (n, targets)
    >>> sr.predict(X[:2])
    """

    def fit(self, X: Any, y: Any, valid: tuple[Any, Any] | None = None) -> SeriesRegressor:
        """Trains on series with a number, or several, each.

        Parameters
        ----------
        X : array or list
            As ``SeriesClassifier.fit`` takes them.
        y : array-like
            (series) or (series, targets) numbers.
        valid : (X, y)
            To validate on; without it a share of many series is held out.
        """
        series = self._read(X, reset=True)
        y = checked_targets(y, series, of_numbers=True)
        numbers = data.read_numbers(y)
        held_out = no_series()
        if valid is not None:
            others = self._read(valid[0], reset=False)
            held_out = library.TrainingSeries.make(data.feature_names(others), others, [], data.read_numbers(valid[1]))
        self._fit(series, [], numbers, held_out, {"target_kind": "number"})
        self._is_flat = y.ndim == 1
        return self

    def predict(self, X: Any) -> np.ndarray:
        """(series) or (series, targets), as the `y` of ``fit`` was."""
        numbers = self._fitted().model.predict(self._read(X, reset=False))
        return numbers[:, 0] if self._is_flat else numbers


def checked_targets(y: Any, series: list[np.ndarray], of_numbers: bool = False) -> Any:
    if y is None:
        raise ValueError("the estimator requires y to be passed, but the target y is None")
    y = data.read_numbers(y) if of_numbers and is_table(y) else np.asarray(y)
    if y.ndim == 2 and (not of_numbers or y.shape[1] == 1):
        y = column_or_1d(y, warn=True)
    if len(y) != len(series):
        raise ValueError(f"{len(series)} series have {len(y)} answers")
    if of_numbers and not np.isfinite(np.asarray(y, dtype=np.float64)).all():
        raise ValueError("y contains NaN or infinity")
    return y
