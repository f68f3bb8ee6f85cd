"""The folders of the C++ code use what their CMakeLists.txt says, all of it and nothing else."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import folders  # noqa: E402

FOLDERS = folders.read_folders()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_includes_what_it_may_use_and_nothing_else(name):
    folder = FOLDERS[name]
    forbidden = {used: sources for used, sources in folder.includes.items() if used not in folder.may_use}
    assert not forbidden, f"{folder.path}/CMakeLists.txt does not name what these files include"
    unused = set(folder.may_use) - set(folder.includes)
    assert not unused, f"{folder.path}/CMakeLists.txt names what no file includes"


def test_folders_stand_on_those_below_them_so_that_there_is_no_circle():
    order = list(FOLDERS)
    upward = [(name, used) for name, folder in FOLDERS.items() for used in folder.may_use
              if order.index(used) >= order.index(name)]
    assert not upward


def test_no_folder_has_a_fifth_of_the_lines():
    lines = {name: folder.lines for name, folder in FOLDERS.items()}
    largest = max(lines, key=lines.get)
    assert lines[largest] <= 0.2 * sum(lines.values()), f"{largest} has {lines[largest]} of {sum(lines.values())}"


def test_each_folder_of_sources_has_a_library():
    known = {folder.path for folder in FOLDERS.values()}
    below_known = [source for source in (folders.REPO / "app").rglob("*.cpp")
                   if source.parent not in known and source.name != "main.cpp"]
    assert not below_known


def test_contributing_has_the_table_of_these_lists():
    assert folders.written_table() == folders.table(FOLDERS), "run scripts/folders.py --write"
