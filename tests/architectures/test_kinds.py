"""Each kind lowers to the chain that the design gives it."""

from pathlib import Path
from typing import Any

import pytest

from tdcli.plan.plan import Plan
from tdcli.services.specs.compile import compile_spec
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


def plan(architecture: str, folder: Path) -> Plan:
    path = folder / "spec.yaml"
    path.write_text(f"architecture: {architecture}\n", encoding="utf-8")
    return compile_spec(path).plan


def diagnostics(architecture: str, folder: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        plan(architecture, folder)
    return caught.value.diagnostics


def chain(found: Plan) -> list[tuple[str, Any]]:
    return [(step.title, step.output_shape) for step in found.steps]


MANY_TO_ONE = "{kind: many-to-one, input: {timesteps: 5, features: 3}, "
MANY_TO_MANY = "{kind: many-to-many, input: {timesteps: 5, features: 3}, "
CONV = "{Conv2D: {filters: 2, kernel_size: 3}}"
CONV_LSTM = "{kind: conv-lstm, input: {timesteps: 5, frame: [8, 1]}, "
CNN_LSTM = "{{kind: cnn-lstm, input: {{timesteps: {}, frame: [8, 8, 1]}}, cnn: [{}],"

CHAINS = {
    "{kind: one-to-one, input: {features: 3}, recurrent: {units: 4}, outputs: 2}": [
        ("LSTM", (None, 4)),
        ("Dense", (None, 2)),
    ],
    MANY_TO_ONE + "recurrent: {cell: GRU, units: 4}, outputs: 2}": [
        ("GRU", (None, 4)),
        ("Dense", (None, 2)),
    ],
    MANY_TO_MANY + "recurrent: {units: 4}, outputs: 2}": [
        ("LSTM", (None, 5, 4)),
        ("TimeDistributed(Dense)", (None, 5, 2)),
    ],
    CNN_LSTM.format(5, CONV + ", Flatten") + " recurrent: {units: 4}, outputs: 2}": [
        ("TimeDistributed(Conv2D)", (None, 5, 6, 6, 2)),
        ("TimeDistributed(Flatten)", (None, 5, 72)),
        ("LSTM", (None, 4)),
        ("Dense", (None, 2)),
    ],
    "{kind: cnn-lstm, input: {timesteps: 5, frame: [8, 2]}, cnn: [GlobalMaxPooling1D],"
    " recurrent: {units: 4}, return_sequences: true, outputs: 2}": [
        ("TimeDistributed(GlobalMaxPooling1D)", (None, 5, 2)),
        ("LSTM", (None, 5, 4)),
        ("TimeDistributed(Dense)", (None, 5, 2)),
    ],
    MANY_TO_ONE + "recurrent: [{units: 4}, {units: 2, bidirectional: true}],"
    " head: [{Dropout: {rate: 0.1}}, {Dense: {units: 6}}], outputs: 2}": [
        ("LSTM", (None, 5, 4)),
        ("Bidirectional(LSTM)", (None, 4)),
        ("Dropout", (None, 4)),
        ("Dense", (None, 6)),
        ("Dense", (None, 2)),
    ],
    MANY_TO_MANY + "recurrent: {units: 4, bidirectional: true, merge_mode: sum},"
    " head: [{Dense: {units: 6}}], outputs: 2}": [
        ("Bidirectional(LSTM)", (None, 5, 4)),
        ("TimeDistributed(Dense)", (None, 5, 6)),
        ("TimeDistributed(Dense)", (None, 5, 2)),
    ],
    "{kind: many-to-one, input: {timesteps: null, features: 3}, recurrent: {units: 4}, outputs: 1}": [
        ("Masking", (None, None, 3)),
        ("LSTM", (None, 4)),
        ("Dense", (None, 1)),
    ],
    "{kind: conv-lstm, input: {timesteps: 5, frame: [8, 8, 1]}, outputs: 2,"
    " recurrent: [{filters: 3, kernel_size: 3}, {filters: 2, kernel_size: 3, bidirectional: true}]}": [
        ("ConvLSTM2D", (None, 5, 6, 6, 3)),
        ("Bidirectional(ConvLSTM2D)", (None, 4, 4, 4)),
        ("Flatten", (None, 64)),
        ("Dense", (None, 2)),
    ],
    "{kind: conv-lstm, input: {timesteps: 5, frame: [8, 1]}, outputs: 2, return_sequences: true,"
    " recurrent: {cell: ConvLSTM1D, filters: 3, kernel_size: 3}}": [
        ("ConvLSTM1D", (None, 5, 6, 3)),
        ("TimeDistributed(Flatten)", (None, 5, 18)),
        ("TimeDistributed(Dense)", (None, 5, 2)),
    ],
    "{kind: layers, input: {shape: [7], dtype: int32},"
    " layers: [{Embedding: {input_dim: 9, output_dim: 3}}, {GRU: {units: 2}}]}": [
        ("Embedding", (None, 7, 3)),
        ("GRU", (None, 2)),
    ],
    "{kind: encoder-decoder, input: {timesteps: null, features: 3}, encoder: [{units: 6}, {units: 4}],"
    " decoder: {cell: GRU, units: 5}, output_timesteps: 7, head: [{Dropout: {rate: 0.1}}], outputs: 2}": [
        ("Masking", (None, None, 3)),
        ("LSTM", (None, None, 6)),
        ("LSTM", (None, 4)),
        ("RepeatVector", (None, 7, 4)),
        ("GRU", (None, 7, 5)),
        ("TimeDistributed(Dropout)", (None, 7, 5)),
        ("TimeDistributed(Dense)", (None, 7, 2)),
    ],
    "{kind: one-to-many, input: {features: 3}, output_timesteps: 7, recurrent: {units: 4}, outputs: 2}": [
        ("Flatten", (None, 3)),
        ("RepeatVector", (None, 7, 3)),
        ("LSTM", (None, 7, 4)),
        ("TimeDistributed(Dense)", (None, 7, 2)),
    ],
    "{kind: layers, input: [5, 3], layers: [{Dense: {units: 4}}, {Residual: [{Dense: {units: 6}},"
    " {Residual: [Dropout: {rate: 0.1}]}, {Dense: {units: 4}}]}]}": [
        ("Dense", (None, 5, 4)),
        ("Dense", (None, 5, 6)),
        ("Dropout", (None, 5, 6)),
        ("Add", (None, 5, 6)),
        ("Dense", (None, 5, 4)),
        ("Add", (None, 5, 4)),
    ],
    MANY_TO_MANY + "recurrent: {units: 4}, head: [{Residual: [{Dense: {units: 4}}]}], outputs: 2}": [
        ("LSTM", (None, 5, 4)),
        ("TimeDistributed(Dense)", (None, 5, 4)),
        ("Add", (None, 5, 4)),
        ("TimeDistributed(Dense)", (None, 5, 2)),
    ],
}


@pytest.mark.parametrize("architecture", CHAINS)
def test_a_kind_lowers_to_its_chain(architecture: str, tmp_path: Path) -> None:
    assert chain(plan(architecture, tmp_path)) == CHAINS[architecture]


def test_one_to_one_is_a_sequence_of_a_single_step(tmp_path: Path) -> None:
    found = plan("{kind: one-to-one, input: {features: 3}, recurrent: {units: 4}, outputs: 2}", tmp_path)
    assert found.input_shape == (None, 1, 3)


def test_arguments_of_the_outputs_are_those_of_dense(tmp_path: Path) -> None:
    text = MANY_TO_ONE + "recurrent: {units: 4}, outputs: {units: 2, use_bias: false}}"
    assert plan(text, tmp_path).steps[-1].parameters.total == 4 * 2


@pytest.mark.parametrize(
    ("architecture", "name", "message"),
    [
        ("{input: [5, 3]}", "missing-key", "`kind` is missing"),
        ("{kind: many-to-may}", "wrong-value", "there is no kind `many-to-may`"),
        ("many-to-one", "wrong-type", '`architecture` must be a mapping of keys, got text "many-to-one"'),
        ("{kind: [layers]}", "wrong-type", "`kind` must be text, got a list of 1 item"),
        (
            MANY_TO_ONE + "recurrent: 5, outputs: 1}",
            "wrong-type",
            "`recurrent` must be a mapping, or a list of them, got 5",
        ),
        (
            MANY_TO_ONE + "recurrent: {units: 4, bidirectional: both}, outputs: 1}",
            "wrong-type",
            '`bidirectional` must be true or false, got text "both"',
        ),
        (
            MANY_TO_ONE + "recurrent: {units: 4}, outputs: many}",
            "wrong-type",
            '`outputs` must be a number of units or the arguments of a Dense, got text "many"',
        ),
        ("{kind: layers, input: 5, layers: [Flatten]}", "wrong-type", "`input` must be a mapping of keys, got 5"),
        (
            "{kind: layers, input: [5, 3], layers: [7]}",
            "wrong-type",
            "a layer must be a name, or one name with its arguments, got 7",
        ),
        (
            "{kind: layers, input: [5, 3], layers: []}",
            "wrong-value",
            "`layers` must be a list of 1 or more items, got a list of 0 items",
        ),
        ("{kind: layers, input: [5, 3], layers: [Dense]}", "missing-key", "`units` is missing"),
        (
            MANY_TO_ONE + "recurrent: {units: 4, return_sequences: true}, outputs: 1}",
            "unknown-key",
            "`return_sequences` cannot be set here, because the kind sets it",
        ),
        (
            MANY_TO_ONE + "recurrent: {units: 4, merge_mode: sum}, outputs: 1}",
            "wrong-value",
            "`merge_mode` needs `bidirectional: true`",
        ),
        (
            "{kind: many-to-one, input: {timesteps: 5}, recurrent: {units: 4}, outputs: 1}",
            "missing-key",
            "the number of features is neither in the spec nor in the header of the data",
        ),
        (
            MANY_TO_ONE + "recurrent: {cell: ConvLSTM2D, filters: 4}, outputs: 1}",
            "wrong-value",
            "there is no cell `ConvLSTM2D`",
        ),
        (
            CONV_LSTM + "recurrent: {filters: 3, kernel_size: 3}, outputs: 2}",
            "wrong-rank",
            "`ConvLSTM2D` needs `(batch, time, height, width, channels)`, got `(batch, 5, 8, 1)`",
        ),
        (
            CNN_LSTM.format("null", CONV + ", Flatten") + " recurrent: {units: 4}, outputs: 2}",
            "unknown-length",
            "`TimeDistributed(Conv2D)` needs a known number of timesteps, got `(batch, None, 8, 8, 1)`",
        ),
        (
            (
                "{kind: encoder-decoder, input: {timesteps: 5, features: 3}, encoder: 5, decoder: {units: 4},"
                " output_timesteps: 7, outputs: 1}"
            ),
            "wrong-type",
            "`encoder` must be a mapping, or a list of them, got 5",
        ),
        (
            "{kind: layers, input: [5, 3], layers: [{Residual: [{Dense: {units: 4}}]}]}",
            "size-mismatch",
            "`Add` needs `(batch, 5, 3)`, the shape of the block's input, got `(batch, 5, 4)`",
        ),
        (
            "{kind: layers, input: [5, 3], layers: [{Residual: {Dense: {units: 4}}}]}",
            "wrong-type",
            "`Residual` must be a list of layers, got a mapping",
        ),
        (
            "{kind: layers, input: [5, 3], layers: [{Residual: [{Dense: {unit: 4, units: 3}}]}]}",
            "unknown-key",
            "unknown key `unit`",
        ),
        (
            CNN_LSTM.format(4, CONV) + " recurrent: {units: 4}, outputs: 2}",
            "frames-not-flattened",
            "`LSTM` needs `(batch, time, features)`, got `(batch, 4, 6, 6, 2)`",
        ),
    ],
)
def test_an_impossible_architecture_is_refused(architecture: str, name: str, message: str, tmp_path: Path) -> None:
    (diagnostic,) = diagnostics(architecture, tmp_path)
    assert (diagnostic.name, diagnostic.message) == (name, message)
    assert diagnostic.span is not None
