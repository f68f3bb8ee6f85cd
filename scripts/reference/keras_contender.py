#!/usr/bin/env python3
"""Keras's side of compare.py: the same layers over the same arrays, with Keras's own initialisation, shuffling and fit.

    keras_contender.py text|series|forecast --arrays FILE.npz --settings meta.json --config config.ini --out FILE.json

The arrays come from the reference program's --save-arrays. Segment-wise forecasters have no counterpart in Keras.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

if find_spec("keras") is None:
    sys.exit("keras_contender.py: this Python has no Keras: pip install -r scripts/benchmark/requirements-keras.txt")
import keras
import numpy as np
from keras import layers, ops

CELLS = {"lstm": layers.LSTM, "gru": layers.GRU, "rnn": layers.SimpleRNN}
HIDDEN_SCORE = -1e9  # of padding, in a maximum


def read_config(path: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def recurrent(values: Any, mask: Any, model: dict[str, Any], sizes: list[int]) -> tuple[Any, Any]:
    """All states of the last layer, and its final one."""
    if model["cell"] not in CELLS:
        raise SystemExit("Keras joins for cells only: it has no layer of a pre-norm transformer")
    extra = {"activation": model["activation"]} if model["cell"] == "rnn" else {}
    final = None
    for i, size in enumerate(sizes):
        values = layers.Dropout(model["layer_dropout"])(values) if i > 0 else values
        layer = CELLS[model["cell"]](size, return_sequences=True, return_state=True, **extra)
        if model.get("bidirectional", False):
            values, *states = layers.Bidirectional(layer)(values, mask=mask)
            final = layers.Concatenate()([states[0], states[len(states) // 2]])
        else:
            values, final, *_ = layer(values, mask=mask)
    return values, final


def pooled(values: Any, final: Any, mask: Any, model: dict[str, Any]) -> Any:
    size = final.shape[-1]
    parts = []
    for kind in model["pooling"]:
        if kind == "attention":
            attention = layers.MultiHeadAttention(model["heads"], size // model["heads"])
            attended = attention(layers.Reshape((1, size))(final), values, attention_mask=ops.expand_dims(mask, 1))
            parts.append(layers.Flatten()(attended))
        elif kind == "max":
            hidden = ops.where(ops.expand_dims(mask, 2), values, HIDDEN_SCORE)
            parts.append(layers.GlobalMaxPooling1D()(hidden))
        elif kind == "mean":
            parts.append(layers.GlobalAveragePooling1D()(values, mask=mask))
        else:
            parts.append(final)
    return parts[0] if len(parts) == 1 else layers.Concatenate()(parts)


def text_model(settings: dict[str, Any]) -> keras.Model:
    model = settings["model"]
    tokens = keras.Input((None,), dtype="int32")
    mask = ops.not_equal(tokens, 0)
    values = layers.Embedding(model["vocab_size"], model["embedding_dim"])(tokens)
    values = layers.Dropout(model["embedding_dropout"])(values)
    values, final = recurrent(values, mask, model, [model["hidden_size"]] * model["layers"])
    features = layers.Dropout(model["dropout"])(pooled(values, final, mask, model))
    features = layers.BatchNormalization()(features) if model["norm"] == "batch" else features
    classes = len(settings["labels"])
    return keras.Model(tokens, layers.Dense(1 if classes == 2 else classes)(features))


def series_model(settings: dict[str, Any]) -> keras.Model:
    model = settings["model"]
    steps = keras.Input((None, len(settings["features"])))
    present = keras.Input((None,), dtype="bool")
    values, final = recurrent(steps, present, model, model["hidden_sizes"])
    features = pooled(values, final, present, model)
    features = layers.LayerNormalization(epsilon=1e-5)(features) if model["norm"] == "layer" else features
    features = layers.BatchNormalization()(features) if model["norm"] == "batch" else features
    outputs = len(settings["labels"]) or len(settings["target_scaling"])
    return keras.Model([steps, present], layers.Dense(outputs)(layers.Dropout(model["dropout"])(features)))


def forecast_model(settings: dict[str, Any], features: int) -> keras.Model:
    model, targets = settings["model"], len(settings["targets"])
    if model["model"] != "stacked" or settings["quantiles"] or model["normalization"] != "none":
        raise SystemExit("Keras joins for stacked forecasters without normalization and quantiles only")
    history = keras.Input((model["lookback"], features))
    _, final = recurrent(history, None, model, model["hidden_sizes"])
    numbers = layers.Dense(model["horizon"] * targets)(layers.Dropout(model["dropout"])(final))
    return keras.Model(history, layers.Reshape((model["horizon"], targets))(numbers))


def inputs_of(arrays: Any, part: str, task: str) -> Any:
    values = arrays[f"{part}_inputs"]
    if task != "series":
        return values
    lengths = arrays[f"{part}_lengths"]
    return [values, np.arange(values.shape[1])[None, :] < lengths[:, None]]


def compile_model(model: keras.Model, settings: dict[str, Any], config: dict[str, str], task: str, steps: int) -> None:
    rate: Any = float(config["learning-rate"])
    if config["schedule"] == "linear":
        rate = keras.optimizers.schedules.PolynomialDecay(rate, steps, end_learning_rate=0.0)
    clip = float(config["clip-norm"]) or None
    metrics = ["accuracy"]
    if task == "forecast" or not settings["labels"]:
        loss: Any = {"mse": "mse", "mae": "mae", "huber": keras.losses.Huber()}[config.get("loss", "mse")]
        metrics = ["mse"]
    elif len(settings["labels"]) == 2 and task == "text":
        loss, metrics = keras.losses.BinaryCrossentropy(from_logits=True), [keras.metrics.BinaryAccuracy(threshold=0.0)]
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate, global_clipnorm=clip), loss=loss, metrics=metrics)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains Keras on the arrays of a reference program.")
    parser.add_argument("task", choices=["text", "series", "forecast"])
    parser.add_argument("--arrays", type=Path, required=True)
    parser.add_argument("--settings", type=Path, required=True, help="meta.json of the reference's run")
    parser.add_argument("--config", type=Path, required=True, help="config.ini of the reference's run")
    parser.add_argument("--out", type=Path, required=True, help="file for losses and metrics, JSON")
    arguments = parser.parse_args()
    arrays, config = np.load(arguments.arrays), read_config(arguments.config)
    settings = json.loads(arguments.settings.read_text(encoding="utf-8"))["settings"]
    keras.utils.set_random_seed(1)
    samples, size = len(arrays["train_targets"]), int(config["batch-size"]) or len(arrays["train_targets"])
    if arguments.task == "forecast":
        model = forecast_model(settings, arrays["train_inputs"].shape[2])
    else:
        model = {"text": text_model, "series": series_model}[arguments.task](settings)
    epochs = int(config["epochs"])
    compile_model(model, settings, config, arguments.task, epochs * -(-samples // size))
    train, valid, test = (inputs_of(arrays, part, arguments.task) for part in ("train", "valid", "test"))
    start = time.perf_counter()
    history = model.fit(train, arrays["train_targets"], batch_size=size, epochs=epochs, verbose=0,
                        validation_data=(valid, arrays["valid_targets"])).history  # fmt: skip
    seconds = time.perf_counter() - start
    loss, metric = model.evaluate(test, arrays["test_targets"], verbose=0)
    found = {"train_loss": history["loss"], "valid_loss": history["val_loss"], "seconds": seconds,
             "test_loss": loss, "test_metric": metric, "units": int(arrays["units"]) * epochs}  # fmt: skip
    arguments.out.write_text(json.dumps(found) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
