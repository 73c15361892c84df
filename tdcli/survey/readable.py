"""Features from which the target can be read off."""

from collections.abc import Iterator, Mapping

import numpy as np

from tdcli.data._arrays.table_parts import TablePart
from tdcli.data._dataset import Array, Dataset
from tdcli.data._signature import Signature
from tdcli.survey.spreads import input_names
from tdcli.text.diagnostic import Diagnostic

ROWS = 20_000
FEWEST = 8
STEPS = 64
CLASSES = 12
READ_OFF = 1 - 1e-6
"""The correlation from which on one column is taken for another in other units: float32 holds 7 digits."""

Columns = Mapping[str, Array]


def target_among_windows(part: TablePart, data: Dataset) -> Iterator[Diagnostic]:
    """Warn of features that hold the target on its own row, or on one before it: past targets are no answer."""
    answers, own = part.samples.answers, part.source.layout.section.target
    if answers is None:
        return
    rows = slice(int(part.samples.starts[0]), int(part.samples.starts[0]) + ROWS)
    columns = zip(data.feature_names, part.matrix[rows].T, strict=True)
    features = {name: column for name, column in columns if name not in own}
    leads = range(0 if part.samples.known is None else 1, int(answers.max()) + 1)
    for name, (lead, target) in leading(features, _targets(part, rows), leads).items():
        when = "on the same row" if lead == 0 else f"{lead} row{'' if lead == 1 else 's'} before its time"
        yield _warning(name, target, when)


def target_among_samples(data: Dataset, signature: Signature) -> Iterator[Diagnostic]:
    """Warn of features that hold the sample's answer, at some step, or that of their own step."""
    part = data.train.take(np.arange(min(ROWS, len(data.train))))
    x, y = np.asarray(part.x), np.asarray(part.y)
    if signature.per_step:
        real = np.ones(x.shape[:2], bool) if part.y_valid is None else part.y_valid
        pairs = [(x[real], y[real])]
    else:
        steps = np.unique(np.linspace(0, x.shape[1] - 1, STEPS).astype(int))
        pairs = [(x[:, step], y) for step in steps]
    target = data.target_names[0] if data.target_names else "the target"
    for place, name in enumerate(input_names(data)):
        if any(_same(held[:, place], answer) for held, y in pairs for answer in _answers(y)):
            yield _warning(name, target, "at its own time")


def leading(features: Columns, targets: Columns, leads: range) -> dict[str, tuple[int, str]]:
    """Return the features that are a target `lead` rows before it, in whatever units, with that lead and the target.

    Changes are compared, for neighbouring rows of a slow series are alike whatever they are of. A feature that
    follows a target as exactly as it leads, as in a series that repeats itself, does not count.
    """
    found: dict[str, tuple[int, str]] = {}
    for name, feature in features.items():
        for target, values in targets.items():
            change, answer = np.diff(feature.astype(np.float64)), np.diff(values.astype(np.float64))
            lead = next((each for each in leads if _same(change[: len(change) - each], answer[each:])), None)
            if lead is not None and not any(_same(change[lag:], answer[: len(answer) - lag]) for lag in leads if lag):
                found.setdefault(name, (lead, target))
    return found


def _targets(part: TablePart, rows: slice) -> Columns:
    """Return the target columns; of classes their codes too, and a column for each."""
    names, source = part.source.layout.section.target, part.source
    if source.layout.signature.takes == "numbers":
        return {name: source.rows.numbers[name][rows] for name in names}
    codes = np.unique(source.rows.texts[names[0]][rows], return_inverse=True)[1]
    return {names[0] + " " * place: column for place, column in enumerate(_answers(codes))}


def _answers(y: Array) -> list[Array]:
    """Return the columns of a target; of class codes themselves, and for each class where it is that."""
    if y.dtype.kind == "f":
        return list(y.reshape(len(y), -1).T)
    return [y, *(y == each for each in np.unique(y)[:CLASSES])] if y.ndim == 1 else []


def _same(one: Array, other: Array) -> bool:
    """Say whether one column is another in other units: they are correlated, and neither is constant."""
    if len(one) < FEWEST:
        return False
    one, other = (each - each.mean(dtype=np.float64) for each in (one, other))
    size = np.sqrt((one @ one) * (other @ other))
    return bool(size > 0 and abs(one @ other) >= READ_OFF * size)


def _warning(name: str, target: str, when: str) -> Diagnostic:
    message = f"the feature `{name}` holds `{target.strip()}` {when}"
    why = "the answer stands in the question: the model learns to copy, and fails where the answer is not known yet"
    helps = (f"leave `{name}` out of the features, or list it under `ignore`",)
    return Diagnostic("target-among-features", message, why=why, help=helps, severity="warning")
