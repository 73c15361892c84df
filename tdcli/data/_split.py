"""The `split` section: which samples train, validate and test, as counts or fractions."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import Field, NonNegativeInt, PlainValidator, PositiveInt, model_validator

from tdcli.text.diagnostic import UserError
from tdcli.text.section import Section, described, fault

REST = "rest"


def _amount(value: Any) -> Any:
    """Accept a count, a fraction or `rest`: here a union would put its tags into the way to a fault."""
    if value is None or value == REST:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, float) and 0 <= value <= 1:
        return value
    help = "write a count as `8760`, a fraction as `0.15`, or `rest`"
    raise fault("wrong-value", f"a part is a count, a fraction from 0 to 1, or `rest`, got {described(value)}", help)


def _gap(value: Any) -> Any:
    if value == "auto" or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    message = f"a gap is `auto` or a number of rows, got {described(value)}"
    raise fault("wrong-value", message, "write `gap: auto`, as wide as a window reaches")


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
        "validation": "a count, or a fraction of what trains",
        "test": "a count, a fraction of everything, or rest",
        "gap": "rows left out between parts; auto: as many as a window reaches",
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
    gap: Annotated[Literal["auto"] | int, PlainValidator(_gap)] = "auto"
    stratify: bool = False
    group: str | None = None
    folds: Annotated[int, Field(ge=2)] | None = None
    fold: PositiveInt | None = None
    seed: NonNegativeInt | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.validation == REST or (self.train == REST and self.test == REST):
            raise fault("wrong-value", "only one of `train` and `test` can be the rest", "give `validation` a size")
        if self.stratify and self.by in ("time", "group"):
            message = f"`stratify` cannot be kept with `by: {self.by}`: the samples' place is fixed"
            raise fault("wrong-value", message, "leave out `stratify`, or write `by: random`")
        if (self.by == "group") != (self.group is not None):
            raise fault("wrong-value", "`by: group` and `group: COLUMN` belong together", "write both, or neither")
        if (self.folds is None) != (self.fold is None) or (self.fold or 0) > (self.folds or 0):
            message = "`fold` says which of the `folds` validates"
            raise fault("wrong-value", message, "write both as `folds: 5, fold: 1`, or `tdcli train --folds 5`")
        return self

    @property
    def has_parts(self) -> bool:
        """Whether something is held out of the training part."""
        return any(amount not in (None, 0) for amount in (self.train, self.validation, self.test, self.folds))

    def sizes(self, total: int, what: str = "samples", *, given_test: bool = False) -> Sizes:
        """Return how many of `total` samples each part gets.

        With `given_test` the test part has a file of its own, and what does not train is left out.
        Raises UserError where the parts ask for more than there is, or one would be empty.

        >>> Split(train=8760, validation=0.15, test="rest").sizes(43800)
        Sizes(train=7446, validation=1314, test=35040)
        """
        sizes = self.shares(total, given_test=given_test)
        self._refuse_impossible(sizes, total, what)
        return sizes

    def shares(self, total: int, *, given_test: bool = False) -> Sizes:
        """Return what `sizes` does, unchecked: for one group of several, which may be too small."""
        test = 0 if self.test in (None, REST) else _count(self.test, total)
        train = total - test if self.train in (None, REST) else _count(self.train, total)
        if not given_test and (self.test == REST or (self.test is None and self.train not in (None, REST))):
            test = total - train
        validation = 0 if self.folds else _count(self.validation or 0, train)
        return Sizes(train - validation, validation, test)

    def _refuse_impossible(self, sizes: Sizes, total: int, what: str) -> None:
        if sum(sizes) > total or min(sizes) < 0:
            asked = sum(max(0, size) for size in sizes)
            message = f"the parts ask for {asked:,} {what}, the data has {total:,}"
            raise UserError.of("split-too-large", message, "lower `train`, `validation` or `test` in `split`")
        wanted = (True, bool(self.validation) and not self.folds, bool(self.test) and self.test != REST)
        for name, size, want in zip(sizes._fields, sizes, wanted, strict=True):
            if want and not size:
                message = f"the {name} part gets none of the {total:,} {what}"
                cure = "lower `validation` or `test`" if name == "train" else f"raise `{name}`"
                raise UserError.of("split-too-small", message, f"{cure} in `split`, or give more data")


class Sizes(NamedTuple):
    """How many samples each part gets."""

    train: int
    validation: int
    test: int


def _count(amount: Any, total: int) -> int:
    return round(amount * total) if isinstance(amount, float) else int(amount)
