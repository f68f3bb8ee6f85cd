"""Golden comparison: two builds of mnemo do the same work, and all that they leave and say is compared.

    compare.py BASE NOW [--only CASE ...] [--folder DIR] [--jobs N]

BASE and NOW are programs (build/release/mnemo of two commits). Each does the trainings of cases.py on the sample data,
on one thread, in a folder of its own; then weights, settings, meta.json, exports, answers and messages are compared
byte for byte, but for what no two trainings share: times, speeds, identifiers, and hashes of files with such in them.
Prints each difference and ends with 1 if there is one. Nothing of it is kept in the repository: the bits of weights
depend on the processor. For redesigns, which must change none of this.
"""

import argparse
import concurrent.futures
import csv
import datetime
import difflib
import io
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import zipfile

from cases import CASES

REPO = pathlib.Path(__file__).resolve().parents[2]

# Two trainings never share these, in messages and in JSON.
TIMES = re.compile(r"[\d.,]+ (?=\w+/s\b)|\b\d+:\d\d(?::\d\d)?\b|[\d.,]+ (?=m?s\b)|[\d.]+ (?=seconds\b)")
VARYING_KEYS = re.compile(r"(\w+_)?seconds|\w+_per_second|latency_ms|training_id|meta_sha256")
TIMED_FILES = {"metrics.jsonl", "diagnosis.jsonl", "report.html", "evaluation.json"}
PAGE_DATA = re.compile(r'(<script type="application/json" id="data">)(.*?)(</script>)', re.DOTALL)


class CaseError(Exception):
    """A build that does not do what a case is made of."""


def main() -> int:
    options = parse_arguments()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        differences = dict(zip(options.only, pool.map(lambda name: compare_case(name, options), options.only)))
    for name, found in differences.items():
        print(f"{name}: {'differs' if found else 'the same'}")
        print(*(f"  {line}" for line in found), sep="\n", end="\n" if found else "")
    differing = sum(map(bool, differences.values()))
    print(f"{len(differences)} cases, {differing} differ")
    return 1 if differing else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=pathlib.Path)
    parser.add_argument("now", type=pathlib.Path)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), metavar="CASE")
    parser.add_argument("--folder", type=pathlib.Path, default=REPO / "build/golden")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases side by side")
    return parser.parse_args()


def compare_case(name: str, options: argparse.Namespace) -> list[str]:
    sides = []
    for side, program in ("base", options.base), ("now", options.now):
        folder = options.folder / side / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            said = run_case(CASES[name], program.resolve(), folder)
        except CaseError as error:
            return str(error).splitlines()
        sides.append({"messages": said, **read_tree(folder)})
    base, now = sides
    differences = []
    for key in sorted(base.keys() | now.keys()):
        if base.get(key) != now.get(key):
            differences += describe(key, base.get(key), now.get(key))
    return differences


def run_case(commands: list[str], program: pathlib.Path, folder: pathlib.Path) -> str:
    """Runs the commands in the folder; returns all that they said, with times taken out."""
    cache = folder.parent / f"{folder.name}-cache"
    shutil.rmtree(cache, ignore_errors=True)
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1",
                   "OMP_WAIT_POLICY": "passive", "XDG_CACHE_HOME": str(cache)}
    said = []
    for command in commands:
        refused = command.startswith("!")
        words = shlex.split(command.removeprefix("!").format(sample=REPO / "datasets/sample"))
        if words[0] in MAKERS:
            MAKERS[words[0]](folder / words[1])
            continue
        if words[1] in ("train", "pretrain", "tune", "compare") and not refused and "--help" not in words:
            words += [] if "--resume" in words or "--print-space" in words else ["--threads", "1"]
        done = subprocess.run([program, *words[1:]], cwd=folder, env=environment, capture_output=True, check=False)
        said += [f"$ {command}", f"[{done.returncode}]", *without_times(done.stdout).splitlines(),
                 "[stderr]", *without_times(done.stderr).splitlines()]
        if (done.returncode == 0) == refused:
            raise CaseError(f"{folder}: exit status {done.returncode} of {command}\n{done.stderr.decode()}")
    return "\n".join(said)


def write_vectors(path: pathlib.Path) -> None:
    """Vectors of some common words, as GloVe writes them."""
    words = "the a and of is was film movie good bad great not very plot acting".split()
    path.write_text("".join(
        f"{word} {' '.join(f'{((7 * row + 3 * column) % 11 - 5) / 10:.1f}' for column in range(8))}\n"
        for row, word in enumerate(words)), encoding="utf-8")


def write_shops(path: pathlib.Path) -> None:
    """Two shops' sales of every day, with a price known ahead, visitors seen and a region that each keeps."""
    first, rows = datetime.date(2024, 1, 1), ["day,shop,region,price,visitors,sales"]
    for shop, region, size in (("one", "north", 40), ("two", "south", 400)):
        for day in range(150):
            price = 3 if day % 9 < 6 else 2
            visitors = size * (4 + day % 7) + (day * 37) % 11
            sales = visitors // price + (day * 29) % 7
            rows.append(f"{first + datetime.timedelta(day)},{shop},{region},{price},{visitors},{sales}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


# What a command line of cases.py begins with that makes a file.
MAKERS = {"vectors": write_vectors, "shops": write_shops}


def without_times(said: bytes) -> str:
    return TIMES.sub("# ", said.decode(errors="backslashreplace"))


def read_tree(folder: pathlib.Path) -> dict[str, object]:
    """All files below the folder, by what they hold. Archives (.pt) are taken apart."""
    held = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not path.is_file():
            continue
        if path.name.startswith("events.out"):  # has times in binary; its scalars are those of metrics.jsonl
            held[name] = path.stat().st_size
        elif path.name == ".checkpoint":  # has times in its head; the cases that resume show its state
            held[name] = "there"
        elif path.suffix == ".csv":
            held[name] = without_timed_columns(path.read_text(encoding="utf-8"))
        elif path.suffix == ".pt" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                held |= {f"{name}:{entry}": comparable(entry, archive.read(entry)) for entry in archive.namelist()}
        else:
            held[name] = comparable(path.name, path.read_bytes())
    return held


def comparable(name: str, content: bytes) -> object:
    if name.endswith(".json"):
        return mask(json.loads(content))
    if name.endswith(".jsonl"):
        return [mask(json.loads(line)) for line in content.splitlines()]
    if name.endswith(".html"):
        page = content.decode()
        return PAGE_DATA.sub(lambda found: found[1] + json.dumps(mask(json.loads(found[2]))) + found[3], page)
    if name.endswith((".md", ".log", ".txt")):
        return without_times(content)
    return content


def without_timed_columns(table: str) -> str:
    header, *rows = csv.reader(io.StringIO(table))
    kept = [i for i, name in enumerate(header) if not re.search(r"second|_ms\b|latency", name)]
    return "\n".join(",".join(row[i] for i in kept if i < len(row)) for row in [header, *rows])


def mask(value: object, key: str = "") -> object:
    """The JSON value with times, identifiers and hashes of timed files masked."""
    if VARYING_KEYS.fullmatch(key):
        return "#"
    if isinstance(value, dict):
        return {name: "#" if key == "files" and name in TIMED_FILES else mask(item, name)
                for name, item in value.items()}
    if isinstance(value, list):
        return [mask(item, key) for item in value]
    return TIMES.sub("# ", value) if isinstance(value, str) else value


def describe(key: str, base: object, now: object) -> list[str]:
    if base is None or now is None:
        return [f"{key}: only {'now' if base is None else 'in the base'}"]
    if isinstance(base, bytes):
        return [f"{key}: {len(base)} bytes became {len(now)} others"]
    one, other = (value if isinstance(value, str) else json.dumps(value, indent=1, sort_keys=True)
                  for value in (base, now))
    changes = [line[:300] for line in difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)][2:]
    return [f"{key}:", *changes[:40], *([f"... {len(changes) - 40} more lines"] if len(changes) > 40 else [])]


if __name__ == "__main__":
    sys.exit(main())
