"""Windows over one long table: forecasts, or an output for every timestep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, Self

from pydantic import NonNegativeInt, PositiveInt, model_validator

from tdcli.shapes import Shape, format_shape
from tdcli.signature import Signature
from tdcli.sources.core.classes import drop_loss, outputs_for, outputs_for_numbers
from tdcli.sources.core.section import DataDiagnostic
from tdcli.sources.tables.columns import FOR_ALL
from tdcli.sources.tables.table import Names, Table
from tdcli.text.change import AnyHelp, Change, Help
from tdcli.text.section import invalid
from tdcli.text.yaml_writer import to_inline_yaml


class Windows(Table):
    """Windows of `input.timesteps` rows over a long table.

    x: `(windows, timesteps, features)`; y: `(windows, steps x targets)`, the `steps` rows that
    start `ahead` rows after the last row of the window. For one output per timestep, y is
    `(windows, timesteps, targets)`, the target of every row shifted by `ahead`. For outputs with their
    own number of timesteps, y is `(windows, steps, targets)`.
    """

    meanings: ClassVar[dict[str, str]] = {
        "layout": "windows over one long table",
        "group": "column or columns that identify a series; no window crosses from one series to the next",
        "max_gap": "missing rows that a window may span; default: any number",
        "missing_rows": "gaps in time: keep them, or insert rows of missing cells",
        "ahead": "rows from the last row of a window to the first predicted row",
        "steps": "number of rows to predict",
        "stride": "rows between the starts of two windows",
        "target_change": "predict the change since the last row of the window",
        "season": "rows after which the series repeats, for the seasonal naive forecast; default: inferred; 1: none",
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
            message = f"with `ahead: 0`, `{shown}` is both a feature and the target of the same row"
            raise invalid("wrong-value", message, "remove it from `features`, or write `ahead: 1`")
        if self.ahead == 0 and self.target_change:
            message = "with `ahead: 0`, the target is on the window's last row and its change is always 0"
            raise invalid("wrong-value", message, "write `ahead: 1`, or remove `target_change`")
        return self

    def hidden_targets(self) -> tuple[str, ...]:
        """Return the targets if they are on the last row of the window. A forecast may read past targets."""
        return self.target if self.ahead == 0 else ()

    @property
    def rows_to_answer(self) -> int | None:
        """`ahead`, if a target is among the features."""
        reads_target = self.features is None or not {*self.features}.isdisjoint(self.target)
        return self.ahead if self.ahead and reads_target else None

    def reach(self, signature: Signature) -> int:
        """Return how many rows one window spans, its targets included."""
        return window_reach(signature, self.ahead, self.steps)

    def _own_diagnostics(self, signature: Signature) -> Iterator[DataDiagnostic | None]:
        if signature.timesteps is None:
            help = ("write `timesteps: 24` in `input`, or `layout: sequences` for sequences of different lengths",)
            yield DataDiagnostic(
                ("layout",), "timesteps-mismatch", "windows need a fixed number of timesteps", help=help
            )
        if signature.per_step and self.ahead:
            yield self._lookahead_diagnostic()
        if signature.per_step and self.steps > 1:
            message = "`steps` does not apply to a model with one output per timestep"
            help = ("remove `steps`: the model outputs one value for each row of the window",)
            yield DataDiagnostic(("steps",), "target-mismatch", message, help=help)
        elif signature.takes == "classes":
            yield self._class_diagnostic(signature)
        else:
            yield self._number_diagnostic(signature)

    def _lookahead_diagnostic(self) -> DataDiagnostic | None:
        """Report `interpolate`, which fills a row of the window from a later one that the model must predict."""
        filled = {name: "forward-fill" if policy == "interpolate" else policy for name, policy in self.missing.items()}
        if filled == self.missing:
            return None
        message = "`interpolate` fills a row from later rows, which this model must predict at that row"
        written = filled[FOR_ALL] if set(filled) == {FOR_ALL} else filled
        why = "a model with an output per timestep may only read values that are known at that timestep"
        return DataDiagnostic(
            ("missing",), "wrong-value", message, why, (f"write `missing: {to_inline_yaml(written)}`",)
        )

    def _class_diagnostic(self, signature: Signature) -> DataDiagnostic | None:
        if self.target_change:
            message = "`target_change` needs numbers, but the model outputs classes"
            help = ("remove `target_change`",)
            return DataDiagnostic(("target_change",), "target-mismatch", message, help=help)
        classes = (signature.output_shape[1] or 1) if signature.own_steps else 1
        if len(self.target) == 1 and self.steps == classes:
            return None
        gives = "one class" if classes == 1 else f"{classes} classes, one per timestep"
        message = f"the model outputs {gives}, but `target` and `steps` need {len(self.target) * self.steps}"
        help = (f"write a single `target` and `steps: {classes}`",)
        return DataDiagnostic(("target",), "target-mismatch", message, help=help)

    def _number_diagnostic(self, signature: Signature) -> DataDiagnostic | None:
        steps = 1 if signature.per_step else self.steps
        wanted = self._target_shape(signature)
        if wanted == signature.output_shape:
            return None
        if signature.returns_sequences and wanted[-1] == signature.units:
            return self._step_diagnostic(signature)
        outputs = format_shape(signature.output_shape)
        message = f"`target` and `steps` have the shape {format_shape(wanted)}, but the model outputs {outputs}"
        unit = "timestep" if signature.per_step else "window"
        why = f"each {unit} has {steps} x {len(self.target)} target values: rows to predict times target columns"
        help = (*self._other_readings(signature), f"{outputs_for_numbers(signature, wanted[-1])}, or change `target`")
        return DataDiagnostic(("steps",) if steps > 1 else ("target",), "target-mismatch", message, why, help)

    def _other_readings(self, signature: Signature) -> Iterator[AnyHelp]:
        """Yield the other meanings of several outputs: classes, or several rows to predict."""
        targets, units = len(self.target), signature.units
        if signature.sums_to_one:
            yield "write `loss: sparse_categorical_crossentropy` if the target is a class"
            return
        if units % targets == 0 and units > targets and not signature.returns_sequences:
            steps = units // targets
            text = f"write `steps: {steps}` in `data` to predict {steps} rows"
            yield Help(text, (Change(("data", "steps"), steps),))
        if targets == 1 and units > 1:
            yield f"{outputs_for(units, signature)}{drop_loss(signature)} if the target is one of {units} classes"

    def _target_shape(self, signature: Signature) -> Shape:
        """Return y's shape, the windows first."""
        if signature.per_step:
            return (None, signature.timesteps, len(self.target))
        if signature.returns_sequences:
            return (None, self.steps, len(self.target))
        return (None, self.steps * len(self.target))

    def _step_diagnostic(self, signature: Signature) -> DataDiagnostic:
        steps = signature.output_shape[1]
        rows = "one row" if self.steps == 1 else f"{self.steps} rows"
        message = f"`steps: {self.steps}` predicts {rows}, but the model outputs {steps} timesteps"
        return DataDiagnostic(("steps",), "target-mismatch", message, help=(f"write `steps: {steps}`",))


def window_reach(signature: Signature, ahead: int, steps: int) -> int:
    """Return how many rows a window spans, with the `steps` rows that it predicts, `ahead` rows after its last row."""
    beyond = ahead if signature.per_step else ahead + steps - 1
    return (signature.timesteps or 1) + beyond
