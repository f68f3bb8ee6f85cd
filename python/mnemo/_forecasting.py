"""The estimator of what comes next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ._estimator import Estimator, with_settings
from ._forecast_rows import names, read_rows, write_forecasts
from ._library import library
from ._run import data_options
from ._settings import as_settings
from ._training import forecast_rows, train_forecaster

OF_FIT = frozenset({"target", "features", "observed", "known", "static"})


@with_settings("forecast", OF_FIT)
class Forecaster(Estimator):
    """Forecasts the rows that follow a table of numbers, of one series or of many.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    run_ : mnemo.Run
    history_ : list of dict
        The figures of each epoch.

    Examples
    --------
    >>> fc = mnemo.Forecaster(horizon=24, quantiles=[.1, .5, .9])
    >>> fc.fit(frame, time="ds", target="y", series="unique_id", known=["promo"])
    >>> fc.predict(future=plan)
    """

    _task = "forecast"

    def fit(
        self,
        frame: Any,
        y: None = None,
        *,
        target: str | Sequence[str] | None = None,
        time: str | None = None,
        series: str | Sequence[str] | None = None,
        features: Sequence[str] = (),
        observed: Sequence[str] = (),
        known: Sequence[str] = (),
        static: Sequence[str] = (),
    ) -> Forecaster:
        """Trains on rows that are in time order within each series.

        Parameters
        ----------
        frame : DataFrame of pandas or polars, dict of columns, or what has ``__arrow_c_stream__``
            An index is no column.
        target : str or list of str
            Columns to forecast; by default every column of numbers.
        time : str
            Column of the rows' times; by default the only column of times, if there is one.
        series : str or list of str
            Column that names the series that a row belongs to, or several.
        features, observed, known, static : list of str
            Columns that the model sees, whose past it sees besides, that are known of the rows to come, and that a
            series keeps; see ``mnemo train forecast --help``.
        """
        chosen = {
            "target": names(target),
            "features": names(features),
            "observed": names(observed),
            "known": names(known),
            "static": names(static),
        }
        fixed = {key: value for key, value in chosen.items() if value}
        rows = forecast_rows(frame, as_settings(fixed), time, names(series))
        self._train(lambda order: train_forecaster(rows, order), **fixed)
        self._columns = self.run_.columns_of_rows(rows.columns.time, rows.columns.series)
        self._last = rows.narrowed(self._columns.numbers).last(self.run_.model.lookback)
        return self

    def predict(self, frame: Any = None, *, future: Any = None) -> Any:
        """Forecasts what comes after the end of each series.

        Parameters
        ----------
        frame : DataFrame
            The rows that it begins behind; by default those that ``fit`` was given.
        future : DataFrame
            What is known of the rows to come: their times, series, and the columns `known`.

        Returns
        -------
        DataFrame
            Of the kind that was given: a row a step, with the columns of the series and times, and of each target one,
            or one a quantile, as ``load 0.9``.
        """
        run = self._fitted()
        rows = self._last if frame is None else read_rows(frame, self._columns)
        if future is not None:
            rows = rows.followed_by(read_rows(future, self._columns, lacking=self._columns.numbers))
        return run.forecast_rows(rows)

    def backtest(
        self, frame: Any, *, stride: int = 0, part: str = "all", windows: int = 0, refit: bool = False
    ) -> Any:
        """Forecasts over rows whose future is known, the actual values beside them.

        Parameters
        ----------
        frame : DataFrame
        stride : int, default 0
            Rows between two forecasts of a series; 0: the horizon.
        part : {"all", "train", "valid", "test"}
            Rows that are forecast; the parts are those of the frame that ``fit`` was given.
        windows : int, default 0
            Forecasts of each series, the last of them; 0: all.
        refit : bool, default False
            Train anew on all rows before each forecast: as many trainings as there are times to forecast from.

        Returns
        -------
        DataFrame
            As of ``predict``, with the last row that is known (``origin_row``, from 1), the step, and ``y actual``.
        """
        run = self._fitted()
        rows = read_rows(frame, self._columns)
        forecasts = run.model.backtest(rows.rows(), backtest_options(stride, part, windows, refit))
        return write_forecasts(forecasts, rows, run.model, rolling=True)

    def backtest_figures(
        self, frame: Any, *, stride: int = 0, part: str = "all", windows: int = 0, refit: bool = False
    ) -> dict[str, Any]:
        """The figures of ``backtest`` beside those of forecasts by formula over the same rows.

        Parameters
        ----------
        frame, stride, part, windows, refit
            As of ``backtest``.

        Returns
        -------
        dict
            As ``mnemo backtest --json`` prints it: MASE, sMAPE, OWA and so on of the model, and by the same names
            below ``naive``, ``seasonal_naive``, ``drift``, ``naive2``, ``theta`` and ``ets``.
        """
        run = self._fitted()
        rows = read_rows(frame, self._columns)
        return json.loads(run.model.backtest_figures(rows.rows(), backtest_options(stride, part, windows, refit)))


def backtest_options(stride: int, part: str, windows: int, refit: bool) -> Any:
    options = library.BacktestOptions()
    options.stride, options.part, options.windows, options.refit = stride, part, windows, refit
    options.data = data_options({})
    return options
