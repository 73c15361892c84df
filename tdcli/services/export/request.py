"""Check the options of an export before large libraries are loaded."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tdcli.formats.core.registry import ENDINGS, format_names
from tdcli.runs.files import refuse_read_only
from tdcli.services.machine.extras import require_extra
from tdcli.text.errors import SpecError

ExportFormat = StrEnum("ExportFormat", {name: name for name in format_names()})  # type: ignore[misc]
"""The formats that a model can be written in."""


class Quantization(StrEnum):
    """The ways to quantize a LiteRT model."""

    DYNAMIC = "dynamic"
    FLOAT16 = "float16"
    INT8 = "int8"


@dataclass(frozen=True)
class ExportRequest:
    """The options of an export.

    format: one of `format_names`. output: the file, None for the name of the model. quantization: for LiteRT only.
    timesteps: for LiteRT only, if the model accepts any number of timesteps.
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
        """Return the path of the export of a model with this name."""
        return self.output or Path(f"{name}{ENDINGS[self.module]}")


def format_of(path: Path) -> str:
    """Return the format for the ending of a file. Raises SpecError for other endings."""
    found = {ending: name for name, ending in ENDINGS.items() if ending}
    if path.suffix not in found:
        endings = ", ".join(f"`{ending}`" for ending in found)
        raise SpecError.of("wrong-option", f"`{path}` has none of the endings {endings}", "use one of these endings")
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
            raise SpecError.of(
                "wrong-option", f"`{option}` needs `--format litert`", f"remove `{option}`, or write `--format litert`"
            )
    require_extra(request.module, f"`--format {request.format}`")
