"""Every page of the documents shows what is printed, and every spec on it holds.

Blocks with a title are files. They are written before the commands that follow them on the page.
`pytest tests/house/test_docs.py --write` puts in what is printed now, but for what holds `...`, and draws the pictures.
"""

import contextlib
import doctest
import io
import re
import runpy
import shutil
from pathlib import Path

import pytest
import yaml

from tdcli.cli.app import main
from tdcli.report.drawings.network import draw_network
from tdcli.services.specs.compile import compile_spec
from tdcli.text.registry import module_names

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, *sorted(DOCS.rglob("*.md"))]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)
FILE = re.compile(r"^```\w+ title=\"([^\"]+)\"\n((?:(?!```).*\n)*)```$", re.MULTILINE)
BASE = "architecture: {kind: many-to-one, input: {timesteps: 5, features: 1}, recurrent: {units: 5}, outputs: 5}\n"


def printed_by(line: str) -> str:
    """Run a command line in this process, `tdcli` or `python`; return what it prints, as a terminal would show it."""
    program, *arguments = line.split()
    assert program in ("tdcli", "python"), line
    shown = io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(shown),
        contextlib.redirect_stderr(shown),
        contextlib.suppress(SystemExit),
    ):
        patch.setattr("sys.argv", ["tdcli", *arguments] if program == "tdcli" else arguments)
        main() if program == "tdcli" else runpy.run_path(arguments[0], run_name="__main__")
    return "".join(f"{text.rstrip()}\n" for text in shown.getvalue().splitlines())


class Trainings:
    """Trains once what several pages train, and gives each a copy of the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed: dict[str, str] = {}

    def printed_by(self, line: str) -> str:
        """Return what a command prints; one that trains and says no more leaves its run here, as any does."""
        if not (line.startswith("tdcli train ") and line.endswith(" --quiet")):
            return printed_by(line)
        runs = self.folder / line.replace("/", " ")
        if line in self.printed:
            shutil.copytree(runs, "runs", symlinks=True)
        else:
            self.printed[line] = printed_by(line)
            shutil.copytree("runs", runs, symlinks=True)
        return self.printed[line]


def follow_page(page: str, trainings: Trainings) -> list[tuple[str, str, str]]:
    """Do what a page says, from its top: return each command line, what the page shows of it, and what it prints."""
    steps = sorted([*FILE.finditer(page), *COMMAND.finditer(page)], key=lambda step: step.start())
    done = []
    for step in steps:
        if step.re is FILE:
            Path(step[1]).write_text(step[2], encoding="utf-8")
        else:
            done.append((step[1], step[2], trainings.printed_by(step[1])))
    return done


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory) -> Trainings:
    return Trainings(tmp_path_factory.mktemp("trainings"))


@pytest.fixture
def beside_specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_is_printed(
    page: Path, beside_specs: Path, trainings: Trainings, request: pytest.FixtureRequest
) -> None:
    text = page.read_text(encoding="utf-8")
    found = follow_page(text, trainings)
    if request.config.getoption("--write"):
        for line, expected, printed in found:
            text = text if "..." in expected else text.replace(f"$ {line}\n{expected}", f"$ {line}\n{printed}", 1)
        page.write_text(text, encoding="utf-8")
        found = [(line, expected, printed) for line, expected, printed in found if "..." in expected]
    for line, expected, printed in found:
        same = doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)
        assert same, f"$ {line}\n{printed}"
        assert "error[unforeseen]" not in printed


@pytest.mark.parametrize(
    "page", [each for each in PAGES if ">>> " in each.read_text(encoding="utf-8")], ids=lambda page: page.stem
)
def test_the_programs_of_a_page_print_what_they_show(page: Path, beside_specs: Path) -> None:
    text = page.read_text(encoding="utf-8")
    program = doctest.DocTestParser().get_doctest(text, {}, page.stem, str(page), 0)
    failed = io.StringIO()
    doctest.DocTestRunner(verbose=False).run(program, out=failed.write)
    assert failed.getvalue() == ""


def test_every_command_has_a_page_that_shows_it_at_work_and_its_help() -> None:
    for name in module_names("tdcli.cli.commands"):
        lines = [
            line
            for line, _ in COMMAND.findall((DOCS / "reference" / "commands" / f"{name}.md").read_text(encoding="utf-8"))
        ]
        assert lines[-1] == f"tdcli {name} --help"
        assert any(line.startswith(f"tdcli {name} ") or line == f"tdcli {name}" for line in lines[:-1])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_specs_of_a_page_hold(page: Path, tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(ROOT / "specs" / "data")
    for label in ("wave", "nod"):
        (tmp_path / "clips" / label).mkdir(parents=True)
        (tmp_path / "clips" / label / "1.mp4").touch()
    for block in re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        own = "" if "architecture" in yaml.safe_load(block) else BASE
        (tmp_path / "spec.yaml").write_text(own + block, encoding="utf-8")
        compile_spec(tmp_path / "spec.yaml")


def header(spec: Path) -> dict[str, str]:
    """Return what the comment at the top of a spec tells, by its first words: `Teaches`; the first line is `What`."""
    lines = [line[2:] for line in spec.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
    told = {"What": lines[0]}
    for line in lines[1:]:
        key, colon, rest = line.partition(": ")
        if colon and key.istitle():
            told[key] = rest
        elif not line.startswith("  "):
            told[next(reversed(told))] += f" {line}"
    return told


def gallery() -> str:
    """Return the page that shows every shipped spec."""
    lines = ["# Gallery", "", "Every spec that comes with tdcli, drawn by `tdcli plot`, with what it teaches."]
    for spec in SPECS:
        told, compiled = header(spec), compile_spec(spec)
        lines += ["", f"## {spec.stem}", "", told["What"], ""]
        lines += [f"- **{key}**: {text}" for key, text in told.items() if key != "What"]
        lines += [f"- **Kind**: `{compiled.plan.kind}`", "", f"![{spec.stem}](pictures/{spec.stem}.svg)"]
    return "\n".join(lines) + "\n"


def test_the_gallery_shows_every_spec_as_it_is_drawn(request: pytest.FixtureRequest) -> None:
    shown = {DOCS / "gallery.md": gallery()}
    shown |= {DOCS / "pictures" / f"{spec.stem}.svg": draw_network(compile_spec(spec).plan) for spec in SPECS}
    if request.config.getoption("--write"):
        (DOCS / "pictures").mkdir(exist_ok=True)
        for path, text in shown.items():
            path.write_text(text, encoding="utf-8")
    assert {path: path.read_text(encoding="utf-8") for path in shown} == shown
    assert len(list((DOCS / "pictures").iterdir())) == len(SPECS)
