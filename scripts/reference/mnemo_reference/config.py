"""Settings of a training, by the names of mnemo's options: a preset, a file, single values, each before the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Values = dict[str, str]

OPTIMIZER: Values = {
    "optimizer": "adam", "momentum": "0", "nesterov": "false", "weight-decay": "0", "warmup-steps": "0",
    "decay-factor": "0.5", "decay-epochs": "3", "clip-value": "0", "accumulate": "1", "average-decay": "0",
}  # fmt: skip

CLASS_LOSS: Values = {"label-smoothing": "0", "class-weights": "none"}

TRANSFORMER: Values = {"attention-heads": "4", "feedforward-size": "auto", "positions": "sinusoidal"}

TEXT: Values = OPTIMIZER | CLASS_LOSS | TRANSFORMER | {
    "valid-share": "0.1", "text-column": "text", "label-column": "label", "target-kind": "auto",
    "label-delimiter": "", "vocab-size": "16000", "lowercase": "true",
    "strip-html": "true", "max-length": "800", "truncate": "both", "embedding-dim": "128", "cell": "lstm",
    "activation": "tanh", "hidden-size": "128", "layers": "1", "bidirectional": "true", "pooling": "attention,max",
    "heads": "4", "norm": "none", "inner-norm": "none", "word-dropout": "0.1", "embedding-dropout": "0.5",
    "layer-dropout": "0", "dropout": "0.5", "embedding-std": "0.03", "forget-bias": "0", "epochs": "auto",
    "patience": "2", "keep": "best", "schedule": "linear", "clip-norm": "1", "batch-size": "32",
    "learning-rate": "0.002", "seed": "1",
}  # fmt: skip
TEXT_ARTICLE: Values = {
    "vocab-size": "10000", "max-length": "100", "truncate": "head", "hidden-size": "256", "bidirectional": "false",
    "pooling": "attention", "norm": "batch", "word-dropout": "0", "embedding-dropout": "0", "embedding-std": "1",
    "epochs": "10", "patience": "0", "schedule": "constant", "clip-norm": "0", "learning-rate": "0.001",
}  # fmt: skip

SERIES: Values = OPTIMIZER | CLASS_LOSS | TRANSFORMER | {
    "valid-share": "auto", "target-kind": "class", "scaler": "standard", "z-normalize": "false", "step-dropout": "0",
    "cell": "lstm", "activation": "tanh", "hidden-sizes": "128", "bidirectional": "true", "pooling": "attention,max",
    "heads": "4", "norm": "layer", "inner-norm": "none", "layer-dropout": "0", "dropout": "0.3",
    "forget-bias": "0", "epochs": "100", "patience": "25", "keep": "best", "schedule": "linear", "clip-norm": "1",
    "batch-size": "16", "learning-rate": "0.002", "seed": "1",
}  # fmt: skip
SERIES_ARTICLE: Values = {
    "valid-share": "0", "scaler": "none", "bidirectional": "false", "pooling": "last", "norm": "none", "dropout": "0",
    "patience": "0", "keep": "last", "schedule": "constant", "clip-norm": "0", "batch-size": "0",
    "learning-rate": "0.001",
}  # fmt: skip
SERIES_REGRESSOR: Values = {
    "target-kind": "number", "scaler": "minmax", "hidden-sizes": "64,32", "batch-size": "32"
}  # fmt: skip

FORECAST: Values = OPTIMIZER | TRANSFORMER | {
    "target": "", "features": "", "time-column": "auto", "calendar": "false", "scaler": "standard", "split": "0.8",
    "valid-share": "0.1", "split-rows": "", "split-last": "", "season": "auto", "lookback": "auto", "horizon": "auto",
    "model": "auto", "normalization": "last", "quantiles": "", "cell": "lstm", "hidden-size": "256",
    "layers": "1", "segment": "auto", "hidden-sizes": "64,32", "inner-norm": "none", "layer-dropout": "0",
    "dropout": "0.5", "forget-bias": "0", "loss": "mae", "epochs": "auto", "patience": "3", "keep": "best",
    "schedule": "linear", "clip-norm": "1", "batch-size": "64", "learning-rate": "0.0005", "seed": "1",
    "calibrate": "false",  # mnemo does, behind the training
}  # fmt: skip
FORECAST_ARTICLE: Values = {
    "scaler": "minmax", "valid-share": "0", "lookback": "24", "horizon": "1", "model": "stacked",
    "normalization": "none", "dropout": "0", "loss": "mse", "epochs": "100", "patience": "0", "keep": "last",
    "schedule": "constant", "clip-norm": "0", "batch-size": "32", "learning-rate": "0.001",
}  # fmt: skip

PRESETS: dict[str, dict[str, Values]] = {
    "text": {"default": TEXT, "article": TEXT | TEXT_ARTICLE},
    "series": {
        "default": SERIES,
        "article-torch": SERIES | SERIES_ARTICLE,
        "article-stacked": SERIES | SERIES_ARTICLE | {"hidden-sizes": "128,64,32", "batch-size": "256"},
        "article-regressor": SERIES | SERIES_ARTICLE | SERIES_REGRESSOR,
    },
    "forecast": {"default": FORECAST, "article": FORECAST | FORECAST_ARTICLE},
}


class Config:
    def __init__(self, values: Values) -> None:
        self.values = values

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def integer(self, name: str) -> int:
        return self.converted(name, int)

    def number(self, name: str) -> float:
        return self.converted(name, float)

    def converted(self, name: str, kind: type) -> Any:
        try:
            return kind(self[name])
        except ValueError:
            raise ValueError(f"setting '{name}' is '{self[name]}'; expected a number") from None

    def flag(self, name: str) -> bool:
        return self[name] == "true"

    def names(self, name: str) -> list[str]:
        return [part for part in self[name].split(",") if part]

    def is_auto(self, name: str) -> bool:
        return self[name] == "auto"

    def transformer(self) -> dict[str, Any]:
        """What the settings of a model hold of its transformer; nothing of other cells."""
        if self["cell"] != "transformer":
            return {}
        inner = 0 if self.is_auto("feedforward-size") else self.integer("feedforward-size")
        return {"attention_heads": self.integer("attention-heads"), "feedforward_size": inner,
                "positions": self["positions"]}  # fmt: skip

    def text(self) -> str:
        return "".join(f"{name} = {value}\n" for name, value in self.values.items())


def make_config(task: str, preset: str, file: Path | None, settings: list[str]) -> Config:
    """`settings`: single values, as in "epochs=3". What a file does not name is the preset's."""
    values = dict(PRESETS[task][preset])
    if file is not None:
        values |= parse(file.read_text(encoding="utf-8").splitlines())
    given = parse(settings)
    for name in given:
        if name not in values:
            raise ValueError(f"there is no setting '{name}'; there are: {', '.join(values)}")
    return Config(values | given)


def parse(lines: list[str]) -> Values:
    """Lines `name = value`, as a run's config.ini has them and `mnemo train TASK --print-config` prints them."""
    values: Values = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            name, equals, value = line.partition("=")
            if not equals:
                raise ValueError(f"setting '{line}': expected name=value")
            values[name.strip()] = value.strip()
    return values
