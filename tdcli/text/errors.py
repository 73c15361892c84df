"""The errors that carry diagnostics and show them in a traceback or a notebook."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Self

from tdcli.text.change import AnyHelp, as_helps
from tdcli.text.diagnostic import Diagnostic, Span


class TdcliError(Exception):
    """An error that stops a command. It carries all diagnostics that are known when it is raised.

    >>> import tdcli
    >>> try:
    ...     tdcli.open_run("nowhere")
    ... except tdcli.TdcliError as error:
    ...     print(error.diagnostics[0].message)
    the folder `nowhere` does not exist
    """

    __module__ = "tdcli"
    exit_code = 1

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(each.message for each in diagnostics))
        self.diagnostics = diagnostics

    @cached_property
    def __notes__(self) -> list[str]:  # type: ignore[override]  # typeshed has an attribute
        """The diagnostics with their lines and carets. Python prints them below the message of a traceback."""
        from tdcli.text.diagnostic_text import render_diagnostic

        return [f"\n{render_diagnostic(each).plain.rstrip()}" for each in self.diagnostics]

    def _render_traceback_(self) -> list[str]:
        """Return the text that a notebook shows instead of a traceback."""
        from tdcli.text.diagnostic_text import colour_diagnostic

        return ["\n\n".join(map(colour_diagnostic, self.diagnostics))]

    def with_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> Self:
        """Return an error of the same class with other diagnostics."""
        return type(self)(*diagnostics)

    def with_help(self, *helps: AnyHelp) -> Self:
        """Return the same error with more help."""
        added = as_helps(helps)
        return self.with_diagnostics(replace(found, helps=(*found.helps, *added)) for found in self.diagnostics)


class SpecError(TdcliError):
    """The input is invalid: the spec, the data or an option.

    >>> import tdcli
    >>> try:
    ...     tdcli.load({"architecture": {"kind": "many-to-won"}})
    ... except tdcli.SpecError as error:
    ...     print(error)
    there is no kind `many-to-won`
    """

    __module__ = "tdcli"
    exit_code = 2
    section: ClassVar[tuple[str, ...]] = ()
    """The section or key of the spec that errors of this class concern."""

    @classmethod
    def of(cls, name: str, message: str, *help: AnyHelp, span: Span | None = None, why: str = "") -> Self:
        """Make an error with one diagnostic."""
        return cls(Diagnostic(name, message, span, why=why, helps=as_helps(help), section=cls.section))


class ExecutionError(TdcliError):
    """The work failed although the input is valid, for example because of a full disk or a loss that became NaN.

    >>> import tdcli
    >>> issubclass(tdcli.ExecutionError, tdcli.TdcliError)
    True
    """

    __module__ = "tdcli"

    @classmethod
    def of(cls, name: str, message: str, *help: AnyHelp, why: str = "") -> Self:
        """Make an error with one diagnostic."""
        return cls(Diagnostic(name, message, why=why, helps=as_helps(help)))
