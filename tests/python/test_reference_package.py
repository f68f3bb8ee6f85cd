"""The reference package's own rules: the order of batches, the rows held out, and padding."""

import sys

import pytest
import torch
from mnemo_program import REPO, SAMPLE

sys.path.append(str(REPO / "scripts" / "reference"))
from mnemo_reference import tables  # noqa: E402
from mnemo_reference.batches import (  # noqa: E402
    MersenneTwister64,
    derive_seed,
    random_batches,
    shuffled_batches,
    sorted_batches,
    stratified_split,
)
from mnemo_reference.encoder import EncoderOptions, RecurrentEncoder, set_arrangement  # noqa: E402
from mnemo_reference.transformer import TransformerEncoder, TransformerOptions  # noqa: E402


def test_random_numbers_are_the_standards():
    """The 10,000th number of std::mt19937_64's default seed is written in the C++ standard."""
    random = MersenneTwister64(5489)
    assert [random() for _ in range(10_000)][-1] == 9981545732273789042


def test_seeds_are_split_mix():
    """The first output of SplitMix64 from state 0, as its authors' program prints it."""
    assert derive_seed(0, 0) == 0xE220A8397B1DCDAF


@pytest.mark.parametrize("plan", [
    lambda lengths: shuffled_batches(lengths, 3, 7, 1),
    lambda lengths: random_batches(len(lengths), 3, 7, 1),
    lambda lengths: sorted_batches(lengths, 3),
])  # fmt: skip
def test_every_sample_comes_once(plan):
    batches = plan([5, 9, 1, 4, 4, 8, 2])
    assert sorted(sample for batch in batches for sample in batch) == list(range(7))
    assert sorted(map(len, batches)) == [1, 3, 3]


def test_like_lengths_meet():
    lengths = [3, 1, 2, 3, 1, 2]
    for batch in shuffled_batches(lengths, 2, 1, 1):
        assert len({lengths[sample] for sample in batch}) == 1


def test_equal_rows_stay_together():
    contents = ["a", "b", "a", "c", "d", "a", "e", "f", "g", "h"]
    train, valid = stratified_split(contents, [0] * 10, 0.3, 1)
    assert sorted(train + valid) == list(range(10))
    assert len({row in valid for row in (0, 2, 5)}) == 1
    assert valid


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("both", [False, True])
def test_padding_reaches_nothing(cell, both):
    encoder = RecurrentEncoder(EncoderOptions(3, 4, 2, both, cell=cell))
    steps, lengths = torch.randn(3, 6, 3), torch.tensor([4, 6, 1])
    padded = encoder(steps, lengths)
    alone = [encoder(one[:length].unsqueeze(0)) for one, length in zip(steps, lengths)]
    torch.testing.assert_close(padded.final, torch.cat([one.final for one in alone]))
    torch.testing.assert_close(padded.values[0, :4], alone[0].values[0])
    set_arrangement(encoder, "packed")
    torch.testing.assert_close(encoder(steps, lengths).final, padded.final)


@pytest.mark.parametrize("both", [False, True])
def test_padding_reaches_nothing_of_a_transformer(both):
    options = TransformerOptions(3, 4, 2, both, dropout=0.0, heads=2, feedforward_size=0, positions="sinusoidal",
                                 longest=0)  # fmt: skip
    encoder = TransformerEncoder(options)
    steps, lengths = torch.randn(3, 6, 3), torch.tensor([4, 6, 1])
    steps[0, 4:] = torch.nan
    padded = encoder(steps, lengths)
    alone = [encoder(one[:length].unsqueeze(0)) for one, length in zip(steps, lengths)]
    torch.testing.assert_close(padded.final, torch.cat([one.final for one in alone]))
    torch.testing.assert_close(padded.values[0, :4], alone[0].values[0])


def test_season_of_the_passengers_is_a_year():
    table = tables.read_table(SAMPLE / "airline_passengers.csv")
    assert table.columns == ["passengers"]
    assert tables.find_season(table.values, table.times) == 12
    assert tables.calendar_parts(table.times) == ["month"]
