"""The notebooks of the documents show what their cells show now.

`pytest tests/house/test_notebooks.py --write` executes them, and puts in their outputs. Figures may differ a little
from machine to machine: compared are the kinds of outputs.
"""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
ABSOLUTE = re.compile(r"(?<![\w/.<:+=-])/[\w.-]+/[\w./-]+|\b[A-Z]:\\")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


def saved(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def kinds(cell: Any) -> list[tuple[str, ...]]:
    """Return what a cell's outputs are: their types, and their media types, the error's name or the stream's."""
    return [
        (each.output_type, *sorted(each.get("data", {})), each.get("ename", ""), each.get("name", ""))
        for each in cell.outputs
    ]


def texts(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        yield cell.source
        for output in cell.get("outputs", ()):
            yield from (
                COLOUR.sub("", each) for each in (*output.get("data", {}).values(), *output.get("traceback", ()))
            )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with specs and places for notebooks, in which Jupyter keeps its own files too."""
    folder = tmp_path_factory.mktemp("notebooks")
    shutil.copytree(ROOT / "specs", folder / "specs")
    (folder / "docs" / "notebooks").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(folder / name.lower()))
        yield folder


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def executed(request: pytest.FixtureRequest, folder: Path) -> tuple[Path, Any]:
    """Return a notebook's path, and the notebook with the outputs of now."""
    path: Path = request.param
    notebook = saved(path)
    place = {"metadata": {"path": str(folder / "docs" / "notebooks")}}
    NotebookClient(notebook, timeout=300, resources=place, record_timing=False).execute()
    notebook.metadata = saved(path).metadata  # without the version of Python
    if request.config.getoption("--write"):
        nbformat.write(notebook, path)
    return path, notebook


def test_a_notebook_shows_what_its_cells_show_now(executed: tuple[Path, Any], folder: Path) -> None:
    path, notebook = executed
    for cell, now in zip(code_cells(saved(path)), code_cells(notebook), strict=True):
        assert kinds(cell) == kinds(now), cell.source
        assert not any(each.output_type == "stream" for each in now.outputs), cell.source
    assert (folder / "runs" / "latest").is_dir()
    assert list((folder / "docs" / "notebooks").iterdir()) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_saved_as_it_was_executed_from_the_top(path: Path) -> None:
    cells = code_cells(saved(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.outputs for cell in cells)
    assert any("raises-exception" in cell.metadata.get("tags", []) for cell in cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_saved_notebook_names_no_place_of_a_machine(path: Path) -> None:
    assert ABSOLUTE.search("data  /home/me/specs/data/pollution.csv (2.01 MB)")
    assert [found for text in texts(saved(path)) for found in ABSOLUTE.findall(text)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_training_leaves_one_output_with_its_last_state(path: Path) -> None:
    notebook = saved(path)
    (epochs,) = set(re.findall(r'"training\.epochs": (\d+)', "".join(cell.source for cell in code_cells(notebook))))
    trainings = [cell for cell in code_cells(notebook) if "tdcli.train(" in cell.source]
    assert trainings
    for cell in trainings:
        (shown,) = [each.data for each in cell.outputs if each.output_type == "display_data"]
        assert f"epoch {epochs}/{epochs}\n" in shown["text/plain"]
        assert f">{epochs} epochs · the best is epoch " in shown["text/html"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_nothing_below_the_package(path: Path) -> None:
    trees = [ast.parse(cell.source) for cell in code_cells(saved(path))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [each.name for node in nodes if isinstance(node, ast.Import) for each in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert "tdcli" in names
    assert [name for name in names if name.startswith("tdcli.")] == []
