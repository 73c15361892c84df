"""Class labels to codes: the order of the classes is the code, learnt on the training part if not given."""

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tdcli.data.dataset import Array
from tdcli.signature import Signature
from tdcli.sources.core.classes import (
    drop_loss,
    label_text,
    outputs_for,
    outputs_for_classes,
    outputs_for_numbers,
    sort_labels,
)
from tdcli.text.diagnostic import Span
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml

MOST_CLASSES = 20
"""Different whole numbers beyond which they are rather counts than classes."""

TRAIN_ANEW = "correct the label, or train new weights on these data, without `--from`"


class UnknownValueError(SpecError):
    """The data holds a label or a text that has no code."""


class CellLocation(NamedTuple):
    """Where a value stands in the data, in words and, for a text file, as a span."""

    text: str
    span: Span | None = None


def fit_classes(labels: Array, signature: Signature) -> tuple[str, ...]:
    """Return the training part's labels, sorted. Raises SpecError if the model has too few outputs."""
    values = np.unique(labels)
    classes = sort_labels({label_text(each) for each in values})
    outputs = outputs_for_classes(signature)
    if len(classes) > outputs:
        raise _too_many_classes(values, classes, signature)
    return classes


def _too_many_classes(values: Array, classes: tuple[str, ...], signature: Signature) -> SpecError:
    """Return what is wrong with more labels than outputs: numbers that are no classes, or a head that is too small."""
    fraction, number = (
        _first_fraction(classes),
        f"{outputs_for_numbers(signature)} for a number{drop_loss(signature)}",
    )
    gives = f"`{signature.activation}` outputs tell classes apart"
    if fraction:
        message = f"{gives}, and the target holds {len(classes):,} numbers such as `{fraction}`"
        why = "a class is a label that many samples share; of fractions, nearly each would be a class of its own"
        return UnknownValueError.of("class-mismatch", message, *_share_help(classes), number, why=why)
    outputs, why = outputs_for_classes(signature), f"the classes are {_list_classes(classes)}"
    message = f"the training part has {len(classes)} classes, the model tells {outputs} apart"
    helps = [outputs_for(len(classes), signature)]
    if _are_numbers(classes):
        helps.insert(0 if len(classes) > MOST_CLASSES else 1, number)
    return UnknownValueError.of("class-mismatch", message, *helps, why=why)


def _share_help(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Say how numbers from 0 to 1, which the outputs reach, are learnt as such."""
    return ("write `loss: mse` for numbers from 0 to 1",) if all(0 <= float(each) <= 1 for each in labels) else ()


def _are_numbers(classes: tuple[str, ...]) -> bool:
    return all(_NUMBER.fullmatch(each) for each in classes)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?")


def _first_fraction(classes: tuple[str, ...]) -> str:
    """Return a label that is a fraction; empty where some are words, or none is a fraction."""
    return next((each for each in classes if "." in each or "e-" in each), "") if _are_numbers(classes) else ""


def encode_labels(
    labels: Array,
    classes: tuple[str, ...],
    location: Callable[[tuple[int, ...]], CellLocation],
    *,
    signature: Signature,
    fixed: bool = False,
) -> Array:
    """Return int32 codes of the labels' shape. Raises SpecError at the first label that is no class.

    fixed: the classes belong to weights that are there already, and no more can be listed.
    """
    values, inverse = np.unique(labels, return_inverse=True)
    by_text = {text: code for code, text in enumerate(classes)}
    table = np.array([by_text.get(label_text(value), -1) for value in values], np.int32)
    found = table[inverse].reshape(labels.shape)
    if (found < 0).any():
        first = tuple(int(each) for each in np.argwhere(found < 0)[0])
        where = location(first)
        message = f"label `{label_text(labels[first])}` at {where.text} is not among the {len(classes)} classes"
        why = f"the classes are {_list_classes(classes)}"
        helps = (TRAIN_ANEW,) if fixed else _label_helps(values, signature)
        raise UnknownValueError.of("label-out-of-range", message, *helps, span=where.span, why=why)
    return found


def _label_helps(values: Array, signature: Signature) -> tuple[str, ...]:
    """Say how labels that are no classes become some: by listing them, by more outputs, or by being numbers."""
    labels = sort_labels({label_text(each) for each in values})
    number = f"{outputs_for_numbers(signature)} for a number{drop_loss(signature)}"
    if _first_fraction(labels):
        return (*_share_help(labels), number)
    listed = f"`classes: {to_inline_yaml([_plain_label(each) for each in labels])}` in `data`"
    if len(labels) == outputs_for_classes(signature):
        return (f"write {listed}",)
    if len(labels) > MOST_CLASSES:
        return (number,) if _are_numbers(labels) else ("correct the label",)
    if len(labels) < outputs_for_classes(signature):
        return ("correct the label", f"{outputs_for(len(labels), signature)} and {listed}")
    counted = labels == tuple(map(str, range(len(labels))))
    return (outputs_for(len(labels), signature) + ("" if counted else f" and {listed}"), "or correct the label")


def _plain_label(label: str) -> int | str:
    return int(label) if label.removeprefix("-").isdecimal() else label


def class_titles(classes: tuple[str, ...], names: tuple[str, ...] | None, signature: Signature) -> tuple[str, ...]:
    """Return a name for every class that the model can answer, also for those the data never show."""
    shown = names or classes
    return shown + tuple(f"class {code}" for code in range(len(shown), outputs_for_classes(signature)))


def _list_classes(classes: tuple[str, ...]) -> str:
    more = f" and {len(classes) - 12} more" if len(classes) > 12 else ""
    return ", ".join(f"`{each}`" for each in classes[:12]) + more
