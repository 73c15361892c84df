"""Files of data that were made to do harm: they read no other file, fill no memory, and are answered at once."""

import gzip
import io
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import polars as pl
import pytest
import xlsxwriter

from tdcli.data.clips.decode import ClipForm, decode_clip
from tdcli.data.clips.video import UndecodableError
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.files.reading import read_cells
from tdcli.sources.clips.clips import Clip
from tdcli.sources.core.paths import resolve_paths
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.formats import read_header
from tdcli.sources.tables.header import TableError
from tdcli.sources.tables.header_columns import table_columns
from tdcli.text.errors import SpecError

X = np.ones((40, 4, 2), np.float32)
Y = np.arange(40, dtype=np.float32)
SPEC = """architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.h5, y: y.npy}
"""


def external(folder: Path) -> None:
    with h5py.File(folder / "x.h5", "w") as file:
        file.create_dataset("x", X.shape, "u1", external=[(str(folder / "secret"), 0, X.size)])


def virtual(folder: Path) -> None:
    layout = h5py.VirtualLayout(X.shape, "f4")
    layout[:] = h5py.VirtualSource(folder / "secret", "x", X.shape)
    with h5py.File(folder / "x.h5", "w") as file:
        file.create_virtual_dataset("x", layout)


def linked(folder: Path) -> None:
    with h5py.File(folder / "x.h5", "w") as file:
        file["x"] = h5py.ExternalLink(str(folder / "secret"), "x")


def linked_over_a_group(folder: Path) -> None:
    with h5py.File(folder / "x.h5", "w") as file:
        file["inner/out"] = h5py.ExternalLink(str(folder / "secret"), "/")
        file["x"] = h5py.SoftLink("/inner/out/x")


LEADING_OUT = [external, virtual, linked, linked_over_a_group]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "secret", "w") as file:
        file["x"] = X
    np.save(tmp_path / "y.npy", Y)
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("made", LEADING_OUT)
def test_an_hdf5_file_that_leads_to_another_is_refused_by_its_name(
    made: Callable[[Path], None], secret: Path, work: Any, model: Any
) -> None:
    made(secret)
    (diagnostic,) = work.diagnostics(work.npy(x="x.h5"), model(timesteps=4, features=2))
    assert (diagnostic.key_path, diagnostic.name) == (("x",), "unreadable-data")
    assert f"`{secret / 'secret'}`" in diagnostic.message
    assert "other files are not read" in diagnostic.message


@pytest.mark.parametrize("command", ["check", "data", "train"])
def test_every_command_refuses_it(command: str, secret: Path, tdcli: Callable[..., Any]) -> None:
    external(secret)
    ended = tdcli(command, secret / "spec.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert "spec.yaml:2:24" in ended.err


def test_links_within_a_file_are_followed(work: Any, model: Any) -> None:
    with h5py.File(work.folder / "a.h5", "w") as file:
        file["run/values"] = X
        file["x"] = h5py.SoftLink("run/values")
        file["y"] = Y
    data = work.load(work.npy(x="a.h5", y="a.h5"), model(timesteps=4, features=2))
    assert np.array_equal(np.asarray(data.train.x), X)


def test_a_link_that_leads_to_itself_is_not_an_array(work: Any, model: Any) -> None:
    with h5py.File(work.folder / "a.h5", "w") as file:
        file["x"] = h5py.SoftLink("x")
    diagnostic, *_ = work.diagnostics(work.npy(x="a.h5", y="a.h5"), model())
    assert "has no array `x`" in diagnostic.message


def test_numbers_that_are_declared_and_were_never_written_are_refused(work: Any, model: Any) -> None:
    with h5py.File(work.folder / "a.h5", "w") as file:
        file.create_dataset("x", (10**9, 4, 2), "f4", chunks=(1000, 4, 2))
        file.create_dataset("y", (10**9,), "f4", chunks=(1000,))
    assert (work.folder / "a.h5").stat().st_size < 10_000
    first, second = work.diagnostics(work.npy(x="a.h5", y="a.h5"), model(timesteps=4, features=2))
    assert "declares 32 GB in `x`, but only 0 B were written" in first.message
    assert second.key_path == ("y",)


def test_a_compressed_dataset_that_was_written_is_read(work: Any, model: Any) -> None:
    zeros = np.zeros((50_000, 4, 2), np.float32)
    with h5py.File(work.folder / "a.h5", "w") as file:
        file.create_dataset("x", data=zeros, compression="gzip")
        file.create_dataset("y", data=zeros[:, 0, 0])
    assert work.diagnostics(work.npy(x="a.h5", y="a.h5"), model(timesteps=4, features=2)) == ()


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("machine", "data.tables.files.csv_text", "data.tables.files.sheet_size"):
        monkeypatch.setattr(f"tdcli.{module}.available_memory", lambda: 1_000_000)
    monkeypatch.setattr("tdcli.sources.arrays.npy_files.ALWAYS_THERE", 0)


@pytest.mark.usefixtures("little_memory")
def test_what_an_archive_declares_is_weighed_against_the_memory(work: Any, model: Any) -> None:
    np.savez_compressed(work.folder / "a.npz", x=np.zeros((100_000, 4, 2), np.float32), y=np.zeros(100_000))
    assert (work.folder / "a.npz").stat().st_size < 100_000
    diagnostic, *_ = work.diagnostics(work.npy(x="a.npz", y="a.npz"), model(timesteps=4, features=2))
    assert (diagnostic.key_path, diagnostic.name) == (("x",), "out-of-memory")
    assert "save `x` as `.npy`" in diagnostic.help[0]


@pytest.mark.usefixtures("little_memory")
def test_a_table_that_unfolds_beyond_the_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"v,w\n" + b"1,2\n" * 1_000_000))
    pl.DataFrame({"v": pl.repeat(1.0, 1_000_000, eager=True)}).write_parquet(tmp_path / "a.parquet")
    for name, columns in (("a.csv.gz", ("v", "w")), ("a.parquet", ("v",))):
        with pytest.raises(SpecError) as caught:
            read(tmp_path / name, columns)
        assert caught.value.diagnostics[0].name == "out-of-memory"


@pytest.mark.usefixtures("little_memory")
def test_a_sheet_with_a_cell_far_away_is_refused_before_it_is_laid_out(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["v", "w"])
        sheet.write(1_048_575, 16_383, 1)
    with pytest.raises(TableError, match="has cells up to XFD1048576 and needs 550 GB of memory") as caught:
        read_header(tmp_path / "a.xlsx", Dialect())
    assert caught.value.name == "out-of-memory"


def rewritten(path: Path, sheet: Callable[[bytes], bytes]) -> Path:
    """Change the first sheet of an Excel file by hand."""
    pl.DataFrame({"v": [1, 2], "w": [3, 4]}).write_excel(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["xl/worksheets/sheet1.xml"] = sheet(members["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_sheet_that_unfolds_a_thousandfold_is_refused(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.xlsx", lambda sheet: sheet + b" " * 200_000_000)
    with pytest.raises(TableError, match=r"has a sheet that expands from .* to 200 MB"):
        read_header(path, Dialect())


def test_entities_of_a_sheet_are_not_expanded(tmp_path: Path) -> None:
    outside = b'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "7">]>'

    def with_entities(sheet: bytes) -> bytes:
        start = sheet.index(b"<worksheet")
        return (
            sheet[:start]
            + outside
            + sheet[start:].replace(b"<v>3</v>", b"<v>&a;</v>").replace(b"<v>4</v>", b"<v>&b;</v>")
        )

    path = rewritten(tmp_path / "a.xlsx", with_entities)
    assert read(path, read_header(path, Dialect())).frame["w"].to_list() == [None, None]


def read(path: Path, columns: tuple[str, ...]) -> Cells:
    return read_cells((path,), ColumnRequest(numbers=columns), (), 0, Dialect())


def test_a_header_in_another_encoding_is_told_by_its_byte(work: Any, model: Any) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (40, 4, 2), '\xff': 1}\n"
    content = b"\x93NUMPY\x03\x00" + len(header).to_bytes(4, "little") + header + X.tobytes()
    (work.folder / "x.npy").write_bytes(content)
    work.save(y=Y)
    (diagnostic,) = work.diagnostics(work.npy(), model(timesteps=4, features=2))
    assert f"not UTF-8 text (byte {content.index(0xFF)})" in diagnostic.message


@pytest.mark.parametrize("shape", ["(-1, 4, 2)", "(True, 4, 2)", "(40.0, 4, 2)", "'ab'", "40"])
def test_a_text_that_is_not_a_shape_is_refused(shape: str, work: Any, model: Any) -> None:
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + X.tobytes()
    (work.folder / "x.npy").write_bytes(content)
    work.save(y=Y)
    (diagnostic,) = work.diagnostics(work.npy(), model(timesteps=4, features=2))
    assert "has a header that cannot be read" in diagnostic.message


@pytest.mark.parametrize("where", ["y.npy", "a.npz", "a.h5", "b.h5"])
def test_labels_that_are_not_utf_8_are_told_by_the_first(where: str, work: Any, model: Any) -> None:
    labels = np.array(["été", "mai"] * 20).astype("U3")
    raw = np.char.encode(labels, "latin-1")
    work.save(x=X, y=raw)
    np.savez(work.folder / "a.npz", y=raw)
    for name, dtype in (("a.h5", raw.dtype), ("b.h5", h5py.string_dtype())):
        with h5py.File(work.folder / name, "w") as file:
            file.create_dataset("y", data=raw.astype(object) if name == "b.h5" else raw, dtype=dtype)
    with pytest.raises(SpecError, match=r"element 0 of `.*` is not valid UTF-8") as caught:
        work.load(work.npy(y=where), model(timesteps=4, features=2, units=2, activation="softmax"))
    assert "latin-1" in caught.value.diagnostics[0].help[0]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_an_archive_whose_compression_is_damaged_is_refused(method: int, work: Any, model: Any) -> None:
    array = io.BytesIO()
    np.save(array, X)
    with zipfile.ZipFile(work.folder / "a.npz", "w", method) as archive:
        archive.writestr("x.npy", array.getvalue())
    content = bytearray((work.folder / "a.npz").read_bytes())
    content[40:60] = bytes(range(200, 220))
    (work.folder / "a.npz").write_bytes(content)
    work.save(y=Y)
    (diagnostic,) = work.diagnostics(work.npy(x="a.npz"), model(timesteps=4, features=2))
    assert diagnostic.message.startswith(f"`{work.folder / 'a.npz'}` cannot be read as an NPZ file: ")


@pytest.mark.parametrize("kind", ["a pipe", "a socket", "a device", "a folder"])
def test_a_path_that_is_not_a_regular_file_is_not_opened(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket has at most 108 bytes
    path = Path("/dev/zero") if kind == "a device" else Path("it")
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    with socket.socket(socket.AF_UNIX) as end:
        if kind == "a socket":
            end.bind(str(path))
        diagnostic = table_columns(path, ("path",))
    assert not isinstance(diagnostic, tuple)
    assert diagnostic.message == f"`{path}` is {kind}, not a file"


def test_patterns_match_what_pathlib_finds(tmp_path: Path) -> None:
    for name in ("1.csv", "a/2.csv", "a/b/3.csv", "a/b/c/4.csv", "d/.5.csv", "d/6.tsv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for pattern in ("*.csv", "**/*.csv", "**/**/*.csv", "a/**/*.csv", "*/*.csv", "a/?/[0-9].csv", "d/*", "**/b/*.csv"):
        assert list(resolve_paths((pattern,), tmp_path)) == sorted(tmp_path.glob(pattern)), pattern


def test_patterns_are_not_led_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.csv").touch()
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "a/self").symlink_to("self")
    assert [path.name for path in resolve_paths(("**/**/**/**/**/*.csv",), tmp_path)] == ["1.csv"]


def test_a_pattern_that_looks_at_too_much_is_refused_at_the_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tdcli: Callable[..., Any]
) -> None:
    monkeypatch.setattr("tdcli.sources.core.paths.MOST_ENTRIES", 20)
    for number in range(30):
        (tmp_path / f"{number}.txt").touch()
    spec = SPEC.replace("source: npy, x: x.h5, y: y.npy", "source: csv, path: '**/*.csv', features: [v, w], target: v")
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    ended = tdcli("check", tmp_path / "spec.yaml")
    assert ended.code == 2
    assert "searches more than 20 files and folders" in ended.err
    assert "spec.yaml:2:1" in ended.err


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.arff", "a.ts"])
def test_a_line_without_end_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdcli.sources.tables.text.LONGEST_LINE", 1000)
    content = b"v," * 1_000_000
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    with pytest.raises(TableError, match="a line of more than 1,000 characters"):
        read_header(tmp_path / name, Dialect())


@pytest.mark.parametrize("rows", [10, 100_000])
@pytest.mark.parametrize(("text", "line"), [('v,"w\n', 1), ('v,w\n1,2\n3,"4\n', 3)])
def test_a_quote_that_does_not_end_is_told_by_its_line(text: str, line: int, rows: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text + "5,6\n" * rows, encoding="utf-8")
    with pytest.raises(TableError, match=f"a quote that opens in the row on line {line} is not closed"):
        read_header(tmp_path / "a.csv", Dialect())


def test_quotes_that_end_and_those_within_a_cell_are_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('v,w\n"1\n""",5" pipe\n', encoding="utf-8")
    assert read_header(tmp_path / "a.csv", Dialect()) == ("v", "w")


@pytest.mark.parametrize("name", ['w "x"', 'w"', '"', 'w"x"y', "w,x", "w\nx", "'w'", " "])
@pytest.mark.parametrize("quoted", [True, False])
def test_the_columns_of_a_header_are_those_whose_cells_are_read(name: str, quoted: bool, tmp_path: Path) -> None:
    written = '"' + name.replace('"', '""') + '"' if quoted or not set(name).isdisjoint(',\n"') else name
    (tmp_path / "a.csv").write_text(f"v,{written}\n" + "1,2\n3,4\n", encoding="utf-8")
    columns = read_header(tmp_path / "a.csv", Dialect())
    assert columns == ("v", name.strip())
    cells = read(tmp_path / "a.csv", columns)
    assert cells.frame[:, 1].to_list() == [2, 4]


PLAYLISTS = {
    "a.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    "a.ts": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    "a.avi": "ffconcat version 1.0\nfile {}\n",
    "a.mkv": "ffconcat version 1.0\nfile {}\n",
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_under_the_name_of_a_video_is_not_followed(name: str, camera: Any, tmp_path: Path) -> None:
    film = camera.video("film.mkv", camera.noise(4))
    assert len(frames(film)) == 2
    (tmp_path / name).write_text(PLAYLISTS[name].format(film), encoding="utf-8")
    with pytest.raises(UndecodableError):
        frames(tmp_path / name)


@pytest.mark.parametrize("name", ["frame%03d.mkv", "concat:film.mkv", "film?.mkv", "-i.mkv"])
def test_names_that_ffmpeg_reads_as_more_than_names_are_names(
    name: str, camera: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    camera.video("film.mkv", camera.noise(4)).rename(name)
    assert len(frames(Path(name))) == 2


def test_postscript_under_the_name_of_an_image_is_not_run(tmp_path: Path) -> None:
    text = "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    (tmp_path / "a.png").write_text(text, encoding="utf-8")
    with pytest.raises(UndecodableError, match="it is not an image"):
        frames(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a.mp4", "a.png"])
def test_a_pipe_under_the_name_of_a_clip_is_not_opened(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(UndecodableError, match="is not a regular file"):
        frames(tmp_path / name)


def frames(path: Path) -> Any:
    return decode_clip(Clip(path.name, "", (path,)), ClipForm((2, 8, 8, 3)))


def test_twenty_thousand_columns_are_told_apart_and_helped_with_briefly(work: Any, model: Any) -> None:
    names = [f"column_{place}" for place in range(20_000)]
    work.write("wide.csv", ",".join(names) + "\n" + ",".join("1" * len(names)) + "\n")
    assert len(read_header(work.folder / "wide.csv", Dialect())) == 20_000
    wanted = tuple(f"colum_{place}" for place in range(2000))
    diagnostics = work.diagnostics(work.csv_of("wide.csv", features=wanted, target=names[0]), model())
    assert len(diagnostics) == 2000
    assert [help.text for help in diagnostics[0].help] == ["did you mean `column_0`?"]
    work.write("alike.csv", ",".join(["v"] * 20_000) + "\n")
    with pytest.raises(TableError, match="has two columns named `v`") as caught:
        read_header(work.folder / "alike.csv", Dialect())
    assert len(caught.value.help) < 200
