"""Warn of features that contain the target."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import prod

import numpy as np

from tdcli.data.dataset import Array, Dataset
from tdcli.data.tables.table_part import TablePart
from tdcli.signature import Signature
from tdcli.survey.affine import is_affine, is_proportional
from tdcli.survey.findings import TargetLeak
from tdcli.survey.summaries import input_names
from tdcli.text.change import as_helps
from tdcli.text.yaml_writer import to_inline_yaml

ROWS = 10_000
NUMBERS = 2**26
"""The largest number of values of the samples that are checked."""

STEPS = 32
CLASSES = 12

Columns = Mapping[str, Array]


def target_among_windows(part: TablePart, data: Dataset) -> Iterator[TargetLeak]:
    """Warn of features that contain the target in its own row or an earlier row. Past targets are allowed."""
    answers, known, own = part.samples.answers, part.samples.known, part.layout.targets
    if answers is None:
        return
    rows = slice(int(part.samples.starts[0]), int(part.samples.starts[0]) + ROWS)
    columns = zip(data.feature_names, part.matrix.values[rows].T, strict=True)
    features = {name: column for name, column in columns if name not in own}
    leads = range(0 if known is None else int(answers[0] - known[0]), int(answers.max()) + 1)
    for name, (lead, target) in find_leads(
        features, _target_columns(part, rows), leads, part.rows.blocks[rows]
    ).items():
        when = "in the same row" if lead == 0 else f"{lead} row{'' if lead == 1 else 's'} in advance"
        yield _leak(name, f"`{target.strip()}`", when)


def target_among_samples(data: Dataset, signature: Signature) -> Iterator[TargetLeak]:
    """Warn of features that contain the target of their timestep, or of the whole sample at some timestep."""
    count = min(ROWS, len(data.train), max(1, NUMBERS // prod(data.train.x.shape[1:])))
    part = data.train.take(np.arange(count))
    x, y = np.asarray(part.x), np.asarray(part.y)
    if _is_reconstruction(x, y):
        return
    target = f"`{data.target_names[0]}`" if data.target_names else "the target"
    real = np.ones(x.shape[:2], bool) if part.valid is None else part.valid
    pairs = {"at the same timestep": (x[real], y[real])} if signature.per_step else _pairs_at_steps(x, y, real)
    for place, name in enumerate(input_names(data)):
        if not signature.per_step and _steps_tell_each_other(x[..., place]):
            continue
        where = next((where for where, (held, y) in pairs.items() if _holds_answer(held[:, place], y)), None)
        if where:
            yield _leak(name, target, where)


def find_leads(features: Columns, targets: Columns, leads: range, blocks: Array) -> dict[str, tuple[int, str]]:
    """Return the features that equal a target `lead` rows in advance, in any units, with that lead and the target.

    The changes within a block of rows are compared, because neighbouring rows of any slow series are similar. A feature
    that also follows the target exactly, as in a series that repeats itself, does not count.
    """
    found: dict[str, tuple[int, str]] = {}
    for name, feature in features.items():
        for target, values in targets.items():
            lead = next((each for each in leads if _is_led_by(feature, values, each, blocks)), None)
            if lead is not None and not any(_is_led_by(values, feature, lag, blocks) for lag in leads if lag):
                found.setdefault(name, (lead, target))
    return found


def _is_led_by(one: Array, other: Array, rows: int, blocks: Array) -> bool:
    """Return whether `other` changes in the same way as `one`, but `rows` rows later."""
    end = len(one) - rows
    within = blocks[: end - 1] == blocks[rows + 1 :]
    if end < 2 or not within.any():
        return False
    first, second = one[:end].astype(np.float64), other[rows:].astype(np.float64)
    largest = (float(np.abs(first).max()), float(np.abs(second).max()))
    return is_proportional(np.diff(first)[within], np.diff(second)[within], largest)


def _is_reconstruction(x: Array, y: Array) -> bool:
    """Return whether each sample is its own target, forwards or backwards, as for an autoencoder."""
    return x.shape == y.shape and (np.array_equal(x, y) or np.array_equal(x, y[:, ::-1]))


def _pairs_at_steps(x: Array, y: Array, real: Array) -> dict[str, tuple[Array, Array]]:
    """Return pairs of features and targets at some timesteps, including the last real timestep of each sample."""
    steps = np.unique(np.linspace(0, x.shape[1] - 1, STEPS).astype(int))
    last = real.shape[1] - 1 - np.argmax(real[:, ::-1], axis=1)
    pairs = {f"at timestep {step}": (x[:, step], y) for step in steps if real[:, step].all()}
    return pairs | {"at its last timestep": (x[np.arange(len(x)), last], y)}


def _steps_tell_each_other(feature: Array) -> bool:
    """Return whether one timestep determines the others. A target that equals one of them is then not a leak."""
    first, second = feature[:, 0], feature[:, min(1, feature.shape[1] - 1)]
    return not np.array_equal(first, second) and is_affine(first, second)


def _holds_answer(feature: Array, y: Array) -> bool:
    return any(is_affine(feature, answer) for answer in _answer_columns(y))


def _target_columns(part: TablePart, rows: slice) -> Columns:
    """Return the target columns. Classes become their codes, and an indicator column for each class."""
    names = part.layout.targets
    if part.layout.signature.takes == "numbers":
        return {name: part.rows.numbers[name][rows] for name in names}
    codes = np.unique(part.rows.texts[names[0]][rows], return_inverse=True)[1]
    return {names[0] + " " * place: column for place, column in enumerate(_answer_columns(codes))}


def _answer_columns(y: Array) -> list[Array]:
    """Return the columns of a target. Class codes become the codes, and an indicator column for each class."""
    if y.dtype.kind == "f":
        return list(y.reshape(len(y), -1).T)
    if y.ndim > 1:
        return []
    return [y.astype(np.float64), *((y == each).astype(np.float64) for each in np.unique(y)[:CLASSES])]


def _leak(name: str, target: str, when: str) -> TargetLeak:
    message = f"the feature `{name}` contains the values of {target} {when}"
    why = "the model learns to copy this feature, and fails when the value to predict is not known yet"
    warning = TargetLeak.warning("target-among-features", message, f"leave `{name}` out of the features", why=why)
    return replace(warning, feature=name)


def advise_ignoring(leak: TargetLeak) -> TargetLeak:
    """Return the warning for a section without `features`, which reads all columns that it does not ignore."""
    return replace(leak, helps=as_helps([f"write `ignore: {to_inline_yaml([leak.feature])}`"]))
