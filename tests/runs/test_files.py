"""Files appear whole or not at all."""

from pathlib import Path
from typing import Any

import pytest

from tdcli.runs.files import write_text, write_whole
from tdcli.runs.folder import RunFolder, create_run, open_run
from tdcli.text.diagnostic import UserError, WorkFailure


def test_a_write_that_fails_midway_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_text("old", encoding="utf-8")

    def fail(part: Path) -> None:
        part.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(WorkFailure) as caught:
        write_whole(path, fail)
    assert caught.value.diagnostics[0].message == f"cannot write `{path}`: No space left on device"
    assert [each.name for each in tmp_path.iterdir()] == ["model.keras"]
    assert path.read_text(encoding="utf-8") == "old"


def test_an_interrupt_midway_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(part: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "model.keras", interrupt)
    assert not list(tmp_path.iterdir())


def test_a_written_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    write_text(tmp_path / "ours", "text")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_runs_of_one_second_have_folders_of_their_own_that_sort_by_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda *_: "20260101-000000")
    names = [create_run(tmp_path, "a b").path.name for _ in range(12)]
    assert names[:2] == ["20260101-000000-a-b", "20260101-000000-a-b-002"]
    assert names == sorted(set(names))


def test_a_place_that_takes_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WorkFailure, match="cannot write"):
        create_run(tmp_path / "file", "run")


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"format": 99}'])
def test_a_folder_without_a_sound_record_is_no_run(record: Any, tmp_path: Path) -> None:
    if record is not None:
        RunFolder(tmp_path).record.write_text(record, encoding="utf-8")
    with pytest.raises(UserError, match="is not a run folder"):
        open_run(tmp_path)
