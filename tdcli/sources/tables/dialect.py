"""The dialect of a table's text: its separator, number format, encoding, comments and header line."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from tdcli.text.section import invalid
from tdcli.text.violation import describe_value

TAB_SEPARATED = (".tsv", ".tab")
COMPRESSED = ".gz"

BLANKS = " \u00a0\u202f"
"""A space, and two that typesetters put between groups of digits: a no-break space and a narrow no-break space."""

GROUP_MARKS = (",", ".", BLANKS, "'\u2019")
"""The separators of groups of three digits. The characters of one text are equivalent."""

NO_HEADER = "none"

HeaderKey = int | str | tuple[str, ...]


@dataclass(frozen=True)
class Dialect:
    """How a text file is read. If `separator` or `encoding` is None, the file's ending or byte order mark decides.

    header: the line of the column names, counted from 1; `none` for a file without one; or the names themselves.
    """

    separator: str | None = None
    decimal: str = "."
    thousands: str | None = None
    encoding: str | None = None
    comment: str | None = None
    header: HeaderKey = 1

    def separator_of(self, path: PurePath) -> str:
        """Return the separator of a file: as given, else a tab or a comma, depending on the file's ending."""
        return self.separator or ("\t" if file_ending(path) in TAB_SEPARATED else ",")

    @property
    def has_plain_numbers(self) -> bool:
        """Whether numbers are written as in Python."""
        return self.decimal == "." and self.thousands is None

    @property
    def marks(self) -> str:
        """The characters that can separate groups of three digits."""
        return next((each for each in GROUP_MARKS if self.thousands and self.thousands in each), "")

    @property
    def number(self) -> str:
        """The regular expression of a number, without `inf` and `nan`."""
        group = rf"[0-9]{{1,3}}(?:[{re.escape(self.marks)}][0-9]{{3}})+|" if self.thousands else ""
        point = re.escape(self.decimal)
        return rf"^[+-]?(?:(?:{group}[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]+)?$"

    def keys(self) -> dict[str, Any]:
        """Return the keys of the section that differ from the defaults."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return {key: value for key, value in own.items() if value != getattr(PLAIN, key)}


PLAIN = Dialect()
"""The default dialect."""


def file_ending(path: PurePath) -> str:
    """Return the ending that gives a file's format. For a compressed file, it is the one before `.gz`.

    >>> file_ending(PurePath("rain.CSV.gz")), file_ending(PurePath("rain.parquet"))
    ('.csv', '.parquet')
    """
    return (PurePath(path.stem) if is_compressed(path) else path).suffix.lower()


def is_compressed(path: PurePath) -> bool:
    """Return whether a file's ending says that it is compressed by gzip."""
    return path.suffix.lower() == COMPRESSED


def dialect_line(key: str, value: Any) -> str:
    """Return a line of the `data` section. Text is in quotes, which most punctuation needs in YAML.

    >>> dialect_line("separator", ";"), dialect_line("header", 4), dialect_line("encoding", "cp1252")
    ('separator: ";"', 'header: 4', 'encoding: cp1252')
    """
    bare = isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9-]*", value)
    return f"{key}: {value if bare else json.dumps(value, ensure_ascii=False)}"


def _separator(value: str) -> str:
    if value == "\\t":
        message = r"`\t` outside of double quotes is two characters, a backslash and a `t`"
        raise invalid("wrong-value", message, r'write `separator: "\t"`')
    if len(value) != 1 or not value.isascii() or value in '"\r\n\0':
        rule = "a single ASCII character, and not a double quote or a line break"
        message = f"`separator` must be {rule}, got {describe_value(value)}"
        raise invalid("wrong-value", message, 'write `separator: ";"`')
    return value


def _thousands(value: str) -> str:
    if len(value) != 1 or not any(value in marks for marks in GROUP_MARKS):
        message = f"`thousands` must be a comma, a point, a space or an apostrophe, got {describe_value(value)}"
        raise invalid("wrong-value", message, 'write `thousands: ","`')
    return next(marks[0] for marks in GROUP_MARKS if value in marks)


def _validate_text_encoding(value: str) -> str:
    try:
        "a".encode(value)
    except (LookupError, ValueError):
        help = "write `encoding: cp1252`, or another encoding of Python"
        raise invalid("wrong-value", f"there is no encoding `{value}`", help) from None
    return value


def _validate_comment(value: str) -> str:
    if not value or not value.isascii() or "\n" in value or "\r" in value:
        message = f"`comment` must be the ASCII characters that comment lines start with, got {describe_value(value)}"
        raise invalid("wrong-value", message, 'write `comment: "#"`')
    return value


def _validate_header(value: Any) -> HeaderKey:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if value == NO_HEADER:
        return NO_HEADER
    if isinstance(value, list | tuple) and value and all(isinstance(each, str) for each in value):
        _refuse_doubled(value)
        return tuple(value)
    message = f"`header` must be a line number, `none` or a list of names, got {describe_value(value)}"
    raise invalid("wrong-value", message, "write `header: none`, or `header: 1` for the first line")


def _refuse_doubled(names: list[str] | tuple[str, ...]) -> None:
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise invalid("wrong-value", f"`header` lists `{name}` twice", "give every column its own name")


Separator = Annotated[str, AfterValidator(_separator)]
Decimal = Literal[".", ","]
Thousands = Annotated[str, AfterValidator(_thousands)]
TextEncoding = Annotated[str, AfterValidator(_validate_text_encoding)]
Comment = Annotated[str, AfterValidator(_validate_comment)]
HeaderLine = Annotated[
    HeaderKey,
    PlainValidator(_validate_header),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"const": NO_HEADER},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
