"""What the contracts of import-linter cannot see: what is loaded, and that every module stands by itself."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
HEAVY = {"tensorflow", "keras", "numpy", "polars", "av", "PIL"}

LIGHT_COMMANDS = """
import json, shutil, sys, tempfile
from pathlib import Path
from typer.testing import CliRunner
from tdcli.cli.app import app

specs = sorted(Path("specs").glob("*.yaml"))
RUNS = tempfile.mkdtemp()
for name in ("one", "two"):
    (Path(RUNS) / name).mkdir()
    (Path(RUNS) / name / "run.json").write_text('{"format": 1}')
    (Path(RUNS) / name / "spec.yaml").write_text(Path("specs/layers.yaml").read_text())
commands = [["--help"], ["--version"], ["explain"], ["explain", "time-axis-missing"], ["init", "layers"], ["schema"]]
commands += [["expand", str(spec)] for spec in specs]
commands += [["explain", str(spec)] for spec in specs]
commands += [["check", "--filled", str(spec)] for spec in specs]
commands += [["summary", "--cost", str(spec)] for spec in specs]
commands += [["diff", str(spec), str(specs[0])] for spec in specs]
commands += [["plot", str(spec)] for spec in specs]
commands += [["runs", RUNS], ["runs", "show", f"{RUNS}/one"], ["runs", "compare", f"{RUNS}/one", f"{RUNS}/two"]]
commands += [["code", str(spec)] for spec in specs if "data:" in spec.read_text() and "time:" not in spec.read_text()]
commands += [["check", str(spec)] for spec in specs]
for name in ("a", "b"):
    (Path(RUNS) / "clips" / name).mkdir(parents=True)
    (Path(RUNS) / "clips" / name / "1.mp4").touch()
(Path(RUNS) / "frames.yaml").write_text(Path("specs/cnn_lstm.yaml").read_text().partition("data:")[0]
    + "data: {source: frames, path: clips}")
commands += [["check", f"{RUNS}/frames.yaml"], ["summary", f"{RUNS}/frames.yaml"]]
commands += [["summary", str(spec), "--format", each] for spec in specs for each in ("table", "json", "markdown")]
for command in commands:
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0, (command, result.output)
shutil.rmtree(RUNS)
print(json.dumps([len(specs), sorted(name for name in sys.modules if "." not in name)]))
"""

LOOKS_AT_DATA = """
import json, sys
from pathlib import Path
from typer.testing import CliRunner
from tdcli.cli.app import app

for spec in sorted(Path("specs").glob("*.yaml")):
    if "data:" in spec.read_text():
        assert CliRunner().invoke(app, ["data", str(spec)], catch_exceptions=False).exit_code == 0
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""

EACH_ALONE = """
import importlib, sys
from importlib.machinery import SourceFileLoader
of_source = SourceFileLoader.get_code
codes = {}
def get_code(loader, name):
    return codes[name] if name in codes else codes.setdefault(name, of_source(loader, name))
SourceFileLoader.get_code = get_code  # a module is imported hundreds of times, and compiled once
for name in sys.argv[1:]:
    for loaded in [each for each in sys.modules if each.split(".")[0] == "tdcli"]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


LOADED_BY_HELP = """
import json, sys
from typer.testing import CliRunner
from tdcli.cli.app import app

assert CliRunner().invoke(app, ["--help"], catch_exceptions=False).exit_code == 0
print(json.dumps(sorted(name for name in sys.modules)))
"""

LOADED_BY_CHECK = LOADED_BY_HELP.replace('"--help"', '"check", "specs/cnn_lstm.yaml"')


def output_of(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_only_describes_a_model_loads_nothing_heavy() -> None:
    specs, loaded = json.loads(output_of("-c", LIGHT_COMMANDS))
    assert specs == len(list((ROOT / "specs").glob("*.yaml"))) > 0
    assert not HEAVY & set(loaded)


def test_a_module_with_a_leading_underscore_is_imported_within_its_folder_alone() -> None:
    graph = grimp.build_graph("tdcli", cache_dir=None)
    assert len(graph.modules) > 400
    assert [*imports_of_private_modules(graph)] == []


def imports_of_private_modules(graph: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    """Yield importer and imported, also of what is below a folder with a leading underscore."""
    for module in graph.modules:
        parts = module.split(".")
        private = next((place for place, part in enumerate(parts) if part.startswith("_") and part != "__main__"), None)
        if private is not None:
            folder = ".".join(parts[:private]) + "."
            importers = graph.find_modules_that_directly_import(module)
            yield from ((each, module) for each in importers if not each.startswith(folder))


def test_private_modules_that_are_imported_from_outside_would_be_found() -> None:
    graph = grimp.ImportGraph()
    graph.add_import(importer="tdcli.plan.plan", imported="tdcli.layers._base")
    graph.add_import(importer="tdcli.layers.dense", imported="tdcli.layers._base")
    assert [*imports_of_private_modules(graph)] == [("tdcli.plan.plan", "tdcli.layers._base")]


def test_data_are_looked_at_without_tensorflow() -> None:
    loaded = set(json.loads(output_of("-c", LOOKS_AT_DATA)))
    assert loaded & {"numpy", "tensorflow", "keras"} == {"numpy"}


def test_summary_of_the_cnn_lstm_names_no_tensorflow_keras_or_numpy_among_its_imports() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "tdcli", "summary", "specs/cnn_lstm.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    imported = {line.split("|")[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "tdcli" in imported
    assert not {"tensorflow", "keras", "numpy"} & imported


def test_every_module_that_is_found_by_its_name_can_be_imported_first() -> None:
    """The others are imported by modules that need them; the contracts hold that imports have no circle."""
    graph = grimp.build_graph("tdcli", cache_dir=None)
    found_by_name = [each for each in graph.modules if not graph.find_modules_that_directly_import(each)]
    assert len(found_by_name) > 100
    output_of("-c", EACH_ALONE, *sorted(found_by_name))


def test_help_loads_neither_yaml_nor_pydantic() -> None:
    loaded = set(json.loads(output_of("-c", LOADED_BY_HELP)))
    assert not {"yaml", "pydantic", "tdcli.text.section"} & loaded


def test_check_loads_no_source_but_the_one_that_is_named() -> None:
    loaded = set(json.loads(output_of("-c", LOADED_BY_CHECK)))
    assert "tdcli.sources.synthetic" in loaded
    assert (
        not {"tdcli.sources.npy", "tdcli.sources.csv", "tdcli.sources.tables.table", "tdcli.sources.tables.dialect"}
        & loaded
    )


def imported() -> Iterator[str]:
    """Yield the top-level names of all that the package imports."""
    for path in (ROOT / "tdcli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (each.name.partition(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module).partition(".")[0]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", each)[0].lower().replace("_", "-") for each in requirements if "extra ==" not in each}


def test_all_that_is_imported_comes_with_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for name, extra in project["optional-dependencies"].items() if name != "dev" for each in extra]
    declared = names([*project["dependencies"], *extras])
    declared |= {each for name in declared - {"torch"} for each in names(requires(name) or [])}
    others = {*imported()} - sys.stdlib_module_names - {"tdcli"}
    distributions = packages_distributions()
    owners = {name: names(distributions.get(name, [])) for name in others}
    assert [name for name, owned in owners.items() if owned.isdisjoint(declared)] == []


def test_pages_and_specs_import_tdcli_alone() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "specs").glob("*")]
    texts = {path: path.read_text(encoding="utf-8") for path in pages if path.is_file()}
    assert [path for path, text in texts.items() if re.search(r"(from|import) tdcli\.", text)] == []


def test_the_import_takes_few_milliseconds_of_python() -> None:
    """What is loaded is counted, for a time is no test: Python's own modules, and two of tdcli."""
    code = "import sys; before = set(sys.modules); import tdcli; print(sorted(set(sys.modules) - before))"
    loaded = ast.literal_eval(output_of("-c", code))
    assert {name for name in loaded if name.split(".")[0] not in sys.stdlib_module_names} == {"tdcli", "tdcli.version"}
