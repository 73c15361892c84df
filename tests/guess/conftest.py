"""A spec guessed from a file, and what `check` and `data` say of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tdcli.services.init.new_spec import new_spec
from tdcli.services.samples.survey import survey
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.diagnostic import Diagnostic


class Tried(NamedTuple):
    """A guessed spec, compiled, and all that is said of it and its data."""

    text: str
    compiled: Compiled
    remarks: tuple[Diagnostic, ...]

    @property
    def data(self) -> Any:
        """The section as it stands in the spec."""
        return self.compiled.document.values["data"]

    @property
    def avoidable(self) -> list[str]:
        """What another spec would not be told; what lies elsewhere in time lies there in any."""
        return [f"{each.name}: {each.message}" for each in self.remarks if each.name != "drift-between-parts"]


@pytest.fixture
def tried(tmp_path: Path) -> Callable[[Path], Tried]:
    def _tried(data: Path) -> Tried:
        spec = tmp_path / "guessed.yaml"
        spec.unlink(missing_ok=True)
        text = new_spec(None, data, spec).text
        spec.write_text(text, encoding="utf-8")
        compiled = compile_spec(spec)
        found = survey(compiled)
        return Tried(text, compiled, (*warnings_for(compiled), *found.warnings, *found.faults))

    return _tried


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write a table: a header, and rows of cells."""

    def _written(header: str, rows: Any, name: str = "table.csv", separator: str = ",") -> Path:
        lines = [*([header] if header else []), *(separator.join(map(str, row)) for row in rows)]
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return _written
