"""Names that users write are matched against a package's files."""

import sys

import pytest

from tdcli.text.registry import module, modules


def test_the_public_files_of_a_package_are_listed():
    assert modules("tdcli.text") == (
        "change",
        "choice",
        "damage",
        "diagnostic",
        "document",
        "entry",
        "fix",
        "keys",
        "literal",
        "near_value",
        "nearest",
        "override",
        "placed",
        "quantities",
        "quiet",
        "registry",
        "rejoined",
        "section",
        "trial",
        "visible",
        "yaml_reader",
        "yaml_writer",
    )


def test_files_with_an_underscore_are_not_listed():
    assert "dense" in modules("tdcli.layers")
    assert not [name for name in modules("tdcli.layers") if name.startswith("_")]


def test_a_listed_name_is_imported():
    assert module("tdcli.text", "nearest").__name__ == "tdcli.text.nearest"


@pytest.mark.parametrize("name", ["os", "_base", "..cli", "text.nearest", "nearest.py", "", "__init__", "antigravity"])
def test_any_other_name_never_reaches_the_import_system(name: str):
    before = set(sys.modules)
    assert module("tdcli.text", name) is None
    assert set(sys.modules) == before
