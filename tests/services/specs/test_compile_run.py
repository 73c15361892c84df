"""A run is compiled without its data: what these told is in the record."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.runs.folder import RunFolder
from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.compile_run import compile_run

SPEC = """architecture:
  kind: many-to-one
  input: {timesteps: 4, features: 2}
  recurrent: {units: 2}
  outputs: {units: 1, activation: sigmoid}
data: {source: npy, x: x.npy, y: y.npy}
training: {loss: binary_crossentropy}
"""


@pytest.mark.parametrize(
    ("y", "takes"),
    [
        (np.linspace(0, 1, 20), "numbers"),
        (np.arange(20) % 2, "classes"),
        (np.arange(20.0) % 2, "classes"),
        (np.linspace(0, 100, 20), "classes"),  # which are refused as no classes
    ],
)
def test_what_a_crossentropy_learns_is_told_by_the_first_targets(y: np.ndarray, takes: str, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((20, 4, 2)))
    np.save(tmp_path / "y.npy", y)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    compiled = compile_spec(tmp_path / "spec.yaml")
    assert compiled.signature.takes == takes
    assert compiled.objective.metrics == (("mae", "rmse") if takes == "numbers" else ("accuracy",))


@pytest.mark.parametrize(("record", "classes"), [({"fractions": True}, False), ({}, True)])
def test_a_run_learns_what_it_learnt_though_its_data_are_gone(record: dict, classes: bool, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    RunFolder(tmp_path).write_record({"input_shape": [None, 4, 2], **record})
    assert compile_run(RunFolder(tmp_path)).objective.classes is classes
