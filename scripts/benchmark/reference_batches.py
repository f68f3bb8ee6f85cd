"""Which texts go into which batch: the same plans as mnemo's datasets/length_buckets.h, and the usual alternative."""

from __future__ import annotations

import random
from collections.abc import Sequence

BATCHES_PER_WINDOW = 50

BatchPlan = list[list[int]]


def cut(rows: list[int], size: int) -> BatchPlan:
    return [rows[first : first + size] for first in range(0, len(rows), size)]


def random_batches(count: int, batch_size: int, generator: random.Random) -> BatchPlan:
    rows = list(range(count))
    generator.shuffle(rows)
    return cut(rows, batch_size)


def bucketed_batches(lengths: Sequence[int], batch_size: int, generator: random.Random) -> BatchPlan:
    """Shuffled, cut into windows, sorted by length in each, cut into batches, the batches shuffled."""
    rows = list(range(len(lengths)))
    generator.shuffle(rows)
    plan: BatchPlan = []
    for window in cut(rows, BATCHES_PER_WINDOW * batch_size):
        window.sort(key=lambda row: -lengths[row])
        plan.extend(cut(window, batch_size))
    generator.shuffle(plan)
    return plan


def sorted_batches(lengths: Sequence[int], batch_size: int) -> BatchPlan:
    return cut(sorted(range(len(lengths)), key=lambda row: -lengths[row]), batch_size)
