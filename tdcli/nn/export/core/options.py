"""What is to be said of a format besides where."""

from dataclasses import dataclass

from tdcli.data.dataset import Array


@dataclass(frozen=True)
class Options:
    """For formats that hold one length of sequences, and smaller numbers.

    quantization: `dynamic` keeps weights in 8 bits, `float16` in 16, `int8` computes in 8 bits in ranges that
    `samples`, `(samples, time, ...)`, show.
    """

    timesteps: int
    quantization: str | None = None
    samples: Array | None = None
