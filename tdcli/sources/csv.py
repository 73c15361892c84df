"""Tables in two layouts: windows over one long table, or labelled sequences. The file's ending gives its format."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from tdcli.sources.core.section import DataSection
from tdcli.sources.tables.sequences import Sequences
from tdcli.sources.tables.table import Table
from tdcli.sources.tables.windows import Windows
from tdcli.text.nearest import suggest
from tdcli.text.section import invalid, invalid_at


class Csv(DataSection):
    """The `source: csv` and `source: parquet` sections. `layout` chooses the class."""

    layouts: ClassVar[dict[str, type[Table]]] = {"windows": Windows, "sequences": Sequences}

    source: Literal["csv", "parquet"]
    layout: Literal["windows", "sequences"] = "windows"

    @classmethod
    def read(cls, values: dict[str, Any]) -> Table:
        """Create Windows or Sequences. Raises Pydantic's errors, also for a key of the other layout."""
        layout = values.get("layout", "windows")
        section = cls.layouts.get(layout) if isinstance(layout, str) else None
        if section is None:
            known = suggest(str(layout), cls.layouts)
            raise invalid_at("layout", invalid("wrong-value", f"there is no layout `{layout}`", known))
        for other, unwanted in cls.layouts.items():
            for key in values.keys() & (unwanted.model_fields.keys() - section.model_fields.keys()):
                message = f"`{key}` belongs to `layout: {other}`, but this is `layout: {layout}`"
                raise invalid_at(key, invalid("unknown-key", message, f"remove `{key}`, or write `layout: {other}`"))
        return section.model_validate(values)
