"""Check a spec: compile it, and find likely mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.diagnostic import Diagnostic


@dataclass(frozen=True)
class CheckedSpec:
    """A valid spec, and its warnings in the order of the file."""

    compiled: Compiled
    warnings: tuple[Diagnostic, ...]


def check_spec(path: Path, settings: Sequence[str] = ()) -> CheckedSpec:
    """Compile a file and look for likely mistakes. Raises SpecError as `compile_spec` does."""
    compiled = compile_spec(path, settings)
    return CheckedSpec(compiled, warnings_for(compiled))
