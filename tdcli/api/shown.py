"""Display results: as HTML in a notebook, through Rich in a terminal."""

import io
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH = 110
"""The width of notebook output in characters."""


class Shown(ABC):
    """A result that Rich prints. Notebooks and `print` show the same output."""

    @abstractmethod
    def __rich__(self) -> "RenderableType":
        """Return what Rich prints."""

    def __str__(self) -> str:
        console = self._console()
        console.print(self)
        return console.export_text().rstrip()

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        console = self._console()
        console.print(self)
        return console.export_html(inline_styles=True, code_format="<pre style='line-height:1.3'>{code}</pre>")

    def _console(self) -> "Console":
        from rich.console import Console

        return Console(record=True, width=WIDTH, file=io.StringIO(), force_jupyter=False, markup=False, highlight=False)
