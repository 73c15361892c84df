"""Tables that a spreadsheet opens without computing anything."""

import polars as pl

_FORMULA = r"^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
"""How a cell begins that a spreadsheet may take for a formula (OWASP, CSV Injection)."""

_NUMBER = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$"


def for_spreadsheets(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with an apostrophe before each text and column name that begins as a formula does.

    Numbers stay as they are, also where they are texts.
    """
    names = pl.DataFrame({"name": table.columns}).select(_as_text(pl.col("name")))["name"]
    return table.rename(dict(zip(table.columns, names, strict=True))).with_columns(_as_text(pl.col(pl.String)))


def _as_text(column: pl.Expr) -> pl.Expr:
    is_formula = column.str.contains(_FORMULA) & ~column.str.contains(_NUMBER)
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).name.keep()
