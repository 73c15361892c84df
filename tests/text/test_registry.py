"""Names that users write are matched against a package's files."""

import sys
from pathlib import Path

import pytest

from tdcli.text.registry import find_module, module_names


def test_the_public_files_of_a_package_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "shelf_of_names"
    (package / "core").mkdir(parents=True)
    for name in ("second.py", "first.py", "__init__.py", "_hidden.py", "notes.md", "core/inner.py"):
        (package / name).touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert module_names("shelf_of_names") == ("first", "second")


def test_files_with_an_underscore_are_not_listed() -> None:
    assert "dense" in module_names("tdcli.layers")
    assert not [name for name in module_names("tdcli.layers") if name.startswith("_")]


def test_a_listed_name_is_imported() -> None:
    assert find_module("tdcli.text", "nearest").__name__ == "tdcli.text.nearest"


@pytest.mark.parametrize("name", ["os", "_base", "..cli", "text.nearest", "nearest.py", "", "__init__", "antigravity"])
def test_any_other_name_never_reaches_the_import_system(name: str) -> None:
    before = set(sys.modules)
    assert find_module("tdcli.text", name) is None
    assert set(sys.modules) == before
