"""What an ONNX file holds anywhere: in its graph, the branches and bodies within it, its functions, its attributes."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx

from tdcli.runs.archive import unsafe_archive
from tdcli.text.quantities import format_bytes

TO_EXPORT = "export the model again, with its numbers in the file: `onnx.save(model, path)`"

LARGEST_ITEM = 16
"""Bytes of one complex number of double precision."""


def refuse_other_files(path: Path, model: Any) -> None:
    """Raise SpecError where numbers are to be read from other files, which may be any file of this machine."""
    for each in _walk_messages(model):
        if isinstance(each, onnx.TensorProto) and (each.external_data or each.data_location == each.EXTERNAL):
            raise unsafe_archive(path, f"its tensor `{each.name}` would be read from another file", TO_EXPORT)


def refuse_large_tensors(path: Path, model: Any, available: int) -> None:
    """Raise SpecError where tensors that are written sparsely would fill the memory once they are laid out."""
    sparse = (each for each in _walk_messages(model) if isinstance(each, onnx.SparseTensorProto))
    needed = sum(math.prod(each.dims) * LARGEST_ITEM for each in sparse)
    if needed > available:
        raise unsafe_archive(
            path, f"its sparse tensors take {format_bytes(needed)}, there are {format_bytes(available)}", TO_EXPORT
        )


def has_loops(model: Any) -> bool:
    """Say whether the model goes through something as often as its numbers tell it to."""
    return any(isinstance(each, onnx.NodeProto) and each.op_type == "Loop" for each in _walk_messages(model))


def _walk_messages(message: Any) -> Iterator[Any]:
    """Yield a message of protocol buffers and all that are in it, whatever field holds them."""
    waiting = [message]
    while waiting:
        each = waiting.pop()
        yield each
        for field, value in each.ListFields():
            if field.message_type is not None:
                waiting += [value] if hasattr(value, "ListFields") else list(value)
