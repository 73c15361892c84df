"""The `split` section: which samples train, validate and test, as counts or fractions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, NonNegativeInt, PlainValidator, PositiveInt, model_validator

from tdcli.text.errors import SpecError
from tdcli.text.nearest import percent_help
from tdcli.text.section import Section, invalid
from tdcli.text.violation import describe_value

REST = "rest"


class SplitError(SpecError):
    """The data cannot be split as the `split` section says."""

    section: ClassVar[tuple[str, ...]] = ("split",)


def _amount(value: Any) -> Any:
    """Accept a count, a fraction or `rest`: here a union would put its tags into the path to a diagnostic."""
    if value is None or value == REST:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, float) and 0 <= value <= 1:
        return value
    if isinstance(value, str) and date_of(value):
        return value
    if share := percent_help(value):
        raise invalid("wrong-value", f"a share is a fraction from 0 to 1, got {describe_value(value)}", share)
    help = "write a count as `8760`, a fraction as `0.15`, a date as `2018-06-17`, or `rest`"
    message = f"a part is a count, a fraction from 0 to 1, a date or `rest`, got {describe_value(value)}"
    raise invalid("wrong-value", message, help)


def date_of(amount: Any) -> datetime | None:
    """Return the moment at which a part begins that is given by a date; None for other amounts.

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
    message = f"a gap is `auto` or a number of rows, got {describe_value(value)}"
    raise invalid("wrong-value", message, "write `gap: auto`, as wide as a window reaches")


Amount = Annotated[int | float | str | None, PlainValidator(_amount)]


class Split(Section):
    """Which part trains, validates, tests.

    `by` left out follows the data: by time for windows over a table, at random for whole
    samples. Without amounts all samples train. `test` is a share of everything, `validation`
    a share of what then trains; where `train` is given and `test` is not, the rest tests.
    """

    meanings: ClassVar[dict[str, str]] = {
        "by": "time, random, group or given; left out: time for windows, random for whole samples",
        "train": "rows or samples as a count or a fraction, or rest",
        "validation": "a count, a fraction of what trains, or the date at which it begins",
        "test": "a count, a fraction of everything, the date at which it begins, or rest",
        "gap": "rows before a later part that are not predicted; auto: as many as a window reaches",
        "each_group": "cut every group by itself; left out: all groups at the same time",
        "stratify": "the same share of each class in every part",
        "group": "column whose values stay together",
        "folds": "so many parts of what does not test take turns to validate; `tdcli train --folds` trains on each",
        "fold": "which of them validates, from 1",
        "seed": "of what is drawn at random, made-up data among it; left out: `training.seed`",
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
            raise invalid("wrong-value", "only one of `train` and `test` can be the rest", "give `validation` a size")
        self._check_dates()
        if self.stratify and self.by in ("time", "group"):
            message = f"`stratify` cannot be kept with `by: {self.by}`: the samples' place is fixed"
            raise invalid("wrong-value", message, "leave out `stratify`, or write `by: random`")
        if (self.by == "group") != (self.group is not None):
            raise invalid("wrong-value", "`by: group` and `group: COLUMN` belong together", "write both, or neither")
        if (self.folds is None) != (self.fold is None) or (self.fold or 0) > (self.folds or 0):
            message = "`fold` says which of the `folds` validates"
            raise invalid("wrong-value", message, "write both as `folds: 5, fold: 1`, or `tdcli train --folds 5`")
        return self

    def _check_dates(self) -> None:
        dates = {name: getattr(self, name) for name in ("train", "validation", "test") if date_of(getattr(self, name))}
        if "train" in dates:
            help = f"write `test: {dates['train']}`: what is before it trains"
            raise invalid("wrong-value", "`train` cannot be a date", help)
        if dates and self.by not in (None, "time"):
            first = next(iter(dates))
            help = "write `by: time`, or give a fraction such as `0.2`"
            raise invalid("wrong-value", f"`{first}: {dates[first]}` needs rows in the order of time", help)
        validation, test = date_of(self.validation), date_of(self.test)
        if validation and test and validation.replace(tzinfo=None) >= test.replace(tzinfo=None):
            message = f"the validation part begins at {self.validation}, the test part at {self.test}"
            raise invalid("wrong-value", message, "give `validation` an earlier date than `test`")
        if dates and self.train is not None:
            raise invalid("wrong-value", "`train` and a date cannot be combined", "leave out `train`")

    def without_dates(self) -> Split:
        """Return the split with nothing in place of dates."""
        return self.model_copy(update={name: None for name in ("validation", "test") if date_of(getattr(self, name))})

    @property
    def has_parts(self) -> bool:
        """Whether something is held out of the training part."""
        return any(amount not in (None, 0) for amount in (self.train, self.validation, self.test, self.folds))

    def sizes(self, total: int, what: str = "samples", *, given_test: bool = False) -> Sizes:
        """Return how many of `total` samples each part gets.

        With `given_test` the test part has a file of its own, and what does not train is left out.
        Raises SpecError where the parts ask for more than there is, or one would be empty.

        >>> Split(train=8760, validation=0.15, test="rest").sizes(43800)
        Sizes(train=7446, validation=1314, test=35040)
        """
        sizes = self.shares(total, given_test=given_test)
        self._refuse_impossible(sizes, total, what)
        return sizes

    def shares(self, total: int, *, given_test: bool = False) -> Sizes:
        """Return what `sizes` does, unchecked: for one group of several, which may be too small."""
        test = 0 if self.test in (None, REST) else _sample_count(self.test, total)
        train = total - test if self.train in (None, REST) else _sample_count(self.train, total)
        if not given_test and (self.test == REST or (self.test is None and self.train not in (None, REST))):
            test = total - train
        validation = 0 if self.folds else _sample_count(self.validation or 0, train)
        return Sizes(train - validation, validation, test)

    def _refuse_impossible(self, sizes: Sizes, total: int, what: str) -> None:
        if sum(sizes) > total or min(sizes) < 0:
            asked = sum(max(0, size) for size in sizes)
            message = f"the parts ask for {asked:,} {what}, the data has {total:,}"
            raise SplitError.of("split-too-large", message, "lower `train`, `validation` or `test` in `split`")
        wanted = (True, bool(self.validation) and not self.folds, bool(self.test) and self.test != REST)
        for name, size, want in zip(sizes._fields, sizes, wanted, strict=True):
            if want and not size:
                message = f"the {name} part gets none of the {total:,} {what}"
                cure = "lower `validation` or `test`" if name == "train" else f"raise `{name}`"
                raise SplitError.of("split-too-small", message, f"{cure} in `split`, or give more data")


class Sizes(NamedTuple):
    """How many samples each part gets."""

    train: int
    validation: int
    test: int


def _sample_count(amount: Any, total: int) -> int:
    return round(amount * total) if isinstance(amount, float) else int(amount)
