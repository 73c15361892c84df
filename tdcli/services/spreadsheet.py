"""Tables that a spreadsheet opens without computing anything."""

import polars as pl

_FORMULA = r"^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
"""How a cell begins that a spreadsheet may take for a formula (OWASP, CSV Injection)."""

_NUMBER = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$"


def for_spreadsheets(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with an apostrophe before each text and column name that begins as a formula does.

    Numbers stay as they are, also where they are texts.
    """
    names = _as_texts(pl.Series(table.columns, dtype=pl.String))
    columns = [_as_texts(each) if each.dtype == pl.String else each for each in table.get_columns()]
    return pl.DataFrame([column.alias(name) for column, name in zip(columns, names, strict=True)])


def _as_texts(values: pl.Series) -> pl.Series:
    values = values.alias("")  # Polars takes a name such as `^a$` for a pattern
    is_formula = (values.str.contains(_FORMULA) & ~values.str.contains(_NUMBER)).fill_null(value=False)
    return values.zip_with(~is_formula, "'" + values)
