"""The public headers know the standard library alone, and their names are nobody else's."""

import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import folders  # noqa: E402

PUBLIC = sorted((folders.REPO / "include/mnemo").glob("*.h"))
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)(?: final)?(?: : [^{;]*)? \{", re.MULTILINE)
MODULE = re.compile(r"^TORCH_MODULE(?:_IMPL)?\((\w+)", re.MULTILINE)


@pytest.mark.parametrize("header", PUBLIC, ids=lambda header: header.name)
def test_public_headers_include_public_headers_and_the_standard_library(header):
    included = re.findall(r"^#include (.+)$", header.read_text(), re.MULTILINE)
    assert included
    others = [name for name in included if not re.fullmatch(r'<[a-z_]+>|"mnemo/\w+\.h"', name)]
    assert not others


def test_mnemo_h_includes_all():
    text = (folders.REPO / "include/mnemo/mnemo.h").read_text()
    assert [header.name for header in PUBLIC if header.name not in text and header.name != "mnemo.h"] == []


def test_public_names_are_of_one_type_each():
    """The library is linked into other people's programs: two types of one name would be one to the linker."""
    public = {name for header in PUBLIC for name in TYPE.findall(header.read_text())}
    assert len(public) > 10
    for top in ("app", "models", "datasets", "common"):
        for source in (folders.REPO / top).rglob("*"):
            if source.suffix in (".cpp", ".h"):
                text = source.read_text(encoding="utf-8")
                assert not public.intersection(TYPE.findall(text) + MODULE.findall(text)), source
