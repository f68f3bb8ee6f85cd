"""The Keras article's classifier of numeric series: LSTM of 128, of 64 and of 32, softmax; cross-entropy, Adam, batches
of 256, 100 epochs. The same as `mnemo train series --preset article-stacked`, but for what is Keras's own.

    article_keras_softmax.py [--train FILE.ts] [--test FILE.ts] [--epochs N]

Needs Keras with TensorFlow.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from article_data import SAMPLE, load_keras, read_ts

if TYPE_CHECKING:
    import keras

HIDDEN_SIZES = (128, 64, 32)
BATCH_SIZE = 256
PADDING = -1e9  # no value of the data, so Keras can tell what is no step: an LSTM keeps its state there


def make_model(keras, features: int, classes: int) -> keras.Model:
    layers = [keras.layers.LSTM(size, return_sequences=size != HIDDEN_SIZES[-1]) for size in HIDDEN_SIZES]
    model = keras.Sequential([
        keras.Input((None, features)),
        keras.layers.Masking(PADDING),
        *layers,
        keras.layers.Dense(classes, activation="softmax"),
    ])  # fmt: skip
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The Keras article's three-layer LSTM classifier of numeric series.")
    parser.add_argument("--train", type=Path, default=SAMPLE / "motions_train.ts", help=".ts file to train on")
    parser.add_argument("--test", type=Path, default=SAMPLE / "motions_test.ts", help=".ts file to measure on")
    parser.add_argument("--epochs", type=int, default=100, help="passes over the data (100, the article's)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    keras = load_keras(arguments.seed)
    training = read_ts(arguments.train, padding=PADDING)
    test = read_ts(arguments.test, training.classes, padding=PADDING)
    model = make_model(keras, training.values.shape[2], len(training.classes))
    model.fit(training.values, training.labels, batch_size=BATCH_SIZE, epochs=arguments.epochs, verbose=2)
    _, accuracy = model.evaluate(test.values, test.labels, verbose=0)
    print(f"test accuracy {accuracy:.4f}, n = {len(test.labels)}")


if __name__ == "__main__":
    main()
