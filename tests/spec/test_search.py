"""The search section: what it takes, and where it is refused."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from tdcli.services.specs.compile import compile_spec
from tdcli.spec.search import Range, Space
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError

SPEC = """architecture:
  kind: many-to-one
  input: {timesteps: 4, features: 2}
  recurrent: {units: 3}
  outputs: 1
training: {optimizer: {name: adam}}
search:
"""


def written(line: str, folder: Path) -> Path:
    (folder / "spec.yaml").write_text(f"{SPEC}  {line}\n", encoding="utf-8")
    return folder / "spec.yaml"


def diagnostics(line: str, folder: Path) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as raised:
        compile_spec(written(line, folder))
    return raised.value.diagnostics


@pytest.mark.parametrize(
    "line",
    [
        "training.optimizer.learning_rate: {low: 1e-4, high: 1e-2, log: true}",
        "architecture.recurrent.units: {low: 8, high: 128, step: 8}",
        "architecture.recurrent.cell: [LSTM, GRU]",
        "architecture.recurrent.dropout: {low: 0.0, high: 0.3, step: 0.1}",
        "training.optimizer: [adam, {name: sgd, momentum: 0.9}]",
        "training.early_stopping: [null, {patience: 3}]",
    ],
)
def test_ranges_and_lists_of_any_values_are_taken(line: str, tmp_path: Path) -> None:
    assert compile_spec(written(line, tmp_path)).spec.search


def test_numbers_are_whole_where_all_that_is_written_is_whole() -> None:
    assert Range(low=1, high=9, step=2).is_whole
    assert not Range(low=1, high=9, step=0.5).is_whole
    assert not Range(low=1, high=9.0).is_whole


@pytest.mark.parametrize(
    ("line", "name", "message", "at"),
    [
        (
            "training.epochs: {low: 5, high: 5}",
            "wrong-value",
            "`high` must be greater than `low`, which is 5, got 5",
            "5}",
        ),
        ("training.epochs: {low: 0, high: 5, log: true}", "wrong-value", "`low` must be greater than 0", "0, high"),
        (
            "training.epochs: {low: 1, high: 5, log: true, step: 2}",
            "wrong-value",
            "`log` and `step` cannot be used together",
            "2}",
        ),
        (
            "training.epochs: {low: 1, high: 8, step: 2}",
            "wrong-value",
            "steps of 2 from 1 do not reach 8 exactly",
            "2}",
        ),
        ("training.epochs: {low: 1, high: 8, step: 0}", "wrong-value", "`step` must be greater than 0", "0}"),
        (
            "training.epochs: {low: 1, high: many}",
            "wrong-type",
            'the limits of a range must be numbers, got text "many"',
            "many",
        ),
        ("training.epochs: {low: 1, high: 3, stp: 1}", "unknown-key", "unknown key `stp`", "stp"),
        ("training.epochs: []", "wrong-value", "fewer than two values to choose from", "training.epochs"),
        ("training.epochs: [4]", "wrong-value", "fewer than two values to choose from", "training.epochs"),
        ("training.epochs: [4, 5, 4]", "wrong-value", "the list contains 4 twice", "training.epochs"),
        ("training.epochs: 5", "wrong-type", "the values to search must be a range or a list, got 5", "5"),
        ("training.epoch: [4, 5]", "unknown-key", "unknown key `epoch`", "training.epoch"),
        ("architecture.recurrent.0.units: [4, 5]", "unknown-key", "unknown key `0`", "architecture.recurrent.0.units"),
        ("training.epochs.most: [4, 5]", "wrong-type", "`epochs` must be a whole number", "training.epochs.most"),
        (
            "architecture.kind.most: [4, 5]",
            "wrong-override",
            "`architecture.kind.most` does not exist in the spec",
            "architecture.kind.most",
        ),
        ("training.epochs: [4, five]", "wrong-type", "`epochs` must be a whole number", "five"),
        ("training.epochs: {low: 0, high: 5}", "wrong-value", "`epochs` must be greater than 0", "0, high"),
        ("split.validation: [0.1, 0.2]", "wrong-override", "cannot be searched", "split.validation"),
        ("split: [{validation: 0.1}, {}]", "wrong-override", "cannot be searched", "split"),
        ("data: [{}, {source: csv}]", "wrong-override", "cannot be searched", "data"),
        ("data.target: [a, b]", "wrong-override", "`data.target` cannot be searched", "data.target"),
        ("name: [a, b]", "wrong-override", "`name` cannot be searched", "name"),
        ("training.monitor: [val_loss, val_mae]", "wrong-override", "cannot be searched", "training.monitor"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(line: str, name: str, message: str, at: str, tmp_path: Path) -> None:
    (diagnostic,) = diagnostics(line, tmp_path)
    assert diagnostic.name == name
    assert message in diagnostic.message
    assert diagnostic.span
    assert diagnostic.span.line == len(SPEC.splitlines()) + 1
    assert diagnostic.span.source[diagnostic.span.column - 1 :].startswith(at)


def test_the_nearest_path_and_the_nearest_step_are_suggested(tmp_path: Path) -> None:
    assert diagnostics("training.epoch: [4, 5]", tmp_path)[0].help == ("did you mean `epochs`?",)
    assert diagnostics("training.epochs: {low: 1, high: 8, step: 2}", tmp_path)[0].help == ("write `high: 7`",)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("training.optimiser.learning_rate", "training.optimizer.learning_rate"),
        ("architecture.recurent.units", "architecture.recurrent.units"),
        ("architecture.recurent.unit", "architecture.recurrent.units"),
    ],
)
def test_the_whole_path_is_suggested_where_a_key_of_the_spec_is_misspelt(path: str, meant: str, tmp_path: Path) -> None:
    assert diagnostics(f"{path}: [1, 2]", tmp_path)[0].help == (f"did you mean `{meant}`?",)


def test_what_may_be_searched_of_the_data_is_named(tmp_path: Path) -> None:
    (help,) = diagnostics("data.stride: [1, 2]", tmp_path)[0].help
    assert "`features`, `encode`, `scale`, `target_change`, `sampling`, `every`, `padding`" in help


def test_a_range_with_broken_numbers_is_not_for_whole_ones(tmp_path: Path) -> None:
    low, high = diagnostics("architecture.recurrent.units: {low: 1, high: 10, step: 0.5}", tmp_path)
    assert "`units` must be a whole number, got 1.0" in low.message
    assert "got 10.0" in high.message
    assert low.help == ("write `low`, `high` and `step` as whole numbers",)


def test_a_path_inside_another_is_refused(tmp_path: Path) -> None:
    (diagnostic,) = diagnostics(
        "training.optimizer: [adam, sgd]\n  training.optimizer.learning_rate: [0.1, 0.2]", tmp_path
    )
    assert "`training.optimizer.learning_rate` is inside `training.optimizer`" in diagnostic.message
    assert diagnostic.span
    assert diagnostic.span.line == len(SPEC.splitlines()) + 2
    assert diagnostic.help == ("search only one of them",)


def test_values_of_two_types_are_two_values() -> None:
    assert TypeAdapter(Space).validate_python({"a.b": (1, True)}) == {"a.b": (1, True)}


def test_faults_of_several_paths_come_together(tmp_path: Path) -> None:
    found = diagnostics(
        "training.epochs: []\n  training.batch_size: 3\n  architecture.outputs: {low: 2, high: 1}", tmp_path
    )
    assert [each.span.line for each in found if each.span] == [8, 9, 10]


def test_broken_steps_that_lead_to_the_end_are_taken_as_they_are_written(tmp_path: Path) -> None:
    """0.7 is no multiple of 0.1 in binary."""
    assert compile_spec(written("architecture.recurrent.dropout: {low: 0.0, high: 0.7, step: 0.1}", tmp_path))


@pytest.mark.parametrize(("low", "high", "step"), [(0.0, 1e308, 3e-320), (-1e308, 1.0, 3.0), (0, 10**30, 7)])
def test_steps_of_another_size_than_the_range_are_answered(low: float, high: float, step: float) -> None:
    with pytest.raises(ValidationError, match="do not reach"):
        Range(low=low, high=high, step=step)


def test_what_only_the_plan_can_refuse_is_left_to_the_trials(tmp_path: Path) -> None:
    spec = written("architecture.layers.0.Conv1D.kernel_size: [3, 9]", tmp_path)
    chain = (
        "{kind: layers, input: [5, 2], layers: [{Conv1D: {filters: 2, kernel_size: 3}}, Flatten, {Dense: {units: 1}}]}"
    )
    text = f"architecture: {chain}\nsearch:\n  architecture.layers.0.Conv1D.kernel_size: [3, 9]\n"
    spec.write_text(text, encoding="utf-8")
    assert compile_spec(spec).spec.search
