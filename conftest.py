"""What the examples of the public API find: the shipped specs, and a run."""

import shutil
from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem

import tdcli

ROOT = Path(__file__).parent


@pytest.fixture(scope="session")
def example_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder `runs` of a small training."""
    runs = tmp_path_factory.mktemp("examples") / "runs"
    tdcli.train(tdcli.load(ROOT / "specs" / "one_to_many.yaml", {"training.epochs": 2}), runs=runs)
    return runs


@pytest.fixture(autouse=True)
def beside_specs_and_a_run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an example of the API work in a folder of its own."""
    is_example = isinstance(request.node, DoctestItem) and request.node.name.startswith("tdcli.")
    if is_example and request.node.path.is_relative_to(ROOT / "tdcli" / "api"):
        folder = request.getfixturevalue("tmp_path")
        (folder / "specs").symlink_to(ROOT / "specs")
        shutil.copytree(request.getfixturevalue("example_run"), folder / "runs", symlinks=True)
        monkeypatch.chdir(folder)
