"""Train on an `.npy` file that is larger than the memory it is allowed, against the same training in memory.

python benchmarks/streaming.py [--runs 5] [--gigabytes 6]

The file of videos is written to the folder for temporary files first. Time an epoch is measured on a file of a
tenth of that, which fits into memory both ways; the large one is trained on with its peak memory noted.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

FRAMES, SIZE, UNITS = 10, 32, 128
SAMPLE_BYTES = 4 * FRAMES * SIZE * SIZE * 3
SPEC = f"""architecture:
  kind: cnn-lstm
  input: {{timesteps: {FRAMES}, frame: [{SIZE}, {SIZE}, 3]}}
  cnn:
    - Conv2D: {{filters: 32, kernel_size: 3, activation: relu}}
    - MaxPooling2D: {{pool_size: 2}}
    - Conv2D: {{filters: 64, kernel_size: 3, activation: relu}}
    - MaxPooling2D: {{pool_size: 2}}
    - Flatten
  recurrent: {{cell: LSTM, units: {UNITS}}}
  outputs: {{units: 2, activation: softmax}}
data: {{source: npy, x: x.npy, y: y.npy}}
training: {{batch_size: 8, metrics: []}}
"""
# One training in a process of its own: seconds of an epoch after the first, and the most memory.
TRAIN = """
import json, resource, sys, time
from pathlib import Path
from tdcli.nn.training.callbacks import LoopCallbacks
from tdcli.nn.training.train import train
from tdcli.services.specs.compile import compile_spec
from tdcli.services.samples.prepare import prepare
from tdcli.services.train.job import training_inputs
compiled = compile_spec(Path(sys.argv[1]), sys.argv[2:])
ends = []
note = lambda progress: ends.extend([time.perf_counter()] * len(progress.ended))
train(training_inputs(compiled, prepare(compiled)), LoopCallbacks(on_progress=note))
epoch = (ends[-1] - ends[0]) / max(len(ends) - 1, 1)
print(json.dumps([epoch, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]))
"""


def write_videos(folder: Path, samples: int) -> Path:
    """Write samples of noise and their classes, a few at a time, and the spec; return the spec's path."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    header = {"descr": "<f4", "fortran_order": False, "shape": (samples, FRAMES, SIZE, SIZE, 3)}
    with (folder / "x.npy").open("wb") as file:  # a map would count as memory of the processes started from here
        np.lib.format.write_array_header_1_0(file, header)
        for first in range(0, samples, 1000):
            shape = (min(1000, samples - first), *header["shape"][1:])
            file.write(rng.random(shape, dtype="float32").tobytes())
    np.save(folder / "y.npy", rng.integers(0, 2, samples))
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return folder / "spec.yaml"


def trained(spec: Path, *settings: str) -> tuple[float, int]:
    """Return the seconds of an epoch and the peak memory of a training."""
    command = [sys.executable, "-c", TRAIN, str(spec), *settings]
    seconds, peak = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, peak


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--gigabytes", type=float, default=6)
    arguments = parser.parse_args()
    samples = int(arguments.gigabytes * 2**30 / SAMPLE_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        small = write_videos(Path(folder) / "small", samples // 10)
        times: dict[str, list[float]] = {"true": [], "false": []}
        for _ in range(arguments.runs):
            for stream, seconds in times.items():
                seconds.append(trained(small, f"data.stream={stream}", "training.epochs=3")[0])
        streamed, held = (statistics.median(times[stream]) for stream in ("true", "false"))
        print(f"epoch of {samples // 10:,} videos: in memory {held:.2f} s, streamed {streamed:.2f} s, ", end="")
        print(f"{streamed / held:.2f} times", flush=True)
        large = write_videos(Path(folder) / "large", samples)
        _, peak = trained(large, "data.stream=true", "training.epochs=1")
        size = (large.parent / "x.npy").stat().st_size
        print(f"peak memory with a file of {size / 2**30:.1f} GiB: {peak / 2**30:.2f} GiB")


if __name__ == "__main__":
    main()
