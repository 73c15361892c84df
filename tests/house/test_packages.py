"""Every package says what it is, in its docstring; `CONTRIBUTING.md` lists packages in these words.

`pytest tests/house/test_packages.py --write` puts the table into `CONTRIBUTING.md`.
"""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tdcli"
PACKAGES = sorted(str(path.parent.relative_to(PACKAGE)) for path in PACKAGE.rglob("*/__init__.py"))
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
TABLE = re.compile(r"(?<=<!-- packages -->\n).*?(?=<!-- end of packages -->)", re.DOTALL)
GROUPED = ("services", "nn", "report", "data", "sources")
"""Packages whose groups are listed too."""


def docstring(package: str) -> str:
    tree = ast.parse((PACKAGE / package / "__init__.py").read_text(encoding="utf-8"))
    return ast.get_docstring(tree) or ""


def layers(container: str) -> list[str]:
    """Return the names in a contract of import-linter about layers, from the top down; none where there is none."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    found = [each["layers"] for each in tables if container in each.get("containers", ["tdcli"]) and "layers" in each]
    return [name.strip().removeprefix("tdcli.") for each in found for layer in each for name in layer.split("|")]


def floors() -> list[str]:
    return [name for name in layers("tdcli") if (PACKAGE / name).is_dir()]


def groups(package: str) -> list[str]:
    """Return the folders of a package, in the order of its contract, else of the alphabet; `core` is not listed."""
    named = [f"{package}/{name}" for name in layers(f"tdcli.{package}")]
    found = [each for each in PACKAGES if each.startswith(f"{package}/") and each.count("/") == 1]
    return [each for each in (named or found) if not each.endswith("/core")]


def table() -> str:
    listed = [each for package in floors() for each in (package, *(groups(package) if package in GROUPED else ()))]
    rows = [f"| `{each}/` | {docstring(each).splitlines()[0].removesuffix('.')} |" for each in listed]
    return "\n".join(["| package | what it does |", "| --- | --- |", *rows]) + "\n"


def test_contributing_describes_the_packages_as_their_docstrings_do(request: pytest.FixtureRequest) -> None:
    text = CONTRIBUTING.read_text(encoding="utf-8")
    if request.config.getoption("--write"):
        text = TABLE.sub(lambda _: table(), text)
        CONTRIBUTING.write_text(text, encoding="utf-8")
    assert TABLE.findall(text) == [table()]


def test_every_top_level_package_has_a_floor() -> None:
    unlisted = {each for each in PACKAGES if "/" not in each} - set(floors())
    assert unlisted == {"lessons"}  # pages without code


def test_every_group_is_listed() -> None:
    for package in GROUPED:
        found = {each for each in PACKAGES if each.startswith(f"{package}/") and each.count("/") == 1}
        assert found - {f"{package}/core"} == set(groups(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_tells_what_flows_through_it_in_a_few_lines(package: str) -> None:
    lines = docstring(package).splitlines()
    assert lines
    assert 1 <= len(lines) <= 8
    assert len(lines) > 1 or package.endswith("/core") or len(list((PACKAGE / package).glob("*.py"))) < 4


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_package_names_is_there(package: str) -> None:
    folder = PACKAGE / package
    for name in re.findall(r"`([\w/*]+\.py)`", docstring(package)):
        assert list(folder.glob(name)), name
    for name in re.findall(r"`([\w/]+)/`", docstring(package)):
        assert any((above / name).is_dir() for above in (folder, *folder.parents) if above != ROOT.parent), name
