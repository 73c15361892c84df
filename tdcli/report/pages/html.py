"""Render pages from templates."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tdcli.report.terminal.figures import format_number
from tdcli.text.visible import escape_controls

PAGES = Path(__file__).parent


def render_page(template: str, **values: Any) -> str:
    """Return a page. Everything that is not known to be safe is escaped."""
    loader = FileSystemLoader(PAGES)
    pages = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_without_controls,
    )
    return pages.get_template(template).render(short=format_number, **values)


def _without_controls(value: Any) -> Any:
    return escape_controls(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def as_markup(svg: str) -> Markup:
    """Mark a picture as safe. XML libraries wrote it and escaped its texts."""
    return Markup(svg)  # noqa: S704 # nosec B704
