"""Compile a spec: read and validate the document, lower its architecture, infer shapes, check the headers of its data.

Loads neither NumPy nor TensorFlow.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from tdcli.architectures.core.base import Chain, DataHints, UndeclaredFeaturesError
from tdcli.architectures.core.registry import read_architecture
from tdcli.plan.cures.output_activation import output_range_note, with_output_activation
from tdcli.plan.diagnosis.unmasked_targets import unmasked_targets
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.services.specs.infer_plan import PlanInference, locate_data_diagnostic
from tdcli.services.specs.proof import verify_helps
from tdcli.signature import Signature
from tdcli.sources.core.section import DataSection, Header
from tdcli.sources.core.shares import are_fractions, compares_shares, diagnose_shares
from tdcli.spec.load import load_document, validate_document
from tdcli.spec.objective import MissingActivationError, Objective, resolve_objective
from tdcli.spec.space import diagnose_space
from tdcli.spec.spec import Spec
from tdcli.text.change import Help, as_helps
from tdcli.text.diagnostic import Diagnostic, merge_equal, sort_by_position
from tdcli.text.document import Document
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class Compiled:
    """A valid spec with the header of its data, its plan and its objective.

    `signature` describes the model and its loss as far as reading the data depends on them.
    """

    document: Document
    spec: Spec
    header: Header
    plan: Plan
    objective: Objective
    signature: Signature

    @property
    def folder(self) -> Path:
        """The folder to which the spec's paths are relative."""
        return self.document.path.parent


def compile_spec(path: Path, settings: Sequence[str] = ()) -> Compiled:
    """Read a file and compile it. Raises SpecError with all errors that can be found without reading cells."""
    return compile_document(load_document(path, settings))


def compile_document(document: Document, known: Header | None = None) -> Compiled:
    """Compile a document. Raises SpecError with all errors that can be found without reading cells.

    known: the header of the data, if it was recorded earlier. The data files are then not opened.
    """
    compiler = Compiler(known)
    try:
        return compiler.compile(document)
    except SpecError as error:
        raise SpecError(*verify_helps(error.diagnostics, document, compiler.diagnose)) from None


class Compiler:
    """Compiles a document, and the changed copies of it on which help texts are tried. Reads each header once."""

    def __init__(self, known: Header | None = None) -> None:
        self.known = known
        self._headers: dict[str, Header] = {}

    def diagnose(self, document: Document) -> tuple[Diagnostic, ...]:
        """Return the errors of a document, with help texts that have not been tried."""
        try:
            self.compile(document)
        except SpecError as error:
            return error.diagnostics
        return ()

    def compile(self, document: Document) -> Compiled:
        """Compile a document. Raises SpecError with help texts that have not been tried."""
        spec = _validate(document)
        header = self.known or self._header(spec.data, document)
        found = [locate_data_diagnostic(each, document) for each in header.diagnostics]
        found += diagnose_space(spec.search or {}, document)
        inference = PlanInference(spec, header, _lower(spec, header, document, found), document)
        plan, misfits = inference.infer()
        found += misfits
        if plan is None:
            raise SpecError(*sort_by_position(found))
        if self.known is None and not header.diagnostics:
            header = _with_fractions(header, spec, plan, document)
        plan = replace(plan, fractions=header.fractions)
        signature = plan.signature(spec.training.loss)
        if self.known is None:
            found += _check_data(inference, plan, signature, is_corrected=bool(misfits))
        objective = _objective(spec, plan, signature, document)
        if isinstance(objective, Diagnostic):
            raise SpecError(*sort_by_position([*found, objective]))
        if found:
            raise SpecError(*sort_by_position(found))
        return Compiled(document, spec, header, plan, objective, signature)

    def _header(self, data: DataSection | None, document: Document) -> Header:
        if data is None:
            return Header()
        key = repr(data)
        if key not in self._headers:
            self._headers[key] = _read_header(data, document)
        return self._headers[key]


def _read_header(data: DataSection, document: Document) -> Header:
    """Read the header of the data. Raises SpecError at the `data` section if the files cannot be found."""
    try:
        return data.inspect(document.path.parent)
    except SpecError as error:
        raise SpecError(*(each.at(document.key_span(("data",))) for each in error.diagnostics)) from None


def _validate(document: Document) -> Spec:
    """Return the spec. Raises SpecError with its errors, and with those of its layers if the architecture is valid."""
    try:
        return validate_document(document)
    except SpecError as error:
        raise SpecError(*sort_by_position([*error.diagnostics, *_diagnose_layers(document)])) from None


def _diagnose_layers(document: Document) -> tuple[Diagnostic, ...]:
    """Return the errors of the layers of a spec that is invalid elsewhere, since Pydantic then returns none of it."""
    try:
        architecture = read_architecture(document.values.get("architecture"))
        infer(architecture.lower(DataHints()), "", architecture.kind, document)
    except SpecError as error:
        return error.diagnostics
    except (ValidationError, PydanticCustomError, UndeclaredFeaturesError):
        return ()
    return ()


def _lower(spec: Spec, header: Header, document: Document, found: Sequence[Diagnostic]) -> Chain:
    """Return the chain of layers. Raises SpecError if the number of features is unknown.

    found: the diagnostics so far. They are raised instead if the header is damaged, since that explains the missing
    number.
    """
    features = header.x_shape[-1] if header.x_shape else None
    padding = spec.data.padding_value if spec.data else None
    try:
        return spec.architecture.lower(DataHints(features, padding))
    except UndeclaredFeaturesError:
        raise SpecError(*(sort_by_position(found) if header.diagnostics else [_missing_features(document)])) from None


def _missing_features(document: Document) -> Diagnostic:
    message = "the number of features is neither in the spec nor in the header of the data"
    span = document.key_span(("architecture", "input"))
    return Diagnostic("missing-key", message, span, helps=(Help("add `features: ...` to `input`"),))


def _check_data(
    inference: PlanInference, plan: Plan, signature: Signature, *, is_corrected: bool
) -> Iterator[Diagnostic]:
    """Yield the errors of data that do not fit the model.

    is_corrected: whether the plan is that of a corrected input, whose errors have been reported already.
    """
    data, header, document = inference.spec.data, inference.header, inference.document
    if data is None:
        return
    signature = replace(signature, takes_as_is=inference.takes_data_as_is)
    reported = data.input_diagnostics(header, signature) if is_corrected else ()
    found = [each for each in data.check(header, signature) if each not in reported]
    if not (found or header.diagnostics) and compares_shares(signature):
        rows = data.first_targets(document.path.parent)
        found += filter(None, (diagnose_shares(rows, signature, data.target_path),))
    yield from merge_equal(locate_data_diagnostic(each, document) for each in found)
    yield from _unmasked_targets(data, header, plan)


def _with_fractions(header: Header, spec: Spec, plan: Plan, document: Document) -> Header:
    """Read the first targets if they decide whether a crossentropy learns classes or fractions."""
    if spec.data is None or not plan.signature(spec.training.loss).may_learn_fractions:
        return header
    return replace(header, fractions=are_fractions(spec.data.first_targets(document.path.parent)))


def _unmasked_targets(data: DataSection, header: Header, plan: Plan) -> Iterator[Diagnostic]:
    """Report target arrays that may be padded if nothing marks their real timesteps."""
    if not data.marks_answers:
        timesteps = header.x_shape[1] if header.x_shape and len(header.x_shape) > 1 else None
        lengths = getattr(data, "lengths", None)
        found = unmasked_targets(plan, timesteps, lengths, padded=data.padding_value is not None)
        if found:
            yield found


def _objective(spec: Spec, plan: Plan, signature: Signature, document: Document) -> Objective | Diagnostic:
    """Return the objective, or the reason why the loss or a metric does not fit the outputs."""
    try:
        return resolve_objective(spec.training, signature)
    except MissingActivationError as error:
        return _with_activation(error, plan, document)
    except SpecError as error:
        (diagnostic,) = error.diagnostics
        return diagnostic.at(document.span(diagnostic.section) if diagnostic.section else plan.steps[-1].span)


def _with_activation(error: MissingActivationError, plan: Plan, document: Document) -> Diagnostic:
    """Return the diagnostic at the loss, with the current activation and how to set the required one."""
    (diagnostic,) = error.diagnostics
    help, edits = with_output_activation(plan, document, error.activation)
    certain = edits if error.activation in ("sigmoid", "softmax") else ()
    located = diagnostic.at(document.span(diagnostic.section))
    return replace(
        located, helps=as_helps([help, *diagnostic.helps[1:]]), notes=(output_range_note(plan),), fix=certain
    )
