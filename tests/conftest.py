"""What tests of several packages need."""

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import typer.main

from tdcli.__main__ import prepare_process
from tdcli.cli.app import main


@pytest.fixture
def beside_arrays(tmp_path: Path) -> Callable[[str, tuple[int, ...]], Path]:
    """Write a spec, and beside it `x.npy` of this shape and `y.npy` with a number a sample, both noise."""

    def written(text: str, shape: tuple[int, ...]) -> Path:
        rng = np.random.default_rng(0)
        np.save(tmp_path / "x.npy", rng.normal(size=shape).astype("float32"))
        np.save(tmp_path / "y.npy", rng.normal(size=shape[0]).astype("float32"))
        (tmp_path / "spec.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "spec.yaml"

    return written


class Camera:
    """Writes clips below a folder: images, and videos without loss or with little. A frame is `(height, width, 3)`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def noise(self, count: int, height: int = 12, width: int = 16, seed: int = 0) -> Any:
        """Return frames without any likeness."""
        return np.random.default_rng(seed).integers(0, 256, (count, height, width, 3), dtype=np.uint8)

    def image(self, name: str, values: Any, **options: Any) -> Path:
        """Write one image; PNG loses nothing."""
        from PIL import Image

        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(values).save(path, **options)
        return path

    def images(self, name: str, values: Any) -> None:
        """Write a clip as a folder of images, numbered without leading zeros."""
        for place, each in enumerate(values):
            self.image(f"{name}/frame{place + 1}.png", each)

    def video(self, name: str, values: Any, codec: str = "ffv1", pixels: str = "bgr0") -> Path:
        """Write a clip as a video of 10 frames a second; FFV1 loses nothing."""
        import av

        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(path, "w") as container:
            stream = container.add_stream(codec, rate=10)
            stream.height, stream.width, stream.pix_fmt = *values.shape[1:3], pixels
            for each in values:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(each, format="rgb24")))
            container.mux(stream.encode())
        return path

    def dots(self, name: str, clips: int, size: int = 16, timesteps: int = 8) -> None:
        """Write as many videos for each of two classes, in which a dot goes to the left or to the right."""
        rng = np.random.default_rng(0)
        for label, step in (("left", -1), ("right", 1)):
            for clip in range(clips):
                values = np.zeros((timesteps, size, size, 3), np.uint8)
                row, start = rng.integers(1, size - 3), rng.integers(size)
                for time in range(timesteps):
                    values[time, row : row + 3, (start + step * 2 * time + np.arange(3)) % size] = 255
                self.video(f"{name}/{label}/clip{clip}.mkv", values)


@pytest.fixture
def camera(tmp_path: Path) -> Camera:
    return Camera(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def commands_made_once() -> Iterator[None]:
    """Typer makes all commands anew in each call of `main`, which takes longer than many a command."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.main.get_command", functools.cache(typer.main.get_command))
        yield


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def tdcli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run a command: `tdcli("check", "spec.yaml")`."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr("sys.argv", ["tdcli", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run


# The workers of pytest-xdist take a core each: more threads, in them and in the commands that they run, only wait.
for _threads in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

prepare_process()

HOSTILE = "</text><script>alert(1)</script> & $x_1$"
"""A name that would break a page or a formula, if it were not taken for text."""

SPECS = {
    "forecast": f"""name: forecast
architecture: {{kind: many-to-one, input: {{timesteps: 4, features: 2}}, recurrent: {{units: 3}}, outputs: 3}}
data: {{source: csv, path: log.csv, features: [v, '{HOSTILE}'], target: '{HOSTILE}', steps: 3}}
split: {{validation: 0.2, test: 0.2}}
training: {{epochs: 3, batch_size: 8}}
""",
    "labels": """name: labels
architecture: {kind: many-to-many, input: {timesteps: null, features: 2}, recurrent: {units: 3},
  outputs: {units: 3, activation: softmax}}
data: {source: npy, x: x.npy, y: y.npy, lengths: lengths.npy, class_names: [sit, walk, <run>]}
split: {test: 0.25}
training: {epochs: 2, batch_size: 8}
""",
    "frames": """name: frames
architecture: {kind: cnn-lstm, input: {timesteps: 5, frame: [6, 6, 1]}, recurrent: {units: 3},
  cnn: [{Conv2D: {filters: 2, kernel_size: 3}}, Flatten], outputs: {units: 2, activation: softmax}}
data: {source: synthetic, task: moving-dot, samples: 40}
split: {validation: 0.2, test: 0.2}
training: {epochs: 2, batch_size: 8}
""",
}


@pytest.fixture(scope="session")
def trained_runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the folders of small runs: a forecast of three steps, a class for each step, a class of frames."""
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.train.job import TrainingJob
    from tdcli.services.train.train import train_job

    folder, rng = tmp_path_factory.mktemp("trained"), np.random.default_rng(0)
    rows = [f"{row % 7},{row % 5}" for row in range(90)]
    (folder / "log.csv").write_text("\n".join([f'v,"{HOSTILE}"', *rows]) + "\n", encoding="utf-8")
    np.save(folder / "x.npy", rng.normal(size=(12, 5, 2)).astype("float32"))
    np.save(folder / "y.npy", rng.integers(0, 3, (12, 5)))
    np.save(folder / "lengths.npy", np.array([5, 2] * 6))
    runs = {}
    for name, text in SPECS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        compiled = compile_spec(folder / f"{name}.yaml")
        outcome = train_job(TrainingJob(compiled, prepare(compiled), folder / "runs", f"tdcli train {name}.yaml"))
        runs[name] = outcome.run.path
    return runs


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--write` puts into lessons and documents what is printed now."""
    parser.addoption("--write", action="store_true", help="rewrite what lessons and documents show")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
