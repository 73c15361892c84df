"""The `split` section: the sizes of the training, validation and test sets, and how samples are assigned to them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, NonNegativeInt, PlainValidator, PositiveInt, model_validator

from tdcli.text.change import Change, Help
from tdcli.text.errors import SpecError
from tdcli.text.nearest import percent_help
from tdcli.text.section import Section, invalid, invalid_at
from tdcli.text.violation import describe_value
from tdcli.text.yaml_writer import to_inline_yaml

REST = "rest"


class SplitError(SpecError):
    """The data cannot be split as the `split` section asks."""

    section: ClassVar[tuple[str, ...]] = ("split",)


def _amount(value: Any) -> Any:
    """Accept a count, a fraction, a date or `rest`. A Pydantic union would add its tags to the path of a diagnostic."""
    if value is None or value == REST:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, float) and 0 <= value <= 1:
        return value
    if isinstance(value, str) and date_of(value):
        return value
    if share := percent_help(value):
        raise invalid("wrong-value", f"a fraction must be from 0 to 1, got {describe_value(value)}", share)
    help = "write a count such as `8760`, a fraction such as `0.15`, a date such as `2018-06-17`, or `rest`"
    message = f"a size must be a count, a fraction from 0 to 1, a date or `rest`, got {describe_value(value)}"
    raise invalid("wrong-value", message, help)


def date_of(amount: Any) -> datetime | None:
    """Return the time at which a set starts, if its size is given as a date; None for other sizes.

    >>> date_of("2018-06-17"), date_of("2018-06"), date_of(0.2)
    (datetime.datetime(2018, 6, 17, 0, 0), datetime.datetime(2018, 6, 1, 0, 0), None)
    """
    if not isinstance(amount, str) or not re.match(r"\d{4}-\d\d", amount):
        return None
    try:
        return datetime.fromisoformat(amount if len(amount) > len("2018-06") else f"{amount}-01")
    except ValueError:
        return None


def _gap(value: Any) -> Any:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    message = f"`gap` must be `auto` or a number of rows, got {describe_value(value)}"
    raise invalid("wrong-value", message, "write `gap: auto` for a gap of as many rows as a window spans")


Amount = Annotated[int | float | str | None, PlainValidator(_amount)]


class Split(Section):
    """The sizes of the training, validation and test sets.

    Without `by`, windows over a table are split by time and whole samples at random. Without
    sizes, all samples are in the training set. `test` is a fraction of all samples, `validation`
    a fraction of the remaining ones. If `train` is given and `test` is not, the rest is the test set.
    """

    meanings: ClassVar[dict[str, str]] = {
        "by": "how samples are assigned: time, random, group or given; default: time for windows, else random",
        "train": "size of the training set: a count, a fraction, or rest",
        "validation": "size of the validation set: a count, a fraction of the training samples, or its first date",
        "test": "size of the test set: a count, a fraction of all samples, its first date, or rest",
        "gap": "rows before a later set that are not predicted; auto: as many as a window spans",
        "each_group": "split every group on its own; default: all groups at the same time",
        "stratify": "keep the proportion of each class the same in every set",
        "group": "column whose equal values stay in the same set",
        "folds": "number of folds for cross-validation, the test set excluded; `tdcli train --folds` trains on each",
        "fold": "fold that is the validation set, counted from 1",
        "seed": "seed of the random split and of synthetic data; default: `training.seed`",
    }

    by: Literal["time", "random", "group", "given"] | None = None
    train: Amount = None
    validation: Amount = None
    test: Amount = None
    gap: Annotated[Literal["auto"] | int, PlainValidator(_gap)] = 0
    each_group: bool = False
    stratify: bool = False
    group: str | None = None
    folds: Annotated[int, Field(ge=2)] | None = None
    fold: PositiveInt | None = None
    seed: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.validation == REST or (self.train == REST and self.test == REST):
            help = "write a count or a fraction in place of one `rest`"
            raise invalid("wrong-value", "only `train` or `test` can be `rest`, and not both", help)
        self._check_dates()
        if self.stratify and self.by in ("time", "group"):
            message = f"`stratify` cannot be combined with `by: {self.by}`, which fixes the set of each sample"
            raise invalid("wrong-value", message, "remove `stratify`, or write `by: random`")
        self._check_group()
        if (self.folds is None) != (self.fold is None) or (self.fold or 0) > (self.folds or 0):
            message = "`fold` must be a number from 1 to `folds`"
            raise invalid("wrong-value", message, "write both as `folds: 5, fold: 1`, or run `tdcli train --folds 5`")
        return self

    def _check_group(self) -> None:
        if self.by == "group" and self.group is None:
            message = "`by: group` needs the column whose equal values stay in the same set"
            raise invalid_at("by", invalid("wrong-value", message, "write `group: COLUMN` in `split`"))
        if self.by != "group" and self.group is not None:
            other = f", not `by: {self.by}`" if self.by else ""
            message = f"`group: {to_inline_yaml(self.group)}` needs `by: group`{other}"
            help = Help("write `by: group` in `split`", (Change(("split", "by"), "group"),))
            raise invalid_at("group", invalid("wrong-value", message, help, "or remove `group` from `split`"))

    def _check_dates(self) -> None:
        dates = {name: getattr(self, name) for name in ("train", "validation", "test") if date_of(getattr(self, name))}
        if "train" in dates:
            help = f"write `test: {dates['train']}` to train on the rows before that date"
            raise invalid("wrong-value", "`train` cannot be a date", help)
        if dates and self.by not in (None, "time"):
            first = next(iter(dates))
            help = "write `by: time`, or use a fraction such as `0.2`"
            raise invalid("wrong-value", f"`{first}: {dates[first]}` needs rows in time order", help)
        validation, test = date_of(self.validation), date_of(self.test)
        if validation and test and validation.replace(tzinfo=None) >= test.replace(tzinfo=None):
            message = f"`validation: {self.validation}` is not before `test: {self.test}`"
            raise invalid("wrong-value", message, "write a date for `validation` that is before that of `test`")
        if dates and self.train is not None:
            raise invalid("wrong-value", "`train` and a date cannot be combined", "remove `train`")

    def without_dates(self) -> Split:
        """Return the split without the sizes that are dates."""
        return self.model_copy(update={name: None for name in ("validation", "test") if date_of(getattr(self, name))})

    @property
    def has_parts(self) -> bool:
        """Whether some samples are outside the training set."""
        return any(amount not in (None, 0) for amount in (self.train, self.validation, self.test, self.folds))

    def sizes(self, total: int, what: str = "samples", *, given_test: bool = False) -> Sizes:
        """Return the number of samples in each set, of `total` samples.

        With `given_test`, the test set has a file of its own, and samples beyond `train` are not used.
        Raises SpecError if the sets need more samples than there are, or if one would be empty.

        >>> Split(train=8760, validation=0.15, test="rest").sizes(43800)
        Sizes(train=7446, validation=1314, test=35040)
        """
        sizes = self.shares(total, given_test=given_test)
        self._refuse_impossible(sizes, total, what)
        return sizes

    def shares(self, total: int, *, given_test: bool = False) -> Sizes:
        """Return the same as `sizes`, but unchecked, because a single group may be too small to split."""
        test = 0 if self.test in (None, REST) else _sample_count(self.test, total)
        train = total - test if self.train in (None, REST) else _sample_count(self.train, total)
        if not given_test and (self.test == REST or (self.test is None and self.train not in (None, REST))):
            test = total - train
        validation = 0 if self.folds else _sample_count(self.validation or 0, train)
        return Sizes(train - validation, validation, test)

    def _refuse_impossible(self, sizes: Sizes, total: int, what: str) -> None:
        if sum(sizes) > total or min(sizes) < 0:
            asked = sum(max(0, size) for size in sizes)
            message = f"the split needs {asked:,} {what}, but the data has {total:,}"
            raise SplitError.of("split-too-large", message, "reduce `train`, `validation` or `test` in `split`")
        wanted = (True, bool(self.validation) and not self.folds, bool(self.test) and self.test != REST)
        for name, size, want in zip(sizes._fields, sizes, wanted, strict=True):
            if want and not size:
                title = "training" if name == "train" else name
                message = f"the {title} set gets none of the {total:,} {what}"
                change = "reduce `validation` or `test`" if name == "train" else f"increase `{name}`"
                raise SplitError.of("split-too-small", message, f"{change} in `split`, or use more data")


class Sizes(NamedTuple):
    """The number of samples in each set."""

    train: int
    validation: int
    test: int


def _sample_count(amount: Any, total: int) -> int:
    return round(amount * total) if isinstance(amount, float) else int(amount)
