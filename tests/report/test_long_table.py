"""A long table is, letter for letter, what Rich prints of all its rows."""

import io
import random
from typing import Any

import pytest
from rich.console import Console

from tdcli.report.terminal.long_table import MOST_RICH_ROWS, LongTable
from tdcli.report.terminal.table import TerminalTable

HEADINGS = ("Run", "Kind", "Epochs", "Best", "State")


def printed(value: Any, width: int) -> str:
    file = io.StringIO()
    Console(file=file, width=width, markup=False, highlight=False, emoji=False).print(value)
    return file.getvalue()


def words(rng: random.Random) -> str:
    lengths = [rng.choice([1, 3, 9, 30]) for _ in range(rng.choice([0, 1, 1, 3]))]
    return " ".join("".join(rng.choice("abc-\u4f60\u00e9") for _ in range(length)) for length in lengths)


@pytest.mark.parametrize("width", [10, 40, 80, 300])
@pytest.mark.parametrize("seed", range(5))
def test_a_long_table_looks_as_one_of_rich(width: int, seed: int) -> None:
    rng = random.Random(seed)
    rows = [[words(rng) for _ in HEADINGS] for _ in range(MOST_RICH_ROWS + 10)]
    table = TerminalTable()
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading == "Epochs" else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    assert printed(LongTable(HEADINGS, rows, ("Epochs",)), width) == printed(table, width)


def test_a_line_break_in_a_name_is_shown() -> None:
    assert r"a\nb" in printed(LongTable(("Run",), [["a\nb"]] * (MOST_RICH_ROWS + 1)), 80)
