"""Sections of tables, inspected without a reader."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.section import DataDiagnostic, DataSection


class Workplace:
    """A folder with tables, and the sections that describe them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def csv(self, text: str, **keys: Any) -> DataSection:
        self.write("table.csv", text)
        return self.csv_of("table.csv", **keys)

    def csv_of(self, path: str, **keys: Any) -> DataSection:
        return read_data_section({"source": "csv", "path": path, **keys})

    def diagnostics(self, section: DataSection, signature: Signature) -> tuple[DataDiagnostic, ...]:
        header = section.inspect(self.folder)
        return header.diagnostics or section.check(header, signature)


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.fixture(scope="session")
def model() -> Callable[..., Signature]:
    """Make a many-to-one model, or a many-to-many one with `per_step`."""

    def signature(
        timesteps: int | None = 1, features: int = 1, units: int = 1, *, per_step: bool = False, **rest: Any
    ) -> Signature:
        kind, output = ("many-to-many", (None, timesteps, units)) if per_step else ("many-to-one", (None, units))
        return Signature(kind, (None, timesteps, features), **{"output_shape": output, **rest})

    return signature
