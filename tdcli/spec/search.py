"""The `search` section: the settings that `tdcli tune` tries."""

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Self

from pydantic import PlainValidator, model_validator

from tdcli.text.section import Section, invalid, invalid_at
from tdcli.text.violation import describe_value
from tdcli.text.yaml_writer import to_inline_yaml


def _check_end(value: Any) -> Any:
    """Accept a finite number as it is written: here a union would put its tags into the path to a diagnostic."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf"):
        return value
    raise invalid("wrong-type", f"an end of a range is a number, got {describe_value(value)}")


Number = Annotated[int | float, PlainValidator(_check_end)]


class Range(Section):
    """Numbers from `low` to `high`, both included; whole ones where all that is written is whole."""

    meanings: ClassVar[dict[str, str]] = {
        "low": "the least value",
        "high": "the greatest value",
        "step": "how far values are apart; left out: 1 for whole numbers, any for others",
        "log": "as many tries from 0.001 to 0.01 as from 0.01 to 0.1",
    }

    low: Number
    high: Number
    step: Number | None = None
    log: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the values are whole numbers."""
        return all(isinstance(each, int) for each in (self.low, self.high, self.step) if each is not None)

    @property
    def ends(self) -> dict[str, int | float]:
        """The least and the greatest value, by their keys, as a trial has them."""
        ends = {"low": self.low, "high": self.high}
        return ends if self.is_whole else {key: float(value) for key, value in ends.items()}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.low >= self.high:
            message = f"`high` must be over `low`, which is {self.low}, got {self.high}"
            raise invalid_at("high", invalid("wrong-value", message, "to set one value, write it into the spec itself"))
        if self.log and self.low <= 0:
            message = f"`low` must be over 0 where `log` is true, got {self.low}"
            raise invalid_at("low", invalid("wrong-value", message, "leave out `log`, or begin a little over 0"))
        if self.log and self.step is not None:
            message = "`log` and `step` exclude each other"
            raise invalid_at("step", invalid("wrong-value", message, "leave one of them out, or list the values"))
        if self.step is not None:
            self._check_step(self.step)
        return self

    def _check_step(self, step: float) -> None:
        """Refuse a step that does not lead from one end to the other."""
        if step <= 0:
            raise invalid_at("step", invalid("wrong-value", f"`step` must be over 0, got {step}"))
        low, high, apart = (Fraction(str(each)) for each in (self.low, self.high, step))
        rest = (high - low) % apart
        if rest:
            message = f"steps of {step} from {self.low} do not lead to {self.high}"
            last = high - rest
            at_most = f"write a `step` of {_to_number(high - low)} at most"
            help = f"write `high: {_to_number(last)}`" if last > low else at_most
            raise invalid_at("step", invalid("wrong-value", message, help))


def _to_number(exact: Fraction) -> int | float:
    return exact.numerator if exact.denominator == 1 else float(exact)


def _read_searched(value: Any) -> Any:
    """Read a range or a list of choices."""
    if isinstance(value, Range):
        return value
    if isinstance(value, tuple):
        return _check_choices(value)
    if isinstance(value, dict):
        return Range.model_validate(value)
    help = "write it as `{low: 1, high: 8}` or as `[1, 2, 4]`"
    raise invalid("wrong-type", f"what is searched is a range or a list of values, got {describe_value(value)}", help)


def _check_choices(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(values) < 2:
        raise invalid("wrong-value", "there is nothing to choose from", "list two values or more")
    texts = [to_inline_yaml(each) for each in values]  # 1, 1.0 and true are alike to Python
    twice = [each for place, each in enumerate(values) if texts[place] in texts[:place]]
    if twice:
        raise invalid("wrong-value", f"{describe_value(twice[0])} stands in the list twice", "keep one of them")
    return values


Searched = Annotated[Any, PlainValidator(_read_searched)]

Space = dict[str, Searched]
"""A `Range`, or a tuple of values to choose from, by the dotted path that `--set` takes."""
