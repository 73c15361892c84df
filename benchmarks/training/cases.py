"""What is trained: shipped specs, and recurrent layers of several sizes over made-up sequences."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tdcli.services.specs.compile import Compiled, compile_spec

SPECS = Path(__file__).parents[2] / "specs"
PLAIN = ("training.metrics=[]", "split.validation=0")
TUTORIAL = (
    "architecture.input.timesteps=1", "architecture.input.features=8", "data.target_change=false",
    "data.encode={cbwd: integer}", "data.scale=minmax", "split.validation=0", "training.early_stopping=null",
    "training.metrics=[]",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A spec with settings and the epochs to train.

    shape: (samples, timesteps, features) of made-up sequences. validates: on the test part, after each epoch.
    """

    name: str
    spec: str
    epochs: int
    settings: tuple[str, ...] = PLAIN
    shape: tuple[int, int, int] | None = None
    validates: bool = False

    @contextmanager
    def compiled(self) -> Iterator[Compiled]:
        """Compile the spec; made-up sequences lie in a temporary folder."""
        settings = [*self.settings, f"training.epochs={self.epochs}"]
        with TemporaryDirectory() as folder:
            if self.shape is None:
                yield compile_spec(SPECS / f"{self.spec}.yaml", settings)
                return
            rng = np.random.default_rng(0)
            np.save(Path(folder) / "x.npy", rng.normal(size=self.shape).astype("float32"))
            np.save(Path(folder) / "y.npy", rng.normal(size=(self.shape[0], 1)).astype("float32"))
            path = Path(folder) / "spec.yaml"
            path.write_text(self.spec.format(timesteps=self.shape[1]), encoding="utf-8")
            yield compile_spec(path, settings)


def recurrent_spec(cell: str, units: int, batch_size: int, *, both: bool = False, layers: int = 1) -> str:
    """Return a spec of stacked recurrent layers over `x.npy`, with places for its settings."""
    one = f"{{cell: {cell}, units: {units}, bidirectional: {str(both).lower()}}}"
    return (
        "architecture: {{kind: many-to-one, input: {{timesteps: {timesteps}}}, outputs: 1, recurrent: ["
        + ", ".join([one.replace("{", "{{").replace("}", "}}")] * layers)
        + "]}}\ndata: {{source: npy, x: x.npy, y: y.npy}}\n"
        + f"training: {{{{batch_size: {batch_size}, metrics: []}}}}\n"
    )


CASES = (
    Case("one-to-one, 1,000 epochs", "one_to_one", 1000),
    Case("many-to-one, 500 epochs", "many_to_one", 500),
    Case("many-to-many, 1,000 epochs", "many_to_many", 1000),
    Case("cnn-lstm, 100 videos of 10 frames", "cnn_lstm", 6),
    Case(
        "cnn-lstm, 40 videos of 60 frames", "cnn_lstm", 4,
        (*PLAIN, "architecture.input.timesteps=60", "data.samples=40"),
    ),
    Case("pollution, 1 lag, 50 epochs, validated on four years", "pollution", 50, TUTORIAL, validates=True),
    Case("LSTM(128), 64 features, 100 steps, batch 32", recurrent_spec("LSTM", 128, 32), 5, PLAIN, (640, 100, 64)),
    Case("LSTM(64), 32 features, 400 steps, batch 128", recurrent_spec("LSTM", 64, 128), 4, PLAIN, (1024, 400, 32)),
    Case(
        "2 x Bidirectional(LSTM(64)), 32 features, 50 steps, batch 32",
        recurrent_spec("LSTM", 64, 32, both=True, layers=2), 5, PLAIN, (640, 50, 32),
    ),
    Case("GRU(64), 32 features, 50 steps, batch 32", recurrent_spec("GRU", 64, 32), 5, PLAIN, (640, 50, 32)),
)  # fmt: skip
