"""mnemo.Forecaster, and the tables it reads and writes."""

import datetime
import json
import pickle
from pathlib import Path

import mnemo
import numpy as np
import pytest
from mnemo._columns import read_table
from package_support import SAMPLE, SMALL_FORECAST, as_options, run_mnemo, weights

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")


def shop(hours: int = 120) -> "pd.DataFrame":
    """Two series of an hour's sales, with a column that is known ahead."""
    rows = []
    for number, name in enumerate(["north", "south"]):
        for hour in range(hours):
            promo = float(hour % 24 in (9, 10))
            rows.append(
                (
                    name,
                    pd.Timestamp("2024-03-01") + pd.Timedelta(hours=hour),
                    promo,
                    100.0 * (number + 1) + 20 * np.sin(hour * 0.26) + 30 * promo,
                )
            )
    return pd.DataFrame(rows, columns=["shop", "ds", "promo", "sales"])


def as_kind(frame, kind):
    if kind == "dict":
        return {name: frame[name].to_numpy() for name in frame}
    return {
        "pandas": frame,
        "polars": pl.from_pandas(frame),
        "arrow": pa.Table.from_pandas(frame, preserve_index=False),
    }[kind]


@pytest.fixture(scope="module")
def fitted():
    estimator = mnemo.Forecaster(quantiles=[0.1, 0.5, 0.9], **SMALL_FORECAST)
    return estimator.fit(shop(), target="sales", time="ds", series="shop", known=["promo"])


def test_a_table_gives_the_bits_of_its_file(tmp_path, fitted):
    shop().to_csv(tmp_path / "shop.csv", index=False)
    run_mnemo(
        "train",
        "forecast",
        "--train",
        tmp_path / "shop.csv",
        "--out",
        tmp_path / "run",
        "--target=sales",
        "--series-column=shop",
        "--time-column=ds",
        "--known=promo",
        "--quantiles=0.1,0.5,0.9",
        *as_options(SMALL_FORECAST),
    )
    assert weights(fitted.run_.path) == weights(tmp_path / "run")


def test_it_forecasts_what_follows_and_takes_what_is_known(fitted):
    future = shop(126).groupby("shop").tail(6)[["shop", "ds", "promo"]]
    forecasts = fitted.predict(future=future)
    assert list(forecasts.columns) == ["shop", "ds", "sales 0.1", "sales 0.5", "sales 0.9"]
    assert forecasts["shop"].tolist() == ["north"] * 6 + ["south"] * 6
    pd.testing.assert_series_equal(forecasts["ds"], future["ds"].reset_index(drop=True), check_dtype=False)
    by_frame = fitted.predict(shop(), future=future)
    pd.testing.assert_frame_equal(by_frame, forecasts)
    lacking = future.assign(promo=1.0)
    assert not np.allclose(fitted.predict(future=lacking)["sales 0.5"], forecasts["sales 0.5"])


@pytest.mark.parametrize("kind", ["dict", "polars", "arrow"])
def test_tables_of_each_kind_say_the_same_and_are_answered_in_kind(kind, fitted):
    estimator = mnemo.Forecaster(**SMALL_FORECAST)
    columns = {"target": "sales", "time": "ds", "series": "shop"}
    expected = mnemo.Forecaster(**SMALL_FORECAST).fit(shop(), **columns)
    estimator.fit(as_kind(shop(), kind), **columns)
    assert weights(estimator.run_.path) == weights(expected.run_.path)
    found, wanted = read_table(estimator.predict()), read_table(expected.predict())
    assert found.kind == kind
    assert list(found.columns) == list(wanted.columns)
    np.testing.assert_array_equal(found["sales"], wanted["sales"])
    assert found["shop"].tolist() == wanted["shop"].tolist()
    np.testing.assert_array_equal(found["ds"].astype("datetime64[s]"), wanted["ds"].astype("datetime64[s]"))


def with_weather(frame):
    """Words that are known ahead, a region that a series keeps, as categories."""
    weather = np.array(["sun", "rain", "snow"])[frame["ds"].dt.hour.to_numpy() % 3]
    return frame.assign(weather=weather, region=pd.Categorical(frame["shop"].str.upper()))


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow"])
def test_words_are_known_ahead(tmp_path, kind):
    columns = {"target": "sales", "series": "shop", "known": ["weather", "promo"], "static": ["region"]}
    estimator = mnemo.Forecaster(**SMALL_FORECAST).fit(as_kind(with_weather(shop()), kind), time="ds", **columns)
    settings = json.loads((Path(estimator.run_.path) / "meta.json").read_text())["settings"]
    assert settings["table"]["words"] == {"weather": ["sun", "rain", "snow"], "region": ["NORTH", "SOUTH"]}
    future = with_weather(shop(126)).groupby("shop").tail(6)[["shop", "ds", "weather", "promo"]]
    forecasts = estimator.predict(future=as_kind(future, kind))
    assert len(forecasts) == 12
    whole = estimator.predict(as_kind(with_weather(shop()), kind), future=as_kind(future, kind))
    np.testing.assert_array_equal(read_table(whole)["sales"], read_table(forecasts)["sales"])
    other = estimator.predict(future=as_kind(future.assign(weather="snow"), kind))
    assert not np.allclose(read_table(other)["sales"], read_table(forecasts)["sales"])

    with_weather(shop()).to_csv(tmp_path / "shop.csv", index=False)
    run_mnemo("train", "forecast", "--train", tmp_path / "shop.csv", "--out", tmp_path / "run", "--target=sales",
              "--series-column=shop", "--time-column=ds", "--known=weather,promo", "--static=region",
              *as_options(SMALL_FORECAST))  # fmt: skip
    assert weights(estimator.run_.path) == weights(tmp_path / "run")


def test_words_stay_words_where_a_table_has_digits_only():
    frame = shop().assign(code=lambda f: np.array(["A", "10", "20"])[f["ds"].dt.hour.to_numpy() % 3])
    estimator = mnemo.Forecaster(**SMALL_FORECAST)
    estimator.fit(frame, target="sales", time="ds", series="shop", known=["code"])
    future = shop(126).groupby("shop").tail(6)[["shop", "ds"]].assign(code="10")
    forecasts = estimator.predict(future=future)["sales"]
    assert not np.allclose(estimator.predict(future=future.assign(code=None))["sales"], forecasts)
    np.testing.assert_array_equal(estimator.predict(future=future.assign(code=10))["sales"], forecasts)
    by_run = estimator.run_.predict(frame, future=future, series_column="shop")
    np.testing.assert_array_equal(by_run["sales"], forecasts)
    late = frame.groupby("shop").tail(48)
    by_words = estimator.predict(late.assign(code="20"), future=future)["sales"]
    np.testing.assert_array_equal(estimator.predict(late.assign(code=20), future=future)["sales"], by_words)


def test_words_where_numbers_were_are_refused():
    frame = with_weather(shop())
    estimator = mnemo.Forecaster(**SMALL_FORECAST)
    estimator.fit(frame, target="sales", time="ds", series="shop", known=["promo"])
    future = shop(126).groupby("shop").tail(6)[["shop", "ds"]].assign(promo="yes")
    with pytest.raises(ValueError, match="column 'promo' holds words in the rows to come"):
        estimator.predict(future=future)
    with pytest.raises(mnemo.Error, match='column "promo" holds words where numbers were expected'):
        estimator.predict(frame.assign(promo="yes"), future=future)


def test_it_knows_holidays():
    days = pd.date_range("2023-10-01", periods=120, freq="D")
    frame = pd.DataFrame({"ds": days, "y": np.sin(np.arange(120.0)) - 3 * days.strftime("%m-%d").isin(["12-25"])})
    estimator = mnemo.Forecaster(holidays="AU", **SMALL_FORECAST).fit(frame, target="y", time="ds")
    settings = json.loads((Path(estimator.run_.path) / "meta.json").read_text())["settings"]
    assert settings["holidays"][0]["words"][1:3] == ["Christmas Day", "Boxing Day"]
    assert len(estimator.predict()) == SMALL_FORECAST["horizon"]
    with pytest.raises(ValueError, match="did you mean \"AU\""):
        mnemo.Forecaster(holidays=["Australia"], **SMALL_FORECAST).fit(frame, target="y", time="ds")


def test_a_backtest_has_the_actual_values(fitted):
    table = fitted.backtest(shop(), stride=12)
    assert {"origin_row", "step", "sales 0.5", "sales actual"} <= set(table.columns)
    row = table[table["shop"] == "south"].iloc[3]
    actual = shop().query("shop == 'south'")["sales"].iloc[row["origin_row"] + row["step"] - 1]
    assert row["sales actual"] == actual


def test_a_backtest_stands_beside_forecasts_by_formula(fitted):
    figures = fitted.backtest_figures(shop(), windows=2)
    table = fitted.backtest(shop(), windows=2)
    assert figures["n"] == 4
    errors = (table["sales 0.5"] - table["sales actual"]).abs()
    assert figures["mae"] is None or figures["mae"] == pytest.approx(errors.mean())
    by_series = {one["series"]: one for one in figures["by_series"]}
    south = table[table["shop"] == "south"]
    assert by_series["south"]["model"]["mae"] == pytest.approx(errors[south.index].mean())
    assert {"naive", "seasonal_naive", "drift", "naive2", "theta", "ets"} <= set(figures)
    assert figures["naive2"]["owa"] == pytest.approx(1.0)


def test_a_refit_trains_on_what_stands_before(fitted):
    figures = fitted.backtest_figures(shop(), windows=1, refit=True)
    assert figures["n"] == 2
    assert figures["mase"] != fitted.backtest_figures(shop(), windows=1)["mase"]


def test_an_index_is_no_column():
    frame = shop().drop(columns=["shop", "promo", "ds"]).iloc[:120]
    frame.index = np.arange(1000, 1120)
    estimator = mnemo.Forecaster(**SMALL_FORECAST).fit(frame)
    assert estimator.run_.model.columns == ["sales"]
    assert estimator.predict()["row"].tolist() == [121, 122, 123, 124, 125, 126]


@pytest.mark.parametrize(
    ("times", "kind"),
    [
        (pd.date_range("2024-01-31", periods=60, freq="D").date, datetime.date),
        (pd.date_range("2024-01-31", periods=60, freq="D").strftime("%d.%m.%Y"), str),
        (np.arange(1960, 2020), np.integer),
        (pd.date_range("2024-01-31", periods=60, freq="h", tz="Europe/Berlin"), pd.Timestamp),
    ],
    ids=["dates", "words", "years", "zoned"],
)
def test_times_keep_their_type(times, kind):
    frame = pd.DataFrame({"when": times, "y": np.sin(np.arange(60.0))})
    settings = {**SMALL_FORECAST, "horizon": 3, "lookback": 6}
    forecasts = mnemo.Forecaster(**settings).fit(frame, target="y", time="when").predict()
    first = forecasts["when"].iloc[0]
    assert isinstance(first, kind)
    if kind is pd.Timestamp:
        assert first == times[-1] + pd.Timedelta(hours=1)
    if kind is str:
        assert first == "31.03.2024"


def test_a_fitted_one_pickles(fitted):
    future = shop(126).groupby("shop").tail(6)[["shop", "ds", "promo"]]
    again = pickle.loads(pickle.dumps(fitted))
    pd.testing.assert_frame_equal(again.predict(future=future), fitted.predict(future=future))


def test_what_lacks_is_named(fitted):
    with pytest.raises(ValueError, match="no column 'sale' in the table; there are 'shop', 'ds', 'promo', 'sales'"):
        mnemo.Forecaster(**SMALL_FORECAST).fit(shop(), target="sale")
    with pytest.raises(ValueError, match="column 'shop' holds no numbers"):
        mnemo.Forecaster(**SMALL_FORECAST).fit(shop(), target="shop")
    with pytest.raises(mnemo.Error, match="known"):
        fitted.predict()


def test_a_run_forecasts_files_and_tables(tmp_path):
    run = mnemo.train("forecast", SAMPLE / "airline_passengers.csv", tmp_path / "run", report=False, **SMALL_FORECAST)
    printed = run_mnemo("predict", run.path, "--input", SAMPLE / "airline_passengers.csv", "--threads=1").splitlines()
    by_file = run.predict(SAMPLE / "airline_passengers.csv")
    by_table = run.predict(pd.read_csv(SAMPLE / "airline_passengers.csv"), time_column="month")
    np.testing.assert_array_equal(by_file["passengers"], by_table["passengers"])
    exported = mnemo.load(run.export(tmp_path / "air.pt"), threads=1)
    of_export = exported.predict(pd.read_csv(SAMPLE / "airline_passengers.csv"), time_column="month")
    np.testing.assert_allclose(of_export["passengers"], by_table["passengers"], rtol=1e-5)
    for line, value, month in zip(printed[1:], by_table["passengers"], by_table["month"]):
        assert line.split(",")[0] == month
        assert float(line.split(",")[1]) == pytest.approx(value, rel=1e-6)
    assert run.explain(SAMPLE / "airline_passengers.csv")[0].contributions.shape == (24, 1)
