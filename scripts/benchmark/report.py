"""The results as people read them, and as JSON."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any

from floors import VERDICTS, Row
from measurements import Measurement, Results
from processor import ProcessorClass, own_class, processor_name

HEADINGS = ("work", "who", "against", "mnemo's", "contender's", "ratio", "floor", "verdict")


def run_text(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent)
    return result.stdout.strip() if result.returncode == 0 else ""


def installed_versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in ("torch", "onnxruntime", "onnx", "sentencepiece", "numpy"):
        versions[package] = metadata.version(package)
    return versions


def describe_machine(held: ProcessorClass | None, compute: dict[str, str]) -> dict[str, Any]:
    """`compute`: what mnemo says that it takes there."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    own = own_class()
    return {
        "processor": processor_name(),
        "processor_class": own.title if own else "another kind",
        "held_to": held.title if held else None,
        "precision": compute["precision"],  # of --precision auto
        "mnemo_kernels": compute["kernels"],
        "libtorch_kernels": compute["libtorch"],
        "cpus_used": sorted(os.sched_getaffinity(0)),
        "memory_bytes": memory,
        "system": platform.platform(),
        "load_average": os.getloadavg(),
    }


def describe_source() -> dict[str, Any]:
    changed = run_text("git", "status", "--porcelain").splitlines()
    return {"commit": run_text("git", "rev-parse", "HEAD"), "changed_files": len(changed)}


def cells(row: Row) -> tuple[str, ...]:
    def figure(measurement: Measurement | None) -> str:
        return measurement.unit.format(measurement.figure) if measurement and measurement.rounds else "-"

    ratio = f"{row.ratio:.2f}x" if row.ratio is not None else "-"
    verdict = f"{row.verdict}: {row.why}" if row.why else row.verdict
    floor = f"{row.floor.least:.2f}x"
    who = row.floor.mnemo.rstrip("*")
    return row.floor.work, who, row.contender, figure(row.ours), figure(row.theirs), ratio, floor, verdict


def print_table(headings: tuple[str, ...], rows: list[tuple[str, ...]], left: int) -> None:
    """`left`: so many columns, and the last one, stand on the left."""
    widths = [max(len(row[i]) for row in (headings, *rows)) for i in range(len(headings))]
    for row in (headings, tuple("-" * width for width in widths), *rows):
        aligned = [
            cell.ljust(width) if i < left or i == len(row) - 1 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ]
        print("  ".join(aligned).rstrip())


def print_contenders(results: Results) -> None:
    """All that was measured, work by work, the best of those that are not mnemo marked."""
    rows: list[tuple[str, ...]] = []
    for work in dict.fromkeys(m.work for m in results.measurements):
        stock = results.best_stock(work)
        for measurement in (m for m in results.measurements if m.work == work):
            figure, spread = "-", measurement.failure
            if measurement.rounds:
                figure = measurement.unit.format(measurement.figure)
                low, high = min(measurement.rounds), max(measurement.rounds)
                spread = f"{low:,.{measurement.unit.digits}f} to {high:,.{measurement.unit.digits}f}"
            mark = " *" if measurement is stock else ""
            rows.append((work, measurement.contender + mark, figure, spread))
    print("\nAll contenders (median, range of the rounds; * the best stock arrangement)\n")
    print_table(("work", "contender", "figure", "range"), rows, left=2)


def print_report(results: Results, rows: list[Row]) -> None:
    print_contenders(results)
    print("\nFloors\n")
    print_table(HEADINGS, [cells(row) for row in rows], left=3)
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in VERDICTS}
    print("\n" + ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))
    for note in results.notes:
        print(f"note: {note}")


def write_json(
    path: Path, results: Results, rows: list[Row], options: dict[str, Any], machine: dict[str, Any]
) -> None:  # fmt: skip
    def floor(row: Row) -> dict[str, Any]:
        return dataclasses.asdict(row.floor) | {
            "contender": row.contender, "ratio": row.ratio, "verdict": row.verdict, "why": row.why
        }  # fmt: skip

    def measurement(m: Measurement) -> dict[str, Any]:
        return dataclasses.asdict(m) | {"unit": m.unit.name, "median": m.figure if m.rounds else None}

    document = {
        "finished": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "options": options,
        "machine": machine,
        "versions": installed_versions(),
        "source": describe_source(),
        "floors": [floor(row) for row in rows],
        "measurements": [measurement(m) for m in results.measurements],
        "not_run": results.not_run,
        "left_out": results.left_out,
        "notes": results.notes,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1) + "\n")
