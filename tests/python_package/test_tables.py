"""Columns of tables of each kind: what they hold keeps its meaning."""

import datetime

import numpy as np
import pytest
from mnemo._columns import read_parquet, read_table
from mnemo._texts_and_labels import label_name, read_labels, read_series, read_texts

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

WORDS = ["a", None, "a text of more than twelve letters"]
ROWS = {
    "word": WORDS,
    "kind": ["u", "v", "u"],
    "whole": [1, None, 3],
    "real": [1.5, None, np.nan],
    "when": [datetime.datetime(2024, 1, 1, 5), datetime.datetime(2024, 1, 2), None],
    "flag": [True, False, True],
}


def tables():
    frame = pl.DataFrame(ROWS, strict=False).with_columns(pl.col("kind").cast(pl.Categorical))
    yield pytest.param(frame, id="polars")
    arrow = pa.table({**ROWS, "kind": pa.array(ROWS["kind"]).dictionary_encode()})
    yield pytest.param(arrow, id="pyarrow")
    yield pytest.param(arrow.to_reader(), id="a stream that is read once")
    yield pytest.param(pa.concat_tables([arrow.slice(0, 1), arrow.slice(1)]), id="chunks")
    yield pytest.param(pd.DataFrame(ROWS).astype({"kind": "category"}), id="pandas")
    yield pytest.param(pd.DataFrame(ROWS).convert_dtypes(), id="pandas' own types")


@pytest.mark.parametrize("table", list(tables()))
def test_words_categories_missing_values_and_times_keep_their_meaning(table):
    columns = read_table(table)
    assert columns["word"].tolist() == WORDS
    assert columns["kind"].tolist() == ["u", "v", "u"]
    np.testing.assert_array_equal(columns["whole"].astype(float), [1, np.nan, 3])
    np.testing.assert_array_equal(columns["real"], [1.5, np.nan, np.nan])
    when = columns["when"].astype("datetime64[s]")
    assert when[:2].tolist() == ROWS["when"][:2] and np.isnat(when[2])
    assert columns["flag"].astype(bool).tolist() == [True, False, True]


def test_parquet_is_a_table(tmp_path):
    pl.DataFrame({"y": [1.0, 2.0]}).write_parquet(tmp_path / "t.parquet")
    assert read_table(read_parquet(tmp_path / "t.parquet"))["y"].tolist() == [1, 2]


def test_what_is_no_table_is_told():
    with pytest.raises(TypeError, match="a table was expected, and this is int"):
        read_table(3)
    with pytest.raises(ValueError, match="different lengths"):
        read_table({"a": [1], "b": [1, 2]})


@pytest.mark.parametrize(
    "texts",
    [
        ["a", "b"],
        ("a", "b"),
        np.array(["a", "b"]),
        pd.Series(["a", "b"]),
        pl.Series(["a", "b"]),
        pa.array(["a", "b"]),
        pa.chunked_array([["a"], ["b"]]),
        pd.DataFrame({"t": ["a", "b"]}),
        np.array([["a"], ["b"]], dtype=object),
    ],
    ids=lambda given: type(given).__name__,
)
def test_texts_come_in_any_list(texts):
    assert read_texts(texts) == ["a", "b"]


def test_whole_labels_are_one_name_however_they_are_written():
    assert [label_name(label) for label in (1, 1.0, np.int8(1), np.float32(1), "1", True, 1.5)] == [
        "1",
        "1",
        "1",
        "1",
        "1",
        "True",
        "1.5",
    ]
    written = ("1.0", "-2.000e+00", "1e5", "007.0", "v1.0", ".0")
    assert [label_name(label) for label in written] == ["1", "-2", "1e5", "007.0", "v1.0", ".0"]
    names, classes = read_labels(pd.Series(["b", "a", "b"], dtype="category"))
    assert (names, classes.tolist()) == (["b", "a", "b"], ["a", "b"])


def test_series_of_one_type_are_not_copied():
    X = np.zeros((3, 4, 2), np.float32)
    assert all(np.shares_memory(one, X) for one in read_series(X))
    assert [one.shape for one in read_series([[1, 2, 3], [1, 2]])] == [(3, 1), (2, 1)]
