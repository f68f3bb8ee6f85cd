"""The benchmark's options. Executed, it only checks the command line, so that run.sh can refuse a wrong one before it
builds anything."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

EXPERIMENTS = {
    "layer": "one LSTM layer against this machine's matrix product",
    "step": "a training step of the article's text model",
    "threads": "the same step by two threads and by one",
    "lengths": "training on IMDB at natural lengths",
    "latency": "one text, model loaded, one thread",
    "forecast": "a training step of the default forecaster and of the article's",
    "job": "the whole job: IMDB to a saved model, its accuracy and peak memory (not with --quick)",
    "inference": "IMDB's test file to written predictions",
    "growth": "how the cost of a step grows with each size of the model and the batch",
}


@dataclass(frozen=True)
class Options:
    json: Path | None
    quick: bool
    with_keras: bool
    only: frozenset[str]
    data: Path | None  # folder with imdb/train.csv and imdb/test.csv
    build: Path  # folder with the programs mnemo and mnemo_benchmark
    out: Path


def experiment_names(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    unknown = sorted(names - set(EXPERIMENTS))
    if unknown:
        raise argparse.ArgumentTypeError(f"'{unknown[0]}' is none of {', '.join(EXPERIMENTS)}")
    return names


def data_folder(text: str) -> Path:
    folder = Path(text).absolute()
    missing = [name for name in ("train.csv", "test.csv") if not (folder / "imdb" / name).is_file()]
    if missing:
        raise argparse.ArgumentTypeError(f"there is no {folder / 'imdb' / missing[0]}")
    return folder


def make_parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:<11}{what}" for name, what in EXPERIMENTS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark/run.sh",
        description="Measures mnemo side by side with others and holds it to its floors.\n"
        "Exit status: 0 when every floor that was measured is kept, 1 when one is missed, 2 for a wrong command line.",
        epilog=f"experiments:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures and samples there, too")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller data, no whole job")
    parser.add_argument("--with-keras", action="store_true", help="Keras on TensorFlow and on JAX, too (600 MB)")
    parser.add_argument("--only", type=experiment_names, metavar="NAME,...", help="these experiments alone")
    parser.add_argument("--data", type=data_folder, metavar="DIR",
                        help="folder with imdb/train.csv and imdb/test.csv (default: MNEMO_DATA)")  # fmt: skip
    parser.add_argument("--build", type=Path, default=Path("build/release"), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=Path("build/benchmark"), help=argparse.SUPPRESS)
    return parser


def parse_command_line() -> Options:
    parser = make_parser()
    arguments = parser.parse_args()
    data = arguments.data
    if data is None and os.environ.get("MNEMO_DATA"):
        try:
            data = data_folder(os.environ["MNEMO_DATA"])
        except argparse.ArgumentTypeError as error:
            parser.error(f"MNEMO_DATA: {error}")
    return Options(
        json=arguments.json and arguments.json.absolute(),
        quick=arguments.quick,
        with_keras=arguments.with_keras,
        only=arguments.only or frozenset(EXPERIMENTS),
        data=data,
        build=arguments.build.absolute(),
        out=arguments.out.absolute(),
    )


if __name__ == "__main__":
    parse_command_line()
