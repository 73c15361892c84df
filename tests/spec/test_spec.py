"""The document as a whole: sections, overrides, and faults in the file's order."""

from pathlib import Path

import pytest

from tdcli.spec.load import load_document, validate_document
from tdcli.spec.spec import Spec
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError

ARCHITECTURE = """architecture:
  kind: many-to-one
  input: {timesteps: 5, features: 1}
  recurrent: {units: 4}
  outputs: 1
"""


def load(text: str, folder: Path, *settings: str) -> Spec:
    path = folder / "my model.yaml"
    path.write_text(text, encoding="utf-8")
    return validate_document(load_document(path, settings))


def diagnostics(text: str, folder: Path, *settings: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        load(text, folder, *settings)
    return caught.value.diagnostics


def test_an_architecture_alone_is_a_spec_named_after_its_file(tmp_path: Path) -> None:
    spec = load(ARCHITECTURE, tmp_path)
    assert (spec.name, spec.data, spec.spec) == ("my model", None, 1)


def test_defaults_are_those_of_the_documentation(tmp_path: Path) -> None:
    training = load(ARCHITECTURE, tmp_path).training
    assert (training.epochs, training.batch_size, training.optimizer.name) == (10, 32, "adam")
    assert (training.shuffle, training.seed, training.early_stopping) == (True, 0, None)


def test_an_override_reads_by_the_rules_of_the_file(tmp_path: Path) -> None:
    settings = ("training.optimizer={name: sgd, learning_rate: 1e-2}", "training.epochs=3", "name=other")
    spec = load(ARCHITECTURE, tmp_path, *settings)
    assert (spec.name, spec.training.epochs, spec.training.optimizer.name) == ("other", 3, "sgd")
    assert spec.training.optimizer.arguments == {"learning_rate": 0.01}


def test_every_fault_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = f"nmae: x\n{ARCHITECTURE}training: {{epochs: -1, optimizer: {{name: adam, beta_3: 1}}, loss: msee}}\n"
    found = diagnostics(text, tmp_path)
    assert [each.message for each in found] == [
        "unknown key `nmae`",
        "`epochs` must be greater than 0, got -1",
        "`adam` has no argument `beta_3`",
        "there is no loss `msee`",
    ]
    assert [each.help[0] for each in found if each.help] == [
        "did you mean `name`?",
        "did you mean `beta_2`?",
        "did you mean `mse`?",
    ]
    assert [each.span.line for each in found if each.span] == [1, 7, 7, 7]


@pytest.mark.parametrize(
    ("training", "message"),
    [
        ("{epochs: 1.5}", "`epochs` must be a whole number, got 1.5"),
        ("{batch_size: 0}", "`batch_size` must be greater than 0, got 0"),
        ("{optimizer: adamm}", "there is no optimizer `adamm`"),
        (
            "{optimizer: {name: sgd, learning_rate: fast}}",
            '`learning_rate` must be a number of 0 or more, got text "fast"',
        ),
        ("{optimizer: {name: sgd, clipnorm: .inf}}", "`clipnorm` must be a number of 0 or more, got inf"),
        ("{optimizer: {name: sgd, nesterov: 1}}", "`nesterov` must be true or false, got 1"),
        (
            "{optimizer: {name: adam, ema_overwrite_frequency: 0}}",
            "`ema_overwrite_frequency` must be a whole number of 1 or more, got 0",
        ),
        (
            "{optimizer: {name: adam, gradient_accumulation_steps: 1}}",
            "`gradient_accumulation_steps` must be a whole number of 2 or more, got 1",
        ),
        ("{optimizer: {name: lion, beta_1: 0}}", "`beta_1` must be a number greater than 0 and at most 1, got 0"),
        ("{optimizer: {name: sgd, momentum: 2}}", "`momentum` must be a number from 0 to 1, got 2"),
        (
            "{optimizer: {name: adam, clipnorm: 1, clipvalue: 1}}",
            "`clipnorm` and `clipvalue` cannot be used together",
        ),
        (
            "{optimizer: {name: ftrl, learning_rate_power: steep}}",
            '`learning_rate_power` must be a number of 0 or less, got text "steep"',
        ),
        ("{optimizer: 3}", "`optimizer` must be a name or a mapping with a `name`, got 3"),
        ("{early_stopping: 5}", "`early_stopping` must be a mapping of keys, got 5"),
        ("{metrics: [accurcy]}", "there is no metric `accurcy`"),
        (
            "{class_weight: 3}",
            "`class_weight` must be `balanced` or a mapping of classes to weights of 0 or more, got 3",
        ),
        ("{seed: -1}", "`seed` must be greater than or equal to 0, got -1"),
        ("{shuffle: sometimes}", '`shuffle` must be true or false, got text "sometimes"'),
        ("[1, 2]", "`training` must be a mapping of keys, got a list of 2 items"),
    ],
)
def test_an_impossible_value_is_refused_with_what_was_received(training: str, message: str, tmp_path: Path) -> None:
    (diagnostic,) = diagnostics(f"{ARCHITECTURE}training: {training}\n", tmp_path)
    assert diagnostic.message == message


def test_a_spec_of_another_version_is_refused(tmp_path: Path) -> None:
    (diagnostic,) = diagnostics(f"spec: 2\n{ARCHITECTURE}", tmp_path)
    assert "spec" in diagnostic.message


@pytest.mark.parametrize(
    ("group", "helps"),
    [
        ("", ("write `group: COLUMN` in `split`",)),
        ("group: 5,", ("write `group: COLUMN` in `split`",)),
        ("group: shift,", ("write `group: shift` in `split`",)),
        ("group: [no],", ("write `group: 'no'` in `split`",)),
        ("group: [shift, line],", ("write `group: shift` in `split`", "or write `group: line` in `split`")),
    ],
)
def test_a_split_by_group_without_a_column_suggests_the_groups_of_the_data(
    group: str, helps: tuple[str, ...], tmp_path: Path
) -> None:
    data = f"data: {{source: csv, path: t.csv, {group} target: v, features: v}}\nsplit: {{by: group, test: 0.2}}\n"
    *_, found = diagnostics(ARCHITECTURE + data, tmp_path)
    assert (found.message[:17], found.help) == ("`by: group` needs", helps)
    assert found.span is not None
    assert (found.span.line, found.span.column) == (7, 13)


def test_a_group_without_a_split_by_group_suggests_it(tmp_path: Path) -> None:
    (found,) = diagnostics(ARCHITECTURE + "split: {by: random, group: shift, test: 0.2}\n", tmp_path)
    assert found.message == "`group: shift` needs `by: group`, not `by: random`"
    assert found.help == ("write `by: group` in `split`", "or remove `group` from `split`")
