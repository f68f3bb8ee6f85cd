"""Weights and settings of a Keras model, as a model of mnemo that answers the same has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._keras_file import KerasModel, Layer
from ._keras_shape import Recurrent, Shape, shape_of

EPSILON = 1e-5  # of mnemo's norms
UNBOUNDED = 100_000  # pieces: Keras cuts no text

# Gates of PyTorch by their places in Keras: reset and update gate of a GRU are swapped.
GATES = {"lstm": [0, 1, 2, 3], "gru": [1, 0, 2], "rnn": [0]}

Tensors = dict[str, np.ndarray]


@dataclass
class Converted:
    """What `mnemo import` needs of a Keras model."""

    task: str
    tensors: Tensors
    settings: dict[str, str]  # by the command line's names
    labels: int  # how many it answers with; 0: numbers
    numbers: int  # of series: how many, where there are no labels
    features: int  # of series: how many each step has
    warnings: list[str] = field(default_factory=list)

    def config(self, given: str = "") -> str:
        """A file of the settings; those of `given`, another one, stand where the model says nothing."""
        lines = [line for line in given.splitlines() if line.partition("=")[0].strip() not in self.settings]
        return "\n".join([f"{name} = {value}" for name, value in self.settings.items()] + lines) + "\n"


def convert(model: KerasModel, task: str, labels: int = 0, targets: int = 0, kind: str = "") -> Converted:
    """Makes a model of `task` ("": what its input tells) of it.

    `labels`: how many there are, known where the last Dense gives logits; `targets`: the columns that a forecaster
    answers for; `kind`: "labels" where a text has any number of them. Raises Error where no model of mnemo equals it.
    """
    shape = shape_of(model)
    task = task or ("text" if shape.embedding is not None else "series")
    if (shape.embedding is not None) != (task == "text"):
        raise model.error("a model with an Embedding is one of texts, and this was to be one of " + task
                          if task != "text" else "a model of texts has an Embedding, and this has none")  # fmt: skip
    if len(shape.answer) > 1 and task != "forecast":
        raise model.error("a Reshape behind its last Dense; only a forecaster answers with steps: give "
                          "task=\"forecast\", or leave the Reshape out")  # fmt: skip
    return KERAS_TASKS[task].convert(shape, labels, targets, kind)


def of_texts(shape: Shape, labels: int, targets: int, kind: str) -> Converted:
    stack, sizes = shape.stack, [one.units for one in shape.stack]
    if len(set(sizes)) > 1:
        raise shape.model.error(f"its recurrent layers have {sizes} units; those of a text model have as many each")
    answer = answer_of_texts(shape, labels, kind)
    embedding = shape.embedding.weights()[0]
    tensors: Tensors = {"embedding.weight": embedding}
    for number, one in enumerate(stack):
        add_recurrent(tensors, one, "encoder.", number)
        add_norm(tensors, shape.model, one.norm, f"encoder.{norm_of(one)}_norm_l{number}.")
    add_head(tensors, shape, answer)
    settings = common_settings(shape, "article") | {
        "target-kind": answer.kind,
        "embedding-dim": str(embedding.shape[1]),
        "hidden-size": str(sizes[0]),
        "layers": str(len(stack)),
        "max-length": str(shape.steps or UNBOUNDED),
        "truncate": "head",
        "ngrams": "0",
        "embedding-dropout": str(shape.embedding_dropout),
        "norm": kind_of(shape.norm),
        "strip-html": "false",
    }
    return Converted("text", tensors, settings, answer.labels, 0, 0, list(warnings(shape)))


def of_series(shape: Shape, labels: int, targets: int, kind: str) -> Converted:
    answer = answer_of_series(shape, labels)
    tensors = stacked(shape, "encoder.", answer)
    settings = common_settings(shape, "article-stacked" if answer.labels else "article-regressor") | {
        "target-kind": "class" if answer.labels else "number",
        "hidden-sizes": ",".join(str(one.units) for one in shape.stack),
        "scaler": "none",
        "linear": "false",
        "input-dropout": str(shape.embedding_dropout),
        "norm": kind_of(shape.norm),
    }
    numbers = 0 if answer.labels else len(answer.bias)
    return Converted("series", tensors, settings, answer.labels, numbers, features_of(shape), list(warnings(shape)))


def of_forecasts(shape: Shape, labels: int, targets: int, kind: str) -> Converted:
    model, units = shape.model, shape.dense.weights()[0].shape[1]
    targets = targets or (shape.answer[1] if len(shape.answer) == 2 else 1)
    if [one.kind for one in shape.pooled] != ["last"] or any(one.bidirectional for one in shape.stack) or shape.norm:
        raise model.error("a forecaster reads the last state of layers of one direction, and no norm follows")
    if shape.activation != "linear":
        raise model.error(f"its answer goes through {shape.activation}; a forecaster's is linear")
    if shape.steps is None:
        raise model.error("its input has any number of steps; a forecaster's look-back is fixed: Input((STEPS, ...))")
    if units % targets or (shape.answer and shape.answer != (units // targets, targets)):
        raise model.error(f"its {units} outputs {shape.answer or ''} are no rows of {targets} targets each")
    tensors = stacked(shape, "stack.", plain_answer(shape))
    settings = common_settings(shape, "article") | {
        "model": "stacked",
        "hidden-sizes": ",".join(str(one.units) for one in shape.stack),
        "lookback": str(shape.steps),
        "horizon": str(units // targets),
        "input-dropout": str(shape.embedding_dropout),
    }
    for name in ("pooling", "heads", "bidirectional", "activation"):
        settings.pop(name)
    return Converted("forecast", tensors, settings, 0, 0, features_of(shape), list(warnings(shape)))


def common_settings(shape: Shape, preset: str) -> dict[str, str]:
    stack = shape.stack
    kinds = {(one.cell, one.bidirectional, one.activation) for one in stack}
    norms = {(kind_of(one.norm), one.dropout) for one in stack[1:]}
    if len(kinds) > 1 or len({norm for norm, _ in norms}) > 1:
        raise shape.model.error("its recurrent layers are not all of one cell, as many directions and one norm between")
    pooled = [one.kind for one in shape.pooled]
    if len(set(pooled)) < len(pooled):
        raise shape.model.error(f"it joins {', '.join(pooled)}; each kind of pooling stands once in mnemo's models")
    settings = {
        "preset": preset,
        "cell": stack[0].cell,
        "activation": stack[0].activation if stack[0].cell == "rnn" else "tanh",
        "bidirectional": "true" if stack[0].bidirectional else "false",
        "pooling": ",".join(pooled),
        "heads": str(next((one.attention.config["num_heads"] for one in shape.pooled if one.attention), 1)),
        "dropout": str(shape.dropout),
    }
    if norms:
        settings |= {"inner-norm": next(iter(norms))[0], "layer-dropout": str(max(rate for _, rate in norms))}
    return settings


@dataclass
class Answer:
    """The last Dense: weight (outputs, inputs) and bias, and what its outputs are."""

    weight: np.ndarray
    bias: np.ndarray
    labels: int = 0
    kind: str = "number"


def plain_answer(shape: Shape) -> Answer:
    kernel, *bias = shape.dense.weights()
    return Answer(kernel.T, bias[0] if bias else np.zeros(kernel.shape[1], np.float32))


def answer_of_texts(shape: Shape, labels: int, kind: str) -> Answer:
    answer, units = plain_answer(shape), shape.dense.config["units"]
    is_logits = shape.activation == "linear" and labels > 0
    if shape.activation == "sigmoid" or is_logits:
        answer.kind = "labels" if units > 1 and (kind == "labels" or not is_logits) else "class"
    elif shape.activation == "softmax":
        answer.kind = "class"
    elif shape.activation != "linear" or units > 1:
        raise strange_answer(shape)
    if answer.kind == "number":
        return answer
    answer.labels = units if units > 1 else 2
    if answer.kind == "class" and units == 2:  # two classes of texts share one output
        answer.weight = answer.weight[1:] - answer.weight[:1]
        answer.bias = answer.bias[1:] - answer.bias[:1]
    return answer


def answer_of_series(shape: Shape, labels: int) -> Answer:
    answer, units = plain_answer(shape), shape.dense.config["units"]
    is_logits = shape.activation == "linear" and labels > 0
    if shape.activation == "linear" and not is_logits:
        return answer
    if not is_logits and (shape.activation, units > 1) not in (("softmax", True), ("sigmoid", False)):
        raise strange_answer(shape)
    answer.labels, answer.kind = max(units, 2), "class"
    if units == 1:  # beside a second output, which is always 0
        answer.weight = np.concatenate([np.zeros_like(answer.weight), answer.weight])
        answer.bias = np.concatenate([np.zeros_like(answer.bias), answer.bias])
    return answer


def strange_answer(shape: Shape) -> Exception:
    return shape.model.error(
        f"it answers with {shape.dense.config['units']} numbers through {shape.activation}; expected softmax or "
        "sigmoid for labels, or none: for numbers, or with `labels` given for logits"
    )


def stacked(shape: Shape, prefix: str, answer: Answer) -> Tensors:
    tensors: Tensors = {}
    for number, one in enumerate(shape.stack):
        add_recurrent(tensors, one, f"{prefix}{number}.", 0)
        add_norm(tensors, shape.model, one.norm, f"{prefix}{norm_of(one)}_norm_{number}.")
    add_head(tensors, shape, answer)
    return tensors


def add_recurrent(tensors: Tensors, one: Recurrent, prefix: str, number: int) -> None:
    paths = {"forward_layer/cell": "", "backward_layer/cell": "_reverse"} if one.bidirectional else {"cell": ""}
    for path, suffix in paths.items():
        kernel, recurrent, *bias = one.layer.weights(path)
        # LSTMs and plain RNNs of Keras have one bias, a GRU one for the input and one for the state.
        biases = np.zeros((2, kernel.shape[1]), np.float32)
        if bias:
            biases[: bias[0].ndim] = bias[0]
        values = {"weight_ih": kernel.T, "weight_hh": recurrent.T, "bias_ih": biases[0], "bias_hh": biases[1]}
        for name, value in values.items():
            tensors[f"{prefix}{name}_l{number}{suffix}"] = in_gate_order(value, one.cell)


def in_gate_order(value: np.ndarray, cell: str) -> np.ndarray:
    """(gates * units, ...) with the gates as PyTorch orders them."""
    gates = GATES[cell]
    return np.concatenate([np.split(value, len(gates))[gate] for gate in gates])


def add_head(tensors: Tensors, shape: Shape, answer: Answer) -> None:
    for one in shape.pooled:
        if one.attention is not None:
            add_attention(tensors, shape.model, one.attention)
    add_norm(tensors, shape.model, shape.norm, f"{kind_of(shape.norm)}_norm.")
    tensors |= {"dense.weight": answer.weight, "dense.bias": answer.bias}


def add_attention(tensors: Tensors, model: KerasModel, layer: Layer) -> None:
    config, size = layer.config, layer.weights("query_dense")[0].shape[0]
    inner = config["num_heads"] * config["key_dim"]
    if inner != size or config.get("value_dim") not in (None, config["key_dim"]) or config.get("output_shape"):
        raise model.error(f"the layer {layer.name}: its {config['num_heads']} heads of {config['key_dim']} are not the "
                          f"{size} numbers of a state, as PyTorch's and mnemo's are")  # fmt: skip
    weights, biases = [], []
    for name in ("query", "key", "value"):
        kernel, *bias = layer.weights(f"{name}_dense")  # (size, heads, key_dim)
        weights.append(kernel.reshape(size, inner).T)
        biases.append(bias[0].reshape(inner) if bias else np.zeros(inner, np.float32))
    kernel, *bias = layer.weights("output_dense")  # (heads, key_dim, size)
    tensors |= {
        "pooling.attention.in_proj_weight": np.concatenate(weights),
        "pooling.attention.in_proj_bias": np.concatenate(biases),
        "pooling.attention.out_proj.weight": kernel.reshape(inner, size).T,
        "pooling.attention.out_proj.bias": bias[0] if bias else np.zeros(size, np.float32),
    }


def add_norm(tensors: Tensors, model: KerasModel, layer: Layer | None, prefix: str) -> None:
    if layer is None:
        return
    config, is_layer_norm = layer.config, layer.kind == "LayerNormalization"
    if is_layer_norm and (abs(config["epsilon"] - EPSILON) > EPSILON / 1000 or config.get("rms_scaling")):
        raise model.error(
            f"the layer {layer.name}: its epsilon is {config['epsilon']}, and that of mnemo's layer norm {EPSILON}, "
            f"as PyTorch's: train it with LayerNormalization(epsilon={EPSILON})"
        )
    values = list(layer.weights())
    scale = values.pop(0) if config["scale"] else np.ones_like(values[-1])
    shift = values.pop(0) if config["center"] else np.zeros_like(scale)
    tensors |= {f"{prefix}weight": scale, f"{prefix}bias": shift}
    if is_layer_norm:
        return
    mean, variance = values
    # The epsilon of Keras, of which mnemo adds its own again.
    variance = variance + np.float32(config["epsilon"] - EPSILON)
    if not (variance > 0).all():
        raise model.error(f"the layer {layer.name}: a variance below mnemo's epsilon, {EPSILON}")
    tensors |= {f"{prefix}running_mean": mean, f"{prefix}running_var": variance,
                f"{prefix}num_batches_tracked": np.zeros((), np.int64)}  # fmt: skip


def kind_of(norm: Layer | None) -> str:
    if norm is None:
        return "none"
    return "batch" if norm.kind == "BatchNormalization" else "layer"


def norm_of(one: Recurrent) -> str:
    return kind_of(one.norm)


def features_of(shape: Shape) -> int:
    first = shape.stack[0]
    return first.layer.weights("forward_layer/cell" if first.bidirectional else "cell")[0].shape[0]


def warnings(shape: Shape) -> Iterator[str]:
    """Where Keras's answer depends on padding, and mnemo's, which reads none, does not."""
    if shape.embedding is not None and not shape.skips_padding:
        yield (
            f"{shape.model.file}: its Embedding has no mask_zero=True, so Keras reads the padding of a shorter text, "
            "and mnemo does not: answers are equal for texts without padding only"
        )
    for one in shape.model.layers.values():
        if one.kind == "Masking":
            yield (
                f"{shape.model.file}: the layer {one.name} (Masking) makes Keras skip every step whose numbers are all "
                f"{one.config.get('mask_value', 0.0):g}, and mnemo skips the padding behind a series only: answers are "
                "equal for series without such steps before their end only"
            )
    if shape.skips_padding and shape.stack[-1].bidirectional and "max" in [one.kind for one in shape.pooled]:
        yield (
            f"{shape.model.file}: Keras takes the maximum over the zeros that a Bidirectional layer gives at padding, "
            "too, and mnemo over the steps alone: answers are equal for sequences without padding only"
        )


@dataclass(frozen=True)
class KerasTask:
    """How Keras's models become models of a task, and what of them the weights do not say."""

    convert: Callable[[Shape, int, int, str], Converted]
    named: tuple[str, ...] = ()  # options of `mnemo import`
    train_names_them: bool = False  # where a file is given that the model was trained on
    columns: str = ""  # the setting that names the columns which the model sees, if one does
    targets: str = "label-column"  # the setting that names its numbers

    def named_with(self, train: Any) -> tuple[str, ...]:
        """What is to be named; `train`: the file, or nothing."""
        return () if train and self.train_names_them else self.named


KERAS_TASKS = {
    "text": KerasTask(of_texts, named=("labels",)),
    "series": KerasTask(of_series, named=("labels", "features"), train_names_them=True),
    "forecast": KerasTask(of_forecasts, columns="features", targets="target"),
}
