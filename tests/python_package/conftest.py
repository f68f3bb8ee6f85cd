import os
import sys
from pathlib import Path

import pytest
from package_support import PACKAGE, REPO, SMALL_TEXT, read_reviews

# The cache is the tests' own, not the developer's; threads of tests side by side do not wait by spinning.
os.environ["XDG_CACHE_HOME"] = str(REPO / "build" / "test-cache")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
sys.path.insert(0, str(PACKAGE))

if not list((PACKAGE / "mnemo").glob("_mnemo*.so")):
    raise pytest.UsageError(
        f"{PACKAGE} holds no package: configure with -DMNEMO_PYTHON=ON and build, or set MNEMO_BINARY"
    )


@pytest.fixture(scope="session")
def reviews() -> tuple[list[str], list[str]]:
    """Texts and labels of the sample."""
    return read_reviews()


@pytest.fixture(scope="session")
def text_run(tmp_path_factory, reviews) -> Path:
    """A run of the command; tests leave it as it is."""
    from package_support import SAMPLE, as_options, run_mnemo

    out = tmp_path_factory.mktemp("runs") / "reviews"
    run_mnemo("train", "text", "--train", SAMPLE / "reviews_train.csv", "--out", out, *as_options(SMALL_TEXT))
    return out
