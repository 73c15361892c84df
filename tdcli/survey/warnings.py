"""Warn of likely mistakes that the summaries of a survey show."""

from collections.abc import Iterator, Mapping

from tdcli.sources.tables.columns import FOR_ALL
from tdcli.sources.tables.table import Table
from tdcli.survey.findings import ColumnSummary, FeatureSummary, Outlier, TimeSummary, ValueSummary
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.yaml_writer import to_inline_yaml

FAR, WIDE, FEW = 1.0, 2.0, 30
"""A part drifts where its mean lies this many standard deviations off, or, if its values are not few, its standard
deviation is so many times that of the training part or less than one over it."""
MOST_NAMES = 4
FEW_CLASSES = 8
"""Samples from which shares of classes can be told."""

OTHERWISE = 0.5
"""The share of a part's samples that would have to be of another class (total variation distance)."""


def constant_features(features: tuple[FeatureSummary, ...]) -> Iterator[Diagnostic]:
    """Warn of features that never change in the training part."""
    names = [f"`{each.name}`" for each in features if not each.is_target and _has_one_value(each.parts["train"])]
    if names:
        many = f"{len(names)} features have" if len(names) > 1 else "a feature has"
        message = f"{many} one value in the whole training part: {_list_names(names)}"
        why = "what never changes teaches nothing, and a value that comes later finds weights that never learnt it"
        help = "leave it out of the features, or train on more rows"
        yield Diagnostic.warning("constant-feature", message, help, why=why)


def feature_drifts(features: tuple[FeatureSummary, ...]) -> Iterator[Diagnostic]:
    """Warn of features and targets that lie elsewhere in another part than in the one that is learnt from."""
    for part in ("validation", "test"):
        found: dict[str, str] = {}
        for each in features:  # a column that is feature and target stands here twice
            if part in each.parts:
                found[each.name] = found.get(each.name) or describe_drift(each.parts["train"], each.parts[part])
        names = [f"`{name}` ({text})" for name, text in found.items() if text]
        if names:
            count = f"{len(names)} of {len(found)} columns"
            message = f"in the {part} part {count} lie elsewhere: {_list_names(names)}"
            why = "scaling and weights come from the training part: what lies far from it is answered by extrapolation"
            help = "train on rows that cover what comes later"
            yield Diagnostic.warning("drift-between-parts", message, help, why=why)


def class_drifts(
    classes: Mapping[str, Mapping[str, int]] | None, *, in_order_of_time: bool = False
) -> Iterator[Diagnostic]:
    """Warn of a part in which the classes are shared out quite otherwise than in the one that is learnt from.

    in_order_of_time: the samples are windows, which cannot be drawn at random.
    """
    shares = {part: _class_shares(counts) for part, counts in (classes or {}).items()}
    for part in (name for name in ("validation", "test") if shares.get(name) and shares.get("train")):
        more = {label: share - shares["train"][label] for label, share in shares[part].items()}
        label = max(more, key=lambda each: more[each])
        if sum(each for each in more.values() if each > 0) > OTHERWISE:
            message = (
                f"class `{label}` makes up {shares[part][label]:.0%} of the {part} part"
                f" and {shares['train'][label]:.0%} of the training part"
            )
            why = "the model hardly sees this class in training, as happens where samples are sorted by class"
            drawn = "write `by: random` and `stratify: true` in `split`"
            help = "train on rows that cover what comes later" if in_order_of_time else drawn
            yield Diagnostic.warning("drift-between-parts", message, help, why=why)


def _class_shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {label: count / total for label, count in counts.items()} if total >= FEW_CLASSES else {}


def repeated_outliers(columns: tuple[ColumnSummary, ...], section: Table) -> Iterator[Diagnostic]:
    """Warn of values far outside that repeat, which are rarely measurements."""
    found = [(column, each) for column in columns for each in column.outliers]
    if not found:
        return
    told = [f"`{column.name}` is {each.value:g} in {each.count:,} {_describe_cells(each)}" for column, each in found]
    count = len({column.name for column, _ in found})
    message = (
        f"{'a column repeats a value' if count == 1 else f'{count} columns repeat values'} far outside of the others"
    )
    why = (
        "loggers write such a number where nothing was measured: scaling, weights and scores would take it for a value"
    )
    help = _na_values_help(found, section)
    yield Diagnostic.warning("repeated-outlier", f"{message}: {_list_names(told)}", help, why=why)


def _describe_cells(each: Outlier) -> str:
    return f"cells, the others lie from {each.low:g} to {each.high:g}"


def _na_values_help(found: list[tuple[ColumnSummary, Outlier]], section: Table) -> str:
    """Say how such cells are read as missing, and what else must then be said."""
    values = dict.fromkeys(int(each.value) if each.value.is_integer() else each.value for _, each in found)
    texts = to_inline_yaml([*section.na_values, *values])
    fill = "drop" if any(each.leads for _, each in found) else "forward-fill"
    of_all = section.missing.get(FOR_ALL, "error")
    policies = {name: policy for name, policy in section.missing.items() if name != FOR_ALL}
    own = {column.name: fill for column, _ in found if policies.get(column.name, of_all) == "error"}
    missing = fill if not policies and own else {**policies, **own}
    help = f"if nothing was measured there, write `na_values: {texts}`"
    return f"{help} and `missing: {to_inline_yaml(missing)}`" if own else help


def describe_drift(train: ValueSummary, other: ValueSummary) -> str:
    """Say how a part differs: `mean +1.4 sd`, `sd 2.5 times`; empty where it does not, or nothing varies.

    >>> describe_drift(ValueSummary(9, 0, 1, 2, 0.5), ValueSummary(9, 1, 2, 3, 0.5))
    'mean +2.0 sd'
    >>> describe_drift(ValueSummary(9, 0, 1, 2, 1), ValueSummary(9, 0, 1, 2, 1))
    ''
    """
    if _has_one_value(train) or train.deviation == 0:
        return "" if (train.minimum, train.maximum) == (other.minimum, other.maximum) else "other values"
    off, ratio = (other.mean - train.mean) / train.deviation, other.deviation / train.deviation
    if abs(off) > FAR:
        return f"mean {off:+.1f} sd"
    if other.count < FEW:
        return ""
    if _has_one_value(other):
        return "one value"
    return f"sd {ratio:.2g} times" if ratio > WIDE or ratio < 1 / WIDE else ""


def untidy_timestamps(found: TimeSummary | None, *, gaps_are_known: bool = False) -> Iterator[Diagnostic]:
    """Warn of rows that share a time, and of steps in time that differ from the usual.

    gaps_are_known: the spec says what becomes of windows over a gap, by `max_gap` or `missing_rows: insert`.
    """
    columns = ", ".join(f"`{name}`" for name in found.columns) if found else ""
    if found and found.repeated:
        rows = "1 row has" if found.repeated == 1 else f"{found.repeated:,} rows have"
        message = f"{rows} the same {columns} as another"
        why = "two rows of one time are two steps of a window: their order is that of the file, and time stands still"
        help = "remove the copies, or name what tells them apart: `group:`"
        yield Diagnostic.warning("repeated-timestamps", message, help, why=why)
    if found and found.irregular and not gaps_are_known:
        steps = "1 step" if found.irregular == 1 else f"{found.irregular:,} steps"
        message = f"{steps} of {columns} differ{'s' if found.irregular == 1 else ''} from the usual {found.step}"
        why = "a window counts rows, not time: over a gap its steps lie further apart than the model learnt"
        between = "leave out the rows between two usual steps"
        help = between if found.off_grid else "write `max_gap: 0`: no window bridges a gap"
        yield Diagnostic.warning("irregular-timestamps", message, help, why=why)


def _has_one_value(spread: ValueSummary) -> bool:
    return spread.minimum == spread.maximum


def _list_names(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
