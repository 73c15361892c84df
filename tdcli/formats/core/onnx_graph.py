"""Search an ONNX file for unsafe content: in its graph, branches, loop bodies, functions and attributes."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnx

from tdcli.runs.archive import unsafe_archive
from tdcli.text.quantities import format_bytes

TO_EXPORT = "export the model again with its weights in the same file: `onnx.save(model, path)`"

LARGEST_ITEM = 16
"""Size of a double-precision complex number in bytes, the largest type."""


def refuse_other_files(path: Path, model: Any) -> None:
    """Raise SpecError if weights would be read from other files, because that could be any file on this machine."""
    for each in _walk_messages(model):
        if isinstance(each, onnx.TensorProto) and (each.external_data or each.data_location == each.EXTERNAL):
            raise unsafe_archive(path, f"its tensor `{each.name}` would be read from another file", TO_EXPORT)


def refuse_large_tensors(path: Path, model: Any, available: int) -> None:
    """Raise SpecError if sparse tensors would not fit into memory as dense tensors."""
    sparse = (each for each in _walk_messages(model) if isinstance(each, onnx.SparseTensorProto))
    needed = sum(math.prod(each.dims) * LARGEST_ITEM for each in sparse)
    if needed > available:
        memory = f"{format_bytes(needed)} of memory, but only {format_bytes(available)} is available"
        raise unsafe_archive(path, f"its sparse tensors need {memory}", TO_EXPORT)


def has_loops(model: Any) -> bool:
    """Return whether the model contains a loop whose number of iterations depends on its inputs or weights."""
    return any(isinstance(each, onnx.NodeProto) and each.op_type == "Loop" for each in _walk_messages(model))


def _walk_messages(message: Any) -> Iterator[Any]:
    """Yield a protocol buffer message and all messages nested in it, in any field."""
    waiting = [message]
    while waiting:
        each = waiting.pop()
        yield each
        for field, value in each.ListFields():
            if field.message_type is not None:
                waiting += [value] if hasattr(value, "ListFields") else list(value)
