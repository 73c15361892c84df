"""Guess a spec for arrays: `(samples, time, features)`, frames over time, or tokens `(samples, time)`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tdcli.data.dataset import Array
from tdcli.guess.core.arrays import ArrayTarget, Companions, find_companions, read_arrays
from tdcli.guess.core.layers import FILTERS, class_outputs, convolution, number_outputs
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_value

FEWEST_TO_PART = 40
"""Samples. With fewer, all of them are in the training set."""


def guess(path: Path, written: str) -> Guess:
    """Return a spec for an array and its targets. `written` is the path of the array as the spec writes it.

    Raises SpecError if no targets are found in its folder, or if its shape is not that of sequences.
    """
    files = find_companions(path, written)
    x, y = read_arrays(path, files.y)
    _refuse_other_ranks(path, x)
    target = ArrayTarget(y, x.shape[1])
    parts = len(x) >= FEWEST_TO_PART
    title = f"Guessed from {path.name} {x.shape} and {files.y.name} {y.shape}."
    described: list[SpecLine | SpecBlock] = [_architecture_block(x, target, files), _data_block(x, target, files)]
    body = [*described, *_split_lines(target, files, validated=parts), training_block(16, validated=parts)]
    notes = [f"guessed: the targets are in `{files.y}`"]
    return Guess(title, body, notes)


def _refuse_other_ranks(path: Path, x: Array) -> None:
    tokens = x.ndim == 2 and x.dtype.kind in "iu"
    if tokens or 3 <= x.ndim <= 6:
        return
    message = f"`{path}` has the shape {x.shape}, but sequences are (samples, time, features), or frames over time"
    help = "save `x[..., None]` if it has one value per timestep, or `x[None]` if it is one series"
    raise SpecError.of("nothing-to-guess", message, help)


def _architecture_block(x: Array, target: ArrayTarget, files: Companions) -> SpecBlock:
    if x.ndim == 2:
        return SpecBlock("architecture", _token_lines(x, target))
    recurrent = SpecLine("recurrent", {"cell": "LSTM", "units": 32}, "a guess: a small layer to start with")
    outputs = _outputs_line(target, files)
    timesteps, *frame = x.shape[1:]
    if x.ndim == 3:
        kind = "many-to-many" if target.per_step else "many-to-one"
        sizes = SpecLine("input", {"timesteps": timesteps, "features": frame[0]})
        return SpecBlock("architecture", [_kind_line(kind, target), sizes, recurrent, outputs])
    sizes = SpecLine("input", {"timesteps": timesteps, "frame": frame}, "the last size of a frame is its channels")
    sequences = [SpecLine("return_sequences", value=True)] if target.per_step else []
    cnn = SpecBlock("cnn", items=convolution(frame))
    return SpecBlock("architecture", [_kind_line("cnn-lstm", target), sizes, cnn, recurrent, *sequences, outputs])


def _kind_line(kind: str, target: ArrayTarget) -> SpecLine:
    return SpecLine("kind", kind, f"one output per {'timestep' if target.per_step else 'sample'}")


def _token_lines(x: Array, target: ArrayTarget) -> list[SpecLine | SpecBlock]:
    dense: dict[str, Any] = {"units": target.units}
    if target.classes:
        dense["activation"] = "sigmoid" if target.units == 1 else "softmax"
    head = {"TimeDistributed": {"Dense": dense}} if target.per_step else {"Dense": dense}
    lstm = {"units": 32, "return_sequences": True} if target.per_step else {"units": 32}
    embedding = {"input_dim": int(x.max()) + 1, "output_dim": FILTERS}
    chain = SpecBlock("layers", items=[{"Embedding": embedding}, {"LSTM": lstm}, head])
    shape = SpecLine("input", {"shape": [x.shape[1]], "dtype": "int32"}, "a guess: whole numbers are token ids")
    return [_kind_line("layers", target), shape, chain]


def _outputs_line(target: ArrayTarget, files: Companions) -> SpecLine:
    name = f"`{files.y.stem}`"
    return class_outputs(target.classes, name) if target.classes else number_outputs(target.numbers, name)


def _data_block(x: Array, target: ArrayTarget, files: Companions) -> SpecBlock:
    lines = [
        SpecLine("source", "npy"),
        SpecLine("x", files.written(files.x)),
        SpecLine("y", files.written(files.y), "a guess"),
    ]
    if files.lengths:
        lines.append(SpecLine("lengths", files.written(files.lengths), "a guess: the valid timesteps of each sample"))
    if files.test_x and files.test_y:
        lines.append(SpecLine("test", {"x": files.written(files.test_x), "y": files.written(files.test_y)}))
    if target.classes and not target.are_codes:
        classes = [parse_value(text) for text in target.classes]
        lines.append(SpecLine("classes", classes, "in the order of the class codes"))
    if x.ndim > 2:
        pixels = x.dtype.kind == "u"
        lines.append(SpecLine("scale", "pixels" if pixels else "standard", "0 to 255 become 0 to 1" if pixels else ""))
    return SpecBlock("data", lines)


def _split_lines(target: ArrayTarget, files: Companions, *, validated: bool) -> list[SpecLine]:
    given = files.test_x is not None and files.test_y is not None
    split: dict[str, Any] = {"by": "given" if given else "random"}
    split |= {"stratify": True} if target.can_stratify else {}
    split |= {"validation": 0.15} if validated else {}
    split |= {"test": 0.2} if validated and not given else {}
    return [SpecLine("split", split)] if given or validated else []
