"""Options of the export formats."""

from dataclasses import dataclass

from tdcli.data.dataset import Array


@dataclass(frozen=True)
class ExportOptions:
    """The number of timesteps and the quantization, for formats that fix them.

    quantization: `dynamic` keeps weights in 8 bits, `float16` in 16, `int8` computes in 8 bits in ranges that
    `samples`, `(samples, time, ...)`, show.
    """

    timesteps: int
    quantization: str | None = None
    samples: Array | None = None
