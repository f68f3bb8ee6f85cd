"""mnemo's parameters start in PyTorch's distributions."""

import pytest
import torch
from cases import Case, forecast, series, text, transformer

# Large enough that each parameter has hundreds of numbers.
WIDE = [
    text("start", hidden_size=64, embedding_dim=32, vocab_size=300, layers=2, bidirectional=True, classes=5,
         pooling=["attention", "last"], norm="batch"),
    text("start-gru", hidden_size=64, embedding_dim=32, cell="gru", classes=5),
    text("start-rnn", hidden_size=64, embedding_dim=32, cell="rnn", classes=5),
    series("start", hidden_sizes=[64, 48], pooling=["attention"], norm="layer", outputs=5),
    text("start-transformer", hidden_size=64, embedding_dim=32, layers=2, classes=5, **transformer("learned", heads=4)),
    series("start-transformer", hidden_sizes=[64], outputs=5, **transformer()),
    forecast("start-transformer", hidden_size=64, segment=6, lookback=48, horizon=48, **transformer("learned")),
    forecast("start", hidden_size=64, segment=6, lookback=48, horizon=48),
    forecast("start-stacked", model="stacked", hidden_sizes=[64, 48], horizon=12),
]  # fmt: skip
# Two samples from one distribution are further apart by chance once in some 10,000 times (Kolmogorov and Smirnov).
CRITICAL = 2.2


def largest_gap(a: torch.Tensor, b: torch.Tensor) -> float:
    """Between the two empirical distribution functions, times the root of the effective number of samples."""
    a, b = a.flatten().sort().values, b.flatten().sort().values
    places = torch.cat([a, b])
    gap = (
        torch.searchsorted(a, places, right=True) / len(a) - torch.searchsorted(b, places, right=True) / len(b)
    )
    return gap.abs().max().item() * (len(a) * len(b) / (len(a) + len(b))) ** 0.5


@pytest.mark.parametrize("case", WIDE, ids=str)
def test_parameters_start_as_pytorchs_do(case: Case, numbers_of, monkeypatch):
    monkeypatch.setattr("reference.VOCABULARY", case.settings["model"].get("vocab_size", 0))
    mnemo, pytorch = numbers_of(case)
    names = [name.removeprefix("after.") for name in pytorch if name.startswith("after.")]
    trained = [name for name in names if f"gradient.{name}" in pytorch]
    for name in trained:
        found, expected = mnemo[f"initial.{name}"], pytorch[f"start.{name}"]
        if expected.std() == 0 or expected.numel() == 1:
            torch.testing.assert_close(found, expected)  # zeros or ones
        else:
            assert largest_gap(found, expected) < CRITICAL, name
            if expected.numel() >= 200:  # the ends of a uniform distribution
                assert found.abs().max() <= expected.abs().max() * 1.5, name
