"""Keras's worker in the benchmark: the same model in Keras's own layers, on the backend that KERAS_BACKEND names.
A request may switch "jit" (XLA) off, where the backend leaves the choice."""

from __future__ import annotations

import keras
import numpy as np

from worker_protocol import Request, Step, serve

CLIP_NORM = 1.0


def article_model(options: dict, length: int) -> keras.Model:
    tokens = keras.Input((length,), dtype="int32")
    embedded = keras.layers.Embedding(options["vocab_size"], options["embedding_dim"])(tokens)
    memory, hidden, _ = keras.layers.LSTM(options["hidden_size"], return_sequences=True, return_state=True)(embedded)
    attention = keras.layers.MultiHeadAttention(options["heads"], options["hidden_size"] // options["heads"])
    attended = attention(keras.layers.Reshape((1, options["hidden_size"]))(hidden), memory)
    features = keras.layers.Dropout(options["dropout"])(keras.layers.Flatten()(attended))
    features = keras.layers.BatchNormalization()(features)
    return keras.Model(tokens, keras.layers.Dense(1)(features))


def set_threads(threads: int) -> None:
    if keras.backend.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(threads)


def train_step(request: Request) -> Step:
    set_threads(request["threads"])
    keras.utils.set_random_seed(1)
    batch, length = request["batch"], request["length"]
    options = request["settings"]["model"]
    model = article_model(options, length)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3, global_clipnorm=CLIP_NORM),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        jit_compile="auto" if request["jit"] else False,
    )
    tokens = np.random.default_rng(1).integers(1, options["vocab_size"], (batch, length), dtype=np.int32)
    targets = (np.arange(batch) % 2).astype(np.float32).reshape(batch, 1)

    def step() -> int:
        model.train_on_batch(tokens, targets)
        return batch * length

    return step


def train_windows(request: Request) -> Step:
    """The article's forecaster, as its Keras code has it."""
    set_threads(request["threads"])
    keras.utils.set_random_seed(1)
    sizes, batch, lookback = request["model"]["hidden_sizes"], request["batch"], request["model"]["lookback"]
    layers = [keras.layers.LSTM(size, return_sequences=size != sizes[-1]) for size in sizes]
    model = keras.Sequential([keras.Input((lookback, 1)), *layers, keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse", jit_compile="auto" if request["jit"] else False)
    values = np.random.default_rng(1).standard_normal((batch, lookback, 1)).astype(np.float32)
    targets = np.random.default_rng(2).standard_normal((batch, 1)).astype(np.float32)

    def step() -> int:
        model.train_on_batch(values, targets)
        return batch

    return step


def make_step(request: Request) -> Step:
    return {"train_step": train_step, "train_windows": train_windows}[request["work"]](request)


if __name__ == "__main__":
    serve(make_step)
