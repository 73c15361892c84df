"""CSV, labelled sequences in long format: one row a step, a column that tells the sequences apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tdcli.data._base import DataFault, refuse
from tdcli.data._fit import padding_faults, shape_text
from tdcli.data._signature import Signature
from tdcli.data._split import Split
from tdcli.data._table import Table
from tdcli.data._windows import targets_faults

if TYPE_CHECKING:
    from tdcli.data._dataset import Dataset, Part


class Sequences(Table):
    """Whole sequences of various lengths, padded at the end.

    x: `(sequences, time, features)`; y: one target a sequence, or one a step.
    """

    key_fields = ("order", "sequence")

    layout: Literal["sequences"]
    sequence: str
    padding: float = 0.0

    @property
    def padding_value(self) -> float:
        """The value on padded steps."""
        return self.padding

    def _own_faults(self, signature: Signature) -> Iterator[DataFault | None]:
        yield from padding_faults(self.padding, signature)
        targets = len(self.target)
        wanted = (None, signature.timesteps, targets) if signature.per_step else (None, targets)
        if signature.takes == "classes" and targets > 1:
            message = f"the model gives one class, `target` names {targets} columns"
            yield DataFault(("target",), "target-mismatch", message, help=("write one `target`",))
        elif signature.takes == "numbers" and wanted != signature.output_shape:
            message = f"`target` gives {shape_text(wanted)}, the model {shape_text(signature.output_shape)}"
            help = (f"write `outputs: {targets}`, or other targets",)
            yield DataFault(("target",), "target-mismatch", message, help=help)

    def load(self, folder: Path, signature: Signature, split: Split, seed: int) -> Dataset:
        """Read, clean, encode, pad and part. Raises UserError that names the file and the first bad cell."""
        from tdcli.data._arrays.sequences import SequenceLayout
        from tdcli.data._arrays.table_parts import load_table

        self.refuse_misfits(folder, signature)
        return load_table(SequenceLayout(self, signature), self.files(folder), split, seed)

    def load_file(
        self,
        path: Path,
        signature: Signature,
        learnt: dict[str, Any],
        targets: Path | None = None,
        *,
        future: bool = False,
    ) -> Part:
        """Read another table of sequences. The target column may be missing: y is None then."""
        from tdcli.data._arrays.sequences import SequenceLayout
        from tdcli.data._arrays.table_parts import load_table_part

        refuse(targets_faults(targets))
        return load_table_part(SequenceLayout(self, signature), path, learnt, future=future)
