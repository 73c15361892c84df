"""Join the lines of a pipe into complete CSV rows, because a quoted cell may contain line breaks."""

import csv
from collections.abc import Iterable, Iterator

from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.text import parse_rows
from tdcli.text.errors import SpecError

STDIN_NAME = "standard input"
"""The name of the pipe in diagnostics."""

MOST_LINES_OF_A_ROW = 1000
"""The most lines that one row may have. A quote that is open for longer is reported as unclosed."""


def join_rows(arrivals: Iterable[list[str]], dialect: Dialect, separator: str) -> Iterator[list[str]]:
    """Yield lines as soon as their rows are complete, and all remaining lines at the end.

    Raises SpecError for an unclosed quote, and for cells that Python's `csv` module rejects.
    """
    waiting: list[str] = []
    before, number = dialect.header - 1 if isinstance(dialect.header, int) else 0, 1
    for lines in arrivals:
        above = lines[:before]
        waiting += lines[before:]
        before -= len(above)
        count = _count_whole_lines(waiting, dialect, separator)
        if above or count:
            yield [*above, *waiting[:count]]
        number += len(above) + count
        waiting = waiting[count:]
        if len(waiting) > MOST_LINES_OF_A_ROW:
            raise _unclosed_quote(number)
    if waiting:
        yield waiting


def invalid_csv(error: csv.Error) -> SpecError:
    """Return the error for input that Python's `csv` module cannot parse."""
    return SpecError.of("unreadable-data", f"{STDIN_NAME} is not a CSV file: {error}", "send CSV with a header line")


def _unclosed_quote(line: int) -> SpecError:
    message = (
        f"line {line} of {STDIN_NAME} opens a double quote that the next {MOST_LINES_OF_A_ROW:,} lines do not close"
    )
    return SpecError.of(
        "unreadable-data", message, 'write a double quote inside a cell as `""`, and enclose that cell in double quotes'
    )


def _count_whole_lines(lines: list[str], dialect: Dialect, separator: str) -> int:
    """Return the number of lines before the first row whose quotes are still open at the end."""
    source = _LineIterator(lines)
    try:
        for row in parse_rows(source, dialect, separator):
            if source.ended:
                return row.first - 1
    except csv.Error as error:
        raise invalid_csv(error) from None
    return len(lines)


class _LineIterator:
    """Iterates over lines. ended: whether another line was requested after the last one."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.ended = iter(lines), False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self.lines:
            return line
        self.ended = True
        raise StopIteration
