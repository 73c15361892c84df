"""Render the explanations of layers for the terminal, as Markdown and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from rich.text import Text

from tdcli.report.terminal.table import TerminalTable
from tdcli.services.specs.explain import LayerExplanation

EXPLANATION_FIELDS = {"goes in": "goes_in", "over time": "over_time", "comes out": "comes_out", "weights": "weights"}


def render_explanations(accounts: Sequence[LayerExplanation], format: str) -> TerminalTable | str:
    """Return a paragraph for each layer for `table`, or the text of `markdown` or `json`."""
    if format == "json":
        return json.dumps([asdict(each) for each in accounts], indent=2)
    return "\n".join(_explanation_markdown(accounts)) if format == "markdown" else _explanation_grid(accounts)


def _explanation_grid(accounts: Sequence[LayerExplanation]) -> TerminalTable:
    """Return a grid, so that long lines are indented."""
    grid = TerminalTable.grid(padding=(0, 2, 0, 0))
    for each in accounts:
        place = f"{each.name}, line {each.line}"
        grid.add_row(Text(str(each.number), "bold"), Text.assemble((each.title, "bold"), ("  " + place, "dim")))
        for part, field in EXPLANATION_FIELDS.items():
            grid.add_row(Text(part, "cyan"), getattr(each, field))
    return grid


def _explanation_markdown(accounts: Sequence[LayerExplanation]) -> Iterator[str]:
    for each in accounts:
        yield f"{each.number}. **{each.title}** (`{each.name}`, line {each.line})"
        yield from (f"   - {part}: {getattr(each, field)}" for part, field in EXPLANATION_FIELDS.items())
