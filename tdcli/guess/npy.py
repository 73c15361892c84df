"""Guess a spec for arrays: `(samples, time, features)`, frames over time, or tokens `(samples, time)`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tdcli.data.dataset import Array
from tdcli.guess.core.arrays import ArrayTarget, Companions, find_companions, read_arrays
from tdcli.guess.core.layers import FILTERS, class_outputs, convolution, number_outputs, recurrent_line, units_for
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.sources.arrays.array_place import array_place
from tdcli.sources.arrays.ends import ends_of_samples, zero_ended
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_value

FEWEST_TO_PART = 8
"""Samples. With fewer, all of them are in the training set, and nothing is scaled by it."""


def guess(path: Path, written: str) -> Guess:
    """Return a spec for an array and its targets. `written` is the path of the array as the spec writes it.

    Raises SpecError if no targets are found in its folder, or if its shape is not that of sequences.
    """
    files = find_companions(path, written)
    x, y = read_arrays(path, files.y)
    _refuse_other_ranks(path, x)
    target = ArrayTarget(y, x.shape[1])
    _refuse_other_targets(files.y, x, target)
    parts = len(x) >= FEWEST_TO_PART
    padded = _is_padded(files)
    title = f"Guessed from {path.name} {x.shape} and {files.y.name} {y.shape}."
    split = _split_lines(target, files, validated=parts)
    described = (
        _architecture_block(x, target, files, padded=padded),
        _data_block(x, target, files, padded=padded, scaled=bool(split)),
    )
    notes = [f"guessed: the targets are in `{files.y}`"]
    return Guess(title, [*described, *split, training_block(16, validated=parts)], notes)


def _refuse_other_ranks(path: Path, x: Array) -> None:
    tokens = x.ndim == 2 and x.dtype.kind in "iu"
    if tokens or 3 <= x.ndim <= 6:
        return
    message = f"`{path}` has the shape {x.shape}, but sequences are (samples, time, features), or frames over time"
    help = "save `x[..., None]` if it has one value per timestep, or `x[None]` if it is one series"
    raise SpecError.of("nothing-to-guess", message, help)


def _refuse_other_targets(path: Path, x: Array, target: ArrayTarget) -> None:
    own_steps = target.own_steps is not None and x.ndim != 3
    if target.y.ndim <= 3 and not own_steps:
        return
    message = (
        f"`{path}` has the shape {target.y.shape}, but targets are (samples,), (samples, units), or one per timestep"
    )
    raise SpecError.of("nothing-to-guess", message, "write the spec by hand, starting from `tdcli init layers`")


def _is_padded(files: Companions) -> bool:
    """Return whether samples start or end with different numbers of zeros, and no file gives their lengths."""
    if files.lengths:
        return False
    side, _ = zero_ended(ends_of_samples(array_place(files.x, "x")).values())
    return bool(side)


def _architecture_block(x: Array, target: ArrayTarget, files: Companions, *, padded: bool) -> SpecBlock:
    if x.ndim == 2:
        return SpecBlock("architecture", _token_lines(x, target, padded=padded))
    if x.ndim == 3:
        return SpecBlock("architecture", _feature_lines(x, target, files))
    timesteps, *frame = x.shape[1:]
    sizes = SpecLine("input", {"timesteps": timesteps, "frame": frame}, "the last size of a frame is its channels")
    sequences = [SpecLine("return_sequences", value=True)] if target.per_step else []
    cnn = SpecBlock("cnn", items=convolution(frame))
    kind, outputs = _kind_line("cnn-lstm", target), _outputs_line(target, files)
    return SpecBlock("architecture", [kind, sizes, cnn, recurrent_line(), *sequences, outputs])


def _feature_lines(x: Array, target: ArrayTarget, files: Companions) -> list[SpecLine | SpecBlock]:
    timesteps, features = x.shape[1:]
    sizes, outputs = SpecLine("input", {"timesteps": timesteps, "features": features}), _outputs_line(target, files)
    units = units_for(features, x.size)
    if target.own_steps:
        kind = SpecLine("kind", "encoder-decoder", "one sequence of outputs per sample")
        steps = SpecLine("output_timesteps", target.own_steps)
        return [kind, sizes, recurrent_line("encoder", units), recurrent_line("decoder", units), steps, outputs]
    kind = _kind_line("many-to-many" if target.per_step else "many-to-one", target)
    return [kind, sizes, recurrent_line(units=units), outputs]


def _kind_line(kind: str, target: ArrayTarget) -> SpecLine:
    return SpecLine("kind", kind, f"one output per {'timestep' if target.per_step else 'sample'}")


def _token_lines(x: Array, target: ArrayTarget, *, padded: bool) -> list[SpecLine | SpecBlock]:
    dense: dict[str, Any] = {"units": target.units}
    if target.classes:
        dense["activation"] = "sigmoid" if target.units == 1 else "softmax"
    head = {"TimeDistributed": {"Dense": dense}} if target.per_step else {"Dense": dense}
    lstm = {"units": 32, "return_sequences": True} if target.per_step else {"units": 32}
    embedding = {"input_dim": int(x.max()) + 1, "output_dim": FILTERS} | ({"mask_zero": True} if padded else {})
    chain = SpecBlock("layers", items=[{"Embedding": embedding}, {"LSTM": lstm}, head])
    shape = SpecLine("input", {"shape": [x.shape[1]], "dtype": "int32"}, "a guess: whole numbers are token ids")
    return [_kind_line("layers", target), shape, chain]


def _outputs_line(target: ArrayTarget, files: Companions) -> SpecLine:
    name = f"`{files.y.stem}`"
    return class_outputs(target.classes, name) if target.classes else number_outputs(target.numbers, name)


def _data_block(x: Array, target: ArrayTarget, files: Companions, *, padded: bool, scaled: bool) -> SpecBlock:
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
    if x.ndim > 2 and padded:
        lines.append(SpecLine("padding", 0, "a guess: timesteps of zeros are padding, and are masked"))
    if x.ndim > 2 and x.dtype.kind == "u":
        lines.append(SpecLine("scale", "pixels", "0 to 255 become 0 to 1"))
    elif x.ndim > 2 and scaled:
        lines.append(SpecLine("scale", "standard"))
    return SpecBlock("data", lines)


def _split_lines(target: ArrayTarget, files: Companions, *, validated: bool) -> list[SpecLine]:
    given = files.test_x is not None and files.test_y is not None
    split: dict[str, Any] = {"by": "given" if given else "random"}
    split |= {"stratify": True} if target.can_stratify else {}
    split |= {"validation": 0.15} if validated else {}
    split |= {"test": 0.2} if validated and not given else {}
    return [SpecLine("split", split)] if given or validated else []
