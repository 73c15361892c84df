"""CSV, labelled sequences in long format: one row a step, a column that tells the sequences apart."""

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
    """Whole sequences of various lengths, padded at the end.

    x: `(sequences, time, features)`; y: one target a sequence, or one a step.
    """

    meanings: ClassVar[dict[str, str]] = {
        "layout": "labelled sequences, a row a timestep",
        "sequence": "column that tells one sequence from the next",
        "padding": "value of padded timesteps, in the data's units",
    }

    key_fields = ("order", "sequence")

    layout: Literal["sequences"]
    sequence: str
    padding: float = 0.0

    @property
    def padding_value(self) -> float:
        """The value on padded steps."""
        return self.padding

    def _own_diagnostics(self, signature: Signature) -> Iterator[DataDiagnostic | None]:
        if signature.timesteps is None or signature.mask_value is not None:  # of a fixed length none may be padded
            yield from diagnose_padding(self.padding, signature, ())
        if signature.own_steps:
            yield _own_steps_diagnostic(signature)
            return
        targets = len(self.target)
        wanted = (None, signature.timesteps, targets) if signature.per_step else (None, targets)
        if signature.takes == "classes" and targets > 1:
            message = f"the model gives one class, `target` names {targets} columns"
            yield DataDiagnostic(("target",), "target-mismatch", message, help=("write one `target`",))
        elif signature.takes == "numbers" and wanted != signature.output_shape:
            message = f"`target` gives {format_shape(wanted)}, the model {format_shape(signature.output_shape)}"
            help = (f"{outputs_for_numbers(signature, targets)}, or other targets",)
            yield DataDiagnostic(("target",), "target-mismatch", message, help=help)


def _own_steps_diagnostic(signature: Signature) -> DataDiagnostic:
    message = f"a sequence has one target or one a step, the model answers {format_shape(signature.output_shape)}"
    help = ("choose `kind: many-to-many`, or save the target sequences as `.npy`",)
    return DataDiagnostic(("target",), "target-mismatch", message, help=help)
