"""mnemo.train and mnemo.load beside the command."""

import logging
import signal
import threading
import time

import mnemo
import numpy as np
import pytest
from package_support import SAMPLE, SMALL_FORECAST, SMALL_SERIES, SMALL_TEXT, as_options, run_mnemo, weights

pa = pytest.importorskip("pyarrow")
import pyarrow.csv  # noqa: E402
import pyarrow.parquet  # noqa: E402, F401

FILES = {
    "text": (SAMPLE / "reviews_train.csv", SMALL_TEXT),
    "series": (SAMPLE / "motions_train.ts", SMALL_SERIES),
    "forecast": (SAMPLE / "airline_passengers.csv", SMALL_FORECAST),
}


@pytest.fixture(scope="module")
def command_runs(tmp_path_factory):
    """A run of each task by the command."""
    folder = tmp_path_factory.mktemp("command")
    for task, (file, settings) in FILES.items():
        run_mnemo("train", task, "--train", file, "--out", folder / task, *as_options(settings))
    return folder


@pytest.mark.parametrize("task", FILES)
def test_a_file_gives_the_bits_of_the_command(task, command_runs, tmp_path):
    file, settings = FILES[task]
    run = mnemo.train(task, train=file, out=tmp_path / "run", **settings)
    assert weights(run.path) == weights(command_runs / task)
    assert run.task == task
    assert run.result["end"] == "finished"
    assert run.result["metrics"]["valid_loss"] == run.info()["result"]["valid_loss"]
    assert len(run.metrics()) == len(run.result["history"]) == 2
    assert (run.path / "report.html").stat().st_size > 100_000


def test_a_table_gives_the_bits_of_its_file(command_runs, tmp_path):
    table = pa.csv.read_csv(SAMPLE / "reviews_train.csv")
    run = mnemo.train("text", table, tmp_path / "run", report=False, **SMALL_TEXT)
    assert weights(run.path) == weights(command_runs / "text")


def test_parquet_gives_the_bits_of_csv(command_runs, tmp_path):
    table = pa.csv.read_csv(
        SAMPLE / "airline_passengers.csv", convert_options=pa.csv.ConvertOptions(column_types={"month": pa.string()})
    )
    pa.parquet.write_table(table, tmp_path / "air.parquet")
    run = mnemo.train(
        "forecast", tmp_path / "air.parquet", tmp_path / "run", report=False, time_column="month", **SMALL_FORECAST
    )
    assert weights(run.path) == weights(command_runs / "forecast")


def test_a_file_of_settings_stands_below_what_is_given(tmp_path, text_run):
    run = mnemo.train(
        "text", SAMPLE / "reviews_train.csv", tmp_path / "run", config=text_run / "config.ini", seed=2, epochs=1
    )
    assert weights(run.path) != weights(text_run)
    assert "hidden-size = 8\n" in (run.path / "config.ini").read_text()
    assert len(run.metrics()) == 1


def test_what_is_wrong_with_data_is_an_error(tmp_path):
    with pytest.raises(mnemo.Error, match="missing.csv"):
        mnemo.train("text", tmp_path / "missing.csv", tmp_path / "run")
    with pytest.raises(ValueError, match="expected one of text, series, forecast"):
        mnemo.train("speech", "a.csv", tmp_path / "run")
    with pytest.raises(TypeError, match="'skip_lines' says how a file is read"):
        mnemo.train("forecast", {"y": [1.0]}, tmp_path / "run", skip_lines=2)


def test_callbacks_hear_the_epochs_and_end_the_training(tmp_path, caplog):
    heard = []

    def stop_at_two(figures):
        heard.append(figures)
        return figures["epoch"] == 2

    with caplog.at_level(logging.INFO, logger="mnemo"):
        run = mnemo.train(
            "series",
            SAMPLE / "motions_train.ts",
            tmp_path / "run",
            callbacks=[stop_at_two],
            report=False,
            **{**SMALL_SERIES, "epochs": 500, "patience": 0},
        )
    assert [figures["epoch"] for figures in heard] == [1, 2]
    assert heard[0]["epochs"] == 500
    assert run.result["end"] == "stopped"
    assert heard[0]["valid_accuracy"] == run.metrics()[0]["valid_accuracy"]
    assert any(record.message.startswith("epoch 1: train loss") for record in caplog.records)


def test_what_a_callback_raises_comes_out(tmp_path):
    def prune(figures):
        raise LookupError("pruned")

    with pytest.raises(LookupError, match="pruned"):
        mnemo.train("series", SAMPLE / "motions_train.ts", tmp_path / "run", callbacks=[prune], **SMALL_SERIES)


def test_ctrl_c_stops_after_the_step_and_keeps_the_best_weights(tmp_path, caplog):
    # A shell that starts the tests in the background has them ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupt(figures):
        if figures["epoch"] == 3:
            signal.raise_signal(signal.SIGINT)

    run = mnemo.train(
        "series",
        SAMPLE / "motions_train.ts",
        tmp_path / "run",
        callbacks=[interrupt],
        report=False,
        **{**SMALL_SERIES, "epochs": 5000, "patience": 0},
    )
    assert run.result["end"] == "stopped"
    assert 3 <= len(run.metrics()) < 5000
    assert len(run.predict(SAMPLE / "motions_test.ts")) > 0
    assert "interrupted: the best weights so far are kept" in caplog.text


def test_python_goes_on_while_a_training_runs(tmp_path):
    """The interpreter's lock is free: a thread counts on."""
    counted, is_over = [0], threading.Event()

    def count():
        while not is_over.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    begun = time.perf_counter()
    mnemo.train(
        "series", SAMPLE / "motions_train.ts", tmp_path / "run", report=False, **{**SMALL_SERIES, "epochs": 40}
    )
    took = time.perf_counter() - begun
    is_over.set()
    thread.join()
    assert counted[0] > 50 * took


def test_trainings_in_two_threads_leave_the_bits_of_each(tmp_path):
    def train(seed, name):
        mnemo.train("series", SAMPLE / "motions_train.ts", tmp_path / name, report=False, seed=seed, **SMALL_SERIES)

    train(1, "alone1"), train(2, "alone2")
    threads = [threading.Thread(target=train, args=(seed, f"together{seed}")) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [weights(tmp_path / f"alone{n}") for n in (1, 2)] == [weights(tmp_path / f"together{n}") for n in (1, 2)]


def test_a_run_answers_as_the_command(text_run, tmp_path):
    run = mnemo.load(text_run, threads=1)
    test = SAMPLE / "reviews_test.csv"
    labels = run_mnemo("predict", text_run, "--input", test, "--threads=1").split()
    by_file = run.predict(test)
    assert by_file.tolist() == labels[0 :: len(labels) // len(by_file)][: len(by_file)]
    figures = run.evaluate(test)
    assert f'"accuracy": {figures["accuracy"]}' in run_mnemo(
        "evaluate", text_run, "--data", test, "--json", "--threads=1"
    )
    file = run.export(tmp_path / "model.pt")
    with pytest.raises(mnemo.Error, match="model.pt"):
        run.export(file)
    exported = mnemo.load(file, threads=1)
    assert exported.labels == run.labels
    np.testing.assert_allclose(exported.predict_proba(test), run.predict_proba(test), atol=1e-5)
    assert exported.predict(["A film to remember."]) == run.predict(["A film to remember."])


def test_a_run_explains_itself(text_run):
    found = mnemo.load(text_run, threads=1).explain("A lovely film & a bad end.")
    assert len(found.parts) == len(found.contributions)
    assert found.answer in ("neg", "pos")
    assert found.error < 0.01
    assert "<b>" + found.answer in found._repr_html_() and "&amp;" in found._repr_html_()
    assert found.answer in str(found)


def test_a_runs_module_is_pytorchs_with_the_same_answers(text_run, reviews):
    import sentencepiece
    import torch

    run = mnemo.load(text_run, threads=1)
    module = run.module()
    tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(run.path / "tokenizer.model"))
    ids = tokenizer.encode(reviews[0][0])
    with torch.inference_mode():
        answers = module.answers(module(torch.tensor([ids]), torch.tensor([len(ids)])))
    np.testing.assert_allclose(answers.numpy(), run.predict_proba(reviews[0][:1]), atol=1e-5)


def test_what_is_no_model_is_told(tmp_path):
    with pytest.raises(mnemo.Error, match="nothing"):
        mnemo.load(tmp_path / "nothing")
    (tmp_path / "file.pt").write_bytes(b"no model")
    with pytest.raises(mnemo.Error, match="file.pt"):
        mnemo.load(tmp_path / "file.pt")


def test_texts_may_have_any_number_of_labels_or_a_number(tmp_path, reviews):
    texts, labels = reviews[0][:200], reviews[1][:200]
    lists = [[label, "long"] if len(text) > 80 else [label] for text, label in zip(texts, labels, strict=True)]
    several = mnemo.train("text", (texts, lists), tmp_path / "several", report=False, **SMALL_TEXT)
    assert several.labels == ["long", "neg", "pos"]
    found = several.predict(texts[:5])
    assert all(set(of_text) <= set(several.labels) for of_text in found)
    assert several.predict_proba(texts[:5]).shape == (5, 3)
    settings = {**SMALL_TEXT, "target_kind": "number"}
    numbers = [len(text) / 100 for text in texts]
    rated = mnemo.train("text", (texts, numbers), tmp_path / "rated", report=False, **settings)
    assert rated.labels == []
    assert rated.predict(texts[:5]).shape == (5, 1)
