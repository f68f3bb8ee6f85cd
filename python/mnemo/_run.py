"""Trained models on disk: run folders, and files that mnemo exported."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import weakref
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from . import _texts_and_labels as data
from ._columns import read_table
from ._errors import Error
from ._explanation import Explanation
from ._forecast_rows import Columns, RowTable, find_time, names, read_rows, write_forecasts
from ._library import library
from ._reporting import logger
from ._settings import as_text, require_known
from ._tasks import TASKS, TaskWays

READING = frozenset(name for name in dir(library.DataOptions) if not name.startswith("_") and name != "warn")


def load(path: str | os.PathLike[str], *, threads: int = 0, device: str = "cpu", precision: str = "fp32") -> Run:
    """Opens a run folder, or a file that was exported of one.

    Parameters
    ----------
    path : path
        What ``mnemo.train`` or the command ``mnemo train`` left, or ``export`` wrote.
    threads : int, default 0
        That one call computes with; 0: one a core.
    device : {"cpu", "cuda"}
    precision : {"fp32", "bf16", "auto"}

    Returns
    -------
    Run

    Raises
    ------
    mnemo.Error
        For what is missing, damaged, or newer than this mnemo.
    """
    return Run(path, threads=threads, device=device, precision=precision)


class Run:
    """A trained model, and what is known of its training. Made by ``mnemo.load`` and ``mnemo.train``.

    Attributes
    ----------
    path : Path
    task : {"text", "series", "forecast"}
    result : dict
        Of a training that this process did: how it ended ("finished", "stopped_early", "stopped" or "paused"), the
        best epoch and the figures of its weights.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        threads: int = 0,
        device: str = "cpu",
        precision: str = "fp32",
        keeper: TemporaryFolder | None = None,
        result: dict[str, Any] | None = None,
    ) -> None:
        self.path = Path(path)
        self.compute = {"threads": threads, "device": device, "precision": precision}
        self.result = result or {}
        self._keeper = keeper
        self._model: Any = None
        self._explainer: Any = None
        self._meta = read_meta(self.path)
        self.task: str = self._meta["task"]
        # An exported file has the model's settings at the top.
        self._settings: dict[str, Any] = self._meta.get("settings", self._meta)

    def __repr__(self) -> str:
        return f"<mnemo.Run {self.task} {str(self.path)!r}>"

    # A run travels with all that its folder holds.
    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.path.name, "compute": self.compute, "result": self.result, "files": read_files(self.path)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        keeper = TemporaryFolder()
        path = keeper.path / state["name"]
        if isinstance(state["files"], bytes):
            path.write_bytes(state["files"])
        else:
            path.mkdir()
            for name, content in state["files"].items():
                (path / name).write_bytes(content)
        self.__init__(path, **state["compute"], keeper=keeper, result=state["result"])  # type: ignore[misc]

    def __copy__(self) -> Run:
        return Run(self.path, **self.compute, keeper=self._keeper, result=self.result)

    def __deepcopy__(self, memo: dict[int, Any]) -> Run:
        return self.__copy__()  # nobody changes a run's folder

    @property
    def _ways(self) -> TaskWays:
        if self.task not in TASKS:
            raise ValueError(f"{self.path}: a run of the task {self.task}, which answers nothing")
        return TASKS[self.task]

    @property
    def model(self) -> Any:
        """The library's own object, which answers."""
        if self._model is None:
            self._model = self._ways.model.load(self.path, **self.compute)
        return self._model

    @property
    def labels(self) -> list[str]:
        """Those that the model answers with; empty of models of numbers."""
        return [] if self._ways.answer is None else list(self.model.labels)

    def info(self) -> dict[str, Any]:
        """What is stored of the model and its training, as ``mnemo info --json`` prints it."""
        return self._meta

    def metrics(self) -> list[dict[str, Any]]:
        """The figures of each epoch."""
        lines = (self.path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def predict(self, data: Any, *, future: Any = None, **reading: Any) -> Any:
        """Answers.

        Parameters
        ----------
        data : list of str, array, DataFrame, or Path
            Texts; or series as ``SeriesClassifier.fit`` takes them; or the rows that a forecast begins behind. A
            ``Path`` is a file.
        future : DataFrame
            Forecasts: what is known of the rows to come.
        **reading
            Of a file, how it is read, by the names of the options of ``mnemo predict``; what is not given is as of the
            training file. Of a table of rows its `time_column` and `series_column`, and `missing`.

        Returns
        -------
        ndarray or DataFrame
            (rows) labels, or a list of each one's where it has any number; (rows, targets) numbers; or a table of
            forecasts, of the kind that `data` is.
        """
        if self._ways.answer is None:
            return self._forecast(data, future, reading)
        answers, label_lists = self._answers(data, reading)
        if not self.labels:
            return answers
        if self._settings.get("model", {}).get("answer") == "labels":
            return label_lists
        return np.array(self.labels, dtype=object)[answers.argmax(axis=1)]

    def predict_proba(self, data: Any, **reading: Any) -> np.ndarray:
        """(rows, labels) The probability of each label, in the order of ``labels``."""
        if not self.labels:
            raise ValueError(f"{self.path}: the model answers with numbers, which have no probabilities")
        return self._answers(data, reading)[0]

    def _answers(self, given: Any, reading: dict[str, Any]) -> tuple[np.ndarray, list[list[str]]]:
        """Numbers or probabilities, and of texts that have any number of labels those that each has."""
        if data.is_file(given):
            return self._ways.answer_file(self.model, given, data_options(reading))
        require_no_reading(reading)
        return self._ways.answer(self.model, given)

    def rows_of(self, table: Any, reading: dict[str, Any], future: Any = None) -> RowTable:
        """The rows of a table. The columns of times and series, which `reading` may name, are taken out of it."""
        table = read_table(table)
        trained = self._settings["table"]
        time = reading.pop("time_column", None)
        if time is None:
            time = trained["time_column"] if trained["time_column"] in table.columns else find_time(table)
        series = names(reading.pop("series_column", None)) or [
            one for one in trained["series_column"].split(",") if one
        ]
        columns = self.columns_of_rows(time, series)
        rows = read_rows(table, columns)
        if future is None:
            return rows
        return rows.followed_by(read_rows(future, columns, lacking=columns.numbers))

    def columns_of_rows(self, time: str | None, series: list[str]) -> Columns:
        return Columns(time, series, list(self.model.columns), frozenset(self._settings["table"].get("words", {})))

    def forecast_rows(self, rows: RowTable, reading: dict[str, Any] | None = None) -> Any:
        forecasts = self.model.forecast(rows.rows(), data_options(reading or {}))
        return write_forecasts(forecasts, rows, self.model)

    def _forecast(self, given: Any, future: Any, reading: dict[str, Any]) -> Any:
        if data.is_file(given):
            if future is not None:
                raise ValueError("`future` goes with a table; the rows to come may stand at the end of the file")
            forecasts = self.model.forecast_file(given, data_options(reading))
            times = np.empty(0, dtype=object)
            like = {one.series: [one.series] for one in forecasts}
            columns = Columns("time" if forecasts[0].times else None, ["series"] if forecasts[0].series else [], [])
            return write_forecasts(
                forecasts, RowTable(columns, np.empty((0, 0)), forecasts[0].times, [], "dict", times, like), self.model
            )
        return self.forecast_rows(self.rows_of(given, reading, future), reading)

    def evaluate(
        self, file: str | os.PathLike[str], *, part: str = "auto", stride: int = 1, windows: int = 0, **reading: Any
    ) -> dict[str, Any]:
        """The model's figures on a file whose answers are known, as ``mnemo evaluate --json`` prints them.

        Parameters
        ----------
        file : path
        part : {"auto", "train", "valid", "test", "unseen", "all"}
            Rows of a forecaster's file that count; "unseen": all that it was not trained on.
        stride : int, default 1
            Rows between two forecasts of a series.
        windows : int, default 0
            Forecasts of each series that count, the last of them; 0: all.
        **reading
            How the file is read, by the names of the options of ``mnemo evaluate``.
        """
        reading_options = data_options(reading)
        return json.loads(
            library.evaluate(self.path, Path(file), part, stride, windows, reading_options, **self.compute)
        )

    def explain(
        self,
        data_or_text: Any,
        *,
        method: str = "gradients",
        label: str = "",
        target: str = "",
        step: int = 0,
        **reading: Any,
    ) -> Explanation | list[Explanation]:
        """Why the model answers as it does.

        Parameters
        ----------
        data_or_text : str, array, DataFrame, or Path
            One text; one series (steps, features); the rows that a forecast begins behind; or a file of them.
        method : {"gradients", "occlusion", "attention"}
        label, target : str
            To explain; by default the most probable label, or the first target.
        step : int
            Of a forecast, from 1; 0: the mean of all.

        Returns
        -------
        Explanation, or a list of them
            One of a text or a series, a list of a file or a table.
        """
        if self._explainer is None:
            self._explainer = library.Explainer.load(self.path, **{**self.compute, "precision": "fp32"})
        how = library.ExplanationOptions()
        how.method, how.label, how.target, how.step = method, as_text(label), target, step
        ways = self._ways
        if data.is_file(data_or_text):
            found = self._explainer.explain_file(data_or_text, how, data_options(reading))
            return [Explanation.of(one, ways.explains_words) for one in found]
        if ways.explain is not None:
            require_no_reading(reading)
            return Explanation.of(ways.explain(self._explainer, data_or_text, how), ways.explains_words)
        rows = self.rows_of(data_or_text, reading)
        found = self._explainer.explain_rows(rows.rows(), how, data_options(reading))
        return [Explanation.of(one, ways.explains_words) for one in found]

    def export(self, file: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Writes the run as one file for other programs, checked against the run.

        Parameters
        ----------
        file : path
            Its ending says of what kind: ``.onnx`` for ONNX Runtime (needs the packages onnx and, for the check,
            onnxruntime), ``.pt2`` for ``torch.export.load``; of any other TorchScript, which any PyTorch loads.
            Tokenizer, labels and settings are inside of TorchScript, and beside the others: NAME.json and
            NAME.tokenizer.model.
        overwrite : bool, default False
            Whether a file that is there is replaced.

        Returns
        -------
        Path
            The file.
        """
        file = Path(file)
        require_free(file, overwrite)
        if file.suffix in (".onnx", ".pt2"):
            from ._exporting import export

            export(self.path, file, overwrite)
        else:
            library.export_run(self.path, file, overwrite)
        return file

    def report(self) -> Path:
        """Makes the run's page, ``report.html`` in its folder, and returns where it is."""
        library.write_report(self.path)
        return self.path / "report.html"

    def module(self) -> Any:
        """The model as a ``torch.nn.Module`` of PyTorch's own modules, with its weights, in evaluation mode.

        Its ``forward`` says what it takes, and gives logits or scaled numbers; ``answers`` makes probabilities of
        those of texts.
        """
        from mnemo_reference.runs import load_run

        return load_run(self.path)[0]


def require_free(file: Path, overwrite: bool) -> None:
    if file.exists() and not overwrite:
        raise Error(f"{file}: the file exists; pass overwrite=True to replace it")


class TemporaryFolder:
    """A folder that is there as long as this is."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="mnemo-"))
        self._finalizer = weakref.finalize(self, remove, self.path, os.getpid())


def remove(path: Path, owner: int) -> None:
    if os.getpid() == owner:  # and no process that was forked off it
        shutil.rmtree(path, ignore_errors=True)


def read_meta(path: Path) -> dict[str, Any]:
    """What a run folder or an exported file says of itself; nothing where it is neither, which loading then tells."""
    try:
        if path.is_file():
            with zipfile.ZipFile(path) as archive:
                name = next(name for name in archive.namelist() if name.endswith("/extra/mnemo.json"))
                return json.loads(archive.read(name))
        return json.loads((path / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, StopIteration, zipfile.BadZipFile):
        library.Classifier.load(path, 1, "cpu", "fp32")  # raises, and says why
        raise


def read_files(path: Path) -> bytes | dict[str, bytes]:
    if path.is_file():
        return path.read_bytes()
    return {file.name: file.read_bytes() for file in sorted(path.iterdir()) if is_kept(file)}


def is_kept(file: Path) -> bool:
    """A lock and a checkpoint, whose names begin with a dot, are of a training under way."""
    return file.is_file() and not file.name.startswith(".")


def data_options(reading: dict[str, Any]) -> Any:
    require_known(reading, READING, "reading of data")
    options = library.DataOptions()
    options.warn = lambda text: logger.warning("%s", text)
    for name, value in reading.items():
        if value is None:
            continue
        if name in ("label_column", "missing_marker"):
            value = names(value)
        elif name not in ("header", "skip_lines"):
            value = as_text(value)
        setattr(options, name, value)
    return options


def require_no_reading(reading: dict[str, Any]) -> None:
    if reading:
        raise TypeError(f"{sorted(reading)[0]!r} says how a file is read, and the data are in memory")
