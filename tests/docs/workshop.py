"""A folder in which the documents' commands can be typed: small files of the names in them, and the runs they use."""

from __future__ import annotations

import csv
import datetime
import math
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markdown_blocks import REPO

SAMPLE = REPO / "datasets" / "sample"
BINARY = Path(os.environ.get("MNEMO_BINARY", REPO / "build" / "release" / "mnemo")).resolve()

# The mnemo of the workshop: a training that names no --epochs has as many as MNEMO_DOCS_EPOCHS says, if it says so.
# Everything else of a command is as the document has it.
SHORTENING_MNEMO = f"""#!/bin/bash
set -euo pipefail
case " $* " in
  *" --epochs "* | *" --epochs="* | *" --print-config "* | *" --print-space "* | *" --help "*) ;;
  " train "* | " pretrain "* | " tune "* | " compare "*)
    set -- "$@" ${{MNEMO_DOCS_EPOCHS:+--epochs "$MNEMO_DOCS_EPOCHS"}}
    ;;
esac
exec {shlex.quote(str(BINARY))} "$@"
"""

# The runs that documents begin with, and the files made of them; t.model and the weights belong together.
RUNS = """
mnemo train text --train reviews.csv --out runs/reviews --diagnose --hidden-size 16 --embedding-dim 16
mnemo train text --train reviews.csv --out python --hidden-size 256 --ngrams 0
mnemo train forecast --train load.csv --target load --horizon 24 --out runs/load --hidden-size 16
mnemo train series --train motions_train.ts --out runs/motions --hidden-sizes 16
mnemo export runs/reviews --out reviews.pt
cp -r runs/reviews runs/imdb
cp -r runs/reviews runs/a
cp -r runs/reviews runs/b
cp -r runs/reviews runs/c
cp python/tokenizer.model t.model
cp python/config.ini c.ini
cp python/weights.safetensors start.safetensors
cp python/weights.safetensors weights.safetensors
"""


@dataclass
class Result:
    command: str
    output: str
    errors: str


@dataclass
class Workshop:
    folder: Path
    epochs: str = "2"  # of trainings that name no number; empty: mnemo's own default

    def run(self, command: str) -> Result:
        """Runs one command line as a user's shell would."""
        environment = {
            **os.environ,
            "PATH": f"{self.folder / 'build' / 'release'}:{os.environ['PATH']}",
            "DATA": "data",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "MNEMO_DOCS_EPOCHS": self.epochs,
            "OMP_NUM_THREADS": "1",
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=1200,
        )
        assert done.returncode == 0, f"$ {command}\nended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}"
        return Result(command, done.stdout, done.stderr)

    def copied(self, to: Path) -> Workshop:
        shutil.copytree(self.folder, to, symlinks=True)
        return Workshop(to)


def build_workshop(folder: Path) -> Workshop:
    (folder / "build" / "release").mkdir(parents=True)
    program = folder / "build" / "release" / "mnemo"
    program.write_text(SHORTENING_MNEMO, encoding="utf-8")
    program.chmod(0o755)
    (folder / "build" / "demo").mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    for name in ("datasets", "scripts"):
        (folder / name).symlink_to(REPO / name)
    write_texts(folder)
    write_tables(folder)
    write_series(folder)
    write_published_names(folder)
    workshop = Workshop(folder)
    for command in RUNS.strip().splitlines():
        workshop.run(command)
    return workshop


def sample_reviews(name: str, each: int, labels: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """So many texts of each label, in turns."""
    with open(SAMPLE / name, newline="", encoding="utf-8") as file:
        rows = [(row["label"], row["text"]) for row in csv.DictReader(file)]
    sides = [[row for row in rows if row[0] == label][:each] for label in ("neg", "pos")]
    return [((labels or {}).get(label, label), text) for pair in zip(*sides) for label, text in pair]


def write_csv(file: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_texts(folder: Path) -> None:
    columns = ("label", "text")
    write_csv(folder / "reviews.csv", columns, sample_reviews("reviews_train.csv", 40))
    write_csv(folder / "more_texts.csv", columns, sample_reviews("reviews_test.csv", 20))
    write_csv(folder / "test.csv", columns, sample_reviews("reviews_test.csv", 20))
    topics = sample_reviews("reviews_train.csv", 40, {"neg": "complaint", "pos": "praise"})
    write_csv(folder / "topics.csv", columns, [("question", "Is it any good?"), ("question", "How much?")] * 5 + topics)
    texts = [text for _, text in sample_reviews("reviews_test.csv", 2)]
    (folder / "new.txt").write_text("".join(text + "\n" for text in texts[:3]), encoding="utf-8")
    words = sorted({word for _, text in sample_reviews("reviews_train.csv", 40) for word in text.lower().split()})
    lines = (f"{word} " + " ".join(f"{math.sin(n * 300 + i):.3f}" for i in range(300)) for n, word in enumerate(words))
    (folder / "glove.6B.300d.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_tables(folder: Path) -> None:
    hours = range(240)
    wave = [math.sin(2 * math.pi * hour / 24) + 0.1 * math.sin(1.7 * hour) for hour in hours]
    times = [f"2024-03-{1 + hour // 24:02} {hour % 24:02}:00" for hour in hours]
    rows = [(time, f"{100 + 20 * w:.2f}", f"{10 + 5 * w:.2f}") for time, w in zip(times, wave)]
    write_csv(folder / "load.csv", ("time", "load", "temperature"), rows)
    write_shop(folder)
    columns = ("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT")
    ett = [[f"{(1 + i) * w + 0.01 * i * hour:.3f}" for i in range(7)] for hour, w in enumerate(wave)]
    write_csv(folder / "data/ett/ETTh1.csv", ("date", *columns), ([time, *row] for time, row in zip(times, ett)))


def write_shop(folder: Path) -> None:
    """Daily sales with promotions and prices, which are known two weeks longer than the sales."""
    days = [datetime.date(2024, 1, 1) + datetime.timedelta(day) for day in range(134)]
    known = [(day.isoformat(), str(int(day.day % 9 < 3)), f"{4 + 0.01 * (day.day % 5):.2f}") for day in days]
    rows = [(day, f"{50 + 20 * int(promo) + int(day[-2:]) % 7}", promo, price) for day, promo, price in known]
    past, ahead = rows[:120], [(day, "", promo, price) for day, promo, price in known[120:]]
    write_csv(folder / "shop.csv", ("day", "sales", "promo", "price"), [*past, *ahead])
    write_csv(folder / "past.csv", ("day", "sales", "promo", "price"), past)
    write_csv(folder / "plan.csv", ("day", "promo", "price"), known[120:])


def write_series(folder: Path) -> None:
    for name, rows in (("motions_train.ts", 24), ("motions_test.ts", 9)):
        head, data = (SAMPLE / name).read_text(encoding="utf-8").split("@data\n")
        lines = data.splitlines()
        every = lines[:: len(lines) // rows]
        (folder / name).write_text(head + "@data\n" + "\n".join(every) + "\n", encoding="utf-8")
    shutil.copy(folder / "motions_train.ts", folder / "motions.ts")
    shutil.copy(folder / "motions_test.ts", folder / "new.ts")


def write_published_names(folder: Path) -> None:
    """The small files under the names of the published data sets."""
    names = {"imdb": ("train", "test"), "chnsenticorp": ("train", "test"), "agnews": ("train_subset", "test"),
             "sst2": ("train_phrases", "dev", "test")}  # fmt: skip
    for data_set, files in names.items():
        (folder / "data" / data_set).mkdir(parents=True)
        for name in files:
            source = "reviews.csv" if name.startswith("train") else "test.csv"
            shutil.copy(folder / source, folder / "data" / data_set / f"{name}.csv")
    shutil.copy(folder / "more_texts.csv", folder / "data" / "imdb" / "unlabeled.csv")
    (folder / "imdb").symlink_to("data/imdb")
    (folder / "ETTh1.csv").symlink_to("data/ett/ETTh1.csv")
    for name in ("JapaneseVowels", "BasicMotions", "ItalyPowerDemand"):
        for part, source in (("TRAIN", "motions_train.ts"), ("TEST", "motions_test.ts")):
            (folder / "data" / "uea").mkdir(exist_ok=True)
            shutil.copy(folder / source, folder / "data" / "uea" / f"{name}_{part}.ts")
    for part in ("TRAIN", "TEST"):
        (folder / f"JapaneseVowels_{part}.ts").symlink_to(f"data/uea/JapaneseVowels_{part}.ts")
