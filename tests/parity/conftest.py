import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import torch

REPO = Path(__file__).resolve().parents[2]
sys.path += [str(REPO / "scripts" / "reference"), str(REPO / "tests" / "python")]

from cases import Case  # noqa: E402
from reference import Numbers, make_setup, mnemo_numbers, pytorch_numbers  # noqa: E402

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def numbers_of():
    """case -> (mnemo's numbers, PyTorch's)"""

    @cache
    def compute(case_name: str) -> tuple[Numbers, Numbers]:
        setup = make_setup(by_name[case_name])
        with TemporaryDirectory() as folder:
            mnemo = mnemo_numbers(setup, Path(folder) / "case")
        return mnemo, pytorch_numbers(setup)

    by_name: dict[str, Case] = {}

    def numbers(case: Case) -> tuple[Numbers, Numbers]:
        by_name[case.name] = case
        return compute(case.name)

    return numbers
