"""`init` gives a spec to start from, and never writes over one."""

import json
from pathlib import Path

import pytest

from tdcli.architectures.core.registry import kinds
from tdcli.services.init.new_spec import create_spec, new_spec
from tdcli.services.specs.compile import compile_spec
from tdcli.text.errors import ExecutionError, SpecError


def test_every_kind_has_a_commented_spec_with_data() -> None:
    assert kinds()
    assert all(new_spec(kind, None, None).text.startswith("# ") for kind in kinds())


@pytest.mark.parametrize("kind", kinds())
def test_the_spec_of_a_kind_is_valid_where_it_is_written(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    create_spec(kind, None, path)
    compiled = compile_spec(path)
    assert compiled.plan.kind == kind
    assert compiled.spec.data is not None
    assert f"tdcli train {path}" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        (None, None, "`init` needs either a kind or a data file"),
        ("layers", Path("x.csv"), "`init` needs either a kind or a data file"),
        ("many-to-two", None, "there is no kind `many-to-two`"),
    ],
)
def test_a_kind_or_table_that_cannot_start_a_spec_is_reported(
    kind: str | None, data: Path | None, message: str
) -> None:
    with pytest.raises(SpecError) as caught:
        new_spec(kind, data, None)
    assert caught.value.diagnostics[0].message == message


def test_a_data_file_in_place_of_a_kind_is_told_the_option(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("v\n1\n", encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        new_spec(str(path), None, None)
    assert caught.value.diagnostics[0].help == (f"start from it with `tdcli init --from-data {path}`",)


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(SpecError, match="already exists"):
        new_spec("layers", None, path)
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_missing_folder_is_reported_when_writing(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "mine.yaml"
    with pytest.raises(ExecutionError, match="cannot write"):
        create_spec("layers", None, path)


def test_a_written_spec_leads_editors_to_the_schema_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    create_spec("many-to-one", None, path)
    first, *_ = path.read_text(encoding="utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=tdcli.schema.json"
    assert json.loads((tmp_path / "tdcli.schema.json").read_text(encoding="utf-8"))["title"] == "A tdcli spec"


def test_a_schema_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tdcli.schema.json").write_text("{}", encoding="utf-8")
    create_spec("many-to-one", None, tmp_path / "mine.yaml")
    assert (tmp_path / "tdcli.schema.json").read_text(encoding="utf-8") == "{}"
