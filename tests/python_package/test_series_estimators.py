"""mnemo.SeriesClassifier and mnemo.SeriesRegressor."""

import pickle

import mnemo
import numpy as np
import pytest
from package_support import SMALL_SERIES, as_options, run_mnemo, weights


def waves(series: int = 60, steps: int = 12, features: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Rising and falling series, (n, steps, features) fp32, and which are which."""
    generator = np.random.default_rng(1)
    up = np.arange(series) % 2
    slope = np.where(up, 0.2, -0.2)[:, None, None] * np.arange(steps)[None, :, None]
    return (slope + generator.normal(0, 0.3, (series, steps, features))).astype(np.float32), up


def test_an_array_gives_the_bits_of_its_file(tmp_path):
    X, y = waves()
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "y.npy", y)
    run_mnemo(
        "train",
        "series",
        "--train",
        tmp_path / "x.npy",
        "--labels",
        tmp_path / "y.npy",
        "--out",
        tmp_path / "run",
        *as_options(SMALL_SERIES),
    )
    estimator = mnemo.SeriesClassifier(**SMALL_SERIES).fit(X, y)
    assert weights(estimator.run_.path) == weights(tmp_path / "run")
    assert estimator.score(X, y) > 0.9
    assert estimator.classes_.tolist() == [0, 1]


def test_series_of_unequal_lengths_are_a_list():
    X, y = waves()
    unequal = [one[: 6 + number % 6] for number, one in enumerate(X)]
    estimator = mnemo.SeriesClassifier(**SMALL_SERIES).fit(unequal, np.where(y, "up", "down"))
    assert set(estimator.predict([unequal[0], X[1]])) <= {"up", "down"}
    assert estimator.explain(unequal[0]).contributions.shape == (6, 2)
    with pytest.raises(ValueError, match="1 features a step, and SeriesClassifier was fitted with 2"):
        estimator.predict([one[:, 0] for one in unequal])


def test_a_matrix_has_one_feature():
    X, y = waves(features=1)
    settings = {**SMALL_SERIES, "seed": 3}
    flat = mnemo.SeriesClassifier(**settings).fit(X[:, :, 0], y)
    deep = mnemo.SeriesClassifier(**settings).fit(X, y)
    assert weights(flat.run_.path) == weights(deep.run_.path)
    assert (flat.n_features_in_, deep.n_features_in_) == (12, 1)


def test_numbers_are_learnt_and_keep_their_shape():
    X, y = waves()
    slope = X[:, -1, 0].astype(float)
    estimator = mnemo.SeriesRegressor(**{**SMALL_SERIES, "epochs": 20}).fit(X, slope)
    assert estimator.predict(X).shape == slope.shape
    assert estimator.score(X, slope) > 0.8
    two = mnemo.SeriesRegressor(**SMALL_SERIES).fit(X, np.stack([slope, 2 * slope], axis=1))
    assert two.predict(X[:5]).shape == (5, 2)
    again = pickle.loads(pickle.dumps(two))
    np.testing.assert_array_equal(again.predict(X[:5]), two.predict(X[:5]))


def test_missing_values_are_filled_where_that_is_asked_for():
    X, y = waves()
    X[3, 4, 0] = np.nan
    with pytest.raises(mnemo.Error, match=r"1 missing value \(series 4, step 5.*`missing` interpolate"):
        mnemo.SeriesClassifier(**SMALL_SERIES).fit(X, y)
    mnemo.SeriesClassifier(missing="interpolate", **SMALL_SERIES).fit(X, y)


def test_series_to_validate_on_are_taken():
    X, y = waves()
    estimator = mnemo.SeriesClassifier(**SMALL_SERIES).fit(X[:40], y[:40], valid=(X[40:], y[40:]))
    assert estimator.run_.info()["data"]["valid_series"] == 20


def test_shapes_that_are_none_are_told():
    with pytest.raises(ValueError, match=r"all have the same"):
        mnemo.SeriesClassifier().fit([np.ones((3, 1)), np.ones((3, 2))], [0, 1])
    with pytest.raises(ValueError, match="60 series have 3 answers"):
        mnemo.SeriesClassifier().fit(waves()[0], [0, 1, 0])
