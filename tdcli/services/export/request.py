"""Check the options of an export before anything heavy is loaded."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tdcli.formats.core.registry import ENDINGS, format_names
from tdcli.runs.files import refuse_read_only
from tdcli.services.machine.extras import require_extra
from tdcli.text.errors import SpecError

ExportFormat = StrEnum("ExportFormat", {name: name for name in format_names()})  # type: ignore[misc]
"""What a model can be written as."""


class Quantization(StrEnum):
    """How the numbers of a LiteRT model are made smaller."""

    DYNAMIC = "dynamic"
    FLOAT16 = "float16"
    INT8 = "int8"


@dataclass(frozen=True)
class ExportRequest:
    """What to export.

    format: as `format_names` lists it; output: None for the model's name; quantization, timesteps: for LiteRT, the
    latter where the model takes any length.
    """

    format: str
    output: Path | None = None
    quantization: Quantization | None = None
    timesteps: int | None = None

    @property
    def module(self) -> str:
        """The name of the modules that write and read the format."""
        return self.format.replace("-", "_")

    def path(self, name: str) -> Path:
        """Return where to write a model with this name."""
        return self.output or Path(f"{name}{ENDINGS[self.module]}")


def format_of(path: Path) -> str:
    """Return the format that a file's ending means. Raises SpecError for another ending."""
    found = {ending: name for name, ending in ENDINGS.items() if ending}
    if path.suffix not in found:
        endings = ", ".join(f"`{ending}`" for ending in found)
        raise SpecError.of("wrong-option", f"`{path}` has none of the endings {endings}", "choose one of them")
    return found[path.suffix]


def check_request(request: ExportRequest) -> None:
    """Raise SpecError if options cannot be combined, or a package is missing."""
    output, ending = request.output, ENDINGS[request.module]
    if output is not None:
        refuse_read_only(output)
    if output is not None and ending and output.suffix != ending:
        raise SpecError.of(
            "wrong-option", f"`{output}` does not end in `{ending}`", f"write `-o {output.stem}{ending}`"
        )
    for option, value in (("--quantize", request.quantization), ("--timesteps", request.timesteps)):
        if value is not None and request.module != "litert":
            raise SpecError.of("wrong-option", f"`{option}` goes with `--format litert`", "leave it out")
    require_extra(request.module, f"`--format {request.format}`")
