"""mnemo.nn.LSTM beside torch.nn.LSTM."""

import copy

import mnemo.nn
import pytest
import torch
from mnemo._library import library
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_sequence

pytestmark = pytest.mark.skipif(not library.has_lstm_kernels(), reason="this CPU has neither AVX2 nor AVX-512")

SHAPES = {
    "one layer": {},
    "an odd size": {"input_size": 5, "hidden_size": 7},
    "both ways, two layers": {"bidirectional": True, "num_layers": 2},
    "without biases": {"bias": False},
    "batch first": {"batch_first": True},
}


def layers(**options):
    """Ours and PyTorch's with the same weights."""
    torch.manual_seed(1)
    options = {"input_size": 6, "hidden_size": 16, **options}
    ours, theirs = mnemo.nn.LSTM(**options), nn.LSTM(**options)
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def texts(features, lengths=(3, 7, 1, 5)):
    torch.manual_seed(2)
    return [torch.randn(length, features, requires_grad=True) for length in lengths]


def gradients(layer, output, state, inputs):
    data = output.data if isinstance(output, PackedSequence) else output
    loss = (data * torch.linspace(-1, 1, data.numel()).view(data.shape)).sum() + state[0].sum() + (state[1] ** 2).sum()
    return torch.autograd.grad(loss, [*inputs, *layer.parameters()])


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("options", SHAPES.values(), ids=SHAPES)
def test_packed_sequences_give_the_outputs_and_gradients_of_pytorch(options):
    ours, theirs = layers(**options)
    results = []
    for layer in (ours, theirs):
        inputs = texts(layer.input_size)
        torch.manual_seed(3)
        count = layer.num_layers * (2 if layer.bidirectional else 1)
        initial = [torch.randn(count, 4, layer.hidden_size, requires_grad=True) for _ in range(2)]
        output, state = layer(pack_sequence(inputs, enforce_sorted=False), tuple(initial))
        results.append([output.data, *state, *gradients(layer, output, state, [*inputs, *initial])])
    assert_same(*results)


@pytest.mark.parametrize("options", SHAPES.values(), ids=SHAPES)
def test_padded_batches_give_the_outputs_and_gradients_of_pytorch(options):
    ours, theirs = layers(**options)
    batch = torch.randn(4, 5, ours.input_size, requires_grad=True)
    results = []
    for layer in (ours, theirs):
        output, state = layer(batch)
        results.append([output, *state, *gradients(layer, output, state, [batch])])
    assert_same(*results)
    assert_same([ours(batch[:, 0])[0]], [theirs(batch[:, 0])[0]])


def test_what_needs_no_gradient_is_the_same():
    ours, theirs = layers(bidirectional=True)
    packed = pack_sequence(texts(6), enforce_sorted=False)
    with torch.no_grad():
        assert_same([ours(packed)[0].data], [theirs(packed)[0].data])


def test_state_dicts_go_both_ways_and_copies_work():
    ours, theirs = layers(num_layers=2, bidirectional=True)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    batch = torch.randn(3, 2, 6)
    assert_same([copy.deepcopy(ours)(batch)[0]], [theirs(batch)[0]])


def test_dropout_between_layers_is_of_training_alone():
    ours, _ = layers(num_layers=2, dropout=0.5)
    batch = torch.randn(3, 2, 6)
    assert not torch.equal(ours(batch)[0], ours(batch)[0])
    assert torch.equal(ours.eval()(batch)[0], ours(batch)[0])


def test_double_precision_is_pytorchs():
    ours, theirs = layers()
    batch = torch.randn(3, 2, 6, dtype=torch.float64)
    torch.testing.assert_close(ours.double()(batch)[0], theirs.double()(batch)[0])
    packed = pack_sequence([one.double() for one in texts(6)], enforce_sorted=False)
    torch.testing.assert_close(ours(packed)[1], theirs(packed)[1])


def test_the_registrations_hold():
    ours, _ = layers()
    arguments = (
        torch.randn(6, 6, requires_grad=True),
        torch.tensor([3, 2, 1]),
        ours._parameters_of(0),
        torch.zeros(1, 3, 16, requires_grad=True),
        torch.zeros(1, 3, 16),
        True,
    )
    torch.library.opcheck(
        torch.ops.mnemo.lstm.default,
        arguments,
        test_utils=("test_schema", "test_autograd_registration", "test_faketensor"),
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({0: torch.randn(5, 6)}, r"input is Float of \[5, 6\], expected float of \[6, 6\]"),
        ({1: torch.tensor([2, 3, 1])}, "batch_sizes must fall"),
        ({3: torch.zeros(1, 2, 16)}, "hidden is Float"),
        ({0: torch.randn(6, 6, dtype=torch.float64)}, "input is Double"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(change, message):
    ours, _ = layers()
    arguments = [
        torch.randn(6, 6),
        torch.tensor([3, 2, 1]),
        ours._parameters_of(0),
        torch.zeros(1, 3, 16),
        torch.zeros(1, 3, 16),
        False,
    ]
    torch.ops.mnemo.lstm(*arguments)
    for place, value in change.items():
        arguments[place] = value
    with pytest.raises(RuntimeError, match=message):
        torch.ops.mnemo.lstm(*arguments)


def test_a_model_that_holds_it_compiles_and_exports():
    class Model(nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer, self.dense = layer, nn.Linear(32, 2)

        def forward(self, batch):
            return self.dense(self.layer(batch)[0][-1])

    torch.manual_seed(1)
    model = Model(layers(bidirectional=True)[0])
    batch = torch.randn(5, 3, 6)
    expected = model(batch)
    compiled = torch.compile(model, backend="aot_eager", fullgraph=True)
    found = compiled(batch)
    torch.testing.assert_close(found, expected)
    plain = torch.autograd.grad(expected.sum(), list(model.parameters()))
    assert_same(torch.autograd.grad(found.sum(), list(model.parameters())), plain)
    steps = torch.export.Dim("steps", min=2)
    program = torch.export.export(model.eval(), (batch,), dynamic_shapes=({0: steps},))
    longer = torch.randn(9, 3, 6)
    torch.testing.assert_close(program.module()(longer), model(longer))
