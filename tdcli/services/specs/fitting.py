"""The plan of a chain; where its layers do not fit, the input is looked at before any of them is blamed."""

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
from tdcli.sources.core.section import DataFault, Header
from tdcli.spec.spec import Spec
from tdcli.text.change import Change, Help
from tdcli.text.diagnostic import Diagnostic, UserError
from tdcli.text.document import Document
from tdcli.text.fix import replacement
from tdcli.text.yaml_writer import inline_yaml


class Reading(NamedTuple):
    """What may be wrong with the input, and the chain as it would be without it.

    One that is not certain has to make every layer fit.
    """

    fault: Diagnostic
    chain: Chain
    is_certain: bool = True


@dataclass(frozen=True)
class Fitting:
    """A chain with the data's header beside it."""

    spec: Spec
    header: Header
    chain: Chain
    document: Document

    def plan(self) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        """Return the plan, or that of the input put right, and what is wrong."""
        found = self._inferred(self.chain)
        if isinstance(found, Plan):
            return found, ()
        for reading in self._readings():
            other = self._inferred(reading.chain)
            if isinstance(other, Plan):
                return other, (reading.fault,)
            if reading.is_certain and _is_behind(other[0], found[0]):
                return None, (reading.fault, *other)
        return None, (*self._misfits(self.chain.input_shape), *found)

    @property
    def takes_data_as_is(self) -> bool:
        """Whether the layers would take samples of the data's own shape, where that has other axes."""
        shape = self.header.x_shape
        if shape is None or None in shape[1:] or len(shape) == len(self.chain.input_shape):
            return False
        return isinstance(self._inferred(replace(self.chain, input_shape=shape)), Plan)

    def _inferred(self, chain: Chain) -> Plan | tuple[Diagnostic, ...]:
        try:
            return infer(chain, self.spec.name, self.spec.architecture.kind, self.document)
        except UserError as error:
            return error.diagnostics

    def _readings(self) -> Iterator[Reading]:
        for fault in self._misfits(self.chain.input_shape):
            yield Reading(fault, replace(self.chain, input_shape=self.header.x_shape or ()))
            return
        if self._first_may_be_the_batch:
            yield self._without_batch()
        first = channels_first_error(self.chain, self.spec.architecture.kind, self.document)
        if first:
            yield Reading(first, with_channels_last(self.chain))

    def _misfits(self, input_shape: tuple[int | None, ...]) -> tuple[Diagnostic, ...]:
        data = self.spec.data
        if data is None:
            return ()
        signature = replace(self._signature, input_shape=input_shape, takes_as_is=self.takes_data_as_is)
        return tuple(placed(fault, self.document) for fault in data.input_faults(self.header, signature))

    @property
    def _signature(self) -> Signature:
        tokens = self.chain.input_dtype == "int32"
        return Signature(self.spec.architecture.kind, self.chain.input_shape, (None, 1), tokens=tokens)

    @property
    def _first_may_be_the_batch(self) -> bool:
        first, training = self.chain.input_shape[1], self.spec.training
        is_listed = self.spec.architecture.kind == "layers" and len(self.chain.input_shape) > 3
        is_batch_size = "batch_size" in training.model_fields_set and first == training.batch_size
        return is_listed and (first is None or is_batch_size)

    def _without_batch(self) -> Reading:
        first, *rest = self.chain.input_shape[1:]
        shape = (None, *rest)
        counted = "null" if first is None else str(first)
        message = f"the input has one axis more than its layers take: `{inline_yaml([first, *rest])}`"
        why = f"`input` leaves out the batch, and {counted} " + (
            "stands for any number of samples" if first is None else "is the batch size of the training"
        )
        value = input_value(self._signature, shape[1:])
        help = Help(f"write `input: {inline_yaml(value)}`", Change(INPUT, tuple(rest)))
        fault = Diagnostic("batch-in-input", message, self.document.span(INPUT), why=why, help=(help,))
        return Reading(fault, replace(self.chain, input_shape=shape), is_certain=False)


def placed(fault: DataFault, document: Document) -> Diagnostic:
    """Return the diagnostic of a fault in the data, at its place."""
    span = document.span(fault.at or ("data", *fault.way))
    fix = replacement(span, fault.help)
    return Diagnostic(fault.name, fault.message, span, why=fault.why, help=fault.help, fix=fix)


def _is_behind(fault: Diagnostic, other: Diagnostic) -> bool:
    """Say whether a fault is further along the chain than another."""
    if fault.span is None or other.span is None:
        return False
    return (fault.span.line, fault.span.column) > (other.span.line, other.span.column)
