"""What the estimators share: parameters that are the settings of a training, and a run behind each that is fitted."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from ._explanation import Explanation
from ._reporting import Listener
from ._run import Run, TemporaryFolder
from ._settings import FILE_SETTINGS, as_settings, describe, known_settings, require_known
from ._training import Order, finish

OWN_PARAMETERS = ("out", "progress", "callbacks")
# These belong to one command's life, or the data that fit() is given say them.
NOT_OF_ESTIMATORS = FILE_SETTINGS | {"cache_dir", "pause_after", "resume"}

OWN_DOC = """out : path, default none
    Folder for the run; without it a temporary one, as long as the estimator lives.
progress : bool, default none
    Whether a line of progress is shown; by default in a terminal and in a notebook.
callbacks : list of callables, default none
    Each hears the figures of every epoch, as a dict; one that returns True ends the training after the epoch."""


def with_settings(task: str, besides: frozenset[str] = frozenset()) -> Callable[[type], type]:
    """Gives a class the settings of `task` as parameters, but for those in `besides`."""
    settings = [name for name in known_settings(task) if name not in NOT_OF_ESTIMATORS | besides]
    parameters = (*settings, *OWN_PARAMETERS)

    def finish_class(cls: type) -> type:
        def __init__(self: Any, **given: Any) -> None:
            require_known(given, parameters, cls.__name__)
            for name in parameters:
                setattr(self, name, given.get(name))

        keywords = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in parameters]
        myself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        __init__.__signature__ = inspect.Signature([myself, *keywords])  # type: ignore[attr-defined]
        __init__.__qualname__ = f"{cls.__qualname__}.__init__"
        cls.__init__ = __init__  # type: ignore[misc]
        head, mark, rest = (cls.__doc__ or "").partition("{parameters}")
        told = describe(task, settings) + "\n" + OWN_DOC
        cls.__doc__ = head + told.replace("\n", "\n    ") + rest if mark else head
        return cls

    return finish_class


class Estimator(BaseEstimator):
    """Trains to a run, and asks it. A parameter of None is as mnemo, or its preset, has it."""

    _task: ClassVar[str]
    run_: Run
    history_: list[dict[str, Any]]

    def _settings(self, **fixed: Any) -> dict[str, str]:
        given = self.get_params(deep=False)
        return as_settings({**{name: given[name] for name in given if name not in OWN_PARAMETERS}, **fixed})

    def _train(self, train: Callable[[Order], dict[str, Any]], **fixed: Any) -> None:
        """`train` leaves a run where its order says; `fixed` are settings that are no parameters."""
        listener = Listener(self.progress, self.callbacks or ())  # type: ignore[attr-defined]
        keeper = None if self.out else TemporaryFolder()  # type: ignore[attr-defined]
        out = keeper.path / "run" if keeper else Path(self.out)  # type: ignore[attr-defined]
        order = Order(out, self._settings(**fixed), listener)
        given = self.get_params(deep=False)
        compute = {name: given[name] for name in ("threads", "device") if given[name] is not None}
        self.run_ = finish(train(order), order, compute, keeper)
        self.history_ = listener.history

    def _fitted(self) -> Run:
        check_is_fitted(self, "run_")
        return self.run_

    def explain(self, data: Any, **how: Any) -> Explanation | list[Explanation]:
        """Why the model answers as it does; see ``mnemo.Run.explain``."""
        return self._fitted().explain(data, **how)

    def export(self, file: Any, *, overwrite: bool = False) -> Path:
        """Writes the model as one TorchScript file that any PyTorch loads."""
        return self._fitted().export(file, overwrite=overwrite)


def in_order_of(classes: np.ndarray, places: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(rows, classes) The model's probabilities in the order of the classes."""
    assert len(classes) == probabilities.shape[1]
    return np.ascontiguousarray(probabilities[:, places])
