"""Warnings that follow from a survey's figures."""

from collections.abc import Iterator

from tdcli.survey.findings import Feature, Spread, Timestamps
from tdcli.text.diagnostic import Diagnostic

FAR, WIDE, FEW = 1.0, 2.0, 30
"""A part drifts where its mean lies this many standard deviations off, or, if its values are not few, its standard
deviation is so many times that of the training part or less than one over it."""
MOST_NAMES = 4


def constant_features(features: tuple[Feature, ...]) -> Iterator[Diagnostic]:
    """Warn of features that never change in the training part."""
    names = [f"`{each.name}`" for each in features if not each.is_target and _is_constant(each.parts["train"])]
    if names:
        many = f"{len(names)} features have" if len(names) > 1 else "a feature has"
        message = f"{many} one value in the whole training part: {_listed(names)}"
        why = "what never changes teaches nothing, and a value that comes later finds weights that never learnt it"
        yield _warning("constant-feature", message, why, "leave it out of the features, or train on more rows")


def drifts(features: tuple[Feature, ...]) -> Iterator[Diagnostic]:
    """Warn of features and targets that lie elsewhere in another part than in the one that is learnt from."""
    for part in ("validation", "test"):
        found = [(each.name, drift(each.parts["train"], each.parts[part])) for each in features if part in each.parts]
        names = list(dict.fromkeys(f"`{name}` ({text})" for name, text in found if text))
        if names:
            count = f"{len(names)} of {len({name for name, _ in found})} columns"
            message = f"in the {part} part {count} lie elsewhere: {_listed(names)}"
            why = "scaling and weights come from the training part: what lies far from it is answered by extrapolation"
            help = "train on rows that cover what comes later"
            yield _warning("drift-between-parts", message, why, help)


def drift(train: Spread, other: Spread) -> str:
    """Say how a part differs: `mean +1.4 sd`, `sd 2.5 times`; empty where it does not, or nothing varies.

    >>> drift(Spread(9, 0, 1, 2, 0.5), Spread(9, 1, 2, 3, 0.5)), drift(Spread(9, 0, 1, 2, 1), Spread(9, 0, 1, 2, 1))
    ('mean +2.0 sd', '')
    """
    if _is_constant(train) or train.deviation == 0:
        return "" if (train.minimum, train.maximum) == (other.minimum, other.maximum) else "other values"
    off, ratio = (other.mean - train.mean) / train.deviation, other.deviation / train.deviation
    if abs(off) > FAR:
        return f"mean {off:+.1f} sd"
    if other.count < FEW:
        return ""
    if _is_constant(other):
        return "one value"
    return f"sd {ratio:.2g} times" if ratio > WIDE or ratio < 1 / WIDE else ""


def untidy_timestamps(found: Timestamps | None, *, gaps_are_known: bool = False) -> Iterator[Diagnostic]:
    """Warn of rows that share a time, and of steps in time that differ from the usual.

    gaps_are_known: the spec says what becomes of windows over a gap, by `max_gap` or `missing_rows: insert`.
    """
    columns = ", ".join(f"`{name}`" for name in found.columns) if found else ""
    if found and found.repeated:
        rows = "1 row has" if found.repeated == 1 else f"{found.repeated:,} rows have"
        message = f"{rows} the same {columns} as another"
        why = "two rows of one time are two steps of a window: their order is that of the file, and time stands still"
        yield _warning(
            "repeated-timestamps", message, why, "remove the copies, or name what tells them apart: `group:`"
        )
    if found and found.irregular and not gaps_are_known:
        steps = "1 step" if found.irregular == 1 else f"{found.irregular:,} steps"
        message = f"{steps} of {columns} differ{'s' if found.irregular == 1 else ''} from the usual {found.step}"
        why = "a window counts rows, not time: over a gap its steps lie further apart than the model learnt"
        between = "leave out the rows between two usual steps"
        help = between if found.off_grid else "write `max_gap: 0`: no window bridges a gap"
        yield _warning("irregular-timestamps", message, why, help)


def _is_constant(spread: Spread) -> bool:
    return spread.minimum == spread.maximum


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _warning(name: str, message: str, why: str, help: str) -> Diagnostic:
    return Diagnostic(name, message, why=why, help=(help,), severity="warning")
