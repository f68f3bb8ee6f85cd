"""The mnemo program, and text that would take a careless page over."""

import os
import pathlib
import subprocess

REPO = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = REPO / "datasets" / "sample"
EVIL = "</script><script>document.title = 'taken over'</script><img src=x onerror=alert(1)> dull & <b>long</b>"


def mnemo(*arguments):
    binary = os.environ.get("MNEMO_BINARY", REPO / "build" / "release" / "mnemo")
    result = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout
