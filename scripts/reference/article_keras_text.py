"""The Keras article's text classifier: embedding of 128 over a vocabulary of 10,000, texts of 100 words, LSTM of 256,
attention of 4 heads, dropout 0.5, batch norm, dense 1 with a sigmoid; binary cross-entropy, Adam 0.001, batches of 32,
10 epochs. `mnemo train text --preset article` is the same but for the tokenizer and what is Keras's own.

    article_keras_text.py [--train FILE.csv] [--test FILE.csv] [--epochs N]

The article's attention cannot run as printed; README.md here says how it was read. Needs Keras with TensorFlow.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from article_data import SAMPLE, load_keras, read_texts

if TYPE_CHECKING:
    import keras

VOCABULARY, LENGTH, EMBEDDING, HIDDEN, HEADS, DROPOUT = 10_000, 100, 128, 256, 4, 0.5
BATCH_SIZE, LEARNING_RATE = 32, 0.001


def make_model(keras, classes: int) -> keras.Model:
    tokens = keras.Input((LENGTH,), dtype="int64")
    embedded = keras.layers.Embedding(VOCABULARY, EMBEDDING, mask_zero=True)(tokens)  # 0 is padding: no step
    states, final, _ = keras.layers.LSTM(HIDDEN, return_sequences=True, return_state=True)(embedded)
    # Our reading: the final hidden state asks, all hidden states answer.
    query = keras.layers.Reshape((1, HIDDEN))(final)
    attended = keras.layers.MultiHeadAttention(HEADS, HIDDEN // HEADS)(query, states)  # (B, 1, H)
    features = keras.layers.Dropout(DROPOUT)(keras.layers.Flatten()(attended))
    features = keras.layers.BatchNormalization()(features)
    last = ("sigmoid", "binary_crossentropy") if classes == 2 else ("softmax", "sparse_categorical_crossentropy")
    answer = keras.layers.Dense(1 if classes == 2 else classes, activation=last[0])(features)
    model = keras.Model(tokens, answer)
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss=last[1], metrics=["accuracy"])
    return model


def numbers_of(labels: list[str], classes: list[str]) -> np.ndarray:
    return np.array([classes.index(label) for label in labels])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The Keras article's text classifier: LSTM with attention.")
    parser.add_argument("--train", type=Path, default=SAMPLE / "reviews_train.csv",
                        help="CSV file with the columns label and text")  # fmt: skip
    parser.add_argument("--test", type=Path, default=SAMPLE / "reviews_test.csv", help="likewise, to measure on")
    parser.add_argument("--epochs", type=int, default=10, help="passes over the data (10, the article's)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    keras = load_keras(arguments.seed)
    texts, labels = read_texts(arguments.train)
    test_texts, test_labels = read_texts(arguments.test)
    classes = sorted(set(labels))
    # The article does not say how a text is cut up: lower-cased words, the most frequent ones, as Keras does it.
    vectorize = keras.layers.TextVectorization(VOCABULARY, output_sequence_length=LENGTH)
    vectorize.adapt(texts)
    model = make_model(keras, len(classes))
    model.fit(np.asarray(vectorize(texts)), numbers_of(labels, classes), batch_size=BATCH_SIZE,
              epochs=arguments.epochs, verbose=2)  # fmt: skip
    _, accuracy = model.evaluate(np.asarray(vectorize(test_texts)), numbers_of(test_labels, classes), verbose=0)
    print(f"test accuracy {accuracy:.4f}, n = {len(test_labels)}")


if __name__ == "__main__":
    main()
