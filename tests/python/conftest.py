import csv
import os

import pytest
from mnemo_program import REPO, SAMPLE

# The cache is the tests' own, not the developer's.
os.environ["XDG_CACHE_HOME"] = str(REPO / "build" / "test-cache")


@pytest.fixture(scope="session")
def reviews() -> list[str]:
    """The texts of the sample's test file, each on one line."""
    with open(SAMPLE / "reviews_test.csv", newline="", encoding="utf-8") as file:
        return [row["text"].replace("\n", " ") for row in csv.DictReader(file)]
