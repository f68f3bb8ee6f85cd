"""Models of Keras as runs: their answers are those that Keras's equations give, in NumPy.

test_keras_itself.py compares with Keras, where that is installed.
"""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from keras_files import KerasFile, both_ways, recurrent_config, recurrent_shapes, sigmoid, softmax, states
from package_support import SAMPLE, run_python

import mnemo

CLOSE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture
def tokenizer(text_run):
    """A SentencePiece model of some 500 pieces, and its processor."""
    from sentencepiece import SentencePieceProcessor

    file = text_run / "tokenizer.model"
    return file, SentencePieceProcessor(model_file=str(file))


@pytest.fixture
def series():
    random = np.random.default_rng(2)
    return [random.normal(size=(steps, 3)) for steps in (7, 12, 1, 9)]


def add_dense(model: KerasFile, inputs: int, units: int, activation: str) -> list[np.ndarray]:
    config = {"units": units, "activation": activation}
    return model.add("Dense", config, group="dense", **{"": [(inputs, units), (units,)]})


def norm_config(kind: str) -> dict:
    return {"epsilon": 1e-3 if kind == "BatchNormalization" else 1e-5, "scale": True, "center": True}


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "SimpleRNN"])
def test_a_stack_with_softmax_is_a_classifier_of_series(kind, series, tmp_path):
    model, drawn, features = KerasFile(None, 3), [], 3
    for number, units in enumerate((5, 4)):
        group = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "simple_rnn"}[kind] + (f"_{number}" if number else "")
        config = recurrent_config(kind, units, return_sequences=number == 0)
        drawn.append(model.add(kind, config, group=group, cell=recurrent_shapes(kind, features, units)))
        features = units
    weight, bias = add_dense(model, 4, 3, "softmax")
    run = mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run", labels=["a", "c", "b"])
    expected = [softmax(states(kind, states(kind, one, drawn[0]), drawn[1])[-1] @ weight + bias) for one in series]
    np.testing.assert_allclose(run.predict_proba(series), expected, **CLOSE)
    assert run.labels == ["a", "c", "b"]
    assert run.info()["settings"]["features"] == ["feature 1", "feature 2", "feature 3"]


def test_one_sigmoid_is_two_classes_of_series(series, tmp_path):
    model = KerasFile(None, 3)
    drawn = model.add("LSTM", recurrent_config("LSTM", 4), group="lstm", cell=recurrent_shapes("LSTM", 3, 4))
    weight, bias = add_dense(model, 4, 1, "sigmoid")
    run = mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run", features=["x", "y", "z"])
    expected = [sigmoid(states("LSTM", one, drawn)[-1] @ weight + bias)[0] for one in series]
    np.testing.assert_allclose(run.predict_proba(series)[:, 1], expected, **CLOSE)
    assert run.labels == ["0", "1"]


def test_numbers_of_series_come_in_their_units(series, tmp_path):
    model = KerasFile(None, 3)
    drawn = model.add("GRU", recurrent_config("GRU", 4, return_sequences=True), group="gru",
                      cell=recurrent_shapes("GRU", 3, 4))  # fmt: skip
    model.add("GlobalAveragePooling1D", {})
    model.add("Dropout", {"rate": 0.3})
    gain, shift = model.add("LayerNormalization", norm_config(""), group="layer_normalization", **{"": [(4,), (4,)]})
    weight, bias = add_dense(model, 4, 1, "linear")
    run = mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run", features=["x", "y", "z"],
                           label_column="load", scaling={"y": (2.0, 4.0), "load": (100.0, 50.0)})  # fmt: skip
    expected = []
    for one in series:
        pooled = states("GRU", (one - [0, 2, 0]) / [1, 4, 1], drawn).mean(0)
        normed = (pooled - pooled.mean()) / np.sqrt(pooled.var() + 1e-5) * gain + shift
        expected.append((normed @ weight + bias) * 50 + 100)
    np.testing.assert_allclose(run.predict(series), expected, rtol=1e-5)
    assert run.info()["settings"]["model"]["dropout"] == 0.3


def test_both_directions_norms_and_a_maximum_of_texts(tokenizer, tmp_path):
    file, processor = tokenizer
    pieces = processor.get_piece_size()
    model = KerasFile(None)
    embedding = model.add("Embedding", {"mask_zero": False}, group="embedding", **{"": [(pieces, 6)]})[0]
    model.add("SpatialDropout1D", {"rate": 0.2})
    inner = {"class_name": "GRU", "config": recurrent_config("GRU", 4, return_sequences=True)}
    drawn = [
        model.add("Bidirectional", {"layer": inner, "merge_mode": "concat"}, group="bidirectional",
                  forward_layer__cell=recurrent_shapes("GRU", 6, 4), backward_layer__cell=recurrent_shapes("GRU", 6, 4))
    ]  # fmt: skip
    between = model.add("BatchNormalization", norm_config("BatchNormalization"), group="batch_normalization",
                        **{"": [(8,)] * 4})  # fmt: skip
    drawn.append(
        model.add("Bidirectional", {"layer": inner, "merge_mode": "concat"}, group="bidirectional_1",
                  forward_layer__cell=recurrent_shapes("GRU", 8, 4), backward_layer__cell=recurrent_shapes("GRU", 8, 4))
    )  # fmt: skip
    model.add("GlobalMaxPooling1D", {})
    behind = model.add("BatchNormalization", norm_config("BatchNormalization"), group="batch_normalization_1",
                       **{"": [(8,)] * 4})  # fmt: skip
    for values in (between, behind):
        np.abs(values[3], out=values[3])  # a variance
    weight, bias = add_dense(model, 8, 2, "softmax")
    run = mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run", labels=["neg", "pos"], tokenizer=file)

    def normed(values, norm):
        return (values - norm[2]) / np.sqrt(norm[3] + 1e-3) * norm[0] + norm[1]

    texts, expected = ["A film to remember.", "Broken", "It was not what I had hoped for, but good."], []
    for text in texts:
        below = both_ways("GRU", embedding[processor.encode(text)], drawn[0])
        pooled = both_ways("GRU", normed(below, between), drawn[1]).max(0)
        expected.append(softmax(normed(pooled, behind) @ weight + bias))
    np.testing.assert_allclose(run.predict_proba(texts), expected, **CLOSE)


def test_the_articles_attention_over_all_states(tokenizer, tmp_path, caplog):
    file, processor = tokenizer
    model = KerasFile(20, functional=True)
    tokens = model.last
    embedding = model.add("Embedding", {"mask_zero": True}, group="embedding",
                          **{"": [(processor.get_piece_size(), 6)]})[0]  # fmt: skip
    embedded = model.last
    model.add("NotEqual", {}, reads=[(tokens, 0)], constants=[0])  # which Keras adds for mask_zero
    config = recurrent_config("LSTM", 8, return_sequences=True, return_state=True)
    drawn = model.add("LSTM", config, reads=[(embedded, 0)], mask=model.last, group="lstm",
                      cell=recurrent_shapes("LSTM", 6, 8))  # fmt: skip
    layer = model.last
    model.add("Reshape", {"target_shape": [1, 8]}, reads=[(layer, 1)])
    dense = {f"{name}_dense": [(8, 2, 4), (2, 4)] for name in ("query", "key", "value")}
    attention = model.add("MultiHeadAttention", {"num_heads": 2, "key_dim": 4, "value_dim": 4, "output_shape": None},
                          reads=[(model.last, 0), (layer, 0)], group="multi_head_attention", **dense,
                          output_dense=[(2, 4, 8), (8,)])  # fmt: skip
    model.add("Flatten", {})
    model.add("Dropout", {"rate": 0.5})
    weight, bias = add_dense(model, 8, 1, "sigmoid")
    run = mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run", labels=["neg", "pos"], tokenizer=file)
    texts, expected = ["A film to remember.", "Broken", "word " * 40], []
    wq, bq, wk, bk, wv, bv, wo, bo = attention
    for text in texts:
        hidden = states("LSTM", embedding[processor.encode(text)[:20]], drawn)
        query = np.einsum("d,dhk->hk", hidden[-1], wq) + bq
        key, value = (np.einsum("td,dhk->thk", hidden, w) + b for w, b in ((wk, bk), (wv, bv)))
        shares = softmax(np.einsum("hk,thk->ht", query, key) / np.sqrt(4))
        attended = np.einsum("hk,hkd->d", np.einsum("ht,thk->hk", shares, value), wo) + bo
        expected.append(sigmoid(attended @ weight + bias)[0])
    np.testing.assert_allclose(run.predict_proba(texts)[:, 1], expected, **CLOSE)
    assert not caplog.records
    assert run.info()["settings"]["max_length"] == 20


def test_a_look_back_is_a_forecaster(tmp_path):
    model = KerasFile(24, 1)
    drawn = [
        model.add("LSTM", recurrent_config("LSTM", 5, return_sequences=True), group="lstm",
                  cell=recurrent_shapes("LSTM", 1, 5)),
        model.add("LSTM", recurrent_config("LSTM", 4), group="lstm_1", cell=recurrent_shapes("LSTM", 5, 4)),
    ]  # fmt: skip
    weight, bias = add_dense(model, 4, 3, "linear")
    train = SAMPLE / "airline_passengers.csv"
    run = mnemo.from_keras(
        model.save(tmp_path / "m.keras"), tmp_path / "run", task="forecast", train=train, target="passengers",
        scaling={"passengers": (104.0, 518.0)},
    )  # fmt: skip
    rows = [float(line.split(",")[-1]) for line in train.read_text().splitlines()[1:]]
    past = (np.array(rows[-24:])[:, None] - 104) / 518
    expected = (states("LSTM", states("LSTM", past, drawn[0]), drawn[1])[-1] @ weight + bias) * 518 + 104
    np.testing.assert_allclose(run.predict(train)["passengers"], expected, rtol=1e-5)


def test_a_forecaster_sees_the_features_that_are_named(tmp_path):
    model = KerasFile(4, 3)
    drawn = model.add("LSTM", recurrent_config("LSTM", 4), group="lstm", cell=recurrent_shapes("LSTM", 3, 4))
    weight, bias = add_dense(model, 4, 2, "linear")
    file, train = model.save(tmp_path / "m.keras"), tmp_path / "rows.csv"
    rows = np.random.default_rng(3).normal(size=(60, 4))
    np.savetxt(train, rows, delimiter=",", header="x,y,z,more", comments="")
    run = mnemo.from_keras(file, tmp_path / "run", task="forecast", train=train, target="z", features=["y", "x"],
                           observed=["more"], scaling={"x": (1, 2), "more": (3, 4), "z": (5, 6)})  # fmt: skip
    past = (rows[-4:, [1, 0, 3]] - [0, 1, 3]) / [1, 2, 4]
    expected = (states("LSTM", past, drawn)[-1] @ weight + bias) * 6 + 5
    np.testing.assert_allclose(run.predict(train)["z"], expected, rtol=1e-5)


def save_series_model(path, kind="LSTM", dense=("softmax", 3), extra=(), **config):
    model = KerasFile(None, 3)
    model.add(kind, recurrent_config(kind, 4, **config), group=kind.lower(), cell=recurrent_shapes(kind, 3, 4))
    for name, settings in extra:
        model.add(name, settings)
    add_dense(model, 4, dense[1], dense[0])
    return model.save(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "GRU", "reset_after": False}, "no weights make them equal"),
        ({"activation": "relu"}, "its activations are relu and sigmoid"),
        ({"go_backwards": True}, "it reads backwards"),
        ({"extra": [("LayerNormalization", {"epsilon": 0.001})]}, "its epsilon is 0.001"),
        ({"extra": [("Conv1D", {})]}, r"the layer conv1d_2 \(Conv1D\): mnemo's models have"),
        ({"dense": ("relu", 3)}, "answers with 3 numbers through relu"),
        ({"return_sequences": True}, "last hidden state were expected"),
    ],
)  # fmt: skip
def test_what_has_no_counterpart_is_told(changes, message, tmp_path):
    file = save_series_model(tmp_path / "m.keras", **changes)
    with pytest.raises(mnemo.Error, match=message):
        mnemo.from_keras(file, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("activation", ["softmax", "linear"])
def test_an_answer_of_steps_is_no_answer_of_a_series(activation, tmp_path):
    model = KerasFile(None, 3)
    model.add("LSTM", recurrent_config("LSTM", 4), group="lstm", cell=recurrent_shapes("LSTM", 3, 4))
    add_dense(model, 4, 6, "linear")
    model.add("Reshape", {"target_shape": [2, 3]})
    model.add("Activation", {"activation": activation})
    with pytest.raises(mnemo.Error, match="a Reshape behind its last Dense"):
        mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run")


def test_what_does_not_fit_is_told(tmp_path):
    file = save_series_model(tmp_path / "m.keras")
    with pytest.raises(mnemo.Error, match="3 labels, and 2 were named: a, b"):
        mnemo.from_keras(file, tmp_path / "run", labels=["a", "b"])
    with pytest.raises(mnemo.Error, match="'b,c' has a comma"):
        mnemo.from_keras(file, tmp_path / "run", labels=["a", "b,c", "d"])
    with pytest.raises(mnemo.Error, match="3 features, and 1 were named"):
        mnemo.from_keras(file, tmp_path / "run", features=["a"])
    with pytest.raises(mnemo.Error, match="`features` come from `train`"):
        mnemo.from_keras(file, tmp_path / "run", features=["a", "b", "c"], train=SAMPLE / "motions_train.ts")
    with pytest.raises(mnemo.Error, match="a model of texts has an Embedding"):
        mnemo.from_keras(file, tmp_path / "run", task="text")
    with pytest.raises(mnemo.Error, match="any number of steps"):
        numbers = save_series_model(tmp_path / "n.keras", dense=("linear", 3))
        mnemo.from_keras(numbers, tmp_path / "run", task="forecast")
    with pytest.raises(TypeError, match="'hidden_sizes' is known of the Keras model"):
        mnemo.from_keras(file, tmp_path / "run", hidden_sizes=[4])
    mnemo.from_keras(file, tmp_path / "run")
    with pytest.raises(mnemo.Error, match="overwrite"):
        mnemo.from_keras(file, tmp_path / "run")
    assert mnemo.from_keras(file, tmp_path / "run", overwrite=True).labels == ["0", "1", "2"]


def test_no_keras_file_is_told(tmp_path):
    (tmp_path / "m.keras").write_text("no zip")
    with pytest.raises(mnemo.Error, match="no model as Keras 3 saves it"):
        mnemo.from_keras(tmp_path / "m.keras", tmp_path / "run")


def test_padding_that_keras_reads_is_told(tokenizer, tmp_path, caplog):
    file, processor = tokenizer
    model = KerasFile(20)
    model.add("Embedding", {"mask_zero": False}, group="embedding", **{"": [(processor.get_piece_size(), 6)]})
    model.add("LSTM", recurrent_config("LSTM", 4), group="lstm", cell=recurrent_shapes("LSTM", 6, 4))
    add_dense(model, 4, 1, "sigmoid")
    mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run", tokenizer=file)
    assert "no mask_zero=True" in caplog.text


def test_masking_in_the_middle_is_told(tmp_path, caplog):
    model = KerasFile(None, 3)
    model.add("Masking", {"mask_value": -1.0})
    model.add("LSTM", recurrent_config("LSTM", 4), group="lstm", cell=recurrent_shapes("LSTM", 3, 4))
    add_dense(model, 4, 3, "softmax")
    mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run")
    assert "(Masking) makes Keras skip every step whose numbers are all -1" in caplog.text


def test_a_mask_of_its_own_is_told(tmp_path):
    model = KerasFile(None, 3, functional=True)
    series = model.last
    model.add("Greater", {}, constants=[0])
    model.add("LSTM", recurrent_config("LSTM", 4), reads=[(series, 0)], mask=model.last, group="lstm",
              cell=recurrent_shapes("LSTM", 3, 4))  # fmt: skip
    add_dense(model, 4, 3, "softmax")
    with pytest.raises(mnemo.Error, match="a mask of its own"):
        mnemo.from_keras(model.save(tmp_path / "m.keras"), tmp_path / "run")


def test_the_command_imports_models_of_keras(series, tmp_path):
    file = save_series_model(tmp_path / "m.keras")
    expected = mnemo.from_keras(file, tmp_path / "run", labels=["a", "b", "c"]).predict_proba(series)
    words = ["import", "series", "--labels", "a,b,c", str(file), "--out", str(tmp_path / "imported")]
    run_python(f"import sys; from mnemo._command import main; sys.argv[1:] = {words!r}; main()")
    np.testing.assert_array_equal(mnemo.load(tmp_path / "imported").predict_proba(series), expected)
    shutil.rmtree(tmp_path / "imported")
