"""Models that Keras saved, as runs: the answers are Keras's. Where it is installed: see scripts/check_guests.sh."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest
from package_support import REPO, SAMPLE

import mnemo

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")
sys.path.append(str(REPO / "scripts" / "reference"))
import article_keras_regressor  # noqa: E402
import article_keras_softmax  # noqa: E402
import article_keras_text  # noqa: E402

layers = keras.layers
CLOSE = {"rtol": 0, "atol": 1e-5}


def with_weights(model, seed=3):
    """Weights as of a trained model: Keras begins with biases of 0, and norms that do nothing."""
    random = np.random.default_rng(seed)
    for variable in model.variables:
        if variable.dtype != "float32":
            continue
        value = random.normal(0, 0.3, variable.shape)
        variable.assign(np.abs(value) + 0.5 if "variance" in variable.path or "gamma" in variable.path else value)
    return model


def saved(model, path):
    with_weights(model).save(path)
    return path


@pytest.fixture
def tokenizer(text_run):
    from sentencepiece import SentencePieceProcessor

    file = text_run / "tokenizer.model"
    return file, SentencePieceProcessor(model_file=str(file))


TEXTS = ["A film to remember.", "Broken", "It was not what I had hoped for, but good. " * 9]


def token_ids(processor, length):
    ids = [processor.encode(text)[:length] for text in TEXTS]
    return np.array([one + [0] * (length - len(one)) for one in ids])


def test_the_text_article(tokenizer, tmp_path, monkeypatch):
    file, processor = tokenizer
    monkeypatch.setattr(article_keras_text, "VOCABULARY", processor.get_piece_size())
    model = article_keras_text.make_model(keras, 2)
    run = mnemo.from_keras(saved(model, tmp_path / "m.keras"), tmp_path / "run", labels=["neg", "pos"], tokenizer=file)
    expected = model.predict(token_ids(processor, article_keras_text.LENGTH), verbose=0)[:, 0]
    np.testing.assert_allclose(run.predict_proba(TEXTS)[:, 1], expected, **CLOSE)


def test_the_softmax_article(tmp_path):
    model = article_keras_softmax.make_model(keras, 2, 4)
    run = mnemo.from_keras(saved(model, tmp_path / "m.keras"), tmp_path / "run", labels=list("abcd"))
    random = np.random.default_rng(1)
    series = [random.normal(size=(steps, 2)).astype(np.float32) for steps in (30, 12, 1)]
    padded = np.full((3, 30, 2), article_keras_softmax.PADDING, np.float32)
    for row, one in zip(padded, series):
        row[: len(one)] = one
    np.testing.assert_allclose(run.predict_proba(series), model.predict(padded, verbose=0), **CLOSE)


def test_the_regressors_article(tmp_path):
    model = article_keras_regressor.make_model(keras)
    train = SAMPLE / "airline_passengers.csv"
    run = mnemo.from_keras(saved(model, tmp_path / "m.keras"), tmp_path / "run", task="forecast", train=train,
                           target="passengers", scaling={"passengers": (104.0, 518.0)})  # fmt: skip
    rows = [float(line.split(",")[-1]) for line in train.read_text().splitlines()[1:]]
    scaled = (np.array(rows[-article_keras_regressor.LOOKBACK :], np.float32)[None, :, None] - 104) / 518
    found = (run.predict(train)["passengers"][0] - 104) / 518
    np.testing.assert_allclose(found, model.predict(scaled, verbose=0)[0, 0], **CLOSE)


@pytest.mark.parametrize("cell", [layers.LSTM, layers.GRU, layers.SimpleRNN])
def test_layers_in_both_directions(cell, tmp_path):
    model = keras.Sequential([
        keras.Input((None, 3)),
        layers.Bidirectional(cell(6, return_sequences=True)),
        layers.BatchNormalization(),
        layers.Dropout(0.2),
        layers.Bidirectional(cell(5, return_sequences=True)),
        layers.GlobalAveragePooling1D(),
        layers.LayerNormalization(epsilon=1e-5),
        layers.Dense(3, activation="softmax"),
    ])  # fmt: skip
    run = mnemo.from_keras(saved(model, tmp_path / "m.keras"), tmp_path / "run")
    series = np.random.default_rng(1).normal(size=(4, 20, 3)).astype(np.float32)
    np.testing.assert_allclose(run.predict_proba(series), model.predict(series, verbose=0), **CLOSE)


def test_states_of_both_directions_beside_a_maximum(tokenizer, tmp_path):
    file, processor = tokenizer
    tokens = keras.Input((None,), dtype="int32")
    embedded = layers.Embedding(processor.get_piece_size(), 8)(tokens)
    states, forward, _, backward, _ = layers.Bidirectional(layers.LSTM(4, return_sequences=True, return_state=True))(
        embedded
    )
    final = layers.Concatenate()([forward, backward])
    pooled = layers.Concatenate()([final, layers.GlobalMaxPooling1D()(states)])
    model = keras.Model(tokens, layers.Dense(3, activation="sigmoid")(pooled))
    run = mnemo.from_keras(saved(model, tmp_path / "m.keras"), tmp_path / "run", labels=list("abc"), tokenizer=file)
    for text in TEXTS:
        ids = np.array([processor.encode(text)])
        np.testing.assert_allclose(run.predict_proba([text]), model.predict(ids, verbose=0), **CLOSE)


def test_a_gru_that_resets_before_the_product_is_refused(tmp_path):
    model = keras.Sequential([keras.Input((None, 3)), layers.GRU(4, reset_after=False), layers.Dense(1)])
    with pytest.raises(mnemo.Error, match="no weights make them equal"):
        mnemo.from_keras(saved(model, tmp_path / "m.keras"), tmp_path / "run")


def test_attention_over_a_pair_of_states_is_over_the_batch():
    """What Keras makes of the text article's line: it refuses the tuple (hidden, cell), and of its two tensors stacked
    it takes the batch for the steps, so that an answer depends on its neighbours."""
    states = [keras.ops.convert_to_tensor(one) for one in np.random.default_rng(1).normal(size=(2, 5, 8))]
    with pytest.raises(ValueError, match="to a shape"):
        layers.MultiHeadAttention(4, 2)(tuple(states), tuple(states))
    attention = layers.MultiHeadAttention(4, 2)
    together = keras.ops.convert_to_numpy(attention(keras.ops.stack(states), keras.ops.stack(states)))
    first = keras.ops.stack([one[:1] for one in states])
    alone = keras.ops.convert_to_numpy(attention(first, first))
    assert together.shape == (2, 5, 8)
    assert np.abs(together[0, 0] - alone[0, 0]).max() > 1e-3
