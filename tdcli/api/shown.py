"""Results that show themselves: in a notebook as HTML, in a terminal through Rich."""

import io
from abc import ABC, abstractmethod
from collections.abc import Container
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 110
"""Columns of the text of a result."""


class Shown(ABC):
    """Something that Rich prints, and that a notebook and `print` show alike."""

    @abstractmethod
    def __rich__(self) -> "RenderableType":
        """Return what Rich prints."""

    def __str__(self) -> str:
        return to_plain_text(self)

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from tdcli.report.notebook.tables import render_html

        return render_html(self.__rich__())

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """Return the same by media type: IPython in a terminal shows the text, and not the fields of a dataclass."""
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def to_plain_text(shown: "RenderableType") -> str:
    """Return what Rich prints, without colours."""
    from rich.console import Console

    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_jupyter=False, markup=False, highlight=False)
    console.print(shown)
    return "\n".join(line.rstrip() for line in console.export_text().splitlines()).rstrip()
