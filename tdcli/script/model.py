"""Write `build_model()`: the layers of a plan as a person would write them in Keras."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.objects import class_name
from tdcli.layers.core.wrapper import Wrapper
from tdcli.layers.masking import Masking
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.plan.unknown_timesteps import unwraps
from tdcli.script.python import WIDTH, Call, KeywordArgument, literal, wrapped_lines
from tdcli.shapes import Shape, format_shape
from tdcli.text.errors import SpecError

FIRST = "units filters n input_dim output_dim kernel_size pool_size rate num_heads key_dim".split()
"""Arguments that a reader of Keras expects first."""
OBJECTS = {"initializer": "initializers", "regularizer": "regularizers", "constraint": "constraints"}


def model_lines(plan: Plan) -> list[str]:
    """Return the body of the function, but for the compilation. Raises SpecError for a mask that no layer makes."""
    if plan.mask_value is not None and not isinstance(plan.steps[0].layer, Masking):
        message = f"`{plan.kind}` masks padded frames, which no Keras layer can do"
        raise SpecError.of("cannot-write-script", message, "remove `lengths` and `padding` from `data`")
    branches = any(step.residual_length or step.layer.self_attention for step in plan.steps)
    written = _functional_lines(plan) if branches else _sequential_lines(plan)
    return [*written, *_freeze_lines(plan, first=1 if branches else 0)]


def _freeze_lines(plan: Plan, first: int) -> Iterator[str]:
    """Freeze the layers whose constructor does not reach their weights; `first`: the place of the first step's."""
    places = [place for place, step in enumerate(plan.steps, first) if step.layer.forgets_trainable]
    if places:
        yield "# Only after the layer is built does this reach all of its weights."
    for place in places:
        yield f"model.layers[{place}].trainable = False"


def _input_call(plan: Plan) -> Call:
    dtype = () if plan.input_dtype == "float32" else (KeywordArgument("dtype", literal(plan.input_dtype)),)
    return Call("keras.Input", (literal(plan.input_shape[1:]), *dtype))


def _sequential_lines(plan: Plan) -> Iterator[str]:
    yield "model = keras.Sequential("
    yield "    ["
    yield from wrapped_lines("", _input_call(plan), ",", 8)
    for step in plan.steps:
        yield from _with_shape_comment(wrapped_lines("", _layer_call(step), ",", 8), step.output_shape)
    yield "    ]"
    yield ")"


def _functional_lines(plan: Plan) -> Iterator[str]:
    """Write a chain with sums: what a residual block reads keeps a name of its own."""
    yield from wrapped_lines("inputs = ", _input_call(plan))
    names = ["inputs"]
    opens = _residual_blocks(plan.steps)
    for place, step in enumerate(plan.steps):
        for depth in opens.get(place, ()):
            yield f"block_{depth} = {names[-1]}"
        read = [names[-1], f"block_{_nesting_depth(plan.steps, place)}"] if step.residual_length else [names[-1]]
        inputs = ", ".join(read * 2 if step.layer.self_attention else read)
        source = f"[{inputs}]" if step.residual_length else inputs
        yield from _with_shape_comment(wrapped_lines("x = ", _layer_call(step), f"({source})"), step.output_shape)
        names.append("x")
    yield "model = keras.Model(inputs, x)"


def _residual_blocks(steps: tuple[Step, ...]) -> dict[int, list[int]]:
    """Return where residual blocks begin, the outer ones first, with how deep they lie."""
    opens: dict[int, list[int]] = {}
    for place, step in enumerate(steps):
        if step.residual_length:
            opens.setdefault(place - step.residual_length, []).append(_nesting_depth(steps, place))
    return {place: sorted(depths) for place, depths in opens.items()}


def _nesting_depth(steps: tuple[Step, ...], place: int) -> int:
    """Return in how many blocks a sum's own block lies, from 1."""
    start = place - steps[place].residual_length
    sums = ((number, step.residual_length) for number, step in enumerate(steps) if step.residual_length)
    return sum(1 for number, length in sums if number >= place and number - length <= start)


def _with_shape_comment(found: list[str], shape: Shape) -> list[str]:
    comment = f"  # {format_shape(shape)}"
    short = len(found) == 1 and len(found[0]) + len(comment) <= WIDTH - 4
    return [found[0] + comment] if short else found


def _layer_call(step: Step) -> Call:
    bare = step.layer.layer if unwraps(step.layer, step.input_shape) and isinstance(step.layer, Wrapper) else step.layer
    return _constructor_call(bare)


def _constructor_call(layer: Layer) -> Call:
    inner = (_constructor_call(layer.layer),) if isinstance(layer, Wrapper) else ()
    left_out = {"layer", "trainable"} if layer.forgets_trainable else {"layer"}
    written = layer.model_dump(exclude=left_out, exclude_unset=True, exclude_defaults=True)
    taken = layer.arguments()
    first = sorted(
        (name for name in taken if name in written),
        key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST),
    )
    arguments = (
        KeywordArgument(name, _object_call(name, getattr(layer, name)) or _argument_text(name, taken[name]))
        for name in first
    )
    return Call(f"layers.{layer.title()}", (*inner, *arguments))


def _object_call(name: str, value: Any) -> Call | None:
    """Write one of Keras's objects as it is made; None for any other value."""
    what = name.rpartition("_")[2]
    if what not in OBJECTS or not isinstance(value, dict):
        return None
    ((alias, arguments),) = value.items()
    named = tuple(KeywordArgument(key, literal(each)) for key, each in arguments.items())
    return Call(f"keras.{OBJECTS[what]}.{class_name(what, alias)}", named)


def _argument_text(name: str, value: Any) -> str:
    """Write an argument; sizes that are all the same as one number."""
    if _is_size(name) and isinstance(value, tuple) and len(set(value)) == 1:
        return literal(value[0])
    return literal(value)


def _is_size(name: str) -> bool:
    return name in ("kernel_size", "pool_size", "strides", "dilation_rate")
