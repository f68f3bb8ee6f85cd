"""A file of any format is read as what it holds when it is gzip."""

import gzip

import pytest
from mnemo_program import SAMPLE, run_mnemo

TASKS = {
    "text": ("reviews_train.csv", "--vocab-size=400", "--hidden-size=8", "--embedding-dim=8"),
    "series": ("motions_train.ts", "--hidden-sizes=8"),
    "forecast": ("airline_passengers.csv", "--hidden-size=8", "--horizon=12"),
}


@pytest.mark.parametrize("task", TASKS)
def test_a_compressed_file_trains_the_same_weights(task, tmp_path):
    name, *options = TASKS[task]
    packed = tmp_path / f"{name}.gz"
    packed.write_bytes(gzip.compress((SAMPLE / name).read_bytes()))
    weights = []
    for file in (SAMPLE / name, packed):
        run = tmp_path / file.name.replace(".", "_")
        run_mnemo("train", task, "--train", file, "--out", run, "--epochs=1", "--threads=1", "--quiet", *options)
        weights.append((run / "weights.safetensors").read_bytes())
    assert weights[0] == weights[1]
