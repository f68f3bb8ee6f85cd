"""How large the works are, and how often they are done: the whole benchmark, --quick, and --tiny, for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from workers import Race

Settings = dict[str, Any]

# The article's text model, by the names of mnemo's meta.json.
ARTICLE_MODEL: Settings = {
    "vocab_size": 10_000,
    "embedding_dim": 128,
    "cell": "lstm",
    "activation": "tanh",
    "hidden_size": 256,
    "layers": 1,
    "bidirectional": False,
    "pooling": ["attention"],
    "heads": 4,
    "word_dropout": 0.0,
    "embedding_dropout": 0.0,
    "layer_dropout": 0.0,
    "output_dropout": 0.0,
    "variational_dropout": False,
    "recurrent_dropout": 0.0,
    "dropout": 0.5,
    "inner_norm": "none",
    "norm": "batch",
    "batch_norm_eps": 1e-5,
    "batch_norm_momentum": 0.1,
    "aux_classes": 0,
    "language_head": False,
    "ngrams": 0,
    "ngram_count": 0,
}
# mnemo's default forecaster on ETTh1: seven columns in and out.
FORECASTER: Settings = {
    "columns": 7, "lookback": 720, "horizon": 96, "segment": 24, "hidden_size": 256, "dropout": 0.5
}  # fmt: skip
ARTICLE_FORECASTER: Settings = {"columns": 1, "lookback": 24, "horizon": 1, "hidden_sizes": [64, 32], "dropout": 0.0}
GROWTH = {
    "length": (100, 200, 400, 800, 1600),
    "hidden_size": (128, 256, 512, 1024),
    "layers": (1, 2, 3, 4),
    "vocab_size": (10_000, 30_000, 100_000),
    "batch": (1, 4, 16, 32, 64, 128, 256),
}


@dataclass(frozen=True)
class Scale:
    name: str
    is_judged_by_speed: bool
    is_complete: bool  # whatever does not run, but Keras, is a failure
    race: Race
    # Steps of the article's text model, and what is derived from them.
    article: Settings
    batch: int
    length: int
    matrix: int  # rows and columns of the matrix product
    forecaster: Settings
    forecast_batch: int
    article_forecaster: Settings
    growth: dict[str, tuple[int, ...]]
    growth_race: Race
    # Reviews.
    longest_text: int
    length_rounds: int
    has_all_arrangements: bool  # of PyTorch's batches
    repeats_itself: bool  # has contenders whose ways others have taken, as compiled ones in a second precision
    training: tuple[str, ...]  # options of mnemo's training for the model to predict with
    test_texts: int | None  # None: all
    process_rounds: int
    job: tuple[str, ...] | None  # options of the whole job; None: it is left out
    required_accuracy: float  # of the whole job

    @property
    def plain(self) -> Settings:
        """The article's embedding, LSTM and dense layer, and the mean."""
        return self.article | {"pooling": ["mean"], "dropout": 0.0, "norm": "none"}

    def text_settings(self, model: Settings) -> Settings:
        """As a run's meta.json has them."""
        return {"model": model, "labels": ["0", "1"], "max_length": self.longest_text, "truncate": "head"}


FULL = Scale(
    name="full", is_judged_by_speed=True, is_complete=False, race=Race(rounds=9, slice_seconds=1.0),
    article=ARTICLE_MODEL, batch=32, length=100, matrix=2048,
    forecaster=FORECASTER, forecast_batch=64, article_forecaster=ARTICLE_FORECASTER,
    growth=GROWTH, growth_race=Race(rounds=7, slice_seconds=0.5),
    longest_text=400, length_rounds=5, has_all_arrangements=True, repeats_itself=True, training=("--epochs=1",),
    test_texts=None, process_rounds=3, job=(), required_accuracy=0.89,
)  # fmt: skip

QUICK = replace(
    FULL, name="quick", race=Race(rounds=3, slice_seconds=0.3), growth_race=Race(rounds=3, slice_seconds=0.2),
    growth={name: (values[0], values[-1]) for name, values in GROWTH.items()},
    length_rounds=2, has_all_arrangements=False, test_texts=5000, process_rounds=1, job=None,
)  # fmt: skip

# The sample reviews are learnt in seconds.
TINY_TRAINING = ("--epochs=4", "--learning-rate=0.02", "--vocab-size=1000", "--embedding-dim=16", "--hidden-size=32",
                 "--embedding-dropout=0", "--dropout=0.2")  # fmt: skip

TINY = replace(
    FULL, name="tiny", is_judged_by_speed=False, is_complete=True, race=Race(rounds=1, slice_seconds=0.0),
    article=ARTICLE_MODEL | {"vocab_size": 500, "embedding_dim": 16, "hidden_size": 32}, batch=8, length=20, matrix=128,
    forecaster=FORECASTER | {"columns": 3, "lookback": 48, "horizon": 24, "segment": 12, "hidden_size": 32},
    forecast_batch=8, article_forecaster=ARTICLE_FORECASTER | {"hidden_sizes": [16, 8]},
    growth={"length": (10, 20), "hidden_size": (32, 64), "layers": (1, 2), "vocab_size": (500, 1000), "batch": (4, 8)},
    growth_race=Race(rounds=1, slice_seconds=0.0),
    longest_text=30, length_rounds=1, repeats_itself=False, training=TINY_TRAINING, process_rounds=1, job=TINY_TRAINING,
    required_accuracy=0.7,
)  # fmt: skip

SCALES = {scale.name: scale for scale in (FULL, QUICK, TINY)}
