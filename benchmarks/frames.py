"""Decode a folder of videos, against a plain PyAV loop that does the same, and read the cache again.

python benchmarks/frames.py [--runs 3] [--clips 200]

Both take 16 frames, evenly spread, of H.264 clips of 320 x 240 pixels, and make them 64 x 64; in turn, in one process.
The loop is what one writes first: it decodes all frames of a clip to arrays, and lets Pillow resize those wanted.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

from tdcli.data.load import LoadRequest, load
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.split import Split

TIMESTEPS, SIZE, DISTINCT = 16, 64, 10
MODEL = Signature("cnn-lstm", (None, TIMESTEPS, SIZE, SIZE, 3), (None, 2), activation="softmax")


def main() -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--clips", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_clips(folder / "clips", wanted.clips)
        section = read_data_section({"source": "frames", "path": "clips"})
        seconds: dict[str, list[tuple[float, float]]] = {"loop": [], "decoded": [], "cache": []}
        for _ in range(wanted.runs):
            shutil.rmtree(folder / ".tdcli-cache", ignore_errors=True)
            expected = timed(seconds["loop"], lambda: by_loop(folder / "clips"))
            for key in ("decoded", "cache"):
                found = timed(seconds[key], lambda: load(section, LoadRequest(folder, MODEL, Split(), 0)))
                if not np.array_equal(found.train.x, expected):
                    raise SystemExit("the two differ")
    for key, each in seconds.items():
        wall, cores = (statistics.median(figures) for figures in zip(*each, strict=True))
        times = statistics.median(loop[0] / own[0] for loop, own in zip(seconds["loop"], each, strict=True))
        print(f"{key:8} {wall:7.3f} s, {cores:7.3f} s of all cores, {times:6.1f} times as fast as the loop")


def timed(seconds: list[tuple[float, float]], work: Callable[[], Any]) -> Any:
    """Return what work gives, and write down how long it takes, and how much of all cores."""
    began, before = time.perf_counter(), time.process_time()
    found = work()
    seconds.append((time.perf_counter() - began, time.process_time() - before))
    return found


def by_loop(folder: Path) -> Any:
    """Return the frames of all clips, decoded one after the other."""
    return np.stack([one_clip(path) for path in sorted(folder.rglob("*.mp4"))])


def one_clip(path: Path) -> Any:
    """Return the frames of one clip."""
    with av.open(path) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    chosen = np.linspace(0, len(frames) - 1, TIMESTEPS).round().astype(int)
    bilinear = Image.Resampling.BILINEAR
    return np.stack([np.asarray(Image.fromarray(frames[each]).resize((SIZE, SIZE), bilinear)) for each in chosen])


def write_clips(folder: Path, count: int) -> None:
    """Write clips of 2 seconds, in two classes: noise that drifts. Some are written, the others are copies."""
    rng = np.random.default_rng(0)
    for label in ("a", "b"):
        (folder / label).mkdir(parents=True)
        for clip in range(count // 2):
            path = folder / label / f"{clip:04}.mp4"
            if clip < DISTINCT:
                write_clip(path, rng)
            else:
                shutil.copy(folder / label / f"{clip % DISTINCT:04}.mp4", path)


def write_clip(path: Path, rng: np.random.Generator) -> None:
    """Write one clip of 48 frames."""
    ground = np.kron(rng.integers(0, 256, (30, 40, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.height, stream.width, stream.pix_fmt = 240, 320, "yuv420p"
        for place in range(48):
            frame = av.VideoFrame.from_ndarray(np.roll(ground, 3 * place, axis=1), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    main()
