import csv
import os

import pytest
import torch
from mnemo_program import REPO, SAMPLE

torch.set_num_threads(1)  # several tests run at once

# The cache is the tests' own, not the developer's.
os.environ["XDG_CACHE_HOME"] = str(REPO / "build" / "test-cache")


@pytest.fixture(scope="session")
def reviews() -> list[str]:
    """The texts of the sample's test file, each on one line."""
    with open(SAMPLE / "reviews_test.csv", newline="", encoding="utf-8") as file:
        return [row["text"].replace("\n", " ") for row in csv.DictReader(file)]
