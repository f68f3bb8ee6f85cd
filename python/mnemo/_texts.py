"""The estimator of labels for texts."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin

from . import _texts_and_labels as data
from ._estimator import Estimator, in_order_of, with_settings
from ._training import make_texts, no_texts, train_texts


@with_settings("text", frozenset({"target_kind"}))
class TextClassifier(ClassifierMixin, Estimator):
    """Classifies texts: an LSTM over pieces of words beside a linear model of n-grams.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray
        (classes) The labels, sorted, of the type that they were given in.
    run_ : mnemo.Run
        The training's run folder, with its settings, figures and weights.
    history_ : list of dict
        The figures of each epoch.

    Examples
    --------
    >>> clf = mnemo.TextClassifier(hidden_size=128, epochs=3).fit(texts, labels)
    >>> clf.predict(["A film to remember."])
    array(['pos'], dtype='<U3')
    """

    _task = "text"
    classes_: np.ndarray

    def fit(self, X: Any, y: Any, valid: tuple[Any, Any] | None = None) -> TextClassifier:
        """Trains on texts with a label each.

        Parameters
        ----------
        X : list of str, array, Series, or DataFrame of one column
        y : array-like
            (texts) labels: words, or whole numbers.
        valid : (X, y)
            To validate on; without it a share of the rows is held out.

        Raises
        ------
        ValueError
            For a setting that cannot be meant, a text or a label that is missing.
        mnemo.Error
            For texts that nothing can be learnt from.
        """
        texts = data.read_texts(X)
        names, classes = data.read_labels(y)
        if len(texts) != len(names):
            raise ValueError(f"{len(texts)} texts have {len(names)} labels")
        rows = make_texts(texts, names)
        held_out = no_texts() if valid is None else make_texts(valid[0], data.read_labels(valid[1])[0])
        self._train(lambda order: train_texts(rows, held_out, order))
        self.classes_ = classes
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """(texts, classes) The probability of each label, in the order of ``classes_``."""
        run = self._fitted()
        places = data.classes_of(run.labels, self.classes_)
        return in_order_of(self.classes_, places, run.predict_proba(X))

    def predict(self, X: Any) -> np.ndarray:
        """(texts) The most probable label of each."""
        places = self.predict_proba(X).argmax(axis=1)
        return self.classes_[places]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags
