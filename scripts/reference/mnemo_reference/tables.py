"""Tables of numbers in time order for the reference forecaster: one CSV file, one series."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

LONGEST_SEASON = 1000
LEAST_CORRELATION = LEAST_RISE = 0.2
NEARLY_HIGHEST = 0.75
LEAST_OF_DIFFERENCES, LEAST_OF_VALUES, LEAST_PROMINENCE, DEVIATIONS = 0.1, 0.3, 0.15, 3.0
HOUR, DAY, WEEK, MONTH = 3600, 86_400, 7 * 86_400, 28 * 86_400  # seconds; the shortest month


@dataclass(frozen=True)
class Table:
    columns: list[str]
    values: np.ndarray  # (rows, columns) float64
    times: list[datetime]  # of each row; empty without a column of times

    def of(self, names: list[str]) -> np.ndarray:
        return self.values[:, [self.columns.index(name) for name in names]]


@dataclass(frozen=True)
class Parts:
    """Consecutive rows."""

    train: range
    valid: range
    test: range


def read_table(path: Path, time_column: str = "auto") -> Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row]
    if time_column == "auto":
        time_column = "" if is_number(rows[0][0]) else header[0]
    place = header.index(time_column) if time_column in header else -1
    columns = [i for i in range(len(header)) if i != place and is_number(rows[0][i])]
    values = np.array([[float(row[i]) for i in columns] for row in rows])
    times = [] if place < 0 else [parse_time(row[place]) for row in rows]
    return Table([header[i] for i in columns], values, times)


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def parse_time(cell: str) -> datetime:
    """ISO 8601; of a month alone its first day."""
    return datetime.fromisoformat(f"{cell}-01" if re.fullmatch(r"\d{4}-\d{2}", cell) else cell)


def split_by_share(rows: int, train_share: float, valid_share: float, least_valid: int) -> Parts:
    """The rest after `train_share` is the test part; the end of what stands before it validates."""
    before_test = math.floor(rows * train_share)
    valid = min(before_test, max(least_valid, math.floor(before_test * valid_share))) if valid_share > 0 else 0
    return Parts(range(before_test - valid), range(before_test - valid, before_test), range(before_test, rows))


def split_by_rows(train: int, valid: int, test: int) -> Parts:
    return Parts(range(train), range(train, train + valid), range(train + valid, train + valid + test))


def split_by_last_rows(rows: int, valid: int, test: int) -> Parts:
    return Parts(range(rows - test - valid), range(rows - test - valid, rows - test), range(rows - test, rows))


def window_origins(part: range, lookback: int, horizon: int) -> list[int]:
    """First forecast rows of all windows whose forecasts lie in the part; the look-back may reach over its border."""
    return list(range(max(part.start, lookback), part.stop - horizon + 1))


def common_step(times: list[datetime]) -> int:
    """In seconds."""
    steps = [int((after - before).total_seconds()) for before, after in pairwise(times)]
    return max(set(steps), key=steps.count)


def calendar_parts(times: list[datetime]) -> list[str]:
    """Those that change from row to row, at the commonest distance of rows."""
    step = common_step(times)
    if step >= MONTH:
        return ["month"]
    shorter = {"minute": HOUR, "hour": DAY, "weekday": WEEK}
    return [name for name, cycle in shorter.items() if step < cycle] + ["day", "month"]


def calendar_columns(times: list[datetime], parts: list[str]) -> np.ndarray:
    """(rows, 2 * parts): sine and cosine of the place in each cycle."""
    places = np.array([[place_in_cycle(time, part) for part in parts] for time in times])
    angles = 2 * np.pi * places
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(times), -1)


def place_in_cycle(time: datetime, part: str) -> float:
    second = time.hour * HOUR + time.minute * 60 + time.second
    places = {
        "minute": second % HOUR / HOUR,
        "hour": second / DAY,
        "weekday": time.isoweekday() % 7 / 7,  # Sunday is 0
        "day": (time.day - 1) / 31,
        "month": (time.month - 1) / 12,
    }
    return places[part]


def likely_seasons(times: list[datetime]) -> list[int]:
    """What the commonest distance of rows suggests: a day and a week, 7 and 365 days, 52 weeks, 12 months."""
    if len(times) < 2:
        return []
    step = common_step(times)
    if step >= MONTH:
        months = round(step / (365.25 * DAY / 12))
        return [12 // months] if months < 12 and 12 % months == 0 else []
    if step in (WEEK, DAY):
        return [52] if step == WEEK else [7, 365]
    return [DAY // step, WEEK // step] if step > 0 and DAY % step == 0 else []


def confirmed_season(centred: np.ndarray, seasons: list[int], least: float) -> int:
    """The shortest of the seasons at which a column correlates with itself clearly more than half a season away."""
    chance = DEVIATIONS / math.sqrt(max(1, centred.size))
    heights = []
    for season in seasons:
        half = season // 2
        here, apart, farther = (correlation_at(centred, lag) for lag in (season, half, season + half))
        apart = apart if season + half >= len(centred) else (apart + farther) / 2
        shows = here >= max(least, chance) and here - apart >= max(LEAST_PROMINENCE, chance)
        heights.append(here if shows else 0.0)
    best = max(heights, default=0.0)
    return next((s for s, height in zip(seasons, heights) if 0 < height >= NEARLY_HIGHEST * best), 1)


def correlation_at(centred: np.ndarray, lag: int) -> float:
    """The mean of the columns' autocorrelations."""
    found = [column[lag:] @ column[: len(column) - lag] / (column @ column) if lag < len(column) and column.any() else 0.0
             for column in centred.T]  # fmt: skip
    return sum(found) / len(found)


def find_season(values: np.ndarray, times: list[datetime]) -> int:
    """Of the seasons that the rows' distance suggests one that shows; or else by the autocorrelation of the
    differences, or of the values where those show none; 1: none."""
    likely = [season for season in likely_seasons(times) if 1 < season <= len(values) // 2]
    if likely:
        differences = np.diff(values, axis=0)
        season = confirmed_season(differences - differences.mean(0), likely, LEAST_OF_DIFFERENCES)
        if season == 1:
            third = [season for season in likely if season <= len(values) // 3]
            season = confirmed_season(detrended(values), third, LEAST_OF_VALUES)
        if season > 1:
            return season
    longest = min(LONGEST_SEASON, len(values) // 3)
    if longest < 2:
        return 1
    differences = np.diff(values, axis=0)
    season = season_of(differences - differences.mean(0), longest)
    return season if season > 1 else season_of(detrended(values), longest)


def detrended(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(0)
    place = np.arange(len(values)) - (len(values) - 1) / 2
    return centred - place[:, None] * (place @ centred) / (place @ place)


def season_of(centred: np.ndarray, longest: int) -> int:
    correlation = np.zeros(longest + 2)
    for column in centred.T:
        variance = column @ column
        if variance > 0:
            correlation[1:] += [column[lag:] @ column[: len(column) - lag] / variance for lag in range(1, longest + 2)]
    correlation /= centred.shape[1]
    least = max(LEAST_CORRELATION, DEVIATIONS / math.sqrt(centred.size))
    peaks, lowest = [], correlation[2]
    for lag in range(2, longest + 1):
        here = correlation[lag]
        lowest = min(lowest, here)
        rise = here - (max(correlation[1], correlation[3]) if lag == 2 else lowest)
        rises = here >= least and rise >= LEAST_RISE
        if rises and here >= correlation[lag - 1] and here >= correlation[lag + 1]:
            peaks.append(lag)
    highest = max((correlation[lag] for lag in peaks), default=0.0)
    return next((lag for lag in peaks if correlation[lag] >= NEARLY_HIGHEST * highest), 1)
