"""Small specs over arrays, trained as the services train them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.nn.training.train import Progress, Trained, train
from tdcli.services.samples.prepare import Prepared, prepare
from tdcli.services.specs.compile import Compiled, compile_spec


@dataclass(frozen=True)
class Problem:
    """A compiled spec with its loaded data."""

    compiled: Compiled
    prepared: Prepared

    def train(self, show: Callable[[Progress], None] = lambda _: None) -> Trained:
        prepared, training = self.prepared, self.compiled.spec.training
        weights = prepared.class_weights
        return train(self.compiled.plan, prepared.data, training, self.compiled.objective, weights, show)


@pytest.fixture
def problem(tmp_path: Path) -> Callable[..., Problem]:
    """Write arrays and a spec, and load both: `problem(architecture, training, x=..., y=..., data="...")`."""

    def make(architecture: str, training: str, data: str = "", **arrays: Any) -> Problem:
        for name, array in arrays.items():
            np.save(tmp_path / f"{name}.npy", array)
        given = ", ".join(f"{name}: {name}.npy" for name in arrays if "_" not in name)
        spec = tmp_path / "spec.yaml"
        lines = [f"architecture: {architecture}", f"data: {{source: npy, {given}{data}}}", f"training: {training}"]
        return loaded(spec, "\n".join(lines))

    return make


@pytest.fixture
def table_problem(tmp_path: Path) -> Callable[[str, str], Problem]:
    """Write a table and a spec, and load both: `table_problem(spec, table)`; the spec reads `table.csv`."""

    def make(text: str, table: str) -> Problem:
        (tmp_path / "table.csv").write_text(table, encoding="utf-8")
        return loaded(tmp_path / "spec.yaml", text)

    return make


def loaded(spec: Path, text: str) -> Problem:
    spec.write_text(text + "\n", encoding="utf-8")
    compiled = compile_spec(spec)
    return Problem(compiled, prepare(compiled))
