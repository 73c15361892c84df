"""A path and `--set` values to a Plan, or all that is wrong. Loads neither NumPy nor TensorFlow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from tdcli.architectures.core.base import Chain, DataHints, UndeclaredFeatures
from tdcli.architectures.core.registry import read_architecture
from tdcli.plan.cures.output_activation import output_range_note, with_output_activation
from tdcli.plan.diagnosis.unmasked_targets import unmasked_targets
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.services.specs.fitting import Fitting, placed
from tdcli.services.specs.proof import proven
from tdcli.services.specs.warnings import advice
from tdcli.sources.core.section import DataSection, Header
from tdcli.sources.core.shares import are_fractions, compares_shares, shares_fault
from tdcli.spec.load import load_document, validated
from tdcli.spec.objective import ActivationMissing, Objective, objective_of
from tdcli.spec.space import space_faults
from tdcli.spec.spec import Spec
from tdcli.text.diagnostic import Diagnostic, UserError, in_file_order
from tdcli.text.document import Document


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
        return proven(advice(self), self.document, self._advice_of)

    def _advice_of(self, document: Document) -> tuple[Diagnostic, ...]:
        return advice(_Compiling(self.header).compiled(document))

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
    compiling = _Compiling(known)
    try:
        return compiling.compiled(document)
    except UserError as error:
        raise UserError(*proven(error.diagnostics, document, compiling.faults)) from None


class _Compiling:
    """Compiles a document, and those that its helps make of it; a header is read once."""

    def __init__(self, known: Header | None) -> None:
        self.known = known
        self.read: dict[str, Header] = {}

    def faults(self, document: Document) -> tuple[Diagnostic, ...]:
        """Return what is wrong with a document."""
        try:
            self.compiled(document)
        except UserError as error:
            return error.diagnostics
        return ()

    def compiled(self, document: Document) -> Compiled:
        """Return what the document comes to. Raises UserError with faults whose helps are not yet tried."""
        spec = _validated(document)
        header = self.known or self._header(spec.data, document)
        faults = [placed(fault, document) for fault in header.faults]
        faults += space_faults(spec.search or {}, document)
        try:
            fitting = Fitting(spec, header, _chain(spec, header), document)
        except UndeclaredFeatures:
            raise UserError(*(in_file_order(faults) if header.faults else [_undeclared(document)])) from None
        plan, misfits = fitting.plan()
        faults += misfits
        if plan is None:
            raise UserError(*in_file_order(faults))
        if self.known is None and not header.faults:
            header = _with_fractions(header, spec, plan, document)
        plan = replace(plan, fractions=header.fractions)
        if self.known is None:
            faults += _against_plan(fitting, plan, input_is_read=not misfits)
        objective = _objective(spec, plan, document)
        if isinstance(objective, Diagnostic):
            raise UserError(*in_file_order([*faults, objective]))
        if faults:
            raise UserError(*in_file_order(faults))
        return Compiled(document, spec, header, plan, objective)

    def _header(self, data: DataSection | None, document: Document) -> Header:
        if data is None:
            return Header()
        key = repr(data)
        if key not in self.read:
            self.read[key] = _header(data, document)
        return self.read[key]


def _header(data: DataSection, document: Document) -> Header:
    """Read the data's headers. Raises UserError, at the section, for what keeps them from being looked for."""
    try:
        return data.inspect(document.path.parent)
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
        infer(architecture.lower(DataHints()), "", architecture.kind, document)
    except UserError as error:
        return error.diagnostics
    except (ValidationError, PydanticCustomError, UndeclaredFeatures):
        return ()
    return ()


def _chain(spec: Spec, header: Header) -> Chain:
    features = header.x_shape[-1] if header.x_shape else None
    return spec.architecture.lower(DataHints(features, _padding(spec)))


def _undeclared(document: Document) -> Diagnostic:
    message = "the number of features is neither in the spec nor in the data's header"
    span = document.key_span(("architecture", "input"))
    return Diagnostic("missing-key", message, span, help=("write `features: ...` into `input`",))


def _padding(spec: Spec) -> float | None:
    """Return the value that marks padding; None where no sample is padded."""
    return spec.data.padding_value if spec.data else None


def _against_plan(fitting: Fitting, plan: Plan, *, input_is_read: bool) -> Iterator[Diagnostic]:
    """Yield what is wrong with the data beside the model; of the input nothing where that was put right."""
    spec = fitting.spec
    if spec.data is None:
        return
    signature = replace(plan.signature(spec.training.loss), takes_as_is=fitting.takes_data_as_is)
    told = () if input_is_read else spec.data.input_faults(fitting.header, signature)
    found = [fault for fault in spec.data.check(fitting.header, signature) if fault not in told]
    if not (found or fitting.header.faults) and compares_shares(signature):
        rows = spec.data.first_targets(fitting.document.path.parent)
        found += filter(None, (shares_fault(rows, signature, spec.data.target_way),))
    for fault in found:
        yield placed(fault, fitting.document)
    yield from _unmasked_targets(spec.data, fitting.header, plan)


def _with_fractions(header: Header, spec: Spec, plan: Plan, document: Document) -> Header:
    """Look at the first targets where a crossentropy may be meant for classes or for fractions."""
    if spec.data is None or not plan.signature(spec.training.loss).may_learn_fractions:
        return header
    return replace(header, fractions=are_fractions(spec.data.first_targets(document.path.parent)))


def _unmasked_targets(data: DataSection, header: Header, plan: Plan) -> Iterator[Diagnostic]:
    """Refuse arrays whose answers may be padded though nothing says which of them are."""
    if not data.marks_answers:
        timesteps = header.x_shape[1] if header.x_shape and len(header.x_shape) > 1 else None
        lengths = getattr(data, "lengths", None)
        found = unmasked_targets(plan, timesteps, lengths, padded=data.padding_value is not None)
        if found:
            yield found


def _objective(spec: Spec, plan: Plan, document: Document) -> Objective | Diagnostic:
    """Return what training minimises, or why loss or metrics do not go with the outputs."""
    try:
        return objective_of(spec.training, plan.signature(spec.training.loss))
    except ActivationMissing as error:
        return _with_activation(error, plan, document)
    except UserError as error:
        (diagnostic,) = error.diagnostics
        key = diagnostic.name.removesuffix("-mismatch")
        return diagnostic.at(document.span(("training", key)) if key in ("loss", "metrics") else plan.steps[-1].span)


def _with_activation(error: ActivationMissing, plan: Plan, document: Document) -> Diagnostic:
    """Return the fault at the loss, with what the outputs are now and how they get the activation it needs."""
    (diagnostic,) = error.diagnostics
    help, edits = with_output_activation(plan, document, error.activation)
    certain = edits if error.activation in ("sigmoid", "softmax") else ()
    located = diagnostic.at(document.span(("training", "loss")))
    return replace(located, help=(help, *diagnostic.help[1:]), notes=(output_range_note(plan),), fix=certain)


def model_path(compiled: Compiled, wanted: Path | None) -> Path:
    """Return where to save a model, NAME.keras if nothing else is wanted. Raises UserError for another ending."""
    path = wanted or Path(f"{compiled.spec.name}.keras")
    if path.suffix != ".keras":
        raise UserError.of("wrong-option", f"`{path}` does not end in `.keras`", f"write `-o {path.stem}.keras`")
    return path
