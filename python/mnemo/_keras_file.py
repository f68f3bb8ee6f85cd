"""Files that ``keras.Model.save("model.keras")`` writes: the graph of layers, and the weights of each.

The file is a zip of config.json, metadata.json and model.weights.h5. Nothing of it is executed. Keras is not needed.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ._errors import Error


@dataclass(frozen=True)
class Output:
    """One of the tensors that a layer gives: an LSTM that returns its state gives three."""

    layer: str
    index: int = 0


@dataclass
class Layer:
    """A layer as the file has it."""

    name: str
    kind: str  # its class in Keras
    config: dict[str, Any]
    inputs: list[Output] = field(default_factory=list)  # in the order of the call
    masks: list[Output] = field(default_factory=list)  # which say what steps are padding
    constants: list[Any] = field(default_factory=list)  # among the inputs
    variables: dict[str, list[np.ndarray]] = field(default_factory=dict)  # by the path below the layer

    def weights(self, path: str = "") -> list[np.ndarray]:
        if path not in self.variables:
            raise Error(f"the layer {self.name} ({self.kind}): the file holds no weights of it{path and f', {path}'}")
        return self.variables[path]


@dataclass
class KerasModel:
    """The layers by name, and what the whole answers with."""

    file: Path
    layers: dict[str, Layer]
    output: Output

    def error(self, problem: str) -> Error:
        return Error(f"{self.file}: {problem}")


def read_keras(path: str | os.PathLike[str]) -> KerasModel:
    """Reads a file; raises Error where it is none of Keras 3, or is of many inputs or outputs."""
    file = Path(path)
    h5py = import_h5py(file)
    try:
        with zipfile.ZipFile(file) as archive:
            config = json.loads(archive.read("config.json"))
            stored = io.BytesIO(archive.read("model.weights.h5"))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Error(
            f"{file}: no model as Keras 3 saves it ({error}); expected a file that model.save('NAME.keras') wrote"
        ) from None
    model = read_graph(file, config)
    try:
        with h5py.File(stored, "r") as weights:
            for layer, group in zip(model.layers.values(), group_names(model)):
                layer.variables = dict(variables_below(weights.get(f"layers/{group}")))
    except OSError as error:
        raise Error(f"{file}: its weights cannot be read: {error}") from None
    return model


def import_h5py(file: Path) -> Any:
    try:
        import h5py
    except ImportError:
        raise ImportError(f"{file}: reading a Keras model needs the package h5py: pip install h5py") from None
    return h5py


def group_names(model: KerasModel) -> Iterator[str]:
    """Keras numbers the layers of each class from the first: lstm, lstm_1; their own names are not used."""
    seen: dict[str, int] = {}
    for layer in model.layers.values():
        name = snake_case(layer.kind)
        count = seen[name] = seen.get(name, -1) + 1
        yield f"{name}_{count}" if count else name


def snake_case(name: str) -> str:
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def variables_below(group: Any, path: str = "") -> Iterator[tuple[str, list[np.ndarray]]]:
    """The variables of a layer and of those inside it, as ("cell", [kernel, ...])."""
    if group is None:
        return
    for name, inner in group.items():
        if name != "vars":
            yield from variables_below(inner, f"{path}/{name.lstrip('_')}".lstrip("/"))
        elif len(inner):
            yield path, [np.asarray(inner[str(number)], dtype=np.float32) for number in range(len(inner))]


def read_graph(file: Path, config: dict[str, Any]) -> KerasModel:
    kind, inner = config.get("class_name"), config.get("config", {})
    if kind == "Sequential":
        return read_chain(file, inner["layers"])
    if kind not in ("Functional", "Model"):
        raise Error(
            f"{file}: a model of the class {kind}; Sequential and Functional models can be read, since a class of "
            "one's own is known to its program alone"
        )
    layers = {layer.name: layer for layer in (read_layer(file, entry) for entry in inner["layers"])}
    outputs, inputs = (list(tensors_of_ends(inner[name])) for name in ("output_layers", "input_layers"))
    if len(outputs) != 1 or len(inputs) != 1:
        raise Error(f"{file}: {len(inputs)} inputs and {len(outputs)} outputs; a model of one each can be read")
    return KerasModel(file, layers, outputs[0])


def read_chain(file: Path, entries: list[dict[str, Any]]) -> KerasModel:
    layers: dict[str, Layer] = {}
    before: list[Output] = []
    for entry in entries:
        layer = read_layer(file, {**entry, "name": entry["config"]["name"], "inbound_nodes": []})
        layer.inputs, before = before, [Output(layer.name)]
        layers[layer.name] = layer
    if not layers:
        raise Error(f"{file}: a model without layers")
    return KerasModel(file, layers, before[0])


def read_layer(file: Path, entry: dict[str, Any]) -> Layer:
    name, calls = entry.get("name") or entry["config"]["name"], entry.get("inbound_nodes", [])
    if len(calls) > 1:
        raise Error(f"{file}: the layer {name} is called {len(calls)} times; mnemo's layers are called once")
    layer = Layer(name, entry["class_name"], entry.get("config", {}))
    for call in calls:
        # Tensors that were given by name to a layer of attention may stand in any order.
        named = sorted(call["kwargs"], key=lambda name: name != "query")
        layer.masks = list(tensors_of_call([call["kwargs"][name] for name in named if name.endswith("mask")]))
        inputs = [call["args"], *(call["kwargs"][name] for name in named if not name.endswith("mask"))]
        layer.inputs = list(tensors_of_call(inputs))
        layer.constants = [one for one in call["args"] if not isinstance(one, (dict, list))]
    return layer


def tensors_of_call(given: Any) -> Iterator[Output]:
    """The tensors among a call's arguments, however deep."""
    if isinstance(given, dict) and given.get("class_name") == "__keras_tensor__":
        layer, _, index = given["config"]["keras_history"]
        yield Output(layer, index)
    elif isinstance(given, (dict, list)):
        for inner in given.values() if isinstance(given, dict) else given:
            yield from tensors_of_call(inner)


def tensors_of_ends(given: Any) -> Iterator[Output]:
    """Inputs or outputs of a model: ["name", 0, 0], or a list or dict of such."""
    if isinstance(given, list) and len(given) == 3 and isinstance(given[0], str):
        yield Output(given[0], given[2])
    else:
        for inner in given.values() if isinstance(given, dict) else given:
            yield from tensors_of_ends(inner)
