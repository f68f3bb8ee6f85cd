"""The golden comparison finds two builds the same that are, and tells where they differ."""

import subprocess
import sys

from mnemo_program import BINARY, REPO


def compare(base, now, folder, *cases):
    return subprocess.run([sys.executable, REPO / "scripts/golden/compare.py", base, now, "--folder", folder,
                           "--jobs", "1", "--only", *cases], capture_output=True, text=True, check=False)


def test_a_build_is_the_same_as_itself(tmp_path):
    done = compare(BINARY, BINARY, tmp_path, "series-default", "refusals")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "series-default: the same\nrefusals: the same\n2 cases, 0 differ\n"


def test_another_seed_is_told_from_weights_settings_and_messages(tmp_path):
    other = tmp_path / "mnemo"
    other.write_text(f'#!/bin/sh\n[ "$1" != train ] || set -- "$@" --seed 2\nexec {BINARY} "$@"\n', encoding="utf-8")
    other.chmod(0o755)
    done = compare(BINARY, other, tmp_path, "series-default")
    assert done.returncode == 1
    told = done.stdout.splitlines()
    assert told[0] == "series-default: differs"
    assert [line for line in told if line.startswith("  run/weights.safetensors: ") and "bytes became" in line]
    assert "  run/config.ini: " in done.stdout and "  messages:" in told
