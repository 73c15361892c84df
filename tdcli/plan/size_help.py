"""Sizes that do not go together: of a Reshape, and of what a residual block reads and gives."""

from collections.abc import Iterator
from math import prod

from tdcli.layers._base import Layer
from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.reshape import REST
from tdcli.plan import cure
from tdcli.plan.mismatch import Mismatch, keeps_last_step
from tdcli.plan.plan import Step
from tdcli.text.change import Change, Help
from tdcli.text.yaml_writer import inline_yaml

OUTPUTS = ("units", "filters")
"""The arguments that say how many numbers a layer gives a place."""


def size_helps(mismatch: Mismatch) -> Iterator[str]:
    """Yield the sizes that would go together; nothing for layers with no such sizes."""
    if mismatch.placed.skips:
        yield from _block_helps(mismatch)
    elif mismatch.innermost.title() == "Reshape":
        yield from _units_helps(mismatch)
        yield from _reshape_helps(mismatch)


def _units_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the units of the layer before, if it gives the one vector that is to be cut up."""
    last, sizes = mismatch.last, vars(mismatch.innermost)["target_shape"]
    if last and hasattr(last.layer, "units") and len(last.output_shape) == 2 and REST not in sizes:
        yield _argument(mismatch, last, "units", prod(sizes))


def _reshape_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the target with one size that makes up for the others, the last of them if possible."""
    sizes, numbers = vars(mismatch.innermost)["target_shape"], mismatch.fault.input_shape[1:]
    total = prod(size or 0 for size in numbers)
    for place in reversed(range(len(sizes))):
        others = prod(sizes[:place] + sizes[place + 1 :])
        if REST not in sizes and total % others == 0:
            found = (*sizes[:place], total // others, *sizes[place + 1 :])
            place_of_layer = (mismatch.document, mismatch.placed.way, mismatch.layer)
            text = f"write `target_shape: {inline_yaml(list(found))}`"
            yield cure.with_argument(text, *place_of_layer, "target_shape", found)
            return


def _block_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield how the layers of a block give the shape that it reads."""
    block = mismatch.before[-mismatch.placed.skips :]
    wanted, given = block[0].input_shape, mismatch.input_shape
    if len(given) == len(wanted) - 1 and keeps_last_step(block[-1].layer):
        yield _argument(mismatch, block[-1], "return_sequences", value=True)
    elif len(given) == len(wanted):
        widened = given[-1] != wanted[-1]
        shortened = [each for each in block if _is_shorter(each) and hasattr(each.layer.innermost, "padding")]
        if given[1:-1] != wanted[1:-1] and shortened:
            yield _same_padding(mismatch, shortened, block[-1] if widened else None)
        elif widened:
            helps = [*_width_helps(mismatch, block[-1]), *_projected(mismatch, block[0])]
            yield from reversed(helps) if block[0] is mismatch.before[0] else helps


def _projected(mismatch: Mismatch, first: Step) -> Iterator[Help]:
    """Yield the layer that gives a block what it reads in the width that it gives."""
    way, width = mismatch.placed.way, mismatch.input_shape[-1]
    if cure.is_listed(mismatch.document, way) and (width or 0) > (first.input_shape[-1] or 0):
        text = f"put `- Dense: {{units: {width}}}` before the `Residual`, which makes what it reads as wide"
        yield cure.inserted(text, way, {"Dense": {"units": width}})


def _width_helps(mismatch: Mismatch, last: Step) -> Iterator[Help]:
    """Yield how a block's last layer gives as many numbers a place as the block reads."""
    width, layer = mismatch.before[-mismatch.placed.skips].input_shape[-1] or 0, last.layer.innermost
    name = next((each for each in OUTPUTS if hasattr(layer, each)), None)
    if name is None:
        return
    if isinstance(last.layer, Bidirectional) and last.layer.merge_mode == "concat":
        if vars(layer)[name] == width:
            text = f"write `merge_mode: sum` in the `Bidirectional` on line {last.span.line}, beside its layer"
            yield Help(text, Change((*last.way, "Bidirectional", "merge_mode"), "sum"))
        if width % 2:
            return
        width //= 2
    yield _argument(mismatch, last, name, width)


def _same_padding(mismatch: Mismatch, shortened: list[Step], widened: Step | None) -> Help:
    """Return the help that keeps the lengths of all axes, and with it the number of channels."""
    lines = sorted({each.span.line for each in shortened})
    several = f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}" if len(lines) > 1 else f"line {lines[0]}"
    helps = [_argument(mismatch, each, "padding", "same") for each in shortened]
    text = f"write `padding: same` on {several}"
    width = next(_width_helps(mismatch, widened), None) if widened else None
    if width is None:
        return Help(text, *(change for help in helps for change in help.changes))
    changes = [change for help in (*helps, width) for change in help.changes]
    return Help(f"{text}, and {width.removeprefix('write ')}", *changes)


def _is_shorter(step: Step) -> bool:
    return step.input_shape[1:-1] != step.output_shape[1:-1]


def _argument(mismatch: Mismatch, step: Step, argument: str, value: object) -> Help:
    layer: Layer = step.layer
    text = f"write `{argument}: {inline_yaml(value)}` in the `{layer.innermost.title()}` on line {step.span.line}"
    return cure.with_argument(text, mismatch.document, step.way, layer, argument, value)
