"""The same weights give the same probabilities in PyTorch: every kind of model, over a run folder."""

import pytest
import torch
from mnemo_program import predict, read_run, train
from plain_classifier import PlainClassifier, plain_probabilities

TOLERANCE = 1e-5

MODELS = {
    "default": [],
    "two-layers": ["--layers=2", "--layer-dropout=0.2", "--epochs=6"],
    "article": ["--preset=article", "--heads=2", "--epochs=2"],
    "gru-last-mean": ["--cell=gru", "--pooling=last,mean", "--epochs=2"],
    "rnn-relu": ["--cell=rnn", "--activation=relu", "--learning-rate=0.001", "--epochs=1"],
}


@pytest.fixture(scope="module", params=MODELS.values(), ids=MODELS.keys())
def run_path(request, tmp_path_factory):
    return train(tmp_path_factory.mktemp("runs") / "run", *request.param)


def test_names_and_shapes_are_those_of_the_state_dict(run_path):
    run = read_run(run_path)
    plain = PlainClassifier(run.settings["model"], len(run.labels)).state_dict()
    assert {n: (t.shape, t.dtype) for n, t in run.weights.items()} == {
        n: (t.shape, t.dtype) for n, t in plain.items()
    }


def test_padding_row_is_zero(run_path):
    embedding = read_run(run_path).weights["embedding.weight"]
    assert torch.all(embedding[0] == 0)
    assert embedding[1:].abs().amax(dim=1).min() > 0


def test_probabilities_agree(run_path, reviews):
    texts = [*reviews, "", "a", "好评 unseen ☃ characters"]
    run = read_run(run_path)
    labels, found = predict(run_path, texts)
    expected = plain_probabilities(run, texts)
    assert expected.std(dim=0).min() > 3e-4, "answers that hardly differ would prove nothing"
    torch.testing.assert_close(found, expected, rtol=0, atol=TOLERANCE)
    assert labels == [run.labels[i] for i in found.argmax(dim=1)]


def test_three_classes_agree(tmp_path):
    topics = {"tea": "a cup of tea", "rain": "rain and wind all day", "train": "the train was late"}
    rows = [f'"{label}","{text} {i}"' for i in range(30) for label, text in topics.items()]
    data = tmp_path / "topics.csv"
    data.write_text("\n".join(["label,text", *rows]))
    run_path = train(tmp_path / "run", "--epochs=20", train_file=data)
    texts = [*topics.values(), "tea in the rain on a late train"]
    labels, found = predict(run_path, texts)
    torch.testing.assert_close(found, plain_probabilities(read_run(run_path), texts), rtol=0, atol=TOLERANCE)
    assert labels[:3] == list(topics)
