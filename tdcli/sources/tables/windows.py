"""CSV, windows over one long table: forecasts, and a value for every step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from pydantic import NonNegativeInt, PositiveInt, model_validator

from tdcli.shapes import Shape, format_shape
from tdcli.signature import Signature
from tdcli.sources.core.classes import drop_loss, outputs_for, outputs_for_numbers
from tdcli.sources.core.section import DataProblem
from tdcli.sources.tables.columns import FOR_ALL
from tdcli.sources.tables.table import Names, Table
from tdcli.text.change import AnyHelp, Change, Help
from tdcli.text.section import invalid
from tdcli.text.yaml_writer import to_inline_yaml


class Windows(Table):
    """Windows of `input.timesteps` rows over a long table.

    x: `(windows, timesteps, features)`; y: `(windows, steps x targets)`, the `steps` rows that
    begin `ahead` rows after the window's last; for one output a step
    `(windows, timesteps, targets)`, every row's target shifted by `ahead`; for a sequence of
    its own length `(windows, steps, targets)`.
    """

    meanings: ClassVar[dict[str, str]] = {
        "layout": "windows over one long table",
        "group": "column or columns; no window crosses from one group to the next",
        "max_gap": "missing rows that a window may bridge; left out: any number",
        "missing_rows": "keep gaps in time, or insert rows of missing cells on a regular grid",
        "ahead": "rows from a window's last to the first predicted",
        "steps": "rows predicted",
        "stride": "rows between the starts of two windows",
        "target_change": "learn the change since a window's last row",
        "season": "rows after which the series repeats, for the seasonal naive forecast; left out: inferred; 1: none",
    }

    key_fields = ("order", "group")

    layout: Literal["windows"] = "windows"
    group: Names | None = None
    max_gap: NonNegativeInt | None = None
    missing_rows: Literal["keep", "insert"] = "keep"
    ahead: NonNegativeInt = 1
    steps: PositiveInt = 1
    stride: PositiveInt = 1
    target_change: bool = False
    season: PositiveInt | None = None

    @model_validator(mode="after")
    def _is_forecast(self) -> Self:
        shown = next((name for name in self.features or () if name in self.target), None)
        if self.ahead == 0 and shown:
            message = f"`{shown}` is a feature and, with `ahead: 0`, the target on the same row"
            raise invalid("wrong-value", message, "leave it out of `features`, or write `ahead: 1`")
        if self.ahead == 0 and self.target_change:
            raise invalid("wrong-value", "with `ahead: 0` nothing changes", "write `ahead: 1`, or no `target_change`")
        return self

    def hidden_targets(self) -> tuple[str, ...]:
        """Return the targets where they stand on a row of the window; a forecast may read their past."""
        return self.target if self.ahead == 0 else ()

    @property
    def rows_to_answer(self) -> int | None:
        """`ahead`, where a target is among the features."""
        reads_target = self.features is None or not {*self.features}.isdisjoint(self.target)
        return self.ahead if self.ahead and reads_target else None

    def reach(self, signature: Signature) -> int:
        """Return how many rows one window touches, its targets included."""
        return window_reach(signature, self.ahead, self.steps)

    def _own_faults(self, signature: Signature) -> Iterator[DataProblem | None]:
        if signature.timesteps is None:
            help = ("write `timesteps: 24` in `input`, or `layout: sequences` for sequences of many lengths",)
            yield DataProblem(("layout",), "timesteps-mismatch", "windows need a fixed number of timesteps", help=help)
        if signature.per_step and self.ahead:
            yield self._lookahead_fault()
        if signature.per_step and self.steps > 1:
            help = ("leave it out: such a model gives one value for each of the window's rows",)
            yield DataProblem(("steps",), "target-mismatch", "`steps` does not apply to one output a step", help=help)
        elif signature.takes == "classes":
            yield self._class_fault(signature)
        else:
            yield self._number_fault(signature)

    def _lookahead_fault(self) -> DataProblem | None:
        """Refuse to fill a step of the window from a later one, which is what the step is to predict."""
        filled = {name: "forward-fill" if policy == "interpolate" else policy for name, policy in self.missing.items()}
        if filled == self.missing:
            return None
        message = "`interpolate` fills a step from later ones, which this model predicts at that step"
        written = filled[FOR_ALL] if set(filled) == {FOR_ALL} else filled
        why = "a model with an output for every step may only read what is known by then"
        return DataProblem(("missing",), "wrong-value", message, why, (f"write `missing: {to_inline_yaml(written)}`",))

    def _class_fault(self, signature: Signature) -> DataProblem | None:
        if self.target_change:
            help = ("leave out `target_change`: a class has no difference",)
            return DataProblem(("target_change",), "target-mismatch", "the model gives classes, not numbers", help=help)
        classes = (signature.output_shape[1] or 1) if signature.own_steps else 1
        if len(self.target) == 1 and self.steps == classes:
            return None
        gives = "one class" if classes == 1 else f"{classes} classes, one a step"
        message = f"the model gives {gives}, `target` and `steps` ask for {len(self.target) * self.steps}"
        help = (f"write one `target` and `steps: {classes}`",)
        return DataProblem(("target",), "target-mismatch", message, help=help)

    def _number_fault(self, signature: Signature) -> DataProblem | None:
        steps = 1 if signature.per_step else self.steps
        wanted = self._target_shape(signature)
        if wanted == signature.output_shape:
            return None
        if signature.returns_sequences and wanted[-1] == signature.units:
            return self._step_fault(signature)
        message = f"`target` and `steps` give {format_shape(wanted)}, the model {format_shape(signature.output_shape)}"
        why = f"{steps} x {len(self.target)} values are learnt for each {'step' if signature.per_step else 'window'}"
        help = (*self._other_readings(signature), f"{outputs_for_numbers(signature, wanted[-1])}, or other targets")
        return DataProblem(("steps",) if steps > 1 else ("target",), "target-mismatch", message, why, help)

    def _other_readings(self, signature: Signature) -> Iterator[AnyHelp]:
        """Yield what else several outputs can be meant for: classes, or several rows ahead."""
        targets, units = len(self.target), signature.units
        if signature.sums_to_one:
            yield "write `loss: sparse_categorical_crossentropy` if the target is a class"
            return
        if units % targets == 0 and units > targets and not signature.returns_sequences:
            steps = units // targets
            yield Help(f"write `steps: {steps}` in `data` to predict so many rows", (Change(("data", "steps"), steps),))
        if targets == 1 and units > 1:
            yield f"{outputs_for(units, signature)}{drop_loss(signature)} if the target is one of {units} classes"

    def _target_shape(self, signature: Signature) -> Shape:
        """Return y's shape, the windows first."""
        if signature.per_step:
            return (None, signature.timesteps, len(self.target))
        if signature.returns_sequences:
            return (None, self.steps, len(self.target))
        return (None, self.steps * len(self.target))

    def _step_fault(self, signature: Signature) -> DataProblem:
        steps = signature.output_shape[1]
        message = f"`steps: {self.steps}` rows are predicted, the model gives {steps} steps"
        return DataProblem(("steps",), "target-mismatch", message, help=(f"write `steps: {steps}`",))


def window_reach(signature: Signature, ahead: int, steps: int) -> int:
    """Return how many rows a window touches that answers `steps` rows, the first of them `ahead` rows on."""
    beyond = ahead if signature.per_step else ahead + steps - 1
    return (signature.timesteps or 1) + beyond
