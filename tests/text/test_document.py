"""Files that are no spec are refused by name."""

from pathlib import Path

import pytest

from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import LARGEST_SPEC
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import read_document


def unreadable(path: Path) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        read_document(path)
    (only,) = caught.value.diagnostics
    assert only.name == "unreadable-file"
    return only


def test_a_missing_file_is_refused_with_its_neighbours_named(tmp_path: Path) -> None:
    assert "tdcli init" in unreadable(tmp_path / "spec.yaml").help[0]
    (tmp_path / "other.yaml").touch()
    found = unreadable(tmp_path / "spec.yaml")
    assert found.message == f"cannot read `{tmp_path / 'spec.yaml'}`: No such file or directory"
    assert found.help == (f"use one of the files in `{tmp_path}`: `other.yaml`",)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"name: caf\xe9")
    assert unreadable(latin).message == f"`{latin}` is not UTF-8 text (byte 9)"
    assert unreadable(tmp_path).message == f"`{tmp_path}` is a folder"
    assert unreadable(Path("/dev/null")).message == "`/dev/null` is not a regular file"
    assert unreadable(Path("a\0b")).message.endswith("embedded null byte")


def test_a_file_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "data.yaml"
    path.write_text("a: " + "1" * LARGEST_SPEC)
    assert unreadable(path).help == ("check whether this is the data instead of the spec",)


def test_a_file_without_the_right_to_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("a: 1")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert unreadable(path).message == f"cannot read `{path}`: Permission denied"
