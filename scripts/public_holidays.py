#!/usr/bin/env python3
"""Makes mnemo's table of public holidays from the Python package holidays (MIT), whose version
scripts/requirements-test.txt names.

    public_holidays.py --out datasets/public_holidays.txt [--countries AU,US]

The table is text. Its first line says where it is from and which years it has, as "holidays 0.108 1990 2040". A line
"= 7305,354*3,..." is a list of days, from 0 on, which several holidays share: the first in days since 1970, then how
many days later each comes, and how many follow each other. "AU Australia" begins a country, "AU-VIC" a part of one,
which has the country's holidays but for those that its own lines name again. Each of these is a blank, a name, a tab,
and when that holiday is:

    1225         on December 25; 1225w then, or on Monday where that is a Saturday or Sunday; 1225s where it is a
                 Sunday; 1225n on the nearest of Monday to Friday; 1225b two days later than a Saturday or Sunday
    e-2          two days before Easter, o-2 before that of the Orthodox churches
    m1.3.1       on the third Monday (1) of January; m5.0.1: the last one of May
    =7  +7305,1  the days of the seventh list, or these

each of them in all years or, behind a slash, in some: 1225/1994-, 0601/-2010, e1/2000-2005. A part's holiday without
any is none there.
"""

from __future__ import annotations

import argparse
import calendar
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import holidays
from dateutil.easter import EASTER_ORTHODOX, easter
from holidays.registry import COUNTRIES

FIRST, LAST = 1990, 2040
YEARS = range(FIRST, LAST + 1)
EPOCH = date(1970, 1, 1).toordinal()
LEAST_GAIN = 4  # days, which a rule gives in years that follow each other
# A fixed date that falls on this day of the week is so many days later.
MOVES: dict[str, dict[int, int]] = {"": {}, "w": {6: 2, 7: 1}, "s": {7: 1}, "n": {6: -1, 7: 1}, "b": {6: 2, 7: 2}}
CODE = re.compile(r"[A-Z0-9]{1,3}")
# A note of this kind tells of a day that stands for the holiday, or is not certain: it is the same holiday.
NOTES = re.compile(r"\s*\([^()]*(observed|estimated|substitut|in lieu|additional|shifted|moved)[^()]*\)")

Days = frozenset[int]  # since 1970
Rule = Callable[[int], date | None]


def fixed(month: int, day: int, moves: str) -> Rule:
    shift = MOVES[moves]

    def day_of(year: int) -> date | None:
        if (month, day) == (2, 29) and not calendar.isleap(year):
            return None
        at = date(year, month, day)
        return date.fromordinal(at.toordinal() + shift.get(at.isoweekday(), 0))

    return day_of


def from_easter(offset: int, orthodox: bool) -> Rule:
    days = {year: easter(year, EASTER_ORTHODOX) if orthodox else easter(year) for year in YEARS}
    return lambda year: date.fromordinal(days[year].toordinal() + offset)


def on_weekday(month: int, place: int, weekday: int) -> Rule:
    """`place`: from 1, 0 the last; weekday: 1 Monday to 7 Sunday."""

    def day_of(year: int) -> date | None:
        first = date(year, month, 1)
        length = calendar.monthrange(year, month)[1]
        days = range(1 + (weekday - first.isoweekday()) % 7, length + 1, 7)
        if place == 0:
            return date(year, month, days[-1])
        return date(year, month, days[place - 1]) if place <= len(days) else None

    return day_of


def all_rules() -> dict[str, Rule]:
    """By their tokens, those first that are taken where several suit."""
    dates = [(month, day) for month in range(1, 13) for day in range(1, calendar.monthrange(2024, month)[1] + 1)]
    rules = {f"{month:02}{day:02}{moves}": fixed(month, day, moves) for moves in MOVES for month, day in dates}
    rules |= {f"{kind}{offset}": from_easter(offset, kind == "o") for kind in "eo" for offset in range(-70, 71)}
    rules |= {
        f"m{month}.{place}.{weekday}": on_weekday(month, place, weekday)
        for month in range(1, 13) for place in range(5) for weekday in range(1, 8)
    }  # fmt: skip
    return rules


def rules_of_days() -> tuple[list[str], dict[int, list[tuple[int, int]]]]:
    """The rules' tokens, and by day which of them (their numbers) give it, and in which year: moved, it may be the
    next one's."""
    rules = all_rules()
    of_days: dict[int, list[tuple[int, int]]] = {}
    for number, rule in enumerate(rules.values()):
        for year in YEARS:
            if day := rule(year):
                of_days.setdefault(day.toordinal() - EPOCH, []).append((number, year))
    return list(rules), of_days


TOKENS, RULES_OF_DAYS = rules_of_days()


def runs_of(of_years: dict[int, int]) -> list[dict[int, int]]:
    """Of days by their years those in years that follow each other."""
    runs: list[dict[int, int]] = []
    for year in sorted(of_years):
        if runs and year - 1 in runs[-1]:
            runs[-1][year] = of_years[year]
        else:
            runs.append({year: of_years[year]})
    return runs


def with_years(token: str, years: Iterable[int]) -> str:
    first, last = min(years), max(years)
    if (first, last) == (FIRST, LAST):
        return token
    return f"{token}/{'' if first == FIRST else first}-{'' if last == LAST else last}"


def tokens_of(days: Days) -> tuple[list[str], Days]:
    """The rules that give most of the days, and the days left. Rules may give a day twice."""
    of_rules: dict[int, dict[int, int]] = {}
    for day in sorted(days):
        for number, year in RULES_OF_DAYS.get(day, []):
            of_rules.setdefault(number, {})[year] = day
    runs = [(number, run) for number in sorted(of_rules) for run in runs_of(of_rules[number])]
    tokens, left = [], set(days)
    while runs:
        number, run = max(runs, key=lambda one: len(left.intersection(one[1].values())))
        if len(left.intersection(run.values())) < LEAST_GAIN:
            break
        tokens.append(with_years(TOKENS[number], run))
        left -= set(run.values())
    return tokens, frozenset(left)


def differences(days: Days) -> str:
    """How many days each run of days begins after the day before, the first since 1970, and how long it is."""
    parts, last = [], 0
    for first in sorted(day for day in days if day - 1 not in days):
        length = next(count for count in range(1, len(days) + 1) if first + count not in days)
        parts.append(f"{first - last}*{length}" if length > 1 else str(first - last))
        last = first + length - 1
    return ",".join(parts)


def plain(name: str) -> str:
    """ASCII, without notes."""
    name = NOTES.sub("", name).replace("’", "'").replace("–", "-").replace("ʻ", "'")
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(ascii_name.split()) or "Holiday"


def holidays_of(country: str, part: str | None) -> dict[str, Days]:
    """The days of each name, in the order of the names' first days."""
    found = holidays.country_holidays(country, subdiv=part, years=YEARS, language="en_US")
    by_name: dict[str, set[int]] = {}
    for day in sorted(found):
        if day.year not in YEARS:
            continue
        for name in found.get_list(day):
            by_name.setdefault(plain(name), set()).add(day.toordinal() - EPOCH)
    return {name: frozenset(days) for name, days in by_name.items()}


def name_of(country: str) -> str:
    name = next(names[0] for names in COUNTRIES.values() if names[1] == country)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def places(countries: Iterable[str]) -> dict[str, dict[str, Days]]:
    """By code the holidays of each country and, of each of its parts, those that differ."""
    result: dict[str, dict[str, Days]] = {}
    supported = holidays.list_supported_countries(include_aliases=False)
    for country in sorted(countries):
        whole = result[country] = holidays_of(country, None)
        for part in sorted(filter(CODE.fullmatch, supported[country])):
            own = holidays_of(country, part)
            names = [*own, *(name for name in whole if name not in own)]
            result[f"{country}-{part}"] = {
                name: own.get(name, frozenset()) for name in names if own.get(name) != whole.get(name)
            }
    return result


def table(countries: Iterable[str]) -> str:
    found = places(countries)
    ruled = {days: tokens_of(days) for names in found.values() for days in names.values()}
    uses = Counter(ruled[days][1] for names in found.values() for days in names.values())
    shared = sorted((left for left, count in uses.items() if left and count > 1), key=sorted)
    numbers = {left: number for number, left in enumerate(shared)}
    lines = [f"holidays {holidays.__version__} {FIRST} {LAST}"]
    lines += [f"= {differences(left)}" for left in shared]
    for code, names in found.items():
        lines.append(code if "-" in code else f"{code} {name_of(code)}")
        for name, days in names.items():
            tokens, left = ruled[days]
            if left:
                tokens = [*tokens, f"={numbers[left]}" if left in numbers else f"+{differences(left)}"]
            lines.append(f" {name}\t{' '.join(tokens)}")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes mnemo's table of public holidays.")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--countries", metavar="CODES", help="joined by commas; default: all")
    arguments = parser.parse_args()
    supported = holidays.list_supported_countries(include_aliases=False)
    countries = arguments.countries.split(",") if arguments.countries else list(supported)
    unknown = [country for country in countries if country not in supported]
    if unknown:
        sys.exit(f"public_holidays.py: no country {unknown[0]!r}")
    arguments.out.write_text(table(countries), encoding="ascii")


if __name__ == "__main__":
    main()
