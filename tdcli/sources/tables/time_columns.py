"""The `time` key of a table: the columns with the time of a row, and their format."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from tdcli.sources.core.paths import OneOrMore
from tdcli.text.nearest import suggest
from tdcli.text.section import Section, invalid

DIRECTIVES = "aAbBcdDeFfgGhHIjklmMnpPqQrRsStTuUVwWxXyYzZ+"


def _validate_zone(name: str) -> str:
    if name not in available_timezones():
        message = f"there is no time zone `{name}`"
        help = "write a name such as `Europe/Rome`"
        raise invalid("wrong-value", message, suggest(name, available_timezones()), help)
    return name


def _validate_format(format: str) -> str:
    directives = re.findall(r"%[-_0.:#]?([A-Za-z+%])", format)
    unknown = next((each for each in directives if each not in DIRECTIVES + "%"), None)
    if not directives or unknown:
        reason = f"`%{unknown}` is not a time directive" if unknown else f"`{format}` has no directive such as `%Y`"
        raise invalid("wrong-value", reason, 'write a format such as `format: "%d/%m/%Y %H:%M"`')
    _check_clock(set(directives))
    return format


def _check_clock(directives: set[str]) -> None:
    """Raise a diagnostic if a format has minutes without hours, seconds without minutes, or `%I` without `%p`."""
    half_days, halves = directives & {"I", "l"}, directives & {"p", "P"}
    if bool(half_days) != bool(halves):
        reason = "`%I`, the hours from 1 to 12, and `%p`, AM or PM, need each other"
        raise invalid("wrong-value", reason, 'write both, as `format: "%d/%m/%Y %I:%M %p"`, or `%H` for hours to 23')
    without_hour = "M" in directives and not directives & {"H", "k", "I", "l"}
    if without_hour or ("S" in directives and "M" not in directives):
        reason = "a format with minutes also needs hours, and one with seconds also needs minutes"
        raise invalid("wrong-value", reason, 'write all of them, as `format: "%d/%m/%Y %H:%M:%S"`')


def _as_columns(value: Any) -> Any:
    return {"columns": value} if isinstance(value, str | tuple | list) else value


class TimeColumns(Section):
    """One column of dates or times; a date and a time of day; or a year, a month, a day and so on."""

    meanings: ClassVar[dict[str, str]] = {
        "columns": "column of times, or columns that form one: a date and a time of day; year, month, day, hour",
        "format": "format of the cells, such as `%d/%m/%Y %H:%M`; default: detected from all cells",
        "zone": "time zone of cells without one, such as `Europe/Rome`; times are shown in it",
    }

    columns: Annotated[tuple[str, ...], Field(min_length=1), OneOrMore]
    format: Annotated[str, AfterValidator(_validate_format)] | None = None
    zone: Annotated[str, AfterValidator(_validate_zone)] | None = None


AnyTime = Annotated[TimeColumns, BeforeValidator(_as_columns)]
"""A column, a list of columns, or a mapping with `columns`, `format` and `zone`."""
