"""The table of public holidays is what the Python package says that it is made with."""

import datetime
import importlib.util
import re
import subprocess
import sys

import pytest
from mnemo_program import REPO, run_mnemo

SCRIPT, TABLE = REPO / "scripts/public_holidays.py", REPO / "datasets/public_holidays.txt"
# Together they have some of each kind of rule: moved days, weekdays, both Easters, the moon's, and countries' parts.
COUNTRIES = ["AU", "CA", "DE", "EG", "GR", "JP"]
EPOCH = datetime.date(1970, 1, 1).toordinal()


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("public_holidays", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def expanded(table: str) -> str:
    """The table with each list in the places that share it."""
    lists = re.findall(r"^= (.*)$", table, re.MULTILINE)
    return re.sub(r"(?<=[\t ])=(\d+)", lambda match: "+" + lists[int(match[1])], table)


def test_a_part_of_it_is_made_again(script):
    whole = expanded(TABLE.read_text(encoding="ascii"))
    source, *made = re.split(r"^(?=[A-Z]{2} )", expanded(script.table(COUNTRIES)), flags=re.MULTILINE)
    assert len(made) == len(COUNTRIES)
    assert whole.startswith(source.splitlines()[0] + "\n"), "the package's version and the years"
    for country in made:
        assert "\n" + country in whole, f"scripts/public_holidays.py makes {country[:40]} otherwise"


@pytest.mark.parametrize("place", [*COUNTRIES, "AU-VIC", "AU-QLD", "CA-QC", "DE-BY"])
def test_the_program_has_the_packages_days(script, place):
    expected = script.holidays_of(place[:2], place[3:] or None)
    lines = [line.split("  ", 1) for line in run_mnemo("formats", "holidays", place).splitlines()]
    found = {datetime.date.fromisoformat(day).toordinal() - EPOCH: name for day, name in lines}
    assert sorted(found) == sorted(set().union(*expected.values()))
    assert all(day in expected[name] for day, name in found.items())


def test_an_unknown_country_is_refused(tmp_path):
    command = [sys.executable, SCRIPT, "--out", tmp_path / "table.txt", "--countries", "XX"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "no country 'XX'" in done.stderr
