"""Draws what `mnemo train --diagnose` recorded of runs on the adding problem: the validation loss by epoch, and the
gradient by its distance from the loss. Needs matplotlib.

    python scripts/plot_diagnosis.py build/adding --out docs/diagnosis.svg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

ALWAYS_ONE = 1 / 6  # the mean squared error of always answering 1
FADED = 1e-3  # as app/diagnosis/thresholds.h has it
CELLS = {"rnn": "C3", "lstm": "C0"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds the runs rnn100, lstm100 and so on")
    parser.add_argument("--out", type=Path, required=True, help="the picture, .svg or .png")
    options = parser.parse_args()
    lengths = sorted(int(run.name.removeprefix("lstm")) for run in options.folder.glob("lstm*"))
    if not lengths:
        parser.error(f"{options.folder}: no run lstm100 or the like; run scripts/adding_problem.sh first")
    draw(options.folder, lengths, options.out)


def lines_of(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def draw(folder: Path, lengths: list[int], out: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "mnemo"  # the same records give the same file
    figure, rows = pyplot.subplots(len(lengths), 2, figsize=(10, 3.4 * len(lengths)), layout="constrained",
                                   squeeze=False)  # fmt: skip
    for length, (losses, gradients) in zip(lengths, rows):
        for cell, colour in CELLS.items():
            run = folder / f"{cell}{length}"
            draw_losses(losses, lines_of(run / "metrics.jsonl"), cell, colour)
            draw_gradients(gradients, lines_of(run / "diagnosis.jsonl"), cell, colour)
        losses.axhline(ALWAYS_ONE, color="grey", linestyle=":", label="always 1")
        losses.set(yscale="log", xlabel="epoch", ylabel="validation mse", title=f"adding problem, {length} steps")
        gradients.axhline(FADED, color="grey", linestyle=":", label="faded")
        gradients.set(yscale="log", ylim=(1e-12, 30), xlabel="steps back from the loss",
                      ylabel="gradient, share of its largest", title=f"how far it reaches, {length} steps")  # fmt: skip
        for panel in (losses, gradients):
            panel.legend(fontsize="small")
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None)


def draw_losses(panel, epochs: list[dict], cell: str, colour: str) -> None:
    panel.plot([e["epoch"] for e in epochs], [e["valid_loss"] for e in epochs], "o-", color=colour, label=cell)


def draw_gradients(panel, probes: list[dict], cell: str, colour: str) -> None:
    """At the first step and at the last probe."""
    for probe, style, when in ((probes[0], "--", "first step"), (probes[-1], "-", f"step {probes[-1]['step']}")):
        layer = probe["recurrent"][0]
        largest = max(layer["gradient"])
        panel.plot(layer["distances"], [g / largest if g else None for g in layer["gradient"]], style,
                   color=colour, label=f"{cell}, {when}")  # fmt: skip


if __name__ == "__main__":
    main()
