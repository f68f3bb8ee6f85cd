"""Models that Keras 3 saved, as run folders."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._errors import Error
from ._keras_file import KerasModel, read_keras
from ._keras_weights import KERAS_TASKS, Converted, convert
from ._reporting import logger
from ._run import Run
from ._settings import as_settings, as_text, known_settings, require_known

PROGRAM = Path(__file__).parent / "bin" / "mnemo"


def from_keras(
    file: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    task: str | None = None,
    labels: Sequence[Any] | None = None,
    features: Sequence[str] | None = None,
    tokenizer: str | os.PathLike[str] | None = None,
    train: str | os.PathLike[str] | None = None,
    scaling: Mapping[str, tuple[float, float]] | None = None,
    overwrite: bool = False,
    threads: int = 0,
    **settings: Any,
) -> Run:
    """Makes a run of a model that Keras 3 saved, which answers as Keras does. Keras is not needed, h5py is.

    Parameters
    ----------
    file : path
        What ``model.save("NAME.keras")`` wrote: a Sequential or Functional model of the layers that mnemo's models
        have. What has no counterpart is an error that names the layer.
    out : path
        Folder for the run.
    task : {"text", "series", "forecast"}
        By default what the input tells: texts where there is an Embedding, else series.
    labels : list
        What the outputs mean, in their order; of a single sigmoid the second is the one near 1. By default their
        numbers from 0. With them a last Dense without activation gives logits, without them numbers.
    features : list of str
        Of series: the names of the features of a step; by default "feature 1" and so on. With `train` they only tell
        `scaling` which is which. Of forecasts: the columns that the model sees; by default the targets.
    tokenizer : path
        Of texts: the SentencePiece model whose ids the Embedding was trained on.
    train : path
        Of forecasts, and of series in the place of `features` and `labels`: the file that the model was trained on,
        of which columns, labels and scaling are taken as in a training.
    scaling : dict
        What the model's inputs and answers were scaled by, where it was not `train`'s own: of a feature or target its
        (offset, scale); the model saw (value - offset) / scale.
    overwrite : bool, default False
        Whether a run that stands in `out` is replaced.
    threads : int, default 0
        As of ``mnemo.load``.
    **settings
        Of a training of the task, where the Keras model does not say: how `train` is read, and what a later training
        from this run begins with.

    Returns
    -------
    Run

    Raises
    ------
    mnemo.Error
        For a file that is no such model, and for a layer that has no counterpart: among them a GRU with
        ``reset_after=False``, which no GRU of PyTorch equals.
    ImportError
        Without h5py.
    """
    model = read_keras(file)
    names = None if labels is None else [as_text(label) for label in labels]
    target = as_text(settings.get("target", ""))
    count = len(target.split(",")) if target else 0
    found = convert(model, task or "", len(names or []), count, str(settings.pop("target_kind", "")))
    require_known(settings, known_settings(found.task), f"a training of {found.task}")
    for name in found.settings:
        if name.replace("-", "_") in settings and name not in ("preset", "max-length", "truncate", "strip-html"):
            raise TypeError(f"{name.replace('-', '_')!r} is known of the Keras model, and is not given")
    found.settings |= as_settings(settings)
    if features is not None:
        take_features(model, found, list(features), train is None, bool(scaling))
    options = {"tokenizer": tokenizer, "train": train}
    named = KERAS_TASKS[found.task].named_with(train)
    if "labels" in named:
        options["labels"] = names_of_labels(model, found, names)
    if "features" in named:
        options["features"] = names_of_features(model, found, features)
    if found.numbers and train is None:
        found.settings.setdefault("label-column", target_names(found))
    if scaling:
        add_scaling(found, features, scaling)
    for warning in found.warnings:
        logger.warning("%s", warning)
    import_converted(model, found, Path(out), options, overwrite)
    return Run(out, threads=threads)


def names_of_labels(model: KerasModel, found: Converted, given: list[str] | None) -> list[str]:
    names = given if given is not None else [str(number) for number in range(found.labels)]
    if len(names) != found.labels:
        raise model.error(f"it answers with {found.labels} labels, and {len(names)} were named: {', '.join(names)}")
    return without_commas(model, names)


def take_features(model: KerasModel, found: Converted, given: list[str], are_named: bool, are_scaled: bool) -> None:
    """A forecaster sees them; of series they name what the steps have, or what is scaled; else they are refused."""
    task = KERAS_TASKS[found.task]
    if task.columns:
        found.settings[task.columns] = ",".join(without_commas(model, given))
    elif "features" not in task.named:
        raise model.error("a model of texts has no features: leave `features` out")
    elif not (are_named or are_scaled):
        raise model.error("`features` come from `train`: leave it out, or them")


def names_of_features(model: KerasModel, found: Converted, given: Sequence[str] | None) -> list[str]:
    names = list(given) if given is not None else [f"feature {number}" for number in range(1, found.features + 1)]
    if len(names) != found.features:
        raise model.error(f"its steps have {found.features} features, and {len(names)} were named: {', '.join(names)}")
    return without_commas(model, names)


def without_commas(model: KerasModel, names: list[str]) -> list[str]:
    for name in names:
        if "," in name:
            raise model.error(f"the name {name!r} has a comma in it, by which names are joined")
    return names


def target_names(found: Converted) -> str:
    return ",".join(f"target {number}" for number in range(1, found.numbers + 1))


def add_scaling(
    found: Converted, features: Sequence[str] | None, scaling: Mapping[str, tuple[float, float]]
) -> None:
    """Scaling by name, as tensors in the order of the model's columns."""
    def names(setting: str) -> list[str]:
        return [one for one in found.settings.get(setting, "").split(",") if one]

    targets = [] if found.labels else names(KERAS_TASKS[found.task].targets)
    inputs = list(features or names("features") or names("target"))
    inputs += [one for one in names("observed") if one not in inputs]
    for name in scaling:
        if name not in (*inputs, *targets):
            raise Error(f"`scaling` names {name!r}; expected one of {', '.join([*inputs, *targets])}, which "
                        "`features`, `target` or `label_column` name")  # fmt: skip
    for kind, columns in (("feature", inputs), ("target", targets)):
        if not any(name in scaling for name in columns):
            continue
        pairs = np.array([scaling.get(name, (0.0, 1.0)) for name in columns], np.float32)
        found.tensors |= {f"{kind}_scaling.offset": pairs[:, 0], f"{kind}_scaling.scale": pairs[:, 1]}


def import_converted(
    model: KerasModel, found: Converted, out: Path, options: Mapping[str, Any], overwrite: bool
) -> None:
    """Lets `mnemo import` make the run, which checks that all of it fits."""
    with tempfile.TemporaryDirectory(prefix="mnemo-") as folder:
        words = [*write_converted(model, found, Path(folder)), "--out", str(out), "--quiet"]
        words += [f"--{name}={as_text(value)}" for name, value in options.items() if value]
        words += ["--overwrite"] * overwrite
        done = subprocess.run([str(PROGRAM), "import", found.task, *words], capture_output=True, text=True)
    problems = [line.partition(": ")[2] if line.startswith("mnemo: ") else line for line in done.stderr.splitlines()]
    if done.returncode != 0:
        raise Error(without_flags("\n".join(problems).removeprefix("error: ")))
    for line in problems:
        logger.warning("%s", without_flags(line.removeprefix("warning: ")))


def without_flags(message: str) -> str:
    """What the command says, with Python's names of settings."""
    return re.sub(r"--([a-z]+(?:-[a-z]+)*)", lambda flag: f"`{flag[1].replace('-', '_')}`", message)


def write_converted(model: KerasModel, found: Converted, folder: Path, given: str = "") -> list[str]:
    """Leaves weights and settings in a folder, and returns the words of `mnemo import` that name them."""
    from safetensors.numpy import save_file

    weights, config = folder / f"{model.file.stem}.safetensors", folder / "config.ini"
    save_file({name: np.array(value, order="C") for name, value in found.tensors.items()}, weights)
    config.write_text(found.config(given), encoding="utf-8")
    return [str(weights), "--config", str(config)]


def import_words(words: list[str], folder: Path) -> list[str]:
    """The words of a command ``mnemo import TASK NAME.keras ...`` with what the program reads in the file's place."""
    parser = argparse.ArgumentParser(prog="mnemo import", add_help=False, allow_abbrev=False)
    parser.add_argument("task", choices=list(KERAS_TASKS))
    for name in ("config", "labels", "features", "train"):
        parser.add_argument(f"--{name}", default="")
    file = next(word for word in words if word.endswith(".keras"))
    given, rest = parser.parse_known_args([word for word in words[1:] if word != file])
    model = read_keras(file)
    if given.features and "features" not in KERAS_TASKS[given.task].named:
        raise Error("--features names what the steps of a series have; a forecaster's columns stand in --config")
    config = Path(given.config).read_text(encoding="utf-8") if given.config else ""
    asked = dict(map(str.strip, line.split("=", 1)) for line in config.splitlines() if "=" in line)
    labels, target = split_names(given.labels), split_names(asked.get("target", ""))
    found = convert(model, given.task, len(labels), len(target), asked.get("target-kind", ""))
    if found.numbers and not given.train and "label-column" not in asked:
        found.settings["label-column"] = target_names(found)
    for warning in found.warnings:
        print(f"mnemo: warning: {warning}", file=sys.stderr)
    names = {"train": given.train, "features": given.features}
    named = KERAS_TASKS[given.task].named_with(given.train)
    if "labels" in named:
        names["labels"] = ",".join(names_of_labels(model, found, labels or None))
    if "features" in named:
        names["features"] = ",".join(names_of_features(model, found, split_names(given.features) or None))
    options = [f"--{name}={value}" for name, value in names.items() if value]
    return ["import", given.task, *write_converted(model, found, folder, config), *options, *rest]


def split_names(joined: str) -> list[str]:
    return [name for name in joined.split(",") if name]
