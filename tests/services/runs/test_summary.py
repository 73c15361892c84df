"""Runs at a glance, by what their folders hold."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tdcli.report.terminal.runs import render_comparison
from tdcli.runs.folder import FORMAT, RunFolder
from tdcli.runs.lock import hold_lock, is_held
from tdcli.services.runs.summary import compare_runs, describe_run, list_runs
from tdcli.text.errors import SpecError

SPEC = "architecture: {{kind: one-to-one, input: {{features: 1}}, recurrent: {{units: {units}}}, outputs: 1}}\n"
HOLD = """
import sys
from pathlib import Path
from tdcli.runs.folder import RunFolder
from tdcli.runs.lock import hold_lock
with hold_lock(RunFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def made(parent: Path, name: str, *, units: int = 5, state: str = "done", **metrics: Any) -> RunFolder:
    """Write a run's folder by hand, as the page on runs describes it."""
    run = RunFolder(parent / name)
    run.path.mkdir(parents=True)
    run.spec.write_text(SPEC.format(units=units), encoding="utf-8")
    record = {"kind": "one-to-one", "parameters": 146, "started": "2026-11-21T10:00:00+0000", "monitor": "val_loss"}
    run.record.write_text(json.dumps({"format": FORMAT, "state": state, **record}), encoding="utf-8")
    if metrics:
        run.metrics.write_text(json.dumps(metrics), encoding="utf-8")
    return run


def figures(best: float | None) -> dict[str, Any]:
    results = {"val_loss": best}
    return {"epochs": 4, "best_epoch": 2, "seconds": 61.5, "best": results, "last": results}


def test_runs_are_listed_oldest_first_without_the_link_to_the_newest(tmp_path: Path) -> None:
    made(tmp_path, "20260102-000000-b")
    made(tmp_path, "20260101-000000-a", **figures(0.5))
    (tmp_path / "latest").symlink_to("20260102-000000-b")
    (tmp_path / "notes").mkdir()
    first, second = list_runs(tmp_path, "name")
    assert (first.name, second.name) == ("20260101-000000-a", "20260102-000000-b")
    assert (first.epochs, first.best_epoch, first.seconds, first.best) == (4, 2, 61.5, {"val_loss": 0.5})
    assert (second.epochs, second.seconds, second.best) == (0, None, {})


def test_runs_are_sorted_by_a_figure_and_those_without_it_come_last(tmp_path: Path) -> None:
    for name, best in (("a", 0.5), ("b", None), ("c", 0.1), ("d", 0.9)):
        made(tmp_path, name, **figures(best))
    assert [run.name for run in list_runs(tmp_path, "val_loss")] == ["c", "a", "d", "b"]
    assert [run.name for run in list_runs(tmp_path, "val_loss", descending=True)] == ["d", "a", "c", "b"]


def test_a_field_to_sort_by_that_no_run_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    made(tmp_path, "a", **figures(0.5))
    with pytest.raises(SpecError, match="no run has the field or metric `val_los`") as caught:
        list_runs(tmp_path, "val_los")
    assert caught.value.diagnostics[0].help == ("did you mean `val_loss`?",)


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_runs_is_refused(folder: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"contains no runs|is not a folder"):
        list_runs(tmp_path / folder)


def test_a_run_is_running_while_a_process_holds_it_and_interrupted_after_that(tmp_path: Path) -> None:
    run = made(tmp_path, "a", state="running")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        assert list_runs(tmp_path)[0].state == "running"
        with pytest.raises(SpecError, match="another process is training"), hold_lock(run):
            pass
        process.kill()
    assert list_runs(tmp_path)[0].state == "interrupted"
    with hold_lock(run):
        pass


def test_looking_at_a_run_leaves_nothing_in_its_folder(tmp_path: Path) -> None:
    run = made(tmp_path, "a", state="running")
    before = sorted(run.path.iterdir())
    assert not is_held(run)
    assert sorted(run.path.iterdir()) == before


def test_the_details_name_every_file_with_its_size(tmp_path: Path) -> None:
    run = made(tmp_path, "a", **figures(0.5))
    details = describe_run(run.path)
    assert details.files == {each.name: each.stat().st_size for each in run.path.iterdir()}
    assert details.record["parameters"] == 146


def test_a_comparison_names_the_settings_that_differ_and_no_others(tmp_path: Path) -> None:
    one, two = made(tmp_path, "a", units=5), made(tmp_path, "b", units=7)
    found = compare_runs([one.path, two.path, one.path])
    assert [run.name for run in found.runs] == ["a", "b"]
    assert found.settings == {"architecture.recurrent.units": (5, 7)}


def test_a_run_is_not_compared_with_itself(tmp_path: Path) -> None:
    run = made(tmp_path, "a")
    with pytest.raises(SpecError, match="only one run to compare was given"):
        compare_runs([run.path, run.path])


def test_a_figure_that_one_run_lacks_is_a_dash(tmp_path: Path) -> None:
    one, two = made(tmp_path, "a", **figures(0.5)), made(tmp_path, "b")
    console = Console(file=io.StringIO(), width=200)
    console.print(render_comparison(compare_runs([one.path, two.path]), "table"))
    assert "(last -)" not in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_damaged_run_hides_no_other(tmp_path: Path) -> None:
    made(tmp_path, "20260101-000000-a", **figures(0.5))
    made(tmp_path, "20260102-000000-b").metrics.write_text('{"epochs": "four"}', encoding="utf-8")
    made(tmp_path, "20260103-000000-c").record.write_text("{", encoding="utf-8")
    made(tmp_path, "20260104-000000-d", **figures(0.4))
    diagnostics: list[SpecError] = []
    found = list_runs(tmp_path, on_damaged=diagnostics.append)
    assert [run.name[-1] for run in found] == ["a", "d"]
    assert [each.diagnostics[0].message.count("20260102") for each in diagnostics] == [1, 0]
    compared = compare_runs(
        [tmp_path / run.name for run in found] + [tmp_path / "20260102-000000-b"], diagnostics.append
    )
    assert [run.name[-1] for run in compared.runs] == ["a", "d"]
    assert len(diagnostics) == 3
    with pytest.raises(SpecError, match="four"):
        compare_runs([tmp_path / found[0].name, tmp_path / "20260102-000000-b"], diagnostics.append)


def test_where_no_run_is_sound_each_is_named(tmp_path: Path) -> None:
    for name in ("20260101-000000-a", "20260102-000000-b"):
        made(tmp_path, name).record.write_text("[]", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        list_runs(tmp_path, on_damaged=lambda error: None)
    assert len(caught.value.diagnostics) == 2
