"""The seam between a section and the reader of its source."""

import importlib
import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.data.load import FileRequest, LoadRequest, load, load_file, prefetch, reader
from tdcli.signature import Signature
from tdcli.sources.core.registry import find_source, read_data_section, source_names
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split
from tdcli.text.errors import SpecError
from tdcli.text.registry import module_names

SECTION = {"source": "csv", "path": "table.csv", "target": "v", "features": "v"}


def test_every_source_has_a_reader_of_its_name() -> None:
    assert module_names("tdcli.data.readers") == source_names()


@pytest.mark.parametrize("name", source_names())
def test_a_reader_has_the_functions_that_its_section_promises(name: str) -> None:
    found, section = importlib.import_module(f"tdcli.data.readers.{name}"), find_source(name)
    assert list(inspect.signature(found.load).parameters)[1:] == ["request"]
    assert list(inspect.signature(found.load_file).parameters)[1:] == ["request", "signature", "fitted"]
    assert section is not None
    assert hasattr(found, "prefetch") == section.prefetches


def test_a_reader_is_found_by_the_name_of_the_source() -> None:
    assert reader(read_data_section(SECTION)).__name__ == "tdcli.data.readers.csv"  # type: ignore[attr-defined]
    of_parquet = read_data_section({**SECTION, "source": "parquet", "path": "table.parquet"})
    assert reader(of_parquet).__name__ == "tdcli.data.readers.parquet"  # type: ignore[attr-defined]


def test_a_source_without_a_reader_is_a_bug_that_names_the_file() -> None:
    with pytest.raises(LookupError, match=r"tdcli/data/readers/orphan\.py"):
        reader(read_data_section(SECTION).model_copy(update={"source": "orphan"}))


def test_what_does_not_fit_the_model_is_reported_before_a_reader_is_asked(
    work: Any, model: Callable[..., Signature]
) -> None:
    section = work.csv("v,w\n1,2\n", target="v", features="x").model_copy(update={"source": "orphan"})
    with pytest.raises(SpecError, match="no column `x`"):
        load(section, LoadRequest(work.folder, model(), Split(), 0))


def test_a_table_is_not_read_ahead(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv_of("gone.csv", target="v")
    prefetch(section, work.folder, model(), lambda progress: pytest.fail("nothing takes long"))


def test_another_file_is_read_with_what_was_fitted(work: Any, model: Callable[..., Signature]) -> None:
    data = work.load(work.csv("v\n1\n2\n3\n4\n", target="v", features="v"), model(timesteps=2))
    path = work.write("new.csv", "v\n7\n8\n")
    section = read_data_section(SECTION)
    with pytest.raises(SpecError, match="one window needs 3 consecutive rows"):
        load_file(section, FileRequest(path), model(timesteps=2), data.fitted)
    part = load_file(section, FileRequest(path, future=True), model(timesteps=2), data.fitted)
    assert np.asarray(part.x).ravel().tolist() == [7, 8]
    assert part.y is None


WITHOUT_NUMPY = """
import sys
from pathlib import Path
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section

for source in ({"source": "csv", "path": "t.csv", "target": "v"}, {"source": "npy", "x": "x.npy", "y": "x.npy"}):
    section = read_data_section(source)
    header = section.inspect(Path(sys.argv[1]))
    assert not header.diagnostics, header.diagnostics
    section.check(header, Signature("many-to-one", (None, 2, 1), (None, 1)))
print({"numpy", "polars", "h5py"} & {*sys.modules}, [name for name in sys.modules if name.startswith("tdcli.data")])
"""


def test_tables_and_arrays_are_inspected_without_numpy_and_without_readers(work: Any) -> None:
    work.write("t.csv", "v\n1\n2\n")
    work.save(x=[[[1.0], [2.0]]])
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMPY, str(work.folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set() []"


def test_sections_load_nothing_themselves() -> None:
    for name in source_names():
        assert not hasattr(find_source(name), "load")


def test_a_section_that_does_not_say_how_it_is_inspected_cannot_be_made() -> None:
    class Silent(DataSection):
        """A source that neither inspects nor checks."""

    with pytest.raises(TypeError, match="abstract"):
        Silent()
