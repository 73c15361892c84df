"""What is there is documented, and what the documents show is what is printed."""

from pathlib import Path
from typing import Any

import pytest
from typer import Typer

from tdcli.architectures.core.input import FrameInput, SequenceInput
from tdcli.architectures.core.registry import find_kind, kinds
from tdcli.architectures.layers import ShapeInput
from tdcli.cli.app import COMMANDS, find_command
from tdcli.layers.core.registry import find_layer, layer_names
from tdcli.sources.core.registry import find_source
from tdcli.sources.core.split import Split
from tdcli.sources.csv import Csv
from tdcli.sources.synthetic import find_task, task_names
from tdcli.spec.schedules import SCHEDULES, Schedule
from tdcli.spec.search import Range
from tdcli.spec.training import Checkpoint, EarlyStopping, Training
from tdcli.text.registry import module_names

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "spec.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND_NAMES = module_names(COMMANDS)


def test_the_readme_is_short_and_names_every_command_kind_and_source() -> None:
    assert len(README.splitlines()) < 150
    assert max(map(len, README.splitlines())) <= 110
    assert max(len(line) for line in README.splitlines() if line.startswith("| `tdcli")) < 90
    assert len(COMMAND_NAMES) >= 20
    names = [f"`tdcli {name}" for name in COMMAND_NAMES] + list(kinds()) + list(module_names("tdcli.sources"))
    assert [name for name in names if name not in README] == []


def test_every_layer_says_what_shape_goes_in_and_comes_out() -> None:
    names = layer_names()
    assert len(names) >= 66
    silent = [name for name in names if "(batch" not in (getattr(find_layer(name), "__doc__", "") or "")]
    assert silent == []


def test_every_kind_says_what_shape_goes_in_or_comes_out() -> None:
    assert len(kinds()) >= 8
    assert [kind for kind in kinds() if not (find_kind(kind).__doc__ or "").strip()] == []


@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_every_commands_help_ends_with_an_example(name: str) -> None:
    command = find_command(name).body
    several = isinstance(command, Typer)
    for function in [each.callback for each in command.registered_commands] if several else [command]:
        *_, last = [line.strip() for line in function.__doc__.splitlines() if line.strip()]
        assert last.startswith(f"Example: tdcli {name} ")


def sections() -> list[Any]:
    """Return every section of a spec that has a table in `docs/reference/spec.md`."""
    data = [*Csv.layouts.values(), find_source("frames"), find_source("npy"), *map(find_task, task_names())]
    of_training = [Training, EarlyStopping, Checkpoint, *SCHEDULES.values()]
    return [*map(find_kind, kinds()), *data, SequenceInput, FrameInput, ShapeInput, Split, *of_training, Range]


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.__name__)
def test_the_reference_gives_the_meaning_of_every_key(section: Any) -> None:
    implied_value = {"kind", "input", "source", "task"} | ({"name"} if issubclass(section, Schedule) else set())
    keys = set(section.model_fields) - implied_value
    assert [key for key in keys if not section.meaning(key)] == []
    assert [
        key for key in keys if f"| {section.meaning(key)} |" not in REFERENCE or f"| `{key}` |" not in REFERENCE
    ] == []


def test_every_page_tells_the_share_of_the_time_that_checkpoints_may_take() -> None:
    """That it is a hundredth is measured in `tests/nn/training/test_checkpoint.py`."""
    assert "for at most a hundredth of the time" in Checkpoint.meaning("every_seconds")
    for page, words in (
        ("concepts/training.md", "for at\n  most a hundredth of the time"),
        ("reference/runs.md", "keep to 1 % of the\ntraining"),
    ):
        assert words in (ROOT / "docs" / page).read_text(encoding="utf-8")
