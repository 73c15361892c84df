"""Data described by a spec in a folder of its own, and looked at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.services.samples.survey import survey
from tdcli.services.specs.compile import compile_spec
from tdcli.survey.findings import Survey

FORECAST = "{kind: many-to-one, input: {timesteps: 2, features: null}, recurrent: {units: 3}, outputs: 1}"


@pytest.fixture
def look(tmp_path: Path) -> Callable[..., Survey]:
    """Survey a table, or arrays: `look("source: csv, path: table.csv, target: a", table="a\\n1\\n", split="{}")`."""

    def make(data: str, table: str = "", architecture: str = FORECAST, split: str = "{}", **arrays: Any) -> Survey:
        (tmp_path / "table.csv").write_text(table, encoding="utf-8")
        for name, array in arrays.items():
            np.save(tmp_path / f"{name}.npy", array)
        spec = tmp_path / "spec.yaml"
        spec.write_text(f"architecture: {architecture}\ndata: {{{data}}}\nsplit: {split}\n", encoding="utf-8")
        return survey(compile_spec(spec))

    return make
