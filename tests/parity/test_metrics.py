"""What `mnemo evaluate` reports is what plain NumPy makes of `mnemo predict`'s answers."""

import csv
import io
import json

import numpy as np
import pytest
from mnemo_program import SAMPLE, predict, run_mnemo, train

PASSENGERS = SAMPLE / "airline_passengers.csv"
TEST_ROWS, SEASON = 24, 12
# Forecasts are printed in eight digits, probabilities in six decimals.
DIGITS = 1e-5


def test_classification_metrics_are_numpys(tmp_path):
    run = train(tmp_path / "run", "--epochs=2")
    with open(SAMPLE / "reviews_test.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names, probabilities = predict(run, [row["text"].replace("\n", " ") for row in rows])
    metrics = json.loads(run_mnemo("evaluate", run, "--data", SAMPLE / "reviews_test.csv", "--json", "--threads=1"))

    truth, labels = np.array([row["label"] for row in rows]), sorted({row["label"] for row in rows})
    predicted = np.array(names)
    assert metrics["n"] == len(rows)
    assert metrics["accuracy"] == pytest.approx(np.mean(predicted == truth))
    f1 = []
    for label in labels:
        both = np.sum((predicted == label) & (truth == label))
        f1.append(2 * both / (np.sum(predicted == label) + np.sum(truth == label)))
    assert metrics["macro_f1"] == pytest.approx(np.mean(f1))
    of_truth = probabilities.numpy()[np.arange(len(rows)), [labels.index(label) for label in truth]]
    assert metrics["loss"] == pytest.approx(-np.log(of_truth).mean(), rel=1e-4)


@pytest.fixture(scope="module")
def back_test(tmp_path_factory):
    """The metrics of a forecaster with quantiles, and its forecasts (windows, horizon, 0.1 | 0.5 | 0.9 | actual)."""
    run = tmp_path_factory.mktemp("forecast") / "run"
    run_mnemo("train", "forecast", "--train", PASSENGERS, "--out", run, f"--split-rows=96,24,{TEST_ROWS}", "--epochs=4",
              "--lookback=24", "--horizon=6", "--quantiles=0.1,0.5,0.9", "--threads=1", "--quiet")  # fmt: skip
    metrics = json.loads(run_mnemo("evaluate", run, "--data", PASSENGERS, "--json", "--threads=1"))
    table = run_mnemo("predict", run, "--input", PASSENGERS, "--rolling", "--stride=1", "--threads=1")
    rows = [[float(cell) for cell in row[3:]] for row in list(csv.reader(io.StringIO(table)))[1:]]
    return metrics, np.array(rows).reshape(-1, 6, 4)


def passengers() -> np.ndarray:
    with open(PASSENGERS, newline="", encoding="utf-8") as file:
        return np.array([float(row["passengers"]) for row in csv.DictReader(file)])


def expected_errors(forecast: np.ndarray, actual: np.ndarray) -> dict[str, float]:
    train = passengers()[:96]
    error = forecast - actual
    return {
        "mse": np.mean(error**2),
        "mae": np.mean(np.abs(error)),
        "rmse": np.sqrt(np.mean(error**2)),
        "mape": 100 * np.mean(np.abs(error) / np.abs(actual)),
        "smape": 100 * np.mean(2 * np.abs(error) / (np.abs(actual) + np.abs(forecast))),
        "mase": np.mean(np.abs(error)) / np.mean(np.abs(train[SEASON:] - train[:-SEASON])),
        "scaled_mse": np.mean(error**2) / train.var(),
        "scaled_mae": np.mean(np.abs(error)) / train.std(),
    }


def test_forecast_metrics_are_numpys(back_test):
    metrics, windows = back_test
    assert metrics["n"] == len(windows) == TEST_ROWS - 6 + 1
    median, actual = windows[..., 1], windows[..., 3]
    for name, value in expected_errors(median, actual).items():
        assert metrics[name] == pytest.approx(value, rel=DIGITS), name
    for step, of_step in enumerate(metrics["by_step"]):
        for name, value in expected_errors(median[:, step], actual[:, step]).items():
            assert of_step[name] == pytest.approx(value, rel=DIGITS), (step, name)


def test_naive_forecasts_are_numpys(back_test):
    metrics, windows = back_test
    values, first = passengers(), 144 - TEST_ROWS
    origins = first + np.arange(len(windows))
    actual = windows[..., 3]
    naive = np.repeat(values[origins - 1][:, None], 6, 1)
    seasonal = values[origins[:, None] - SEASON + np.arange(6)]
    for found, forecast in ((metrics["naive"], naive), (metrics["seasonal_naive"], seasonal)):
        for name, value in expected_errors(forecast, actual).items():
            assert found[name] == pytest.approx(value, rel=DIGITS), name


def test_coverage_is_numpys(back_test):
    metrics, windows = back_test
    low, actual, high = windows[..., 0], windows[..., 3], windows[..., 2]
    inside = np.mean((low <= actual) & (actual <= high))
    assert metrics["coverage"][0]["share"] == pytest.approx(inside)
