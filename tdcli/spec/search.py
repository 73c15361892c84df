"""The `search` section: the settings that `tdcli tune` tries."""

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Self

from pydantic import PlainValidator, model_validator

from tdcli.text.section import Section, invalid, invalid_at
from tdcli.text.violation import describe_value
from tdcli.text.yaml_writer import to_inline_yaml


def _check_end(value: Any) -> Any:
    """Accept a finite number. A union type would add its tags to the path of an error."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf"):
        return value
    raise invalid("wrong-type", f"the limits of a range must be numbers, got {describe_value(value)}")


Number = Annotated[int | float, PlainValidator(_check_end)]


class Range(Section):
    """Numbers from `low` to `high`, both included. They are whole if `low`, `high` and `step` are."""

    meanings: ClassVar[dict[str, str]] = {
        "low": "lowest value",
        "high": "highest value",
        "step": "distance between values; default: 1 for whole numbers, any for others",
        "log": "use a logarithmic scale: 0.001 to 0.01 is tried as often as 0.01 to 0.1",
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
        """The lowest and the highest value of a trial, by their keys."""
        ends = {"low": self.low, "high": self.high}
        return ends if self.is_whole else {key: float(value) for key, value in ends.items()}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.low >= self.high:
            message = f"`high` must be greater than `low`, which is {self.low}, got {self.high}"
            raise invalid_at("high", invalid("wrong-value", message, "to use one value, write it into the spec itself"))
        if self.log and self.low <= 0:
            message = f"`low` must be greater than 0 if `log` is true, got {self.low}"
            raise invalid_at("low", invalid("wrong-value", message, "remove `log`, or use a small positive `low`"))
        if self.log and self.step is not None:
            message = "`log` and `step` cannot be used together"
            raise invalid_at("step", invalid("wrong-value", message, "remove one of them, or list the values"))
        if self.step is not None:
            self._check_step(self.step)
        return self

    def _check_step(self, step: float) -> None:
        """Reject a step that does not lead from `low` to `high` exactly."""
        if step <= 0:
            raise invalid_at("step", invalid("wrong-value", f"`step` must be greater than 0, got {step}"))
        low, high, apart = (Fraction(str(each)) for each in (self.low, self.high, step))
        rest = (high - low) % apart
        if rest:
            message = f"steps of {step} from {self.low} do not reach {self.high} exactly"
            last = high - rest
            at_most = f"write a `step` of at most {_to_number(high - low)}"
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
    message = f"the values to search must be a range or a list, got {describe_value(value)}"
    raise invalid("wrong-type", message, help)


def _check_choices(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(values) < 2:
        raise invalid("wrong-value", "the list has fewer than two values to choose from", "list two or more values")
    texts = [to_inline_yaml(each) for each in values]  # 1, 1.0 and true are equal in Python
    twice = [each for place, each in enumerate(values) if texts[place] in texts[:place]]
    if twice:
        raise invalid("wrong-value", f"the list contains {describe_value(twice[0])} twice", "keep one of them")
    return values


Searched = Annotated[Any, PlainValidator(_read_searched)]

Space = dict[str, Searched]
"""A `Range` or a tuple of values to choose from, by the dotted path as in `--set`."""
