"""Define the options of the export formats."""

from dataclasses import dataclass

from tdcli.data.dataset import Array


@dataclass(frozen=True)
class ExportOptions:
    """The number of timesteps and the quantization, for formats that fix them.

    quantization: `dynamic` stores weights in 8 bits, `float16` in 16 bits. `int8` also computes in 8 bits, with ranges
    measured on `samples`, `(samples, time, ...)`.
    """

    timesteps: int
    quantization: str | None = None
    samples: Array | None = None
