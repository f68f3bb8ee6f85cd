"""The package as a guest in a process: what it imports, beside what, and which torch it takes."""

import itertools
import os
import subprocess
import sys

import pytest
from package_support import PACKAGE, SAMPLE, SMALL_TEXT, as_options, run_mnemo, run_python, weights

USES = {
    "mnemo": """
import mnemo
answers = mnemo.load(RUN, threads=1).predict_proba(["A film to remember."])
assert abs(answers.sum() - 1) < 1e-5
""",
    "torch": """
import torch
layer = torch.nn.LSTM(4, 4)
layer(torch.ones(3, 1, 4))[0].sum().backward()
assert torch.isfinite(layer.weight_ih_l0.grad).all()
""",
    "sentencepiece": """
import sentencepiece
tokenizer = sentencepiece.SentencePieceProcessor(model_file=RUN + "/tokenizer.model")
assert tokenizer.decode(tokenizer.encode("a film")) == "a film"
""",
}

ONE_OPENMP = """
import os
maps = open("/proc/self/maps").read().split()
runtimes = {os.path.realpath(path) for path in maps if any(name in path for name in ("libgomp", "libiomp", "libomp"))}
assert len(runtimes) == 1, runtimes
"""


@pytest.mark.parametrize("order", list(itertools.permutations(USES))[::2], ids="-".join)
def test_torch_sentencepiece_and_mnemo_live_in_one_process_in_each_order(order, text_run):
    run_python(f"RUN = {str(text_run)!r}\n" + "".join(USES[name] for name in (*order, *order)) + ONE_OPENMP)


def test_import_loads_nothing():
    loaded = run_python(
        "import sys, mnemo; print(sorted(n for n in sys.modules if n in ('torch', 'numpy', 'sklearn')))"
    )
    assert loaded == "[]\n"


def test_names_are_those_that_it_lists():
    import mnemo

    assert set(mnemo.__all__) == set(mnemo._HOMES)
    assert all(getattr(mnemo, name) is not None for name in mnemo.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Classifier'"):
        mnemo.Classifier


def test_another_torch_is_told_in_words():
    from mnemo._torch_check import installed_torch, require_torch

    version, folder = installed_torch()
    require_torch(version)
    with pytest.raises(
        ImportError, match=rf"built for torch 2\.0\.1, and {folder} is torch {version}: install that one"
    ):
        require_torch("2.0.1")


def test_no_torch_is_told_in_words(monkeypatch):
    from mnemo import _torch_check

    monkeypatch.setattr(_torch_check.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="no torch is installed"):
        _torch_check.require_torch()


def run_command(*words):
    """The package's command, which has not imported torch before it becomes the program."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE)}
    code = "import sys; from mnemo._command import main; assert 'torch' not in sys.modules; main()"
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def test_the_command_of_the_package_is_the_program():
    assert run_command("--version").stdout == run_mnemo("--version")
    assert run_command("train", "speech").returncode == 2


def test_the_command_reads_parquet(tmp_path, text_run):
    polars = pytest.importorskip("polars")
    polars.read_csv(SAMPLE / "reviews_train.csv").write_parquet(tmp_path / "reviews.parquet")
    done = run_command(
        "train", "text", f"--train={tmp_path / 'reviews.parquet'}", "--out", tmp_path / "run", *as_options(SMALL_TEXT)
    )
    assert done.returncode == 0, done.stderr
    assert weights(tmp_path / "run") == weights(text_run)
    assert "no.parquet" in run_command("train", "text", "--train", tmp_path / "no.parquet").stderr


def test_the_version_is_the_programs():
    import mnemo

    assert mnemo.__version__ in run_mnemo("--version")
