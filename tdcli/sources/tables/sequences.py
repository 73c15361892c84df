"""Labelled sequences in long format: one row per timestep, and a column that identifies the sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from tdcli.shapes import format_shape
from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_numbers
from tdcli.sources.core.fit import diagnose_padding
from tdcli.sources.core.section import DataDiagnostic
from tdcli.sources.tables.table import Table


class Sequences(Table):
    """Whole sequences of different lengths, padded at the end.

    x: `(sequences, time, features)`; y: one target per sequence, or one per timestep.
    """

    meanings: ClassVar[dict[str, str]] = {
        "layout": "labelled sequences, one row per timestep",
        "sequence": "column that identifies the sequence of a row",
        "padding": "value of padded timesteps, in the units of the data",
    }

    key_fields = ("order", "sequence")

    layout: Literal["sequences"]
    sequence: str
    padding: float = 0.0

    @property
    def padding_value(self) -> float:
        """The value of padded timesteps."""
        return self.padding

    def _own_diagnostics(self, signature: Signature) -> Iterator[DataDiagnostic | None]:
        if signature.timesteps is None or signature.mask_value is not None:  # with a fixed length, none may be padded
            yield from diagnose_padding(self.padding, signature, ())
        if signature.own_steps:
            yield _own_steps_diagnostic(signature)
            return
        targets = len(self.target)
        wanted = (None, signature.timesteps, targets) if signature.per_step else (None, targets)
        if signature.takes == "classes" and targets > 1:
            message = f"the model outputs one class, but `target` names {targets} columns"
            yield DataDiagnostic(("target",), "target-mismatch", message, help=("write a single `target`",))
        elif signature.takes == "numbers" and wanted != signature.output_shape:
            outputs = format_shape(signature.output_shape)
            message = f"`target` has the shape {format_shape(wanted)}, but the model outputs {outputs}"
            help = (f"{outputs_for_numbers(signature, targets)}, or change `target`",)
            yield DataDiagnostic(("target",), "target-mismatch", message, help=help)


def _own_steps_diagnostic(signature: Signature) -> DataDiagnostic:
    outputs = format_shape(signature.output_shape)
    message = f"a sequence has one target, or one per timestep, but the model outputs {outputs}"
    help = ("write `kind: many-to-many`, or save the target sequences as `.npy`",)
    return DataDiagnostic(("target",), "target-mismatch", message, help=help)
