"""The accounts of a spec's layers, for the terminal, as Markdown and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.text import Text

from tdcli.report.terminal.table import Table
from tdcli.services.specs.explain import Account

PARTS = {"goes in": "goes_in", "over time": "over_time", "comes out": "comes_out", "weights": "weights"}


def rendered_accounts(accounts: Sequence[Account], format: str) -> Table | str:
    """Return the text of `table`, here a paragraph for each layer, `markdown` or `json`."""
    if format == "json":
        return json.dumps([asdict(each) for each in accounts], indent=2)
    return "\n".join(_markdown(accounts)) if format == "markdown" else _paragraphs(accounts)


def _paragraphs(accounts: Sequence[Account]) -> Table:
    """Return one grid, so that a long line goes on under its beginning."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for each in accounts:
        place = f"{each.name}, line {each.line}"
        grid.add_row(Text(str(each.number), "bold"), Text.assemble((each.title, "bold"), ("  " + place, "dim")))
        for part, field in PARTS.items():
            grid.add_row(Text(part, "cyan"), getattr(each, field))
    return grid


def _markdown(accounts: Sequence[Account]) -> Iterator[str]:
    for each in accounts:
        yield f"{each.number}. **{each.title}** (`{each.name}`, line {each.line})"
        yield from (f"   - {part}: {getattr(each, field)}" for part, field in PARTS.items())
