"""Files appear whole or not at all."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tdcli.runs.archive import check_archive
from tdcli.runs.files import write_text, write_whole
from tdcli.runs.folder import RunFolder, create_run, open_run_folder
from tdcli.text.errors import ExecutionError, SpecError


def test_a_write_that_fails_midway_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_text("old", encoding="utf-8")

    def fail(part: Path) -> None:
        part.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(ExecutionError) as caught:
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


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.touch()
    path.chmod(0o750)
    write_text(path, "new")
    assert (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o750)


def test_a_link_still_leads_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link, target = tmp_path / "link", tmp_path / "there" / "real"
    link.symlink_to(target)
    for text in ("first", "second"):
        write_text(link, text)
        assert link.is_symlink()
        assert target.read_text(encoding="utf-8") == text


def test_a_read_only_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o444)
    with pytest.raises(SpecError, match="it is read-only"):
        write_whole(path, lambda part: pytest.fail("written"))
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_writing_to_a_device_does_not_replace_it() -> None:
    write_text(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(ExecutionError, match="No space left on device"):
        write_text(Path("/dev/full"), "text")


def test_a_pipe_that_nobody_reads_is_reported_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ExecutionError, match="cannot write") as caught:
        write_text(tmp_path / "pipe", "text")
    assert caught.value.diagnostics[0].help == ("start the program that reads the pipe first",)


def test_the_longest_name_that_a_folder_takes_has_room(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 251 + ".csv")
    write_text(path, "text")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_what_a_killed_process_left_is_cleared_and_files_of_others_stay(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    for name in (".abcdefgh-state.npz", ".abcdefgh-notes.txt", ".hidden", "run.json"):
        (tmp_path / name).touch()
    run.clear_unfinished()
    assert sorted(each.name for each in tmp_path.iterdir()) == [".abcdefgh-notes.txt", ".hidden", "run.json"]


@pytest.mark.parametrize(
    ("name", "files", "begun"),
    [
        ("20260101-000000-a", (), True),
        ("any", ("lock",), True),
        ("any", ("spec.yaml", ".abcdefgh-run.json"), True),
        ("any", (), False),
        ("20260101-000000-a", ("notes.txt",), False),
        ("20260101-000000-a", ("run.json",), False),
    ],
)
def test_a_folder_is_only_begun_that_holds_no_more_than_a_start(
    name: str, files: tuple[str, ...], begun: bool, tmp_path: Path
) -> None:
    run = RunFolder(tmp_path / name)
    run.path.mkdir()
    for each in files:
        (run.path / each).touch()
    assert run.is_only_begun is begun


def test_runs_of_one_second_have_folders_of_their_own_that_sort_by_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.strftime", lambda *_: "20260101-000000")
    names = [create_run(tmp_path, "a b").path.name for _ in range(12)]
    assert names[:2] == ["20260101-000000-a-b", "20260101-000000-a-b-002"]
    assert names == sorted(set(names))


def test_a_place_that_takes_no_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExecutionError, match="cannot write"):
        create_run(tmp_path / "file", "run")


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"format": 99}'])
def test_a_folder_without_a_sound_record_is_not_a_run(record: Any, tmp_path: Path) -> None:
    if record is not None:
        RunFolder(tmp_path).record.write_text(record, encoding="utf-8")
    with pytest.raises(SpecError, match="is not a run folder"):
        open_run_folder(tmp_path)


def test_a_link_that_leads_to_itself_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ExecutionError, match="Too many levels of symbolic links"):
        write_text(tmp_path / "loop", "text")
    assert [each.name for each in tmp_path.iterdir()] == ["loop"]


@pytest.mark.parametrize("made", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
@pytest.mark.parametrize("name", ["run.json", "metrics.json", "history.csv"])
def test_a_run_reads_no_pipe_folder_or_device_in_place_of_its_files(name: str, made: Any, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.write_record({})
    (tmp_path / name).unlink(missing_ok=True)
    made(tmp_path / name)
    with pytest.raises(SpecError) as caught:
        (run.read_record(), run.read_metrics(), run.read_history())
    assert caught.value.diagnostics[0].name == "not-a-run"


def test_a_state_that_is_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "state.npz")
    with pytest.raises(OSError, match="is not a regular file"):
        check_archive(tmp_path / "state.npz")
