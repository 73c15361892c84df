"""Damaged files of every format are read, or refused with a reason: no exception of a library, no crash, no hang.

`python tests/formats/test_damaged_files.py --count 2000 [--formats npy hdf5] [--seed 1]` damages more of them, in
processes of their own, so that a crash is one failure among others. With `--flips` each file differs in one byte.
"""

import argparse
import faulthandler
import gzip
import random
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import polars as pl
import pytest

from tdcli.data.clips.decode import ClipForm, decode_clip
from tdcli.data.clips.video import UndecodableError
from tdcli.data.load import LoadRequest, load
from tdcli.formats.core.registry import open_model_file
from tdcli.signature import Signature
from tdcli.sources.clips.clips import Clip
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.split import Split
from tdcli.text.errors import TdcliError

IN_CI = 100
SECONDS = 20
"""How long one file may take."""

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 4, 2)).astype(np.float32)
LABELS = np.array([b"rest", b"walk"] * 10)
TABLE = pl.DataFrame({"v": RNG.normal(size=30).round(3), "w": np.arange(30), "at": ["2020-01-01T00:00:00"] * 30})


def damaged(content: bytes, rng: random.Random, *, flips: bool = False) -> bytes:
    """Change bytes, cut the file short, put bytes in, or swap two blocks."""
    kind = "flip" if flips else rng.choice(["flip", "several", "cut", "insert", "swap", "zeros"])
    size, spoilt = len(content), bytearray(content)
    begin = rng.randrange(size)
    length = rng.randint(1, max(1, min(64, size // 8)))
    if kind in ("flip", "several"):
        for _ in range(1 if kind == "flip" else rng.randint(2, 12)):
            spoilt[rng.randrange(size)] ^= rng.randint(1, 255)
    elif kind == "cut":
        del spoilt[begin:]
    elif kind == "insert":
        spoilt[begin:begin] = rng.randbytes(length)
    elif kind == "swap":
        other = rng.randrange(size)
        one, two = content[begin : begin + length], content[other : other + length]
        spoilt[begin : begin + length], spoilt[other : other + length] = two, one
    else:
        spoilt[begin : begin + length] = bytes(length)
    return bytes(spoilt)


def _npy(folder: Path) -> Path:
    np.save(folder / "y.npy", LABELS)
    np.save(folder / "sound.npy", X)
    return folder / "sound.npy"


def _npz(folder: Path) -> Path:
    np.savez_compressed(folder / "sound.npz", x=X, y=LABELS)
    return folder / "sound.npz"


def _hdf5(folder: Path) -> Path:
    with h5py.File(folder / "sound.h5", "w") as file:
        file.create_dataset("x", data=X, chunks=(7, 4, 2), compression="gzip", shuffle=True)
        file.create_dataset("y", data=LABELS)
        file.create_group("more").create_dataset("lengths", data=np.arange(20))
    return folder / "sound.h5"


def _csv(folder: Path) -> Path:
    (folder / "sound.csv").write_text(TABLE.write_csv(quote_style="non_numeric"), encoding="utf-8")
    return folder / "sound.csv"


def _gz(folder: Path) -> Path:
    (folder / "sound.csv.gz").write_bytes(gzip.compress(TABLE.write_csv().encode()))
    return folder / "sound.csv.gz"


def _parquet(folder: Path) -> Path:
    TABLE.write_parquet(folder / "sound.parquet")
    return folder / "sound.parquet"


def _xlsx(folder: Path) -> Path:
    TABLE.write_excel(folder / "sound.xlsx")
    return folder / "sound.xlsx"


def _arff(folder: Path) -> Path:
    head = "@relation t\n@attribute v real\n@attribute w real\n@attribute 'at' string\n@data\n"
    (folder / "sound.arff").write_text(head + TABLE.write_csv(include_header=False), encoding="utf-8")
    return folder / "sound.arff"


def _ts(folder: Path) -> Path:
    head = "@problemName p\n@timeStamps false\n@dimensions 2\n@classLabel true a b\n@data\n"
    rows = "".join(f"1,2,3,{row}:4,5,6,7:{'ab'[row % 2]}\n" for row in range(12))
    (folder / "sound.ts").write_text(head + rows, encoding="utf-8")
    return folder / "sound.ts"


def _video(ending: str, codec: str, pixels: str) -> Callable[[Path], Path]:
    def written(folder: Path) -> Path:
        import av

        path = folder / f"sound{ending}"
        with av.open(path, "w") as container:
            stream = container.add_stream(codec, rate=25)
            stream.height, stream.width, stream.pix_fmt = 16, 32, pixels
            for each in RNG.integers(0, 256, (6, 16, 32, 3), dtype=np.uint8):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(each, format="rgb24")))
            container.mux(stream.encode())
        return path

    return written


def _image(ending: str) -> Callable[[Path], Path]:
    def written(folder: Path) -> Path:
        from PIL import Image

        frames = [Image.fromarray(each) for each in RNG.integers(0, 256, (3, 12, 16, 3), dtype=np.uint8)]
        more: dict[str, Any] = {"save_all": True, "append_images": frames[1:]} if ending in (".gif", ".tif") else {}
        frames[0].save(folder / f"sound{ending}", **more)
        return folder / f"sound{ending}"

    return written


def _keras(folder: Path) -> Path:
    from tdcli.nn.runtime.tensorflow import keras

    model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(2), keras.layers.Dense(1)])
    model.save(folder / "sound.keras")
    return folder / "sound.keras"


def _onnx(folder: Path) -> Path:
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = [numpy_helper.from_array(RNG.normal(size=(2, 3)).astype(np.float32), "w")]
    shapes = [helper.make_tensor_value_info(*each) for each in (("x", 1, ["n", 4, 2]), ("y", 1, ["n", 4, 3]))]
    nodes = [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Relu", ["h"], ["y"])]
    graph = helper.make_graph(nodes, "g", shapes[:1], shapes[1:], weights)
    assert TensorProto.FLOAT == 1
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, folder / "sound.onnx")
    return folder / "sound.onnx"


def _litert(folder: Path) -> Path:
    from tdcli.nn.runtime.tensorflow import keras, tf

    model = keras.Sequential([keras.Input((4, 2)), keras.layers.Conv1D(3, 2), keras.layers.Flatten()])
    content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    (folder / "sound.tflite").write_bytes(content)
    return folder / "sound.tflite"


def _read_arrays(path: Path) -> None:
    here = {"y": str(path.with_name("y.npy"))} if path.suffix == ".npy" else {"y": str(path)}
    section = read_data_section({"source": "npy", "x": str(path), **here})
    _load(section, Signature("many-to-one", (None, 4, 2), (None, 2), "softmax"))


def _read_table(path: Path) -> None:
    keys: dict[str, Any] = {"features": ("v", "w"), "target": ("v",)}
    if path.suffix == ".ts":
        keys = {
            "layout": "sequences",
            "sequence": "sequence",
            "order": ("step",),
            "features": ("dim_0",),
            "target": ("label",),
        }
    section = read_data_section({"source": "csv", "path": (str(path),), **keys})
    classes: tuple[Any, ...] = ((None, 2), "softmax") if path.suffix == ".ts" else ((None, 1),)
    _load(section, Signature("many-to-one", (None, 4, len(keys["features"])), *classes))


def _load(section: Any, signature: Signature) -> None:
    section.inspect(Path())
    load(section, LoadRequest(Path(), signature, Split(), 0))


def _read_clip(path: Path) -> None:
    decode_clip(Clip(path.name, "", (path,)), ClipForm((2, 8, 8, 3)))


def _read_model(path: Path) -> None:
    file = open_model_file(path)
    file.metadata()
    file.outputs(X[:3])


FORMATS: dict[str, tuple[Callable[[Path], Path], Callable[[Path], None]]] = {
    "npy": (_npy, _read_arrays),
    "npz": (_npz, _read_arrays),
    "hdf5": (_hdf5, _read_arrays),
    "csv": (_csv, _read_table),
    "csv.gz": (_gz, _read_table),
    "parquet": (_parquet, _read_table),
    "xlsx": (_xlsx, _read_table),
    "arff": (_arff, _read_table),
    "ts": (_ts, _read_table),
    "mkv": (_video(".mkv", "ffv1", "bgr0"), _read_clip),
    "mp4": (_video(".mp4", "mpeg4", "yuv420p"), _read_clip),
    "avi": (_video(".avi", "mjpeg", "yuvj420p"), _read_clip),
    "png": (_image(".png"), _read_clip),
    "jpeg": (_image(".jpeg"), _read_clip),
    "gif": (_image(".gif"), _read_clip),
    "tif": (_image(".tif"), _read_clip),
    "webp": (_image(".webp"), _read_clip),
    "onnx": (_onnx, _read_model),
    "keras": (_keras, _read_model),
    "litert": (_litert, _read_model),
}


def trials(format: str, folder: Path, count: int, seed: int, *, flips: bool = False) -> Iterator[tuple[int, str]]:
    """Yield for each damaged file its number and how it ended: read, refused, or the exception that nobody foresaw."""
    make, read = FORMATS[format]
    sound = make(folder)
    content = sound.read_bytes()
    path = sound.with_name(sound.name.replace("sound", "damaged"))
    for number in range(count):
        path.write_bytes(damaged(content, random.Random(f"{seed} {number}"), flips=flips))
        yield number, _ended(read, path)


def _ended(read: Callable[[Path], None], path: Path) -> str:
    try:
        read(path)
    except (TdcliError, UndecodableError) as error:
        return "refused" if str(error) else "refused without a word"
    except OSError as error:
        if read is _read_clip and error.errno is not None:
            return "refused"
        return traceback.format_exc(limit=-4)
    except BaseException:  # a panic of Rust is no Exception
        return traceback.format_exc(limit=-4)
    return "read"


def unforeseen(ends: Iterator[tuple[int, str]]) -> Counter[str]:
    return Counter(end for _, end in ends if end not in ("read", "refused"))


@pytest.mark.parametrize("format", [name for name in FORMATS if name not in ("keras", "litert")])
@pytest.mark.filterwarnings("ignore")
def test_a_damaged_file_is_read_or_refused(format: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert not unforeseen(trials(format, tmp_path, IN_CI, seed=0))
    assert "panicked" not in capfd.readouterr().err


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def _run_part(format: str, seed: int, first: int, count: int, *, flips: bool) -> None:
    """Print how each trial ended, from the `first` on, and end the process where one takes too long."""
    import warnings

    warnings.simplefilter("ignore")
    make, read = FORMATS[format]
    with tempfile.TemporaryDirectory() as name:
        sound = make(Path(name))
        content = sound.read_bytes()
        _say("sound", _ended(read, sound).replace("\n", "\\n"))
        path = sound.with_name(sound.name.replace("sound", "damaged"))
        for number in range(first, count):
            path.write_bytes(damaged(content, random.Random(f"{seed} {number}"), flips=flips))
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            end = _ended(read, path)
            faulthandler.cancel_dump_traceback_later()
            _say(number, end.replace("\n", "\\n"))


def _in_processes(format: str, count: int, seed: int, *, flips: bool) -> Counter[str]:
    """Run all trials, in a new process wherever one died."""
    ends: Counter[str] = Counter()
    first = 0
    while first < count:
        part = ["--part", str(first), "--formats", format, "--count", str(count), "--seed", str(seed)]
        command = [sys.executable, __file__, *part, *(["--flips"] if flips else [])]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        lines = [line.partition(" ") for line in ended.stdout.splitlines()]
        for number, _, end in lines:
            if number.isdecimal():
                first = int(number) + 1
                ends[end.replace("\\n", "\n")] += 1
            elif number == "sound" and end != "read":
                ends[f"the sound file: {end}"] += 1
        if first < count:
            ends[f"died with {ended.returncode} at {first}: {ended.stderr[-600:]}"] += 1
            first += 1
    return ends


def main() -> None:
    """Print how many files of each format were read and refused, and every other end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--flips", action="store_true")
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part is not None:
        _run_part(given.formats[0], given.seed, given.part, given.count, flips=given.flips)
        return
    failed = 0
    for format in given.formats:
        ends = _in_processes(format, given.count, given.seed, flips=given.flips)
        read, refused = ends.pop("read", 0), ends.pop("refused", 0)
        _say(f"{format:8} {read:6,} read {refused:6,} refused {ends.total():4} unforeseen")
        for end, times in ends.most_common():
            _say(f"  {times} times: {end}")
        failed += ends.total()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
