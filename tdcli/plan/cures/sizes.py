"""Fixes for sizes that do not match: of a Reshape, and of the input and output of a residual block."""

from collections.abc import Iterator, Sequence
from functools import reduce
from math import ceil, prod

from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.core.base import Layer
from tdcli.layers.reshape import INFERRED, Reshape
from tdcli.plan.cures.changes import argument_help, insert_help, is_listed, remove_help
from tdcli.plan.mismatch import Mismatch, keeps_last_step
from tdcli.plan.step import Step
from tdcli.text.change import Change, Help
from tdcli.text.yaml_writer import to_inline_yaml

WIDTH_ARGUMENTS = ("units", "filters")
"""The arguments that set the size of the last axis of a layer's output."""


def size_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the sizes that would match; nothing for layers without such sizes."""
    if mismatch.node.residual_length:
        yield from _block_helps(mismatch)
    elif isinstance(mismatch.innermost, Reshape):
        sizes = mismatch.innermost.target_shape
        yield from _units_helps(mismatch, sizes)
        yield from _reshape_helps(mismatch, sizes)


def _units_helps(mismatch: Mismatch, sizes: tuple[int, ...]) -> Iterator[Help]:
    """Yield the units of the layer before, if it returns the single vector to be reshaped."""
    last = mismatch.last
    if last and "units" in last.layer.arguments() and len(last.output_shape) == 2:
        known = prod(size for size in sizes if size != INFERRED)
        times = ceil((last.output_shape[1] or 0) / known) if INFERRED in sizes else 1
        yield _argument(mismatch, last, "units", times * known)


def _reshape_helps(mismatch: Mismatch, sizes: tuple[int, ...]) -> Iterator[Help]:
    """Yield the target shape with one size corrected, the last one if possible."""
    total = prod(size or 0 for size in mismatch.error.input_shape[1:])
    for place in reversed(range(len(sizes))):
        others = prod(sizes[:place] + sizes[place + 1 :])
        if INFERRED not in sizes and total % others == 0:
            found = (*sizes[:place], total // others, *sizes[place + 1 :])
            place_of_layer = (mismatch.document, mismatch.node.key_path, mismatch.layer)
            text = f"write `target_shape: {to_inline_yaml(list(found))}`"
            yield argument_help(text, *place_of_layer, "target_shape", found)
            return


def _block_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that make the output of a block the same shape as its input."""
    block = mismatch.before[-mismatch.node.residual_length :]
    wanted, given = block[0].input_shape, mismatch.input_shape
    if len(given) == len(wanted) - 1 and keeps_last_step(block[-1].layer):
        yield _argument(mismatch, block[-1], "return_sequences", value=True)
    elif len(given) == len(wanted):
        length = _length_help(mismatch, block) if given[1:-1] != wanted[1:-1] else None
        widths = list(_width_helps(mismatch, block)) if given[-1] != wanted[-1] else []
        if length and widths:
            yield from (_both(length, width) for width in widths)
        else:
            yield from [length] if length else widths


def _both(first: Help, second: Help) -> Help:
    text = first.text if second.text in first.text else f"{first.text}, and {second.text}"
    return Help(text, (*first.changes, *second.changes))


def _length_help(mismatch: Mismatch, block: Sequence[Step]) -> Help | None:
    """Return the help that makes each layer of a block keep the length of its input."""
    shorter = [step for step in block if step.input_shape[1:-1] != step.output_shape[1:-1]]
    helps = [help for step in reversed(shorter) for help in _lengthen_helps(mismatch, step)]
    return reduce(_both, helps) if helps else None


def _lengthen_helps(mismatch: Mismatch, step: Step) -> Iterator[Help]:
    arguments = step.layer.innermost.arguments()
    if "pool_size" in arguments and max(arguments["strides"] or arguments["pool_size"]) > 1:
        yield remove_help(f"remove the `{step.title}` on line {step.span.line}", step.key_path)
        return
    if max(arguments.get("strides") or (1,)) > 1:
        yield _argument(mismatch, step, "strides", 1)
    if arguments.get("padding") == "valid":
        yield _argument(mismatch, step, "padding", "same")


def _width_helps(mismatch: Mismatch, block: Sequence[Step]) -> Iterator[Help]:
    """Yield a new width for a block's last layer, and a new layer before the block, which comes first at the input."""
    helps = [*_narrow_helps(mismatch, block), *_projection_help(mismatch, block[0])]
    yield from reversed(helps) if block[0] is mismatch.before[0] else helps


def _projection_help(mismatch: Mismatch, first: Step) -> Iterator[Help]:
    """Yield the layer that gives the input of a block the width of its output."""
    key_path, width = mismatch.node.key_path, mismatch.input_shape[-1]
    if is_listed(mismatch.document, key_path) and (width or 0) > (first.input_shape[-1] or 0):
        text = f"add `- Dense: {{units: {width}}}` before the `Residual` to give its input the same width"
        yield insert_help(text, key_path, {"Dense": {"units": width}})


def _narrow_helps(mismatch: Mismatch, block: Sequence[Step]) -> Iterator[Help]:
    """Yield the fixes that give the output of a block's last layer the width of the block's input."""
    width, last = block[0].input_shape[-1] or 0, block[-1]
    arguments = last.layer.innermost.arguments()
    name = next((argument for argument in WIDTH_ARGUMENTS if argument in arguments), None)
    if name is None:
        return
    if not (isinstance(last.layer, Bidirectional) and last.layer.merge_mode == "concat"):
        yield _argument(mismatch, last, name, width)
        return
    text = f"write `merge_mode: sum` in the `Bidirectional` on line {last.span.line}, next to its layer"
    summed = Help(text, (Change((*last.key_path, "Bidirectional", "merge_mode"), "sum"),))
    if arguments[name] == width:
        yield summed
    if width % 2 == 0:
        yield _argument(mismatch, last, name, width // 2)
    elif arguments[name] != width:
        yield _both(summed, _argument(mismatch, last, name, width))


def _argument(mismatch: Mismatch, step: Step, argument: str, value: object) -> Help:
    layer: Layer = step.layer
    text = f"write `{argument}: {to_inline_yaml(value)}` in the `{layer.innermost.title()}` on line {step.span.line}"
    return argument_help(text, mismatch.document, step.key_path, layer, argument, value)
