"""Infer the plan of a chain of layers. If they do not fit, check the input before a layer is reported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from tdcli.architectures.core.base import Chain
from tdcli.plan.diagnosis.channels_first import channels_first_error, with_channels_last
from tdcli.plan.infer import infer
from tdcli.plan.plan import Plan
from tdcli.signature import Signature
from tdcli.sources.core.axes import INPUT, input_value
from tdcli.sources.core.section import DataDiagnostic, Header
from tdcli.spec.spec import Spec
from tdcli.text.change import Change, Help, as_helps
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import Document
from tdcli.text.edits import word_edits
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml


class Correction(NamedTuple):
    """A possible error in the input, and the chain with the corrected input.

    A correction that is not certain is used only if every layer then fits.
    """

    diagnostic: Diagnostic
    chain: Chain
    is_certain: bool = True


@dataclass(frozen=True)
class PlanInference:
    """A chain of layers and the header of the data that it reads."""

    spec: Spec
    header: Header
    chain: Chain
    document: Document

    def infer(self) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        """Return the plan and the errors. If the input is wrong, the plan is that of the corrected input."""
        found = self._infer(self.chain)
        if isinstance(found, Plan):
            return found, ()
        for correction in self._corrections():
            corrected = self._infer(correction.chain)
            if isinstance(corrected, Plan):
                return corrected, (correction.diagnostic,)
            if correction.is_certain and _is_behind(corrected[0], found[0]):
                return None, (correction.diagnostic, *corrected)
        return None, (*self._input_diagnostics(self.chain.input_shape), *found)

    @property
    def takes_data_as_is(self) -> bool:
        """Whether the layers fit the samples in the shape of the data, if their number of axes differs from `input`."""
        shape = self.header.x_shape
        if shape is None or None in shape[1:] or len(shape) == len(self.chain.input_shape):
            return False
        return isinstance(self._infer(replace(self.chain, input_shape=shape)), Plan)

    def _infer(self, chain: Chain) -> Plan | tuple[Diagnostic, ...]:
        try:
            return infer(chain, self.spec.name, self.spec.architecture.kind, self.document)
        except SpecError as error:
            return error.diagnostics

    def _corrections(self) -> Iterator[Correction]:
        for diagnostic in self._input_diagnostics(self.chain.input_shape):
            yield Correction(diagnostic, replace(self.chain, input_shape=self.header.x_shape or ()))
            return
        if self._may_include_batch:
            yield self._without_batch()
        error = channels_first_error(self.chain, self.spec.architecture.kind, self.document)
        if error:
            yield Correction(error, with_channels_last(self.chain))

    def _input_diagnostics(self, input_shape: tuple[int | None, ...]) -> tuple[Diagnostic, ...]:
        data = self.spec.data
        if data is None:
            return ()
        signature = replace(self._signature, input_shape=input_shape, takes_as_is=self.takes_data_as_is)
        return tuple(
            locate_data_diagnostic(each, self.document) for each in data.input_diagnostics(self.header, signature)
        )

    @property
    def _signature(self) -> Signature:
        tokens = self.chain.input_dtype == "int32"
        return Signature(self.spec.architecture.kind, self.chain.input_shape, (None, 1), tokens=tokens)

    @property
    def _may_include_batch(self) -> bool:
        first, training = self.chain.input_shape[1], self.spec.training
        is_listed = self.spec.architecture.kind == "layers" and len(self.chain.input_shape) > 3
        is_batch_size = "batch_size" in training.model_fields_set and first == training.batch_size
        return is_listed and (first is None or is_batch_size)

    def _without_batch(self) -> Correction:
        first, *rest = self.chain.input_shape[1:]
        shape = (None, *rest)
        counted = "null" if first is None else str(first)
        message = f"the input has one axis more than its layers accept: `{to_inline_yaml([first, *rest])}`"
        why = f"`input` is the shape of one sample, without the batch axis, and {counted} " + (
            "means any number of samples" if first is None else "is the batch size of the training"
        )
        value = input_value(self._signature, shape[1:])
        help = Help(f"write `input: {to_inline_yaml(value)}`", (Change(INPUT, tuple(rest)),))
        diagnostic = Diagnostic("batch-in-input", message, self.document.span(INPUT), why=why, helps=(help,))
        return Correction(diagnostic, replace(self.chain, input_shape=shape), is_certain=False)


def locate_data_diagnostic(diagnostic: DataDiagnostic, document: Document) -> Diagnostic:
    """Return the diagnostic of an error in the data, located in the document."""
    span = document.span(diagnostic.at or ("data", *diagnostic.key_path))
    helps = as_helps(diagnostic.help)
    fix = word_edits(span, helps)
    return Diagnostic(diagnostic.name, diagnostic.message, span, why=diagnostic.why, helps=helps, fix=fix)


def _is_behind(one: Diagnostic, other: Diagnostic) -> bool:
    """Return whether an error is at a later position than another."""
    if one.span is None or other.span is None:
        return False
    return (one.span.line, one.span.column) > (other.span.line, other.span.column)
