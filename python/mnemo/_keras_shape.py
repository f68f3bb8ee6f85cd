"""Which of mnemo's models a Keras model is: what its layers do, from the answer back to the input."""

from __future__ import annotations

from dataclasses import dataclass, field

from ._keras_file import KerasModel, Layer, Output

CELLS = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "rnn"}
DROPOUTS = ("Dropout", "SpatialDropout1D", "GaussianDropout")
NORMS = {"BatchNormalization": "batch", "LayerNormalization": "layer"}
SHAPES = ("Flatten", "Reshape", "ExpandDims", "Squeeze", "RepeatVector")  # of one step: they change no number
POOLINGS = {"GlobalMaxPooling1D": "max", "GlobalMaxPool1D": "max", "GlobalAveragePooling1D": "mean"}
KNOWN = (
    "Embedding, Masking, LSTM, GRU, SimpleRNN, Bidirectional, Dropout, BatchNormalization, LayerNormalization, "
    "GlobalMaxPooling1D, GlobalAveragePooling1D, MultiHeadAttention of the last state over all, Concatenate of such, "
    "and one Dense at the end"
)


@dataclass
class Recurrent:
    """A recurrent layer, and what stands between it and the one below."""

    layer: Layer
    cell: str
    units: int
    bidirectional: bool
    activation: str
    norm: Layer | None = None
    dropout: float = 0.0


@dataclass
class Pooled:
    """What one vector is made of: "last", "max", "mean" or "attention"."""

    kind: str
    attention: Layer | None = None


@dataclass
class Shape:
    """A model, from its input to its answer."""

    model: KerasModel
    embedding: Layer | None
    embedding_dropout: float
    skips_padding: bool
    steps: int | None  # of its input; None: any number
    stack: list[Recurrent]
    pooled: list[Pooled]
    norm: Layer | None
    dropout: float
    dense: Layer
    activation: str
    answer: tuple[int, ...] = field(default=())  # of a Reshape behind the answer: (horizon, targets)


def shape_of(model: KerasModel) -> Shape:
    """Raises Error for a model that none of mnemo's equals, and says which layer is why."""
    return Walk(model).shape()


class Walk:
    def __init__(self, model: KerasModel) -> None:
        self.model = model

    def layer(self, output: Output) -> Layer:
        return self.model.layers[output.layer]

    def before(self, layer: Layer) -> Output:
        if len(layer.inputs) != 1:
            raise self.strange(layer, f"it reads {len(layer.inputs)} tensors, where mnemo's reads one")
        return layer.inputs[0]

    def strange(self, layer: Layer, problem: str = "") -> Exception:
        reason = problem or f"mnemo's models have {KNOWN}"
        return self.model.error(f"the layer {layer.name} ({layer.kind}): {reason}")

    def shape(self) -> Shape:
        output, activation, answer = self.model.output, "linear", ()
        while self.layer(output).kind in ("Activation", "Softmax", "Reshape"):
            layer = self.layer(output)
            if layer.kind == "Reshape":
                answer = tuple(layer.config["target_shape"])
            else:
                activation = "softmax" if layer.kind == "Softmax" else layer.config["activation"]
            output = self.before(layer)
        dense = self.layer(output)
        if dense.kind != "Dense":
            raise self.strange(dense, "a Dense was expected as the last layer")
        if activation == "linear":
            activation = dense.config["activation"]
        elif dense.config["activation"] != "linear":
            raise self.strange(dense, "it has an activation, and another one follows")
        output, norm, dropout = self.through_norms(self.before(dense))
        parts, top = self.pooled(output)
        stack, bottom, embedding_dropout = self.stack(top)
        embedding, skips_padding, steps = self.input(bottom)
        for one in self.model.layers.values():
            skips_padding |= self.tells_padding(one)
        return Shape(self.model, embedding, embedding_dropout, skips_padding, steps, stack, parts, norm,
                     dropout, dense, activation, answer)  # fmt: skip

    def tells_padding(self, layer: Layer) -> bool:
        """Whether it is given a mask, which must be that of the input's padding."""
        for mask in layer.masks:
            source = self.layer(mask)
            if source.kind == "Any":  # of a step's features
                source = self.layer(self.before(source))
            is_plain = source.kind == "NotEqual" and self.layer(self.before(source)).kind == "InputLayer"
            is_of_tokens = is_plain and len(self.layer(source.inputs[0]).config["batch_shape"]) == 2
            if not is_plain or (is_of_tokens and source.constants != [0]):
                raise self.strange(layer, "a mask of its own; mnemo skips the padding behind a sequence, which is 0 in "
                                   "texts")  # fmt: skip
        return bool(layer.masks)

    def through_norms(self, output: Output) -> tuple[Output, Layer | None, float]:
        """Past dropout and one norm: what is read, the norm, and the rate of dropout."""
        norm, rate = None, 0.0
        while (layer := self.layer(output)).kind in (*DROPOUTS, *NORMS):
            if layer.kind in DROPOUTS:
                rate = layer.config["rate"]
            elif norm is not None:
                raise self.strange(layer, f"it stands before another norm, {norm.name}; mnemo has one")
            else:
                norm = layer
            output = self.before(layer)
        return output, norm, rate

    def past_shapes(self, output: Output) -> Output:
        while self.layer(output).kind in SHAPES:
            output = self.before(self.layer(output))
        return output

    def pooled(self, output: Output) -> tuple[list[Pooled], Layer]:
        """The parts of the vector that the answer is computed from, and the recurrent layer that they are of."""
        output = self.past_shapes(output)
        layer = self.layer(output)
        ends = layer.inputs if layer.kind == "Concatenate" and not self.is_state(layer) else [output]
        found = [self.part(end) for end in ends]
        tops = {top.name: top for _, top in found}
        if len(tops) != 1:
            raise self.strange(layer, f"it joins what the layers {', '.join(tops)} say; mnemo's read one layer")
        return [part for part, _ in found], next(iter(tops.values()))

    def part(self, output: Output) -> tuple[Pooled, Layer]:
        output = self.past_shapes(output)
        layer = self.layer(output)
        if layer.kind in POOLINGS:
            return Pooled(POOLINGS[layer.kind]), self.recurrent(self.before(layer), "sequence")
        if layer.kind == "MultiHeadAttention":
            query, *values = layer.inputs
            tops = [self.recurrent(value, "sequence") for value in values]
            if not tops or any(top is not tops[0] for top in tops) or self.final(query) is not tops[0]:
                raise self.strange(layer, "mnemo's attention asks with the last state, over all states of that layer")
            return Pooled("attention", layer), tops[0]
        return Pooled("last"), self.final(output)

    def final(self, output: Output) -> Layer:
        """The recurrent layer whose last state this is."""
        output = self.past_shapes(output)
        layer = self.layer(output)
        if self.is_state(layer):
            return self.layer(layer.inputs[0])
        return self.recurrent(output, "state")

    def is_state(self, layer: Layer) -> bool:
        """Whether it joins the last hidden states of both directions."""
        if layer.kind != "Concatenate" or len({one.layer for one in layer.inputs}) != 1:
            return False
        below = self.layer(layer.inputs[0])
        states = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}.get(cell_kind(below))
        return below.kind == "Bidirectional" and [one.index for one in layer.inputs] == [1, 1 + (states or 0)]

    def recurrent(self, output: Output, wanted: str) -> Layer:
        """The layer, which must give all its steps ("sequence") or its last state here."""
        layer = self.layer(output)
        if cell_kind(layer) not in CELLS:
            raise self.strange(layer)
        returns_steps = inner_config(layer)["return_sequences"]
        is_sequence = output.index == 0 and returns_steps
        is_state = output.index == 0 and not returns_steps
        is_state |= output.index == 1 and layer.kind != "Bidirectional"
        if not (is_sequence if wanted == "sequence" else is_state):
            raise self.strange(layer, f"its {'all states' if wanted == 'sequence' else 'last hidden state'} were "
                               "expected where another of its outputs is read")  # fmt: skip
        return layer

    def stack(self, top: Layer) -> tuple[list[Recurrent], Output, float]:
        """The recurrent layers from the lowest, what the lowest reads, and its dropout."""
        layers: list[Recurrent] = []
        layer = top
        while True:
            layers.insert(0, self.checked(layer))
            output, norm, dropout = self.through_norms(self.before(layer))
            below = self.layer(output)
            if cell_kind(below) not in CELLS:
                break
            layers[0].norm, layers[0].dropout = norm, dropout
            layer = self.recurrent(output, "sequence")
        if norm is not None:
            raise self.strange(norm, "a norm before the first recurrent layer, which mnemo's models have not")
        return layers, output, dropout

    def checked(self, layer: Layer) -> Recurrent:
        config = inner_config(layer)
        cell = CELLS[cell_kind(layer)]
        if cell == "gru" and not config["reset_after"]:
            raise self.strange(layer, "reset_after=False is another recurrence than PyTorch's and mnemo's GRU, which "
                               "resets after the product; no weights make them equal")  # fmt: skip
        activations = ("tanh", "relu") if cell == "rnn" else ("tanh",)
        if config["activation"] not in activations or config.get("recurrent_activation", "sigmoid") != "sigmoid":
            raise self.strange(layer, f"its activations are {config['activation']} and "
                               f"{config.get('recurrent_activation')}; mnemo's are tanh and sigmoid")  # fmt: skip
        if config["go_backwards"]:
            raise self.strange(layer, "it reads backwards; mnemo's reads forwards, or in both directions")
        if layer.kind == "Bidirectional" and layer.config["merge_mode"] != "concat":
            raise self.strange(layer, f"merge_mode={layer.config['merge_mode']!r}; mnemo's joins the directions")
        return Recurrent(layer, cell, config["units"], layer.kind == "Bidirectional", config["activation"])

    def input(self, output: Output) -> tuple[Layer | None, bool, int | None]:
        """The embedding, whether padding is skipped, and the input's steps."""
        layer, embedding, skips = self.layer(output), None, False
        if layer.kind == "Embedding":
            embedding, skips = layer, bool(layer.config.get("mask_zero"))
        elif layer.kind == "Masking":
            skips = True
        if embedding is not None or skips:
            layer = self.layer(self.before(layer))
        if layer.kind != "InputLayer":
            raise self.strange(layer)
        return embedding, skips, layer.config["batch_shape"][1]


def cell_kind(layer: Layer) -> str:
    return layer.config["layer"]["class_name"] if layer.kind == "Bidirectional" else layer.kind


def inner_config(layer: Layer) -> dict:
    return layer.config["layer"]["config"] if layer.kind == "Bidirectional" else layer.config
