"""Warn of likely mistakes in the summaries of a survey."""

from collections.abc import Iterator, Mapping

from tdcli.data.splitting import SET_NAMES
from tdcli.sources.tables.columns import FOR_ALL
from tdcli.sources.tables.table import Table
from tdcli.survey.findings import ColumnSummary, FeatureSummary, Outlier, TimeSummary, ValueSummary
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.yaml_writer import to_inline_yaml

FAR, WIDE, FEW = 1.0, 2.0, 30
"""A part drifts if its mean is more than FAR standard deviations away from that of the training set. With at least FEW
values, it also drifts if its standard deviation is more than WIDE times larger or smaller."""
MOST_NAMES = 4
FEW_CLASSES = 8
"""The least number of samples for which shares of classes are compared."""

OTHERWISE = 0.5
"""The largest allowed total variation distance: the share of a part's samples that would need another class."""


def constant_features(features: tuple[FeatureSummary, ...]) -> Iterator[Diagnostic]:
    """Warn of features that never change in the training set."""
    names = [f"`{each.name}`" for each in features if not each.is_target and _has_one_value(each.parts["train"])]
    if names:
        many = f"{len(names)} features are" if len(names) > 1 else "1 feature is"
        message = f"{many} constant in the training set: {_list_names(names)}"
        why = "a model learns nothing from a constant, so its weights are untrained for any other value later on"
        help = "remove it from the features, or train on more rows"
        yield Diagnostic.warning("constant-feature", message, help, why=why)


def feature_drifts(features: tuple[FeatureSummary, ...]) -> Iterator[Diagnostic]:
    """Warn of features and targets whose distribution in another part differs from the training set."""
    for part in ("validation", "test"):
        found: dict[str, str] = {}
        for each in features:  # a column that is both feature and target occurs twice
            if part in each.parts:
                train, other = each.parts["train"], each.parts[part]
                found[each.name] = found.get(each.name) or (
                    "" if _is_narrower(train, other) else describe_drift(train, other)
                )
        names = [f"`{name}` ({text})" for name, text in found.items() if text]
        if names:
            count = f"{len(names)} of {len(found)} columns"
            message = f"the {SET_NAMES[part]} differs from the training set in {count}: {_list_names(names)}"
            why = "scaling and weights come from the training set, so the model must extrapolate to values far from it"
            help = "train on rows that cover the later values"
            yield Diagnostic.warning("drift-between-parts", message, help, why=why)


def class_drifts(
    classes: Mapping[str, Mapping[str, int]] | None, *, in_order_of_time: bool = False
) -> Iterator[Diagnostic]:
    """Warn of a part whose shares of classes are very different from those of the training set.

    in_order_of_time: whether the samples are windows, which cannot be drawn at random
    """
    shares = {part: _class_shares(counts) for part, counts in (classes or {}).items()}
    for part in (name for name in ("validation", "test") if shares.get(name) and shares.get("train")):
        more = {label: share - shares["train"][label] for label, share in shares[part].items()}
        label = max(more, key=lambda each: more[each])
        if sum(each for each in more.values() if each > 0) > OTHERWISE:
            message = (
                f"class `{label}` makes up {shares[part][label]:.0%} of the {SET_NAMES[part]}"
                f" but {shares['train'][label]:.0%} of the training set"
            )
            why = "the model rarely sees this class in training; a common cause is that samples are sorted by class"
            drawn = "write `by: random` and `stratify: true` in `split`"
            help = "train on rows that cover the later classes" if in_order_of_time else drawn
            yield Diagnostic.warning("drift-between-parts", message, help, why=why)


def _class_shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {label: count / total for label, count in counts.items()} if total >= FEW_CLASSES else {}


def repeated_outliers(columns: tuple[ColumnSummary, ...], section: Table) -> Iterator[Diagnostic]:
    """Warn of repeated values far outside the range of the others, which are rarely measurements."""
    found = [(column, each) for column in columns for each in column.outliers]
    if not found:
        return
    told = [f"`{column.name}` is {each.value:g} in {each.count:,} {_describe_cells(each)}" for column, each in found]
    count = len({column.name for column, _ in found})
    repeats = "1 column repeats a value" if count == 1 else f"{count} columns repeat values"
    message = f"{repeats} far outside the range of the others"
    why = "loggers write such numbers for missing measurements, but training and scores treat them as real values"
    help = _na_values_help(found, section)
    yield Diagnostic.warning("repeated-outlier", f"{message}: {_list_names(told)}", help, why=why)


def _describe_cells(each: Outlier) -> str:
    return f"cells, while the others range from {each.low:g} to {each.high:g}"


def _na_values_help(found: list[tuple[ColumnSummary, Outlier]], section: Table) -> str:
    """Return how to read such cells as missing, and how to fill them."""
    values = dict.fromkeys(int(each.value) if each.value.is_integer() else each.value for _, each in found)
    texts = to_inline_yaml([*section.na_values, *values])
    fill = "drop" if any(each.leads for _, each in found) else "forward-fill"
    of_all = section.missing.get(FOR_ALL, "error")
    policies = {name: policy for name, policy in section.missing.items() if name != FOR_ALL}
    own = {column.name: fill for column, _ in found if policies.get(column.name, of_all) == "error"}
    missing = fill if not policies and own else {**policies, **own}
    help = f"if these cells are missing measurements, write `na_values: {texts}`"
    return f"{help} and `missing: {to_inline_yaml(missing)}`" if own else help


def _is_narrower(train: ValueSummary, other: ValueSummary) -> bool:
    """Return whether a part has about the mean of the training set and less spread, so that nothing is extrapolated."""
    return describe_drift(train, other).startswith("sd ") and other.deviation < train.deviation


def describe_drift(train: ValueSummary, other: ValueSummary) -> str:
    """Return how a part differs, such as `mean +1.4 sd` or `sd 2.5 times`; an empty text if it does not.

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
    """Warn of rows with the same time, and of steps in time that differ from the usual step.

    gaps_are_known: whether the spec handles gaps with `max_gap` or `missing_rows: insert`
    """
    columns = ", ".join(f"`{name}`" for name in found.columns) if found else ""
    if found and found.repeated:
        rows = "1 row has" if found.repeated == 1 else f"{found.repeated:,} rows have"
        message = f"{rows} the same {columns} as another row"
        why = "rows with the same time become successive timesteps of a window, in the order of the file"
        help = "remove the duplicates, or write `group:` with the column that distinguishes them"
        yield Diagnostic.warning("repeated-timestamps", message, help, why=why)
    if found and found.irregular and not gaps_are_known:
        steps = "1 step" if found.irregular == 1 else f"{found.irregular:,} steps"
        message = (
            f"{steps} of {columns} differ{'s' if found.irregular == 1 else ''} from the usual step of {found.step}"
        )
        why = "a window counts rows, not time, so across a gap its timesteps are further apart than usual"
        between = "remove the rows between two usual steps"
        help = between if found.off_grid else "write `max_gap: 0` so that no window bridges a gap"
        yield Diagnostic.warning("irregular-timestamps", message, help, why=why)


def _has_one_value(spread: ValueSummary) -> bool:
    return spread.minimum == spread.maximum


def _list_names(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
