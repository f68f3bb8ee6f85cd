"""The grid of models and trainings over which mnemo and PyTorch are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from mnemo_reference.losses import ClassLoss, LabelLoss
from mnemo_reference.optimization import OptimizationOptions

FEATURES = 3  # of series and tables
VOCABULARY = 30


@dataclass(frozen=True)
class Fit(OptimizationOptions):
    """A short training, validated on the first batch."""

    epochs: int = 1
    batches: int = 20  # of an epoch
    decay_epochs: int = 2
    clip_norm: float = 0.5  # small enough that some steps are clipped

    @property
    def steps(self) -> int:
        return self.epochs * -(-self.batches // self.accumulate)


@dataclass(frozen=True)
class Case:
    name: str
    task: str
    settings: dict[str, Any]  # as in meta.json
    loss: str = "mse"  # of a forecast
    fit: Fit = field(default_factory=Fit)
    class_loss: ClassLoss | LabelLoss = ClassLoss()  # of a training of classes, or of labels

    def __str__(self) -> str:
        return self.name


def text(
    name: str, classes: int = 2, fit: Fit = Fit(), class_loss: ClassLoss | LabelLoss = ClassLoss(), **model: Any
) -> Case:
    defaults = {
        "vocab_size": VOCABULARY, "embedding_dim": 5, "cell": "lstm", "activation": "tanh", "layers": 1,
        "hidden_size": 6, "bidirectional": False, "pooling": ["last"], "heads": 2, "norm": "none",
        "batch_norm_eps": 1e-5, "batch_norm_momentum": 0.1,
        "word_dropout": 0.0, "embedding_dropout": 0.0, "layer_dropout": 0.0, "dropout": 0.0, "output_dropout": 0.0,
        "variational_dropout": False, "recurrent_dropout": 0.0, "inner_norm": "none",
        "aux_classes": 0, "language_head": False, "ngrams": 0, "ngram_count": 0,
    }  # fmt: skip
    settings = {"model": defaults | model, "labels": [str(i) for i in range(classes)], "max_length": 100,
                "truncate": "head"}  # fmt: skip
    if model.get("answer") == "numbers":
        settings["labels"] = []
    return Case(f"text-{name}", "text", settings, fit=fit, class_loss=class_loss)


def series(
    name: str, target: str = "class", outputs: int = 3, fit: Fit = Fit(), class_loss: ClassLoss = ClassLoss(),
    **model: Any,
) -> Case:  # fmt: skip
    defaults = {
        "z_normalize": False, "cell": "lstm", "activation": "tanh", "hidden_sizes": [6], "bidirectional": False,
        "pooling": ["last"], "heads": 2, "norm": "none", "step_dropout": 0.0, "layer_dropout": 0.0, "dropout": 0.0,
        "input_dropout": 0.0, "output_dropout": 0.0, "variational_dropout": False, "recurrent_dropout": 0.0,
        "inner_norm": "none", "aux_classes": 0, "linear_steps": 0,
    }  # fmt: skip
    of_class = target == "class"
    settings = {
        "model": defaults | model, "target_kind": target, "features": [f"f{i}" for i in range(FEATURES)],
        "labels": [str(i) for i in range(outputs)] if of_class else [],
        "target_scaling": [] if of_class else [{"offset": 3.0, "scale": 2.0}] * outputs,
        "reader": {"format": "auto", "id_column": "id", "target_columns": ["label"],
                   "aux_label_column": "", "missing": "fail"},
    }  # fmt: skip
    return Case(f"series-{name}", "series", settings, fit=fit, class_loss=class_loss)


def forecast(
    name: str, loss: str = "mae", targets: int = FEATURES, calendar: tuple[str, ...] = (),
    quantiles: tuple[float, ...] = (), known: tuple[str, ...] = (), holidays: tuple[str, ...] = (),
    fit: Fit = Fit(), **model: Any,
) -> Case:  # fmt: skip
    """The first `targets` of the columns are forecast; the others are seen only. `known` ahead: numbers, and words."""
    defaults = {
        "model": "segments", "lookback": 12, "horizon": 5, "normalization": "last", "cell": "lstm", "hidden_size": 8,
        "layers": 1, "segment": 3, "hidden_sizes": [7, 6], "dropout": 0.0, "layer_dropout": 0.0,
        "input_dropout": 0.0, "variational_dropout": False, "recurrent_dropout": 0.0, "inner_norm": "none",
        "reconstruction": False, "autoregression": 0,
    }  # fmt: skip
    columns = [f"c{i}" for i in range(FEATURES)]
    settings = {
        "model": defaults | model, "features": columns, "targets": columns[:targets], "calendar": list(calendar),
        "quantiles": list(quantiles), "known": list(known),
        "holidays": [{"place": place, "source": "a table", "words": ["none", "New Year's Day"], "days": [0, 90],
                      "numbers": [1, 2], "first_day": 0, "last_day": 364} for place in holidays],
        "feature_scaling": [{"offset": 0.0, "scale": 1.0}] * (FEATURES + len(known)),
        "target_scaling": [{"offset": 0.0, "scale": 1.0}] * targets, "season": 4, "seasonal_error": [1.0] * targets,
        "step": {"seconds": 3600, "months": 0}, "split": {"train_share": 0.8, "valid_share": 0.1, "rows": []},
        "table": {"columns": columns, "time_column": "none", "time_format": {"pattern": "", "suffix": ""},
                  "series_column": "", "missing": "fail", "decimal": "point", "delimiter": "comma",
                  "words": {"words": ["a", "b"]} if "words" in known else {}},
    }  # fmt: skip
    return Case(f"forecast-{name}", "forecast", settings, loss=loss, fit=fit)


def transformer(positions: str = "sinusoidal", heads: int = 2, feedforward: int = 0) -> dict[str, Any]:
    """What its settings hold; of series the longest, too (see LENGTHS)."""
    return {"cell": "transformer", "positions": positions, "attention_heads": heads,
            "feedforward_size": feedforward, "longest": 9}  # fmt: skip


ALL_POOLINGS = ["attention", "last", "mean", "max"]

TEXT = [
    *(
        text(f"{cell}-{layers}-{'both' if both else 'one'}", cell=cell, layers=layers, bidirectional=both)
        for cell in ("lstm", "gru", "rnn")
        for layers in (1, 2, 3)
        for both in (False, True)
    ),
    text("rnn-relu", cell="rnn", activation="relu", layers=2),
    *(text(f"pooling-{kind}", pooling=[kind], bidirectional=True) for kind in ALL_POOLINGS),
    text("pooling-all-batch-norm", classes=4, pooling=ALL_POOLINGS, norm="batch", bidirectional=True),
    *(text(f"batch-norm-{kind}", pooling=[kind], norm="batch") for kind in ALL_POOLINGS),
    text("norm-layer", norm="layer", pooling=["mean"]),
    *(
        text(f"inner-norm-{norm}-{'both' if both else 'one'}", inner_norm=norm, layers=3, bidirectional=both)
        for norm in ("batch", "layer")
        for both in (False, True)
    ),
    text("three-classes", classes=3, layers=2),
    text("two-labels", answer="labels", class_loss=LabelLoss()),
    text("labels-weighted-and-smoothed", answer="labels", classes=4, pooling=["max"],
         class_loss=LabelLoss(0.1, torch.tensor([[0.6, 0.7, 1.2, 0.5], [3.0, 1.8, 0.8, 40.0]]))),
    text("labels-beside-ngrams", answer="labels", classes=2, pooling=["mean"], ngrams=2, ngram_count=12,
         class_loss=LabelLoss()),
    text("number", answer="numbers", classes=1, pooling=["mean"]),
    *(
        text(f"ngrams-{longest}-{classes}-classes", classes=classes, pooling=["mean"], ngrams=longest, ngram_count=12)
        for longest, classes in ((1, 2), (2, 3), (5, 2))
    ),
    *(
        text(f"transformer-{layers}-{'both' if both else 'one'}", layers=layers, bidirectional=both, **transformer())
        for layers in (1, 2, 3)
        for both in (False, True)
    ),
    text("transformer-pooling-all", bidirectional=True, pooling=ALL_POOLINGS, embedding_dim=6, classes=4,
         **transformer("learned", heads=3, feedforward=11)),
    text("transformer-learned", embedding_dim=6, pooling=["attention"], **transformer("learned")),
    text("transformer-wide", hidden_size=70, embedding_dim=33, layers=2, bidirectional=True, classes=3,
         pooling=["mean"], **transformer(heads=7)),
    text("wide", hidden_size=70, embedding_dim=33, heads=7, pooling=["attention"], classes=3),
]
SERIES = [
    *(
        series(f"{cell}-{'both' if both else 'one'}", cell=cell, bidirectional=both, hidden_sizes=[7, 5])
        for cell in ("lstm", "gru", "rnn")
        for both in (False, True)
    ),
    *(
        series(f"transformer-{'both' if both else 'one'}-{positions}", bidirectional=both, hidden_sizes=[8, 8],
               pooling=["last", "max"], **transformer(positions))
        for both in (False, True)
        for positions in ("sinusoidal", "learned")
    ),
    series("transformer-z-normalize", z_normalize=True, norm="layer", pooling=["attention", "mean"], hidden_sizes=[6],
           bidirectional=True, **transformer(feedforward=9)),
    *(series(f"norm-{norm}", norm=norm, pooling=["attention", "max"], outputs=2) for norm in ("batch", "layer")),
    *(
        series(f"inner-norm-{norm}", inner_norm=norm, hidden_sizes=[7, 5], bidirectional=True)
        for norm in ("batch", "layer")
    ),
    series("z-normalize", z_normalize=True, pooling=["mean", "last"]),
    series("linear", linear_steps=6, pooling=["mean"]),  # some are shorter, some longer
    series("linear-numbers-z-normalize", linear_steps=4, z_normalize=True, target="number", outputs=2),
    series("numbers", target="number", outputs=2, hidden_sizes=[7, 5]),
]
FORECAST = [
    *(forecast(f"segments-{cell}", cell=cell, layers=2) for cell in ("lstm", "gru", "rnn")),
    *(forecast(f"loss-{loss}", loss=loss) for loss in ("mse", "mae", "huber")),
    *(forecast(f"normalization-{kind}", normalization=kind) for kind in ("none", "last", "reversible")),
    *(forecast(f"inner-norm-{cell}", inner_norm="layer", cell=cell, layers=2) for cell in ("lstm", "gru")),
    forecast("stacked-inner-norm", model="stacked", inner_norm="batch"),
    forecast("other-features", targets=1),
    *(forecast(f"window-scaling-{kind}", window_scaling=kind, targets=2, calendar=("hour",))
      for kind in ("standard", "minmax")),
    forecast("window-scaling-quantiles", window_scaling="standard", quantiles=(0.1, 0.5, 0.9)),
    *(forecast(f"known-{model}", known=("number", "words"), model=model, targets=2, calendar=("hour",))
      for model in ("segments", "stacked", "decoder")),
    forecast("known-quantiles", known=("words",), quantiles=(0.1, 0.5, 0.9), window_scaling="standard"),
    *(forecast(f"holidays-{model}", holidays=("AU", "NZ"), model=model, calendar=("hour",), targets=2)
      for model in ("segments", "decoder")),
    forecast("known-transformer", known=("number",), layers=2, **transformer()),
    forecast("calendar", targets=2, calendar=("hour", "weekday"), normalization="reversible"),
    forecast("quantiles", quantiles=(0.1, 0.5, 0.8)),
    forecast("quantile-off-centre", quantiles=(0.7, 0.9), normalization="reversible", targets=2),
    forecast("rows-before-the-first-segment", lookback=11, horizon=7, segment=4),
    forecast("stacked", model="stacked", normalization="none", loss="mse"),
    forecast("stacked-quantiles", model="stacked", quantiles=(0.2, 0.5, 0.9), targets=1),
    forecast("stacked-gru", model="stacked", cell="gru"),
    forecast("decoder", model="decoder", layers=2, inner_norm="layer", targets=2),
    forecast("decoder-gru-quantiles", model="decoder", cell="gru", quantiles=(0.1, 0.5, 0.9), known=("words",),
             window_scaling="standard"),
    *(forecast(f"autoregression-{model}-{kind}", model=model, normalization=kind, autoregression=9)
      for model, kind in (("segments", "last"), ("stacked", "reversible"))),
    forecast("autoregression-quantiles", quantiles=(0.1, 0.5, 0.8), targets=2, autoregression=12),
    *(
        forecast(f"{model}-transformer-{positions}", model=model, layers=2, hidden_sizes=[6, 6],
                 **transformer(positions))
        for model in ("segments", "stacked")
        for positions in ("sinusoidal", "learned")
    ),
    forecast("transformer-quantiles", quantiles=(0.1, 0.5, 0.8), lookback=11, horizon=7, segment=4, targets=2,
             calendar=("hour",), normalization="reversible", **transformer(heads=4, feedforward=10)),
]
TRAININGS = [
    *(
        text(f"schedule-{kind}", pooling=["mean"], fit=Fit(epochs=6, batches=5, schedule=kind, learning_rate=0.01))
        for kind in ("constant", "linear", "cosine", "one-cycle", "step", "exponential")
    ),
    # A rate at which the validation loss soon rises.
    text("schedule-plateau", pooling=["mean"],
         fit=Fit(epochs=12, batches=5, schedule="plateau", decay_epochs=1, learning_rate=0.1)),
    *(
        text(f"{name}-{classes}-classes", classes=classes, class_loss=ClassLoss(smoothing, weights), pooling=["mean"])
        for name, smoothing, weighs in (("smoothing", 0.2, False), ("weights", 0.0, True), ("both", 0.2, True))
        for classes in (2, 3)
        for weights in [torch.tensor([0.5, 1.7, 0.9][:classes]) if weighs else None]
    ),
    series("smoothing-weights", class_loss=ClassLoss(0.1, torch.tensor([2.0, 0.3, 1.0]))),
    text("clip-value", pooling=["mean"], fit=Fit(clip_value=0.01, clip_norm=0.05)),
    text("accumulate", pooling=["mean"], fit=Fit(epochs=2, batches=11, accumulate=3)),  # two in an epoch's last step
    text("average", pooling=["mean"], fit=Fit(epochs=2, average_decay=0.9, schedule="plateau", decay_epochs=1)),
    series("average", norm="batch", fit=Fit(average_decay=0.9, optimizer="sgd", momentum=0.9, accumulate=2)),
    text("warm-up", pooling=["mean"], fit=Fit(epochs=2, batches=10, schedule="cosine", warmup_steps=8)),
    text("adam-constant", fit=Fit(schedule="constant"), pooling=["mean"]),
    text("adam-unclipped", fit=Fit(clip_norm=0.0), pooling=["mean"]),
    text("adam-penalty", fit=Fit(weight_decay=0.1), pooling=["mean"]),
    text("adamw", fit=Fit(optimizer="adamw", weight_decay=0.1), pooling=["mean"]),
    text("sgd", fit=Fit(optimizer="sgd", learning_rate=0.1), pooling=["mean"]),
    text("sgd-momentum", fit=Fit(optimizer="sgd", learning_rate=0.1, momentum=0.9), pooling=["mean"]),
    text("sgd-nesterov-penalty", pooling=["mean"],
         fit=Fit(optimizer="sgd", learning_rate=0.1, momentum=0.9, nesterov=True, weight_decay=0.1)),
    text("sgd-batch-norm-attention", pooling=["attention"], norm="batch",
         fit=Fit(optimizer="sgd", learning_rate=0.1, momentum=0.9)),
    text("rmsprop", fit=Fit(optimizer="rmsprop"), pooling=["mean"]),
    text("rmsprop-momentum", fit=Fit(optimizer="rmsprop", momentum=0.5, weight_decay=0.1), pooling=["mean"]),
    text("fifty-steps", pooling=["mean", "max"], bidirectional=True, fit=Fit(batches=50)),
    series("fifty-steps", hidden_sizes=[16, 8], fit=Fit(batches=50)),
    forecast("fifty-steps", hidden_size=16, fit=Fit(batches=50)),
    text("transformer-fifty-steps", layers=2, bidirectional=True, pooling=["mean", "max"], fit=Fit(batches=50),
         **transformer()),
    text("transformer-sgd", pooling=["last"], fit=Fit(optimizer="sgd", learning_rate=0.1, momentum=0.9),
         **transformer("learned")),
    series("transformer-fifty-steps", hidden_sizes=[16, 16], fit=Fit(batches=50), **transformer()),
    forecast("transformer-fifty-steps", hidden_size=16, fit=Fit(batches=50), **transformer()),
]  # fmt: skip
CASES = [*TEXT, *SERIES, *FORECAST, *TRAININGS]
