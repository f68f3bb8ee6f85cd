"""The benchmark's options. Executed, it only checks the command line, so that run.sh can refuse a wrong one before it
builds anything."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from processor import CLASS_NAMES, ProcessorClass, class_named
from scale import SCALES, Scale

REPO = Path(__file__).resolve().parents[2]

EXPERIMENTS = {
    "layer": "one LSTM layer against this machine's matrix product",
    "step": "a training step of the article's text model",
    "threads": "the same step by two threads and by one",
    "lengths": "training on reviews of natural lengths",
    "latency": "one text, model loaded, one thread",
    "forecast": "a training step of the default forecaster and of the article's",
    "job": "the whole job: reviews to a saved model, its accuracy and peak memory (not with --quick)",
    "inference": "the reviews' test file to written predictions",
    "growth": "how the cost of a step grows with each size of the model and the batch",
}


@dataclass(frozen=True)
class Options:
    json: Path | None
    scale: Scale
    held: ProcessorClass | None  # that all are held to; None: what the processor has
    with_keras: bool
    only: frozenset[str]
    train_file: Path | None  # reviews: columns label and text
    test_file: Path | None
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


def processor_class(text: str) -> ProcessorClass:
    if text not in CLASS_NAMES:
        raise argparse.ArgumentTypeError(f"'{text}' is none of {', '.join(CLASS_NAMES)}")
    try:
        return class_named(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def make_parser() -> argparse.ArgumentParser:
    names = "\n".join(f"  {name:<11}{what}" for name, what in EXPERIMENTS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark/run.sh",
        description="Measures mnemo side by side with others and holds it to its floors.\n"
        "Exit status: 0 when every floor that was measured is kept, 1 when one is missed or a contender failed,\n"
        "2 for a wrong command line.",
        epilog=f"experiments:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures and samples there, too")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_const", dest="scale", const="quick", default="full",
                      help="fewer rounds, smaller data, no whole job")  # fmt: skip
    size.add_argument("--tiny", action="store_const", dest="scale", const="tiny",
                      help="all of it on tiny sizes and the sample reviews: whether it runs, not how fast")  # fmt: skip
    parser.add_argument("--processor-class", type=processor_class, metavar="CLASS", dest="held",
                        help=f"hold all to what such a processor has: {', '.join(CLASS_NAMES)}")  # fmt: skip
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
    train_file, test_file = review_files(parser, arguments)
    return Options(
        json=arguments.json and arguments.json.absolute(),
        scale=SCALES[arguments.scale],
        held=arguments.held,
        with_keras=arguments.with_keras,
        only=arguments.only or frozenset(EXPERIMENTS),
        train_file=train_file,
        test_file=test_file,
        build=arguments.build.absolute(),
        out=arguments.out.absolute() / ("tiny" if arguments.scale == "tiny" else ""),
    )


def review_files(
    parser: argparse.ArgumentParser, arguments: argparse.Namespace
) -> tuple[Path, Path] | tuple[None, None]:  # fmt: skip
    if arguments.scale == "tiny":
        if arguments.data is not None:
            parser.error("--tiny takes the sample reviews; leave --data out")
        return REPO / "datasets/sample/reviews_train.csv", REPO / "datasets/sample/reviews_test.csv"
    data = arguments.data
    if data is None and os.environ.get("MNEMO_DATA"):
        try:
            data = data_folder(os.environ["MNEMO_DATA"])
        except argparse.ArgumentTypeError as error:
            parser.error(f"MNEMO_DATA: {error}")
    return (data / "imdb/train.csv", data / "imdb/test.csv") if data else (None, None)


if __name__ == "__main__":
    parse_command_line()
