"""The data section as a spec writes it: sources, layouts, keys, and headers of tables."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from tdcli.signature import Signature
from tdcli.sources.core.registry import find_source, read_data_section, source_names
from tdcli.sources.npy import Npy
from tdcli.sources.tables.sequences import Sequences
from tdcli.sources.tables.windows import Windows

CSV = {"source": "csv", "path": "table.csv", "target": "v"}
NPY = {"source": "npy", "x": "x.npy", "y": "y.npy"}


def errors(values: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        read_data_section(values)
    return [
        (error["loc"], error["type"], error["msg"], tuple(help.text for help in error["ctx"]["violation"].helps))
        for error in caught.value.errors()
    ]


def test_the_folder_lists_the_sources() -> None:
    assert {"csv", "frames", "npy", "parquet", "synthetic"} <= {*source_names()}
    assert all(find_source(name) for name in source_names())


def test_a_source_is_read_as_its_class() -> None:
    assert type(read_data_section(CSV)) is Windows
    assert type(read_data_section({**CSV, "layout": "sequences", "sequence": "s"})) is Sequences
    assert type(read_data_section(NPY)) is Npy


@pytest.mark.parametrize(
    ("values", "way", "name", "message", "help"),
    [
        ({"source": "cvs"}, ("source",), "wrong-value", "there is no source `cvs`", "did you mean `csv`?"),
        (
            {"source": "os"},
            ("source",),
            "wrong-value",
            "there is no source `os`",
            "use one of: `csv`, `frames`, `npy`, `parquet`, `synthetic`",
        ),
        (
            {**CSV, "layout": "sequence"},
            ("layout",),
            "wrong-value",
            "there is no layout `sequence`",
            "did you mean `sequences`?",
        ),
        (
            {**CSV, "layout": "sequences", "sequence": "s", "stride": 2},
            ("stride",),
            "unknown-key",
            "`stride` belongs to `layout: windows`, but this is `layout: sequences`",
            "remove `stride`, or write `layout: windows`",
        ),
        (
            {**CSV, "padding": 0.0},
            ("padding",),
            "unknown-key",
            "`padding` belongs to `layout: sequences`, but this is `layout: windows`",
            "remove `padding`, or write `layout: sequences`",
        ),
        ({**CSV, "strid": 2}, ("strid",), "unknown-key", "unknown key `strid`", "did you mean `stride`?"),
        (
            {**CSV, "path": "https://x.org/a.csv"},
            ("path", 0),
            "wrong-value",
            "`https://x.org/a.csv` is a web address",
            "download the file and write its path",
        ),
        (
            {**NPY, "x": "s3://bucket/x.npy"},
            ("x",),
            "wrong-value",
            "`s3://bucket/x.npy` is a web address",
            "download the file and write its path",
        ),
        (
            {**CSV, "missing": {"v": "forward_fill"}},
            ("missing", "v"),
            "wrong-value",
            "`forward_fill` is not a valid policy for missing cells",
            "did you mean `forward-fill`?",
        ),
        (
            {**CSV, "encode": {"v": "onehot"}},
            ("encode", "v", "as"),
            "wrong-value",
            "`as` must be 'one-hot' or 'integer', got text \"onehot\"",
            "did you mean `one-hot`?",
        ),
        (
            {**CSV, "ahead": 0, "features": ("v",)},
            (),
            "wrong-value",
            "with `ahead: 0`, `v` is both a feature and the target of the same row",
            "remove it from `features`, or write `ahead: 1`",
        ),
        (
            {**CSV, "classes": (1, 1.0)},
            ("classes",),
            "wrong-value",
            "a class is listed twice",
            "list each class once, in the order of the class codes",
        ),
        ({"source": "synthetic"}, ("task",), "missing-key", "`task` is missing", "write `task: echo`"),
        (
            {"source": "synthetic", "task": "ecco"},
            ("task",),
            "wrong-value",
            "there is no task `ecco`",
            "did you mean `echo`?",
        ),
        (
            {"source": "synthetic", "task": "echo", "samples": 3},
            ("samples",),
            "unknown-key",
            "unknown key `samples`",
            "use one of: `source`, `task`, `length`",
        ),
    ],
)
def test_a_faulty_section_is_refused_at_its_place(
    values: dict[str, Any], way: tuple[str | int, ...], name: str, message: str, help: str
) -> None:
    ((at, kind, text, helps),) = errors(values)
    assert (at, kind, text) == (way, name, message)
    assert help in helps


@pytest.mark.parametrize(
    ("values", "name"), [({}, "missing-key"), ("csv", "wrong-type"), ({"source": 3}, "wrong-value")]
)
def test_a_section_without_a_source_is_refused(values: dict[str, int] | str, name: str) -> None:
    with pytest.raises((ValidationError, Exception)) as caught:
        read_data_section(values)
    assert name in repr(caught.value) or name == getattr(caught.value, "type", "")


def test_a_section_written_out_reads_as_the_same_section() -> None:
    encode = {"wind": {"as": "one-hot", "values": ("SE", "NW")}}
    dialect = {"separator": "\t", "thousands": "'", "encoding": "cp1252", "comment": "//", "header": ("a", "", "v")}
    others = {"missing": {"v": 0, "": "drop"}, "scale": "minmax", "encode": encode, "na_values": ("NA", -200, 0.5)}
    for values in (CSV, {**CSV, **others}, {**CSV, **dialect}, {**CSV, "header": "none", "decimal": ","}, NPY):
        section = read_data_section(values)
        assert read_data_section(section.model_dump(by_alias=True)) == section


def test_an_unknown_column_is_named_with_the_nearest(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("TEMP,PRES,v\n1,2,3\n", target="w", features=("TEMP", "v", "PRESS"), missing={"tmp": 0})
    diagnostics = work.diagnostics(section, model(features=3))
    assert [(diagnostic.key_path, diagnostic.name, diagnostic.message) for diagnostic in diagnostics] == [
        (("features", 2), "unknown-column", "`table.csv` has no column `PRESS`"),
        (("target", 0), "unknown-column", "`table.csv` has no column `w`"),
        (("missing", "tmp"), "unknown-column", "`table.csv` has no column `tmp`"),
    ]
    assert [help.text for help in diagnostics[0].help] == ["did you mean `PRES`?"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("separator", "", 'a single ASCII character, and not a double quote or a line break, got text ""'),
        ("separator", ";;", 'a single ASCII character, and not a double quote or a line break, got text ";;"'),
        ("separator", '"', "a single ASCII character, and not a double quote or a line break"),
        ("separator", "\\t", "two characters, a backslash and a `t`"),
        ("decimal", ";", "`decimal` must be"),
        ("thousands", "_", "`thousands` must be a comma, a point, a space or an apostrophe"),
        ("encoding", "utf-9", "there is no encoding `utf-9`"),
        ("encoding", "base64", "there is no encoding `base64`"),
        ("comment", "", "`comment` must be the ASCII characters that comment lines start with"),
        ("header", 0, "`header` must be a line number, `none` or a list of names, got 0"),
        ("header", True, "`header` must be a line number"),
        ("header", None, "`header` must be a line number"),
        ("header", (), "`header` must be a line number"),
        ("header", ("a", "a"), "`header` lists `a` twice"),
        ("na_values", (True,), "`na_values` must be text, got true"),
    ],
)
def test_an_impossible_dialect_is_refused(key: str, value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read_data_section({**CSV, key: value})
    (details,) = caught.value.errors()
    assert details["loc"][0] == key
    assert message in details["msg"]
    assert details["type"] in ("wrong-value", "wrong-type")


def test_one_mark_cannot_part_thousands_and_decimals() -> None:
    with pytest.raises(ValidationError, match="`decimal` and `thousands` are both `,`"):
        read_data_section({**CSV, "decimal": ",", "thousands": ","})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`{path}` is empty"),
        ("\n1,2\n", "`{path}` has an empty header line"),
        ("a,a\n1,2\n", "`{path}` has two columns named `a`"),
        ("a;b\n1;2\n", "`{path}` separates its columns with semicolons"),
    ],
)
def test_a_file_without_a_header_line_is_not_a_table(
    work: Any, model: Callable[..., Signature], text: str, message: str
) -> None:
    (diagnostic,) = work.diagnostics(work.csv(text, target="a"), model())
    assert (diagnostic.key_path, diagnostic.name) == (("path",), "unreadable-data")
    assert diagnostic.message == message.format(path=work.folder / "table.csv")


def test_features_are_not_counted_where_another_column_is_misspelt(work: Any, model: Callable[..., Signature]) -> None:
    """The misspelt target would be counted as a feature."""
    (diagnostic,) = work.diagnostics(work.csv("a,b,Target\n1,2,3\n", target="target"), model(features=2))
    assert (diagnostic.key_path, diagnostic.name) == (("target", 0), "unknown-column")


def test_a_missing_table_is_named(work: Any, model: Callable[..., Signature]) -> None:
    (diagnostic,) = work.diagnostics(work.csv_of("gone-*.csv", target="a"), model())
    assert diagnostic.message == f"cannot read `{work.folder / 'gone-*.csv'}`: No such file or directory"


@pytest.mark.parametrize(
    ("keys", "signature", "way", "message"),
    [
        ({}, {"features": 5}, ("path",), "the model is built for 5 features, but the data has 2"),
        ({}, {"timesteps": None, "features": 2}, ("layout",), "windows need a fixed number of timesteps"),
        (
            {"steps": 3},
            {"features": 2},
            ("steps",),
            "`target` and `steps` have the shape (batch, 3), but the model outputs (batch, 1)",
        ),
        (
            {"steps": 2},
            {"timesteps": 4, "features": 2, "per_step": True},
            ("steps",),
            "`steps` does not apply to a model with one output per timestep",
        ),
        (
            {"target": ("a", "v")},
            {"features": 2, "activation": "sigmoid"},
            ("target",),
            "the model outputs one class, but `target` and `steps` need 2",
        ),
        (
            {"target_change": True},
            {"features": 2, "units": 2, "activation": "softmax"},
            ("target_change",),
            "`target_change` needs numbers, but the model outputs classes",
        ),
        ({"classes": (0, 1)}, {"features": 2}, ("classes",), "the model outputs numbers, not classes"),
        (
            {},
            {"timesteps": 4, "features": 2, "output_shape": (None, 2, 2, 1)},
            ("target",),
            "a table has one target per sample or per timestep, but the model outputs (batch, 2, 2, 1)",
        ),
    ],
)
def test_a_table_that_does_not_fit_the_model_is_refused(
    work: Any,
    model: Callable[..., Signature],
    keys: dict[str, Any],
    signature: dict[str, Any],
    way: tuple[str | int, ...],
    message: str,
) -> None:
    section = work.csv("a,v\n1,2\n", **{"target": "v", **keys})
    (diagnostic,) = work.diagnostics(section, model(**signature))
    assert (diagnostic.key_path, diagnostic.message) == (way, message)
    assert diagnostic.help


def test_headers_and_checks_load_neither_numpy_nor_polars(work: Any) -> None:
    work.write("table.csv", "v,w\n1,2\n")
    program = (
        "import sys, pathlib; from tdcli.sources.core.registry import read_data_section as read;"
        "from tdcli.signature import Signature;"
        "import tdcli.sources.csv, tdcli.sources.npy, tdcli.sources.synthetic;"
        "section = read({'source': 'csv', 'path': 'table.csv', 'target': 'v'});"
        f"header = section.inspect(pathlib.Path({str(work.folder)!r}));"
        "assert not section.check(header, Signature('many-to-one', (None, 1, 2), (None, 1)));"
        "task = read({'source': 'synthetic', 'task': 'sine'});"
        "assert not task.check(task.inspect('.'), Signature('many-to-one', (None, 5, 1), (None, 1)));"
        "print(sorted({'numpy', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
