"""The Keras article's forecaster of one column: LSTM of 64, LSTM of 32, dense; min-max scaling, look-back 24, the first
0.8 of the rows train and the rest tests, unshuffled; mean squared error, Adam, batches of 32, 100 epochs. The same as
`mnemo train forecast --preset article`, but for the scaling, which here sees all rows, and what is Keras's own.

    article_keras_regressor.py [--data FILE.csv] [--column NAME] [--epochs N] [--plot FILE.png]

Needs Keras with TensorFlow, and matplotlib for --plot.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from article_data import SAMPLE, load_keras, read_column

if TYPE_CHECKING:
    import keras

LOOKBACK, SPLIT, BATCH_SIZE = 24, 0.8, 32
HIDDEN_SIZES = (64, 32)


def make_model(keras) -> keras.Model:
    layers = [keras.layers.LSTM(size, return_sequences=size != HIDDEN_SIZES[-1]) for size in HIDDEN_SIZES]
    model = keras.Sequential([keras.Input((LOOKBACK, 1)), *layers, keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    return model


def windows(scaled: np.ndarray, begin: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    """The values (W, LOOKBACK, 1) before each of the rows [begin, end) that has so many, and the rows' own (W)."""
    rows = range(max(begin, LOOKBACK), end)
    return np.stack([scaled[row - LOOKBACK : row, None] for row in rows]), scaled[rows]


def plot_losses(losses: dict[str, list[float]], out: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    for name, values in losses.items():
        pyplot.plot(range(1, len(values) + 1), values, label={"loss": "training", "val_loss": "test part"}[name])
    pyplot.xlabel("epoch")
    pyplot.ylabel("mean squared error, scaled")
    pyplot.legend()
    pyplot.savefig(out)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The Keras article's forecaster: two LSTMs over 24 rows.")
    parser.add_argument("--data", type=Path, default=SAMPLE / "airline_passengers.csv", help="CSV file in time order")
    parser.add_argument("--column", default="passengers", help="the column of numbers to forecast (passengers)")
    parser.add_argument("--epochs", type=int, default=100, help="passes over the data (100, the article's)")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the losses of each epoch")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    if arguments.plot is not None and find_spec("matplotlib") is None:
        print("article_keras_regressor.py: --plot needs matplotlib: pip install matplotlib", file=sys.stderr)
        sys.exit(2)
    keras = load_keras(arguments.seed)
    values = read_column(arguments.data, arguments.column)
    offset, scale = values.min(), values.max() - values.min()  # as the article: of all rows, the test part's, too
    scaled = (values - offset) / scale
    border = int(SPLIT * len(values))
    train, test = windows(scaled, 0, border), windows(scaled, border, len(values))
    model = make_model(keras)
    history = model.fit(*train, validation_data=test, batch_size=BATCH_SIZE, epochs=arguments.epochs, verbose=2)
    errors = (model.predict(test[0], verbose=0)[:, 0] - test[1]) * scale
    print(f"test RMSE {np.sqrt(np.mean(errors**2)):.4g}, MAE {np.mean(np.abs(errors)):.4g} in the data's own units, "
          f"n = {len(errors)}")  # fmt: skip
    if arguments.plot is not None:
        plot_losses(history.history, arguments.plot)


if __name__ == "__main__":
    main()
