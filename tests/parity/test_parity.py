"""mnemo's models and trainings give PyTorch's numbers, in fp32, from the same weights and batches."""

import pytest
from cases import CASES
from comparison import assert_same_gradients, assert_same_outputs, assert_same_training

# The tests of a case share its numbers, so they run in one process.
EACH_CASE = pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.xdist_group(case.name)) for case in CASES], ids=str
)


@EACH_CASE
def test_outputs_and_loss(case, numbers_of):
    assert_same_outputs(*numbers_of(case))


@EACH_CASE
def test_gradients_of_all_parameters(case, numbers_of):
    assert_same_gradients(*numbers_of(case))


@EACH_CASE
def test_training(case, numbers_of):
    assert_same_training(case, *numbers_of(case))
