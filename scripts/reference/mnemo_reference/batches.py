"""Which samples go into which batch, and which are held out: bit for bit as mnemo does it, from the same seed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from enum import IntEnum

BatchPlan = list[list[int]]  # sample numbers of each batch

BATCHES_PER_WINDOW = 50
MASK = (1 << 64) - 1


class SeedUse(IntEnum):
    """What one seed of a run is used for: each has a stream of its own."""

    SPLIT = 1
    TOKENIZER = 2
    INITIALIZATION = 3
    BATCHES = 4
    STEPS = 5


def derive_seed(seed: int, stream: int) -> int:
    """SplitMix64's finaliser (Steele et al. 2014)."""
    z = (seed + 0x9E3779B97F4A7C15 * (stream + 1)) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class MersenneTwister64:
    """std::mt19937_64 (Matsumoto and Nishimura 1998), which numpy and Python do not have."""

    SIZE, MIDDLE = 312, 156

    def __init__(self, seed: int) -> None:
        self.state = [seed & MASK]
        for i in range(1, self.SIZE):
            last = self.state[-1]
            self.state.append((6364136223846793005 * (last ^ (last >> 62)) + i) & MASK)
        self.next = self.SIZE

    def __call__(self) -> int:
        if self.next == self.SIZE:
            self.twist()
        x = self.state[self.next]
        self.next += 1
        x ^= (x >> 29) & 0x5555555555555555
        x ^= (x << 17) & 0x71D67FFFEDA60000
        x ^= (x << 37) & 0xFFF7EEE000000000
        return x ^ (x >> 43)

    def twist(self) -> None:
        state = self.state
        for i in range(self.SIZE):
            joined = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % self.SIZE] & 0x7FFFFFFF)
            odd = 0xB5026F5AA96619E9 if joined & 1 else 0
            state[i] = state[(i + self.MIDDLE) % self.SIZE] ^ (joined >> 1) ^ odd
        self.next = 0


def shuffle(items: list, random: MersenneTwister64) -> None:
    for i in range(len(items), 1, -1):
        j = random() % i
        items[i - 1], items[j] = items[j], items[i - 1]


def cut(samples: list[int], size: int) -> BatchPlan:
    return [samples[first : first + size] for first in range(0, len(samples), size)]


def shuffled_batches(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> BatchPlan:
    """An epoch of mnemo's: samples shuffled, cut into windows, sorted by length in each, cut into batches, and the
    batches shuffled. `seed` is that of SeedUse.BATCHES, epochs count from 1."""
    random = MersenneTwister64(derive_seed(seed, epoch))
    samples = list(range(len(lengths)))
    shuffle(samples, random)
    plan: BatchPlan = []
    ordered: list[int] = []
    for window in cut(samples, BATCHES_PER_WINDOW * batch_size):
        ordered += longest_first(window, lengths)
    plan = cut(ordered, batch_size)
    shuffle(plan, random)
    return plan


def random_batches(count: int, batch_size: int, seed: int, epoch: int) -> BatchPlan:
    """The usual alternative: lengths count not, so sequences of all lengths meet in a batch."""
    samples = list(range(count))
    shuffle(samples, MersenneTwister64(derive_seed(seed, epoch)))
    return cut(samples, batch_size)


def sorted_batches(lengths: Sequence[int], batch_size: int) -> BatchPlan:
    """For evaluation: all samples, longest first."""
    return cut(longest_first(list(range(len(lengths))), lengths), batch_size)


def longest_first(samples: list[int], lengths: Sequence[int]) -> list[int]:
    return sorted(samples, key=lambda sample: -lengths[sample])  # stable


def stratified_split(
    contents: Sequence[Hashable], labels: Sequence[int], valid_share: float, seed: int
) -> tuple[list[int], list[int]]:
    """Rows to train on and rows held out, of each label about `valid_share`. Rows of equal content stay together, and
    have the label of the first of them. `seed` is that of SeedUse.SPLIT."""
    groups: dict[Hashable, list[int]] = {}
    for row, content in enumerate(contents):
        groups.setdefault(content, []).append(row)
    of_label: dict[int, list[list[int]]] = {}
    for rows in groups.values():  # in the order of their first rows
        of_label.setdefault(labels[rows[0]], []).append(rows)
    valid: set[int] = set()
    for label, of_one in of_label.items():
        # A generator for each label: more rows of one label do not change the split of another.
        shuffle(of_one, MersenneTwister64(derive_seed(seed, label)))
        valid.update(hold_out(of_one, valid_share))
    rows = range(len(contents))
    return [row for row in rows if row not in valid], [row for row in rows if row in valid]


def hold_out(groups: list[list[int]], share: float) -> list[int]:
    """Each group that brings the rows held out nearer to the share is held out; where there are two groups, at least
    one is and at least one is not."""
    target = share * sum(map(len, groups))
    held_out: list[list[int]] = []
    rows = 0
    for group in groups:
        if 2 * rows + len(group) <= 2 * target:
            held_out.append(group)
            rows += len(group)
    if not held_out and len(groups) > 1:
        held_out = [min(groups, key=len)]
    if len(held_out) == len(groups):
        held_out = held_out[:-1]
    return [row for group in held_out for row in group]
