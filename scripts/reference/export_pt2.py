"""Exports a run folder with torch.export, which replaces TorchScript.

    export_pt2.py RUN [--out MODEL.pt2] [--aoti]

writes MODEL.pt2, to be read by torch.export.load; --aoti compiles it as well, to MODEL.aoti.pt2, which AOTInductor
runs without Python. Beside them MODEL.json holds the labels and settings, and MODEL.tokenizer.model the tokenizer of
a text model. Batch and length are free. Before a file is kept it is loaded again and compared with the model.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mnemo_reference.deployed import beside, load_deployment, write_companions
from mnemo_reference.pt2_export import require_compilable, write_compiled, write_program


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Exports a run folder of mnemo with torch.export.")
    parser.add_argument("run", type=Path, help="the run folder that `mnemo train` wrote")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write (RUN.pt2)")
    parser.add_argument("--aoti", action="store_true", help="compile it, too, with AOTInductor (needs a C++ compiler)")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    out = arguments.out or beside(arguments.run, ".pt2")
    if out.suffix != ".pt2":
        sys.exit(f"export_pt2.py: --out {out}: the name must end in .pt2, or torch.export.load would not read it")
    if not out.absolute().parent.is_dir():
        sys.exit(f"export_pt2.py: --out {out}: the folder is not there")
    deployment = load_deployment(arguments.run)
    if arguments.aoti:
        require_compilable(deployment)
    difference = write_program(deployment, out)
    print(f"{out}: largest difference to the model {difference:.1e}")
    if arguments.aoti:
        compiled = out.with_suffix(".aoti.pt2")
        difference = write_compiled(deployment, out, compiled)
        print(f"{compiled}: largest difference to the model {difference:.1e}")
    for companion in write_companions(deployment, out):
        print(companion)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError) as error:
        sys.exit(f"export_pt2.py: {error}")
