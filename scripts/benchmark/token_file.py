"""Token ids of many texts in one binary file, which workers of every language read:
int64 count, int64 offsets (count + 1), int32 ids; text i is ids[offsets[i]:offsets[i + 1]]."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np


def write_token_file(path: Path, texts: Sequence[Sequence[int]]) -> None:
    offsets = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(ids) for ids in texts], out=offsets[1:])
    with path.open("wb") as file:
        np.array([len(texts)], dtype=np.int64).tofile(file)
        offsets.tofile(file)
        for ids in texts:
            np.array(ids, dtype=np.int32).tofile(file)


def read_token_file(path: Path) -> list[np.ndarray]:
    with path.open("rb") as file:
        count = int(np.fromfile(file, dtype=np.int64, count=1)[0])
        offsets = np.fromfile(file, dtype=np.int64, count=count + 1)
        ids = np.fromfile(file, dtype=np.int32, count=int(offsets[-1]))
    return [ids[offsets[i] : offsets[i + 1]] for i in range(count)]
