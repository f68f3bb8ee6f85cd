import csv

import pytest
from mnemo_program import SAMPLE


@pytest.fixture(scope="session")
def reviews() -> list[str]:
    """The texts of the sample's test file, each on one line."""
    with open(SAMPLE / "reviews_test.csv", newline="", encoding="utf-8") as file:
        return [row["text"].replace("\n", " ") for row in csv.DictReader(file)]
