"""Small models as Keras 3 saves them, written by hand, and what Keras computes of them, in NumPy."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

Array = np.ndarray


class KerasFile:
    """Layers in the order of a model's config; each is known by its name, and reads the one before it."""

    def __init__(self, *input_shape: int | None, functional: bool = False) -> None:
        self.random = np.random.default_rng(5)
        self.functional = functional
        self.entries: list[dict[str, Any]] = []
        self.variables: dict[str, list[Array]] = {}  # by the path in the weights
        self.add("InputLayer", {"batch_shape": [None, *input_shape]}, reads=[])

    def add(self, kind: str, config: dict[str, Any], reads: list[Any] | None = None, group: str = "", mask: str = "",
            constants: list[Any] | None = None, **shapes: list[tuple[int, ...]]) -> list[Array]:  # fmt: skip
        """`reads`: (layer, tensor) pairs; `mask`: a layer; `constants`: arguments behind the tensors; `shapes`: by the
        path below the group, of variables that are drawn. Returns all of them in their order."""
        name = f"{kind.lower()}_{len(self.entries)}"
        if reads is None:
            reads = [(self.entries[-1]["name"], 0)]
        tensors = [tensor(layer, index) for layer, index in reads]
        named = {"mask": tensor(mask, 0)} if mask else {}
        call = [{"args": tensors + (constants or []), "kwargs": named}] if tensors else []
        config = {"name": name, **config}
        self.entries.append({"class_name": kind, "name": name, "config": config, "inbound_nodes": call})
        drawn = []
        for path, sizes in shapes.items():
            values = [self.random.normal(0, 0.5, size).astype(np.float32) for size in sizes]
            parts = ("layers", group, path.replace("__", "/"), "vars")
            self.variables["/".join(part for part in parts if part)] = values
            drawn += values
        return drawn

    @property
    def last(self) -> str:
        return self.entries[-1]["name"]

    def config(self) -> dict[str, Any]:
        if not self.functional:
            layers = [{name: entry[name] for name in ("class_name", "config")} for entry in self.entries]
            return {"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}
        ends = {"input_layers": [self.entries[0]["name"], 0, 0], "output_layers": [self.last, 0, 0]}
        return {"class_name": "Functional", "config": {"name": "functional", "layers": self.entries, **ends}}

    def save(self, path: Path) -> Path:
        stored = io.BytesIO()
        with h5py.File(stored, "w") as file:
            for group, values in self.variables.items():
                for number, value in enumerate(values):
                    file[f"{group}/{number}"] = value
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", json.dumps(self.config()))
            archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
            archive.writestr("model.weights.h5", stored.getvalue())
        return path


def tensor(layer: str, index: int) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"shape": [], "keras_history": [layer, 0, index]}}


def recurrent_config(kind: str, units: int, **changed: Any) -> dict[str, Any]:
    config = {"units": units, "activation": "tanh", "return_sequences": False, "return_state": False,
              "go_backwards": False, "use_bias": True}  # fmt: skip
    if kind != "SimpleRNN":
        config["recurrent_activation"] = "sigmoid"
    if kind == "GRU":
        config["reset_after"] = True
    return {**config, **changed}


def recurrent_shapes(kind: str, features: int, units: int) -> list[tuple[int, ...]]:
    gates = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[kind]
    bias = (2, gates * units) if kind == "GRU" else (gates * units,)
    return [(features, gates * units), (units, gates * units), bias]


def sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-values))


def softmax(values: Array) -> Array:
    exponents = np.exp(values - values.max(-1, keepdims=True))
    return exponents / exponents.sum(-1, keepdims=True)


def lstm_step(x: Array, state: tuple[Array, ...], kernel: Array, recurrent: Array, bias: Array) -> tuple[Array, ...]:
    i, f, c, o = np.split(x @ kernel + state[0] @ recurrent + bias, 4, -1)
    cell = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(c)
    return sigmoid(o) * np.tanh(cell), cell


def gru_step(x: Array, state: tuple[Array, ...], kernel: Array, recurrent: Array, bias: Array) -> tuple[Array, ...]:
    xz, xr, xh = np.split(x @ kernel + bias[0], 3, -1)
    hz, hr, hh = np.split(state[0] @ recurrent + bias[1], 3, -1)
    update = sigmoid(xz + hz)
    return (update * state[0] + (1 - update) * np.tanh(xh + sigmoid(xr + hr) * hh),)


def rnn_step(x: Array, state: tuple[Array, ...], kernel: Array, recurrent: Array, bias: Array) -> tuple[Array, ...]:
    return (np.tanh(x @ kernel + state[0] @ recurrent + bias),)


STEPS = {"LSTM": lstm_step, "GRU": gru_step, "SimpleRNN": rnn_step}


def states(kind: str, steps: Array, variables: list[Array]) -> Array:
    """(T, F) -> (T, units)"""
    zeros = np.zeros(variables[1].shape[0])
    state: tuple[Array, ...] = (zeros, zeros) if kind == "LSTM" else (zeros,)
    result = []
    for step in steps:
        state = STEPS[kind](step, state, *variables)
        result.append(state[0])
    return np.array(result)


def both_ways(kind: str, steps: Array, variables: list[Array]) -> Array:
    """(T, F) -> (T, 2 units); variables of the forward layer before those of the backward one."""
    backward = states(kind, steps[::-1], variables[3:])[::-1]
    return np.concatenate([states(kind, steps, variables[:3]), backward], 1)
