"""Check a spec: compile it, and find what in it is likely a mistake."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.diagnostic import Diagnostic


@dataclass(frozen=True)
class CheckedSpec:
    """A spec that holds together, and its warnings in file order."""

    compiled: Compiled
    warnings: tuple[Diagnostic, ...]


def check_spec(path: Path, settings: Sequence[str] = ()) -> CheckedSpec:
    """Compile a file and look for likely mistakes. Raises SpecError as `compile_spec` does."""
    compiled = compile_spec(path, settings)
    return CheckedSpec(compiled, warnings_for(compiled))
