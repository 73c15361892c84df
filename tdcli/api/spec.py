"""Load a spec and check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tdcli.api.shown import Shown
from tdcli.plan.plan import Plan
from tdcli.services.specs.compile import Compiled, compile_document, compile_spec
from tdcli.services.specs.warnings import warnings_for
from tdcli.spec.load import load_document
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError
from tdcli.text.override import apply_settings
from tdcli.text.yaml_reader import parse_document
from tdcli.text.yaml_writer import to_inline_yaml, to_yaml

if TYPE_CHECKING:
    from rich.console import RenderableType

SpecSource: TypeAlias = str | Path | Mapping[str, Any]
"""The path of a spec's file, or its values."""

Settings: TypeAlias = Mapping[str, Any]
"""Values in place of the file's, by dotted key: `{"training.epochs": 5}`."""


@dataclass(frozen=True)
class CompiledSpec(Shown):
    """A spec that holds together: its layers have shapes, its loss fits, and its data's headers are read."""

    compiled: Compiled

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.compiled.spec.name)

    @property
    def plan(self) -> Plan:
        """The layers with their shapes and numbers of parameters."""
        return self.compiled.plan

    @cached_property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is likely a mistake."""
        return tuple(warnings_for(self.compiled))

    def __rich__(self) -> "RenderableType":
        """Return the table of layers, and the warnings."""
        from rich.console import Group

        from tdcli.report.terminal.plan import render_plan
        from tdcli.text.diagnostic_text import render_diagnostic

        return Group(render_plan(self.plan, "table"), *map(render_diagnostic, self.warnings))


def load(spec: SpecSource, settings: Settings | None = None) -> CompiledSpec:
    """Load a spec from its file, or from its values.

    Paths of data are relative to the file, or to the working directory. Raises SpecError with every error that can be
    found without reading the data.

    >>> import tdcli
    >>> architecture = {"kind": "many-to-one", "input": {"timesteps": 5, "features": 1}, "recurrent": {"units": 5},
    ...                 "outputs": 5}
    >>> tdcli.load({"name": "echo", "architecture": architecture}).plan.parameters
    170
    """
    texts = as_settings(settings)
    if isinstance(spec, Mapping):
        document = parse_document(to_yaml(plain(spec)), Path.cwd() / f"{spec.get('name', 'spec')}.yaml")
        return CompiledSpec(compile_document(apply_settings(document, texts)))
    return CompiledSpec(compile_spec(Path(spec), texts))


def as_settings(settings: Settings | None) -> tuple[str, ...]:
    """Return settings as `--set` takes them.

    >>> as_settings({"training.epochs": 5, "training.optimizer": {"name": "adam"}})
    ('training.epochs=5', 'training.optimizer={name: adam}')
    """
    return tuple(f"{key}={to_inline_yaml(plain(value))}" for key, value in (settings or {}).items())


def plain(value: Any) -> Any:
    """Return a value as YAML has it: mappings, lists, texts and numbers, also for paths and NumPy's numbers.

    >>> plain({"path": Path("a.csv"), "split": ({"test": 0.2},)})
    {'path': 'a.csv', 'split': [{'test': 0.2}]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, PathLike):
        return str(value)
    return value.item() if hasattr(value, "item") else value


def as_spec(spec: "CompiledSpec | SpecSource") -> CompiledSpec:
    """Return a spec that may not be loaded yet. Raises SpecError."""
    return spec if isinstance(spec, CompiledSpec) else load(spec)


def check(spec: SpecSource, settings: Settings | None = None) -> tuple[Diagnostic, ...]:
    """Return the errors of a spec, or its warnings where it has no errors. Raises SpecError if it cannot be read.

    >>> import tdcli
    >>> [each.name for each in tdcli.check({"architecture": {"kind": "many-to-won"}})]
    ['wrong-value']
    """
    if not isinstance(spec, Mapping):
        load_document(Path(spec))  # a file that is missing is no diagnostic of a spec
    try:
        return load(spec, settings).warnings
    except SpecError as error:
        return error.diagnostics
