"""Warnings that need the data or the loss beside the plan."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.diagnostic import Diagnostic

WINDOWS = """architecture: {kind: many-to-one, input: {timesteps: 3, features: 1}, recurrent: {units: 2}, outputs: 1}
data: {source: csv, path: table.csv, features: [a], target: b%s}
split: {%s}
"""


def warnings(spec: str, folder: Path) -> tuple[Diagnostic, ...]:
    (folder / "spec.yaml").write_text(spec, encoding="utf-8")
    return warnings_for(compile_spec(folder / "spec.yaml"))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text("a,b,c,d\n1,2,3,4\n", encoding="utf-8")
    return tmp_path


def test_columns_without_a_part_are_named(table: Path) -> None:
    (warning,) = warnings(WINDOWS % ("", "validation: 0.2"), table)
    assert (warning.name, warning.message) == ("unused-columns", "2 of 4 columns are not used: `c`, `d`")
    assert warning.help == ("add them to `features`, or write `ignore: [c, d]`",)


@pytest.mark.parametrize("keys", [", ignore: [c, d]", ", ignore: d, order: c", ", ignore: c, group: d"])
def test_columns_with_a_part_and_those_that_are_ignored_knowingly_are_not(keys: str, table: Path) -> None:
    assert warnings(WINDOWS % (keys, "validation: 0.2"), table) == ()


def test_scaling_wants_a_part_that_it_has_not_seen(table: Path) -> None:
    (warning,) = warnings(WINDOWS % (", ignore: [c, d]", ""), table)
    assert warning.name == "scaling-fitted-on-all-data"
    assert warnings(WINDOWS % (", ignore: [c, d], scale: none", ""), table) == ()
    assert warnings(WINDOWS % (", ignore: [c, d], test: table.csv", ""), table) == ()


def test_a_hundred_parameters_for_each_value_are_too_many(tmp_path: Path) -> None:
    """LSTM(50) over one feature has 4 x (52 x 50) = 10,400 parameters, and Dense 51."""
    np.save(tmp_path / "x.npy", np.ones((4, 26, 1)))
    np.save(tmp_path / "y.npy", np.ones((4, 1)))
    spec = (
        "architecture: {kind: many-to-one, input: {timesteps: 26, features: 1}, recurrent: {units: 50}, outputs: 1}\n"
        "data: {source: npy, x: x.npy, y: y.npy}\n"
    )
    (warning,) = warnings(spec, tmp_path)
    assert warning.message == "the model has 10,451 parameters, but the training data have only 104 values"
    np.save(tmp_path / "x.npy", np.ones((5, 26, 1)))
    np.save(tmp_path / "y.npy", np.ones((5, 1)))
    assert warnings(spec, tmp_path) == ()


def test_sigmoid_units_do_not_share_one(tmp_path: Path) -> None:
    spec = (
        "architecture: {kind: many-to-one, input: {timesteps: 2, features: 1}, recurrent: {units: 2},"
        " outputs: {units: 3, activation: %s}}\ntraining: {loss: %s}\n"
    )
    (warning,) = warnings(spec % ("sigmoid", "categorical_crossentropy"), tmp_path)
    assert warning.name == "sigmoid-with-categorical-crossentropy"
    assert warnings(spec % ("softmax", "categorical_crossentropy"), tmp_path) == ()
    assert warnings(spec % ("sigmoid", "binary_crossentropy"), tmp_path) == ()


def test_folding_mends_what_time_distributed_drops(tmp_path: Path) -> None:
    layers = "[{TimeDistributed: BatchNormalization}, {TimeDistributed: {Dense: {units: 2, activity_regularizer: l2}}}]"
    spec = f"architecture: {{kind: layers, input: [6, 4], layers: {layers}}}\n"
    assert warnings(spec, tmp_path) == ()
    assert len(warnings(spec + "training: {folded: false}\n", tmp_path)) == 2
