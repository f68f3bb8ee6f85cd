"""mnemo.TextClassifier."""

import copy
import pickle

import mnemo
import numpy as np
import pytest
from package_support import SMALL_TEXT, read_reviews, weights
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer


@pytest.fixture(scope="module")
def fitted(reviews):
    return mnemo.TextClassifier(**SMALL_TEXT).fit(*reviews)


def test_it_leaves_the_bits_of_the_command(fitted, text_run):
    assert weights(fitted.run_.path) == weights(text_run)


def test_it_answers(fitted):
    texts, labels = read_reviews("test")
    probabilities = fitted.predict_proba(texts)
    assert probabilities.shape == (len(texts), 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert fitted.classes_.tolist() == ["neg", "pos"]
    assert (fitted.predict(texts) == fitted.classes_[probabilities.argmax(axis=1)]).all()
    assert fitted.score(texts, labels) > 0.7
    assert [figures["epoch"] for figures in fitted.history_] == [1, 2]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_copies_answer_alike_when_the_first_is_gone(again, reviews):
    first = mnemo.TextClassifier(**{**SMALL_TEXT, "epochs": 1}).fit(*reviews)
    expected = first.predict_proba(reviews[0][:5])
    other = again(first)
    del first
    np.testing.assert_array_equal(other.predict_proba(reviews[0][:5]), expected)


def test_a_run_of_ones_own_folder_stays(reviews, tmp_path):
    out = tmp_path / "mine"
    mnemo.TextClassifier(out=out, **{**SMALL_TEXT, "epochs": 1}).fit(*reviews)
    assert len(mnemo.load(out).predict(reviews[0][:2])) == 2


def test_temporary_folders_go_with_their_estimator(reviews):
    estimator = mnemo.TextClassifier(**{**SMALL_TEXT, "epochs": 1}).fit(*reviews)
    folder = estimator.run_.path
    assert folder.exists()
    del estimator
    assert not folder.exists()


def test_labels_keep_their_type_and_order(reviews):
    texts, names = reviews
    settings = {**SMALL_TEXT, "epochs": 1}
    numbers = [10 if name == "pos" else 9 for name in names]  # 9 is below 10, and "9" behind "10"
    by_number = mnemo.TextClassifier(**settings).fit(texts, numbers)
    assert by_number.classes_.tolist() == [9, 10]
    assert set(by_number.predict(texts[:20]).tolist()) <= {9, 10}
    by_point = mnemo.TextClassifier(**settings).fit(texts, [f"{number}.0" for number in numbers])
    assert by_point.classes_.tolist() == ["10.0", "9.0"]
    assert set(by_point.predict(texts[:20]).tolist()) <= {"10.0", "9.0"}
    by_word = mnemo.TextClassifier(**settings).fit(texts, ["10" if name == "pos" else "9" for name in names])
    assert by_word.classes_.tolist() == ["10", "9"]
    np.testing.assert_array_equal(by_word.predict_proba(texts[:20])[:, ::-1], by_number.predict_proba(texts[:20]))


def test_rows_to_validate_on_are_taken(reviews):
    estimator = mnemo.TextClassifier(**{**SMALL_TEXT, "epochs": 1}).fit(*reviews, valid=read_reviews("test"))
    assert estimator.run_.info()["data"]["valid_rows"] == len(read_reviews("test")[0])


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", None], ["x", "y"], "text 2 is missing"),
        (["a", 3], ["x", "y"], "text 2 is of the type int"),
        (["a", "b"], ["x", np.nan], "label 2 is missing"),
        (["a", "b"], ["x"], "2 texts have 1 labels"),
        (["a", "b"], ["x", 1], "all words or all numbers"),
    ],
)
def test_bad_rows_are_named(texts, labels, message):
    with pytest.raises(ValueError, match=message):
        mnemo.TextClassifier(**SMALL_TEXT).fit(texts, labels)


def test_one_text_is_no_list(fitted):
    with pytest.raises(TypeError, match="put it into a list"):
        fitted.predict("a film")


def test_parameters_are_scikit_learns():
    estimator = mnemo.TextClassifier(hidden_size=8, epochs=3)
    assert estimator.get_params()["hidden_size"] == 8
    assert "train" not in estimator.get_params() and "text_column" not in estimator.get_params()
    assert clone(estimator.set_params(hidden_size=16)).hidden_size == 16
    assert repr(estimator) == "TextClassifier(epochs=3, hidden_size=16)"
    assert "hidden_size : int, default 128" in mnemo.TextClassifier.__doc__


def test_it_works_in_pipelines_and_searches(reviews):
    texts, labels = reviews[0][:200], reviews[1][:200]
    settings = {**SMALL_TEXT, "epochs": 1}
    pipeline = make_pipeline(
        FunctionTransformer(lambda rows: [text.lower() for text in rows]), mnemo.TextClassifier(**settings)
    )
    assert len(cross_val_score(pipeline, texts, labels, cv=2)) == 2
    search = GridSearchCV(mnemo.TextClassifier(**settings), {"hidden_size": [4, 8]}, cv=2, n_jobs=2).fit(texts, labels)
    assert search.best_params_["hidden_size"] in (4, 8)
    assert len(search.predict(texts[:3])) == 3
