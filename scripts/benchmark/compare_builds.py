"""Two builds of mnemo at mnemo's own works, in turns: whether a change made anything slower.

    compare_builds.py BASE NOW [--quick | --tiny]

BASE and NOW are build folders with the program mnemo_benchmark. Prints a row a work: the median of seven rounds in
milliseconds, and now's time as a share of base's. Exit status: 1 when one is more than 3% slower (not judged with
--tiny) or a build fails, 2 for a wrong command line.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contenders import THREADS
from experiments import step_request
from growth import make_knobs
from measurements import Measurement, Results
from scale import SCALES, Scale
from workers import Contender, Race, Team

ROUNDS = 7
SLOWER = 1.03  # times the time of base, that is let pass


def works(scale: Scale) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each work's name and request, but for its precision."""
    layer = {"work": "lstm_layer", "batch": scale.batch, "length": scale.length,
             "input": scale.article["embedding_dim"], "hidden": scale.article["hidden_size"]}  # fmt: skip
    for directions in (1, 2):
        yield f"LSTM layer, directions {directions}", layer | {"directions": directions}
    yield "step, article text model", step_request(scale)
    yield "step, LSTM and mean alone", step_request(scale, settings=scale.text_settings(scale.plain))
    for cell in ("gru", "rnn"):
        model = scale.article | {"cell": cell}
        yield f"step, article text model, {cell}", step_request(scale, settings=scale.text_settings(model))
    windows = {"work": "train_windows", "batch": scale.forecast_batch}
    yield "step, default forecaster", windows | {"model": scale.forecaster, "clip_norm": 1.0}
    windows["batch"] = scale.batch
    yield "step, article forecaster", windows | {"model": scale.article_forecaster, "clip_norm": 0.0}
    for name, model in (("article text model", scale.article), ("LSTM and mean alone", scale.plain)):
        text = {"work": "classify_text", "settings": scale.text_settings(model), "length": scale.length, "threads": 1}
        yield f"one text, {name}", text
    for knob in make_knobs(scale):
        value = knob.values[-1]
        yield f"step, {knob.name} {value}", knob.request(scale, value, "fp32")


def precisions(program: Path) -> tuple[str, ...]:
    asked = subprocess.run([program], input='{"describe": "compute"}\n', capture_output=True, text=True, check=True)
    return ("bf16", "fp32") if json.loads(asked.stdout)["precision"] == "bf16" else ("fp32",)


def compare(builds: dict[str, Path], scale: Scale) -> list[tuple[str, Measurement, Measurement]]:
    race = replace(scale.race, rounds=ROUNDS) if scale.is_judged_by_speed else Race(rounds=1, slice_seconds=0.0)
    rows = []
    with Team(Results()) as team:
        for name, request in works(scale):
            for precision in precisions(builds["now"]):
                asked = {"threads": THREADS} | request | {"precision": precision}
                contenders = [Contender(build, (str(program),), asked) for build, program in builds.items()]
                measured = team.race(f"{name}, {precision}", contenders, race)
                rows.append((f"{name}, {precision}", measured["base"], measured["now"]))
    return rows


def table(rows: list[tuple[str, Measurement, Measurement]]) -> str:
    lines = ["| work | base, ms | now, ms | now / base |", "|---|---|---|---|"]
    for name, base, now in rows:
        failure = base.failure or now.failure
        figures = failure or f"{base.figure:.3f} | {now.figure:.3f} | {now.figure / base.figure:.3f}"
        lines.append(f"| {name} | {figures} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path)
    parser.add_argument("now", type=Path)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_const", dest="scale", const="quick", default="full")
    size.add_argument("--tiny", action="store_const", dest="scale", const="tiny")
    options = parser.parse_args()
    builds = {name: getattr(options, name).absolute() / "mnemo_benchmark" for name in ("base", "now")}
    for program in builds.values():
        if not program.is_file():
            parser.error(f"there is no {program}; build it: cmake --build FOLDER --target mnemo_benchmark")
    scale = SCALES[options.scale]
    with contextlib.redirect_stdout(sys.stderr):  # the races tell how they go
        rows = compare(builds, scale)
    print(table(rows))
    failed = any(base.failure or now.failure for _, base, now in rows)
    slower = scale.is_judged_by_speed and not failed and any(n.figure > SLOWER * b.figure for _, b, n in rows)
    return 1 if failed or slower else 0


if __name__ == "__main__":
    sys.exit(main())
