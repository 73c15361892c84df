"""`runs/latest` leads to the newest run."""

import shutil
from pathlib import Path

import pytest

from tdcli.runs.folder import RunFolder, create_run, open_run_folder
from tdcli.text.errors import SpecError


def started(parent: Path, name: str) -> RunFolder:
    run = create_run(parent, name)
    run.write_record({})
    return run


def test_latest_leads_to_the_run_that_was_started_last(tmp_path: Path) -> None:
    started(tmp_path, "first")
    second = started(tmp_path, "second")
    assert open_run_folder(tmp_path / "latest").path == second.path


def test_latest_survives_a_runs_folder_that_was_moved(tmp_path: Path) -> None:
    run = started(tmp_path / "runs", "only")
    shutil.move(tmp_path / "runs", tmp_path / "moved")
    assert open_run_folder(tmp_path / "moved" / "latest").path.name == run.path.name


def test_something_else_called_latest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    started(tmp_path, "first")
    assert not (tmp_path / "latest").is_symlink()
    assert sorted(path.name[:1] for path in tmp_path.iterdir()) == ["2", "l"]


def test_a_broken_link_to_the_latest_run_is_not_a_run_and_the_newest_is_named(tmp_path: Path) -> None:
    kept, gone = started(tmp_path, "kept"), started(tmp_path, "newer")
    shutil.rmtree(gone.path)
    with pytest.raises(SpecError) as caught:
        open_run_folder(tmp_path / "latest")
    assert str(kept.path) in caught.value.diagnostics[0].help[0]
