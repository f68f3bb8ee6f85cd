"""A run folder by torch.export, which replaces TorchScript: a .pt2, and compiled by AOTInductor."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, library, nn
from torch.export import Dim, ExportedProgram
from torch.overrides import TorchFunctionMode

from .deployed import Deployment, largest_difference

OPERATORS = {
    "lstm": torch.ops.aten.lstm.input,
    "gru": torch.ops.aten.gru.input,
    "rnn_tanh": torch.ops.aten.rnn_tanh.input,
    "rnn_relu": torch.ops.aten.rnn_relu.input,
}


# torch.export looks inside torch.lstm and its likes, and so ties the model to the example's number of steps
# (https://github.com/pytorch/pytorch/issues/115092). While it traces, this operator, of which it sees only shapes,
# stands in their place; the finished graph gets PyTorch's own back.
@library.custom_op("mnemo_reference::recurrence", mutates_args=())
def recurrence(
    cell: str, steps: Tensor, initial: list[Tensor], weights: list[Tensor], layers: int
) -> list[Tensor]:
    raise NotImplementedError("stands for torch.lstm, gru or rnn while torch.export traces")


@recurrence.register_fake
def _(cell: str, steps: Tensor, initial: list[Tensor], weights: list[Tensor], layers: int) -> list[Tensor]:
    output = steps.new_empty(steps.shape[0], steps.shape[1], initial[0].shape[2])
    return [output, *(torch.empty_like(state) for state in initial)]


class KeepRecurrences(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        names = {torch.lstm: "lstm", torch.gru: "gru", torch.rnn_tanh: "rnn_tanh", torch.rnn_relu: "rnn_relu"}
        if function not in names:
            return function(*args, **(kwargs or {}))
        steps, initial, weights, has_biases, layers, _, training, bidirectional, batch_first = args
        assert has_biases and batch_first and not training and not bidirectional
        states = list(initial) if function is torch.lstm else [initial]
        return tuple(recurrence(names[function], steps, states, list(weights), layers))


class Traced(nn.Module):
    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Tensor) -> Tensor:
        with KeepRecurrences():
            return self.module(*inputs)


def put_operators_back(program: ExportedProgram) -> None:
    graph = program.graph_module.graph
    for node in graph.nodes:
        if node.target is torch.ops.mnemo_reference.recurrence.default:
            cell, steps, initial, weights, layers = node.args
            node.target = OPERATORS[cell]
            state = list(initial) if cell == "lstm" else initial[0]
            node.args = (steps, state, list(weights), True, layers, 0.0, False, False, True)
            node.meta["val"] = tuple(node.meta["val"])
    graph.lint()
    program.graph_module.recompile()


def exported_program(deployment: Deployment) -> ExportedProgram:
    most = {"steps": deployment.most_steps}
    axes = [
        {axis: Dim(name, min=1, max=most.get(name)) for axis, name in axes.items()}
        for axes in deployment.free_axes.values()
    ]
    with torch.no_grad():
        # The example's sizes say nothing as long as none is 1, which torch.export would take for a constant.
        program = torch.export.export(
            Traced(deployment.module), deployment.example(3, 7), dynamic_shapes=(tuple(axes),), strict=False
        )
    put_operators_back(program)
    return program


def write_program(deployment: Deployment, out: Path) -> float:
    torch.export.save(exported_program(deployment), out)
    try:
        module = torch.export.load(out).module()
        with torch.no_grad():
            return largest_difference(deployment, module)
    except BaseException:
        out.unlink()
        raise


def write_compiled(deployment: Deployment, program_file: Path, out: Path) -> float:
    with torch.no_grad():
        torch._inductor.aoti_compile_and_package(torch.export.load(program_file), package_path=str(out))
    try:
        return largest_difference(deployment, torch._inductor.aoti_load_package(str(out)))
    except BaseException:
        out.unlink()
        raise


def require_compilable(deployment: Deployment) -> None:
    cell = deployment.settings["model"]["cell"]
    if cell != "lstm" and deployment.task != "forecast":
        raise ValueError(f"--aoti: PyTorch {torch.__version__} compiles a {cell} for one number of steps only; "
                         "of series and texts it compiles LSTMs. Without --aoti the export works")  # fmt: skip
