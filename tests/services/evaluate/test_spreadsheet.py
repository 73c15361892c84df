"""A text that a spreadsheet would compute gets an apostrophe; OWASP, "CSV Injection", lists how such a text begins."""

import polars as pl
import pytest

from tdcli.services.evaluate.predict import escape_formulas

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK('http://host')", "-", "\uff1d1+1"]
PLAIN = ["-1.5", "+2", "-1e-3", "-0,5", "a=1", "", "5", " text", "'=1", None]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_written_as_text(text: str) -> None:
    table = escape_formulas(pl.DataFrame({"sample": ["a"], "class": [text]}))
    assert table["class"].to_list() == [f"'{text}"]
    assert table["sample"].to_list() == ["a"]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_other_texts_stay_as_they_are(text: str | None) -> None:
    table = pl.DataFrame({"class": [text]}, schema={"class": pl.String})
    assert escape_formulas(table).equals(table)


def test_a_column_of_numbers_stays_a_column_of_numbers() -> None:
    table = pl.DataFrame({"v": [-1.5, 2.0], "count": [-1, 3]})
    assert escape_formulas(table).equals(table)


def test_names_of_columns_are_texts_too() -> None:
    assert escape_formulas(pl.DataFrame({"=cmd": [1.0], "^a$": ["=x"], "v": ["y"]})).columns == ["'=cmd", "^a$", "v"]
