"""The type of a switch that may be `auto`, so that tdcli decides."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from tdcli.text.section import invalid
from tdcli.text.violation import describe_value


def _auto_or_not(value: Any) -> Any:
    if value == "auto" or isinstance(value, bool):
        return value
    raise invalid("wrong-value", f"this must be auto, true or false, got {describe_value(value)}", "write `auto`")


AutoOrNot = Annotated[Literal["auto"] | bool, BeforeValidator(_auto_or_not)]
