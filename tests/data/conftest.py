"""Sections, models and files that the tests of data share."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import FileRequest, LoadRequest, load, load_file
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split

SHIPPED = Path(__file__).parents[2] / "specs" / "data"


def signature(
    timesteps: int | None = 1, features: int = 1, units: int = 1, *, per_step: bool = False, **rest: Any
) -> Signature:
    """A sequence model: many-to-many with `per_step`, else many-to-one."""
    output = rest.pop("output_shape", (None, timesteps, units) if per_step else (None, units))
    kind = rest.pop("kind", "many-to-many" if per_step else "many-to-one")
    return Signature(kind, (None, timesteps, features), output, **rest)


class Workplace:
    """A folder with data files, and the sections that read them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def save(self, **arrays: Any) -> None:
        for name, array in arrays.items():
            np.save(self.folder / f"{name}.npy", np.asarray(array))

    def csv(self, text: str, **keys: Any) -> DataSection:
        self.write("table.csv", text)
        return self.csv_of("table.csv", **keys)

    def csv_of(self, path: str, **keys: Any) -> DataSection:
        return read_data_section({"source": "csv", "path": path, **keys})

    def npy(self, **keys: Any) -> DataSection:
        return read_data_section({"source": "npy", "x": "x.npy", "y": "y.npy", **keys})

    def load(self, section: DataSection, signature: Signature, seed: int = 0, **split: Any) -> Dataset:
        return load(section, LoadRequest(self.folder, signature, Split(**split), seed))

    def load_file(
        self,
        section: DataSection,
        path: Path,
        signature: Signature,
        fitted: Mapping[str, Any],
        targets: Path | None = None,
        *,
        future: bool = False,
    ) -> Part:
        return load_file(section, FileRequest(path, targets, future), signature, fitted)

    def diagnostics(self, section: DataSection, signature: Signature) -> tuple[Any, ...]:
        header = section.inspect(self.folder)
        return header.diagnostics or section.check(header, signature)


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.fixture
def shipped() -> Workplace:
    return Workplace(SHIPPED)


@pytest.fixture(scope="session")
def anew(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workplace]:
    """For property tests, which need a new folder for every example."""
    return lambda: Workplace(tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="session")
def model() -> Callable[..., Signature]:
    return signature
