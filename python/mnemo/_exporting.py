"""Exports that PyTorch's Python writes: ONNX, and torch.export's .pt2."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ._errors import Error
from ._run import require_free


def export(run: Path, file: Path, overwrite: bool) -> None:
    """Writes a run folder in the form that the file's ending names, and beside it what its use needs."""
    require_free(file, overwrite)
    if not file.absolute().parent.is_dir():
        raise Error(f"{file}: the folder is not there")
    import torch
    from mnemo_reference.deployed import load_deployment, write_companions
    from mnemo_reference.onnx_export import export_onnx
    from mnemo_reference.pt2_export import write_program

    write = export_onnx if file.suffix == ".onnx" else write_program
    has_fast_path = torch.backends.mha.get_fastpath_enabled()
    try:
        deployment = load_deployment(run)
        with tempfile.TemporaryDirectory(prefix=".mnemo-", dir=file.absolute().parent) as folder:
            made = Path(folder) / file.name
            companions = write_companions(deployment, made)
            for one in companions:
                require_free(file.with_name(one.name), overwrite)
            write(deployment, made)
            for one in (*companions, made):
                os.replace(one, file.with_name(one.name))
    except ValueError as error:
        raise Error(str(error)) from None
    finally:
        torch.backends.mha.set_fastpath_enabled(has_fast_path)
