"""What is said about a layer beside its row: its name, its output shape, its parameters and how it uses time."""

from dataclasses import dataclass

from tdcli.layers.core.base import Elementwise
from tdcli.layers.core.recurrent import recurrent_cell
from tdcli.plan.plan import Plan
from tdcli.plan.unrolled import UnrolledLayer, has_timesteps
from tdcli.report.drawings.families import family_of
from tdcli.report.terminal.figures import count_with_noun
from tdcli.shapes import Shape, format_shape

_DIRECTIONS = {"forward": "reads forward", "backward": "reads backward", "both ways": "reads both ways"}
_OVER_TIMESTEPS = {
    "attention": "each timestep attends to all timesteps",
    "convolution": "slides its kernel along the timesteps",
    "pooling": "pools neighbouring timesteps",
}
_INTO_VECTOR = {"pooling": "pools all timesteps", "reshaping": "joins all timesteps in one vector"}
_ANY_USE = "reads all timesteps at once"


@dataclass(frozen=True)
class Caption:
    """The texts beside a row. parameters and use are empty where there is nothing to say."""

    name: str
    shape: str
    parameters: str = ""
    use: str = ""

    @property
    def sentence(self) -> str:
        """The caption as one line of a description."""
        return f"{self.name}: {', '.join(filter(None, (self.use, self.shape, self.parameters)))}."


def caption_layer(row: UnrolledLayer) -> Caption:
    """Return the caption of a layer."""
    total = row.step.parameters.total
    parameters = count_with_noun(total, "parameter") if total else ""
    return Caption(row.step.title, _shape_text(row.step.output_shape), parameters, _time_use_text(row))


def caption_input(plan: Plan) -> Caption:
    """Return the caption of the input."""
    value = "token" if plan.input_dtype == "int32" and len(plan.input_shape) == 2 else "vector"
    return Caption(
        "Input", _shape_text(plan.input_shape), use=_values_text(plan.input_shape, has_timesteps(plan), value)
    )


def caption_output(plan: Plan, *, timed: bool) -> Caption:
    """Return the caption of the output."""
    return Caption("Output", _shape_text(plan.output_shape), use=_values_text(plan.output_shape, timed, "vector"))


def is_frame(shape: Shape, *, timed: bool) -> bool:
    """Return whether a timestep, or a sample without a time axis, holds more than a vector."""
    return len(shape) > 2 + timed


def _values_text(shape: Shape, timed: bool, value: str) -> str:
    found = "frame" if is_frame(shape, timed=timed) else value
    return f"one {found} per timestep" if timed else f"one {found} per sample"


def _time_use_text(row: UnrolledLayer) -> str:
    family = family_of(row.step.layer)
    if family == "merging":
        return "adds the input of the residual block"
    if row.way == "no steps":
        return ""
    if row.way == "each step":
        return _each_step_text(row)
    if row.way in _DIRECTIONS:
        cell = recurrent_cell(row.step.layer)
        returned = "every output" if cell and cell.return_sequences else "the last output"
        return f"{_DIRECTIONS[row.way]}, returns {returned}"
    return _all_steps_text(row, family)


def _each_step_text(row: UnrolledLayer) -> str:
    if row.step.input_shape[1] == 1:
        return "applied to the only timestep"
    return "the same weights at every timestep" if row.tag else "applied to every timestep"


def _all_steps_text(row: UnrolledLayer, family: str) -> str:
    """Describe a layer that mixes timesteps, makes them or takes them away."""
    before, after, title = row.step.input_shape, row.step.output_shape, row.step.title
    if isinstance(row.step.layer, Elementwise):
        return "own weights for each timestep"
    if len(before) == 2:
        return "repeats the vector at every timestep" if title == "RepeatVector" else "splits the vector into timesteps"
    if row.timesteps == 0:
        return _INTO_VECTOR.get(family, _ANY_USE)
    if family == "reshaping" and before[1] != after[1]:
        return "changes the number of timesteps"
    return _ANY_USE if title.startswith("Global") else _OVER_TIMESTEPS.get(family, _ANY_USE)


def _shape_text(shape: Shape) -> str:
    return format_shape(shape, batch=None)
