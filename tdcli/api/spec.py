"""Load a spec and check it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tdcli.api.shown import Shown
from tdcli.plan import plan as plans
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
"""Values that replace those of the file, by dotted key: `{"training.epochs": 5}`."""


class Diagnostics(tuple[Diagnostic, ...], Shown):
    """Errors or warnings. A notebook and `print` show them with the lines that they point to.

    >>> import tdcli
    >>> print(tdcli.check({"architecture": {"kind": "many-to-won"}}))  # doctest: +ELLIPSIS
    error[wrong-value]: there is no kind `many-to-won`
      --> ...spec.yaml:2:9
       |
    2  |   kind: many-to-won
       |         ^^^^^^^^^^^
       |
    help: did you mean `many-to-one`?
    """

    def __rich__(self) -> "RenderableType":
        """Return what `tdcli check` prints."""
        from rich.console import Group

        from tdcli.text.diagnostic_text import render_diagnostic

        return Group(*map(render_diagnostic, self))


class Plan(plans.Plan, Shown):
    """The layers of a spec with their shapes and numbers of parameters.

    >>> import tdcli
    >>> plan = tdcli.load("specs/many_to_one.yaml").plan
    >>> [(step.title, step.output_shape, step.parameters.total) for step in plan.steps]
    [('LSTM', (None, 5), 140), ('Dense', (None, 5), 30)]
    """

    def __rich__(self) -> "RenderableType":
        """Return what `tdcli summary` prints."""
        from tdcli.report.terminal.plan import render_plan

        shown: RenderableType = render_plan(self, "table")
        return shown


@dataclass(frozen=True)
class CompiledSpec(Shown):
    """A spec without errors. The shapes of its layers are inferred, and the headers of its data were read.

    >>> import tdcli
    >>> spec = tdcli.load("specs/many_to_one.yaml", {"training.epochs": 5})
    >>> spec.name, spec.plan.parameters, tuple(each.name for each in spec.warnings)
    ('many-to-one', 170, ('outputs-as-wide-as-time',))
    """

    compiled: Compiled

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.compiled.spec.name)

    @cached_property
    def plan(self) -> Plan:
        """The layers with their shapes and numbers of parameters."""
        return Plan(**vars(self.compiled.plan))

    @cached_property
    def warnings(self) -> Diagnostics:
        """Likely mistakes that are not errors."""
        return Diagnostics(warnings_for(self.compiled))

    def __rich__(self) -> "RenderableType":
        """Return the table of layers and the warnings."""
        from rich.console import Group

        return Group(self.plan, self.warnings)

    def __repr__(self) -> str:
        from tdcli.report.terminal.plan import format_plan_line

        return f"<CompiledSpec {format_plan_line(self.plan)}>"


def load(spec: SpecSource, settings: Settings | None = None) -> CompiledSpec:
    """Load a spec from a file or from its values.

    Relative data paths start at the folder of the file, or at the working directory if there is no file. Raises
    SpecError with all errors that can be found without reading the data.

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
    """Return settings in the form of `--set`.

    >>> as_settings({"training.epochs": 5, "training.optimizer": {"name": "adam"}})
    ('training.epochs=5', 'training.optimizer={name: adam}')
    """
    return tuple(f"{key}={to_inline_yaml(plain(value))}" for key, value in (settings or {}).items())


def plain(value: Any) -> Any:
    """Return a value as mappings, lists, texts and numbers. Paths become texts, and NumPy numbers Python numbers.

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
    """Return a loaded spec, loading it if needed. Raises SpecError."""
    return spec if isinstance(spec, CompiledSpec) else load(spec)


def check(spec: SpecSource, settings: Settings | None = None) -> Diagnostics:
    """Return the errors of a spec, or its warnings if it has no errors. Raises SpecError if it cannot be read.

    >>> import tdcli
    >>> [each.name for each in tdcli.check({"architecture": {"kind": "many-to-won"}})]
    ['wrong-value']
    """
    if not isinstance(spec, Mapping):
        load_document(Path(spec))  # a missing file raises, it is not a diagnostic of the spec
    try:
        return load(spec, settings).warnings
    except SpecError as error:
        return Diagnostics(error.diagnostics)
