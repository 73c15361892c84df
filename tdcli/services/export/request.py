"""What an export is to be: judged before anything heavy is loaded."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tdcli.formats.core.registry import ENDINGS
from tdcli.runs.files import refuse_read_only
from tdcli.services.machine.extras import needs_extra
from tdcli.text.diagnostic import UserError


class Quantization(StrEnum):
    """How numbers get smaller."""

    DYNAMIC = "dynamic"
    FLOAT16 = "float16"
    INT8 = "int8"


@dataclass(frozen=True)
class Wanted:
    """A format; the path, None for a name of its own; for LiteRT smaller numbers, and a length for any length."""

    format: str
    output: Path | None = None
    quantization: Quantization | None = None
    timesteps: int | None = None

    def path(self, name: str) -> Path:
        """Return where to write a model of this name."""
        return self.output or Path(f"{name}{ENDINGS[self.format]}")


def wanted_export(
    format: str, output: Path | None, quantization: Quantization | None = None, timesteps: int | None = None
) -> Wanted:
    """Return the request. Raises UserError where its parts do not go together, or a package is missing."""
    name = format.replace("-", "_")
    ending = ENDINGS[name]
    if output is not None:
        refuse_read_only(output)
    if output is not None and ending and output.suffix != ending:
        raise UserError.of(
            "wrong-option", f"`{output}` does not end in `{ending}`", f"write `-o {output.stem}{ending}`"
        )
    for option, value in (("--quantize", quantization), ("--timesteps", timesteps)):
        if value is not None and name != "litert":
            raise UserError.of("wrong-option", f"`{option}` goes with `--format litert`", "leave it out")
    needs_extra(name, f"`--format {format}`")
    return Wanted(name, output, quantization, timesteps)
