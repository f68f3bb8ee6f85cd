"""How the cost of a training step grows: the article's model with one of its sizes moved at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contenders import Programs
from experiments import step_request
from floors import GROWTH
from measurements import MILLISECONDS, Measurement, Results
from scale import Scale
from workers import Contender, Team


@dataclass(frozen=True)
class Knob:
    name: str
    values: tuple[int, ...]
    usual: int  # its value in the article's model
    # The cost should be a straight line in this.
    work: Callable[[int], float] = float

    def request(self, scale: Scale, value: int, precision: str) -> dict:
        sizes = {"batch": scale.batch, "length": scale.length}
        model = dict(scale.article)
        (sizes if self.name in sizes else model)[self.name] = value
        return step_request(scale, precision=precision, settings=scale.text_settings(model), **sizes)


def make_knobs(scale: Scale) -> list[Knob]:
    def gate_operations(hidden: int) -> float:
        return 4.0 * hidden * (scale.article["embedding_dim"] + hidden)

    usual = scale.article | {"batch": scale.batch, "length": scale.length}
    return [
        Knob(name, values, usual[name], gate_operations if name == "hidden_size" else float)
        for name, values in scale.growth.items()
    ]


@dataclass(frozen=True)
class Point:
    knob: Knob
    value: int
    measured: dict[str, Measurement]  # by the contender's name


def measure_growth(programs: Programs, results: Results, scale: Scale) -> None:
    points: list[Point] = []
    with Team(results) as team:
        for knob in make_knobs(scale):
            for value in knob.values:
                pairs = [contender(programs, scale, knob, value, p) for p in programs.precisions]
                contenders = [one for pair in pairs for one in pair]
                measured = team.race(f"growth, {knob.name} {value}", contenders, scale.growth_race)
                points.append(Point(knob, value, measured))
    results.measurements += [m for precision in programs.precisions for m in worst_point(points, precision)]
    plot(points, programs.out, results)


def contender(
    programs: Programs, scale: Scale, knob: Knob, value: int, precision: str
) -> tuple[Contender, Contender]:  # fmt: skip
    request = knob.request(scale, value, precision)
    return (
        programs.mnemo_worker(f"mnemo {precision}", request),
        programs.pytorch_worker(f"PyTorch {precision} eager", request),
    )


def worst_point(points: list[Point], precision: str) -> list[Measurement]:
    """mnemo and PyTorch where mnemo is ahead by least, or where it failed."""
    ours, theirs = f"mnemo {precision}", f"PyTorch {precision} eager"

    def lead(point: Point) -> float:
        if point.measured[ours].failure:
            return 0.0
        if point.measured[theirs].failure:
            return float("inf")
        return point.measured[theirs].figure / point.measured[ours].figure

    point = min(points, key=lead)
    place = f"{point.knob.name} {point.value}"
    return [
        Measurement(f"{GROWTH}, {precision}", f"{name.split()[0]}, {place}", MILLISECONDS,
                    point.measured[name].rounds, point.measured[name].samples, point.measured[name].failure)
        for name in (ours, theirs)
    ]  # fmt: skip


def linear_prediction(knob: Knob, values: list[int], times: list[float]) -> list[float]:
    """The straight line through mnemo's times with the least relative error."""
    work = np.array([knob.work(value) for value in values])
    line = np.polyfit(work, times, 1, w=1 / np.array(times))
    return [float(time) for time in np.polyval(line, work)]


def plot(points: list[Point], out: Path, results: Results) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    knobs = list(dict.fromkeys(point.knob for point in points))
    figure, panels = pyplot.subplots(1, len(knobs), figsize=(4 * len(knobs), 4.5), layout="constrained")
    for knob, panel in zip(knobs, panels):
        of_knob = [point for point in points if point.knob is knob]
        for colour, name in enumerate(name for name in of_knob[0].measured):
            done = [p for p in of_knob if p.measured[name].rounds]
            if len(done) < 2:
                continue
            values, times = [p.value for p in done], [p.measured[name].figure for p in done]
            panel.plot(values, times, "o-", color=f"C{colour}", label=name)
            if name.startswith("mnemo"):
                predicted = linear_prediction(knob, values, times)
                panel.plot(values, predicted, ":", color=f"C{colour}", label=f"{name}, straight line")
                farthest = max(range(len(done)), key=lambda i: abs(times[i] / predicted[i] - 1))
                print(f"  {name}, {knob.name}: from its straight line at most "
                      f"{times[farthest] / predicted[farthest] - 1:+.0%}, at {values[farthest]}")  # fmt: skip
        panel.set(xscale="log", yscale="log", xlabel=knob.name, title=f"{knob.name} (usually {knob.usual:,})")
        panel.set_xticks([point.value for point in of_knob], [f"{point.value:,}" for point in of_knob])
        panel.minorticks_off()
    panels[0].set_ylabel("ms a training step")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=6)
    for suffix in ("svg", "png"):
        figure.savefig(out / f"growth.{suffix}", dpi=100)
    results.note(f"the growth of a step's cost is plotted in {out / 'growth.svg'} and growth.png")
