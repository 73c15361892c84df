"""A path and `--set` values to a Plan, or all that is wrong. Loads neither NumPy nor TensorFlow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from tdcli.architectures._base import FromData, UndeclaredFeatures
from tdcli.architectures._read import read_architecture
from tdcli.data._base import DataFault, Header
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.services.advice import advice
from tdcli.spec.load import load_document, validated
from tdcli.spec.objective import Objective, objective_of
from tdcli.spec.space import space_faults
from tdcli.spec.spec import Spec
from tdcli.text.diagnostic import Diagnostic, UserError, in_file_order
from tdcli.text.document import Document
from tdcli.text.fix import replacement


@dataclass(frozen=True)
class Compiled:
    """A spec that holds together, with what the data's headers tell, its plan, and what training minimises."""

    document: Document
    spec: Spec
    header: Header
    plan: Plan
    objective: Objective

    @property
    def advice(self) -> tuple[Diagnostic, ...]:
        """Warnings: what runs but is rarely meant."""
        return advice(self)

    @property
    def folder(self) -> Path:
        """The folder to which the spec's paths are relative."""
        return self.document.path.parent


def compile_spec(path: Path, settings: Sequence[str] = ()) -> Compiled:
    """Read a file and compile it. Raises UserError with every fault that can be found without cells."""
    return compile_document(load_document(path, settings))


def compile_document(document: Document, known: Header | None = None) -> Compiled:
    """Validate, lower and infer. Raises UserError with every fault that can be found without cells.

    known: what the data's headers told before, in place of reading them.
    """
    spec = _validated(document)
    header = known or _header(spec, document)
    faults = [_placed(fault, document) for fault in header.faults]
    faults += space_faults(spec.search or {}, document)
    try:
        plan = _plan(spec, header, document)
    except UserError as error:
        raise UserError(*in_file_order([*faults, *error.diagnostics])) from None
    except UndeclaredFeatures:
        raise UserError(*(in_file_order(faults) if header.faults else [_undeclared(document)])) from None
    if known is None:
        faults += _against_plan(spec, header, plan, document)
    objective = _objective(spec, plan, document)
    if isinstance(objective, Diagnostic):
        raise UserError(*in_file_order([*faults, objective]))
    if faults:
        raise UserError(*in_file_order(faults))
    return Compiled(document, spec, header, plan, objective)


def _header(spec: Spec, document: Document) -> Header:
    """Read the data's headers. Raises UserError, at the section, for what keeps them from being looked for."""
    try:
        return spec.data.inspect(document.path.parent) if spec.data else Header()
    except UserError as error:
        raise UserError(*(each.at(document.key_span(("data",))) for each in error.diagnostics)) from None


def _validated(document: Document) -> Spec:
    """Return the spec. Raises UserError with its faults and those of the chain, where the architecture is sound."""
    try:
        return validated(document)
    except UserError as error:
        raise UserError(*in_file_order([*error.diagnostics, *_chain_faults(document)])) from None


def _chain_faults(document: Document) -> tuple[Diagnostic, ...]:
    try:
        architecture = read_architecture(document.values.get("architecture"))
        infer(architecture.lower(FromData()), "", architecture.kind, document)
    except UserError as error:
        return error.diagnostics
    except (ValidationError, PydanticCustomError, UndeclaredFeatures):
        return ()
    return ()


def _plan(spec: Spec, header: Header, document: Document) -> Plan:
    features = header.x_shape[-1] if header.x_shape else None
    chain = spec.architecture.lower(FromData(features, _padding(spec)))
    return infer(chain, spec.name, spec.architecture.kind, document)


def _undeclared(document: Document) -> Diagnostic:
    message = "the number of features is neither in the spec nor in the data's header"
    span = document.key_span(("architecture", "input"))
    return Diagnostic("missing-key", message, span, help=("write `features: ...` into `input`",))


def _padding(spec: Spec) -> float | None:
    """Return the value that marks padding; None where no sample is padded."""
    return spec.data.padding_value if spec.data else None


def _against_plan(spec: Spec, header: Header, plan: Plan, document: Document) -> Iterator[Diagnostic]:
    if spec.data:
        for fault in spec.data.check(header, plan.signature(spec.training.loss)):
            yield _placed(fault, document)


def _objective(spec: Spec, plan: Plan, document: Document) -> Objective | Diagnostic:
    """Return what training minimises, or why loss or metrics do not go with the outputs."""
    try:
        return objective_of(spec.training, plan.signature(spec.training.loss))
    except UserError as error:
        (diagnostic,) = error.diagnostics
        key = diagnostic.name.removesuffix("-mismatch")
        return diagnostic.at(document.span(("training", key)) if key in ("loss", "metrics") else plan.steps[-1].span)


def _placed(fault: DataFault, document: Document) -> Diagnostic:
    span = document.span(("data", *fault.way))
    fix = replacement(span, fault.help)
    return Diagnostic(fault.name, fault.message, span, why=fault.why, help=fault.help, fix=fix)


def model_path(compiled: Compiled, wanted: Path | None) -> Path:
    """Return where to save a model, NAME.keras if nothing else is wanted. Raises UserError for another ending."""
    path = wanted or Path(f"{compiled.spec.name}.keras")
    if path.suffix != ".keras":
        raise UserError.of("wrong-option", f"`{path}` does not end in `.keras`", f"write `-o {path.stem}.keras`")
    return path
