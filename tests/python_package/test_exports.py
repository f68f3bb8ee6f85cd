"""Exports that PyTorch's Python writes. tests/python/test_export_roads.py compares what they answer."""

import json
from importlib.util import find_spec

import pytest
import torch
from package_support import SAMPLE, SMALL_SERIES, run_python

import mnemo


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> mnemo.Run:
    out = tmp_path_factory.mktemp("exports") / "motions"
    return mnemo.train("series", SAMPLE / "motions_train.ts", out, report=False, **SMALL_SERIES)


def test_a_pt2_answers_as_the_run(run, tmp_path):
    file = run.export(tmp_path / "motions.pt2")
    module, series = torch.export.load(file).module(), torch.randn(3, 20, 2)
    with torch.no_grad():
        found = module(series, torch.tensor([20, 20, 20]))
    torch.testing.assert_close(found.double(), torch.from_numpy(run.predict_proba(series.numpy())))
    assert json.loads((tmp_path / "motions.json").read_text())["labels"] == run.labels
    assert sorted(one.name for one in tmp_path.iterdir()) == ["motions.json", "motions.pt2"]
    assert torch.backends.mha.get_fastpath_enabled()


def test_a_file_is_replaced_only_when_told(run, tmp_path):
    file = tmp_path / "motions.pt2"
    file.write_text("mine")
    with pytest.raises(mnemo.Error, match="pass overwrite=True"):
        run.export(file)
    assert file.read_text() == "mine"
    run.export(file, overwrite=True)
    assert torch.export.load(file)
    with pytest.raises(mnemo.Error, match="the folder is not there"):
        run.export(tmp_path / "none" / "motions.pt2")


def test_a_file_beside_it_is_replaced_only_when_told(run, tmp_path):
    beside = tmp_path / "motions.json"
    beside.write_text("mine")
    with pytest.raises(mnemo.Error, match=r"motions\.json: the file exists; pass overwrite=True"):
        run.export(tmp_path / "motions.pt2")
    assert [one.name for one in tmp_path.iterdir()] == ["motions.json"]
    assert beside.read_text() == "mine"
    run.export(tmp_path / "motions.pt2", overwrite=True)
    assert json.loads(beside.read_text())["labels"] == run.labels


def test_onnx_is_written_or_its_package_asked_for(run, tmp_path):
    file = tmp_path / "motions.onnx"
    if find_spec("onnx") is None:
        with pytest.raises(ImportError, match="pip install onnx"):
            run.export(file)
        assert not list(tmp_path.iterdir())
        return
    assert run.export(file).stat().st_size > 1000


def test_onnx_looks_no_ngrams_up(tmp_path, text_run):
    pytest.importorskip("onnx")
    with pytest.raises(mnemo.Error, match="n-grams"):
        mnemo.load(text_run).export(tmp_path / "reviews.onnx")


def test_a_file_that_is_there_is_kept(run, tmp_path):
    (tmp_path / "motions.pt").write_text("a letter")
    with pytest.raises(mnemo.Error, match="pass overwrite=True"):
        run.export(tmp_path / "motions.pt")
    assert run.export(tmp_path / "motions.pt", overwrite=True).stat().st_size > 1000


def test_the_command_exports_them_too(run, tmp_path):
    words = ["export", str(run.path), "--out", str(tmp_path / "motions.pt2")]
    run_python(f"import sys; from mnemo._command import main; sys.argv[1:] = {words!r}; main()")
    assert torch.export.load(tmp_path / "motions.pt2")
