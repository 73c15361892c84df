"""A value of another type in a stored file is said at its key."""

import json
from pathlib import Path
from typing import Any

import pytest

from tdcli.runs.folder import FORMAT, RunFolder
from tdcli.runs.study import StudyFolder
from tdcli.text.errors import SpecError

CASES: list[tuple[dict[str, Any], str]] = [
    ({"parameters": "many"}, '`parameters` must be a whole number, got text "many"'),
    ({"parameters": 10**30}, "`parameters` must be less than 9223372036854775808"),
    ({"learnt": []}, "`learnt` must be a mapping of keys, got a list of 0 items"),
    ({"learnt": {"scaling": {"x": {"mean": ["a"], "variance": [1]}, "y": None}}}, "`learnt.scaling.x.mean[0]`"),
    ({"data": {"a.csv": {"bytes": 1}}}, "`data.a.csv.sha256` is missing"),
    ({"naive": {"mean": [float("nan")]}}, "`naive.mean[0]` must be a finite number"),
]


@pytest.mark.parametrize(("values", "message"), CASES)
def test_a_wrong_value_of_a_record_is_named_by_file_and_key(
    values: dict[str, Any], message: str, tmp_path: Path
) -> None:
    run = RunFolder(tmp_path)
    run.record.write_text(json.dumps({"format": FORMAT, **values}), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        run.read_record()
    assert len(caught.value.diagnostics) == 1
    assert caught.value.diagnostics[0].message.startswith(f"`{run.record}`: {message}")


def test_keys_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_record({"later": {"a": 1}})
    assert run.read_record()["later"] == {"a": 1}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 10_000, "\x00"])
def test_figures_that_are_not_a_mapping_are_reported(text: str, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.metrics.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r"metrics.json` cannot be read"):
        run.read_metrics()


def test_seconds_that_are_not_a_number_are_reported(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.metrics.write_text('{"seconds": null}', encoding="utf-8")
    with pytest.raises(SpecError, match=r"metrics.json`: `seconds`"):
        run.read_metrics()


@pytest.mark.parametrize(
    "text", ["epoch,loss\n1,a\n", "loss\n1\n", "epoch\nnan\n", "epoch,loss\n1,2,3\n", "epoch\n1e400\n", "epoch\n\0\n"]
)
def test_a_damaged_history_is_reported(text: str, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.history.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r"history.csv` cannot be read"):
        run.read_history()


def test_a_study_is_read_key_by_key(tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path)
    folder.write_results(
        {"name": "s", "monitor": "loss", "maximize": 1, "wanted": 1, "trials": [{"number": -1}], "importance": {}}
    )
    with pytest.raises(SpecError) as caught:
        folder.read_results()
    keys = [each.message.split("`")[3] for each in caught.value.diagnostics]
    assert keys == ["maximize", "trials[0].number", "trials[0].state", "trials[0].settings"]
