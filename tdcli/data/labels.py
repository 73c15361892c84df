"""Convert class labels to codes. A code is the position of a class in the spec, or among the sorted training labels."""

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
"""With more distinct whole numbers than this, a target is taken for counts instead of classes."""

TRAIN_ANEW = "correct the label, or train a new model on these data, without `--from`"


class UnknownValueError(SpecError):
    """The data contain a label or a text that has no code."""


class CellLocation(NamedTuple):
    """The location of a value in the data, in words, and as a span for a text file."""

    text: str
    span: Span | None = None


def fit_classes(labels: Array, signature: Signature) -> tuple[str, ...]:
    """Return the sorted labels of the training set. Raises SpecError if the model has too few outputs."""
    values = np.unique(labels)
    classes = sort_labels({label_text(each) for each in values})
    outputs = outputs_for_classes(signature)
    if len(classes) > outputs:
        raise _too_many_classes(values, classes, signature)
    return classes


def _too_many_classes(values: Array, classes: tuple[str, ...], signature: Signature) -> SpecError:
    """Return the error for more labels than outputs: the labels are numbers, or the model has too few outputs."""
    fraction, number = (
        _first_fraction(classes),
        f"{outputs_for_numbers(signature)} to predict a number{drop_loss(signature)}",
    )
    if fraction:
        numbers = f"{len(classes):,} different numbers such as `{fraction}`"
        message = f"`{signature.activation}` outputs predict classes, but the target has {numbers}"
        why = "many samples share a class, but fractions rarely repeat, so nearly every sample would be its own class"
        return UnknownValueError.of("class-mismatch", message, *_share_help(classes), number, why=why)
    outputs, why = outputs_for_classes(signature), f"the classes are {_list_classes(classes)}"
    message = f"the training set has {len(classes)} classes, but the model can predict only {outputs}"
    helps = [outputs_for(len(classes), signature)]
    if _are_numbers(classes):
        helps.insert(0 if len(classes) > MOST_CLASSES else 1, number)
    return UnknownValueError.of("class-mismatch", message, *helps, why=why)


def _share_help(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return how to learn numbers from 0 to 1, which the outputs can reach, as numbers."""
    help = "write `loss: mse` to predict numbers from 0 to 1"
    return (help,) if all(0 <= float(each) <= 1 for each in labels) else ()


def _are_numbers(classes: tuple[str, ...]) -> bool:
    return all(_NUMBER.fullmatch(each) for each in classes)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?")


def _first_fraction(classes: tuple[str, ...]) -> str:
    """Return the first label that is a fraction; an empty text if there is none, or if some labels are words."""
    return next((each for each in classes if "." in each or "e-" in each), "") if _are_numbers(classes) else ""


def encode_labels(
    labels: Array,
    classes: tuple[str, ...],
    location: Callable[[tuple[int, ...]], CellLocation],
    *,
    signature: Signature,
    fixed: bool = False,
) -> Array:
    """Return int32 codes of the labels' shape. Raises SpecError at the first label that is not a class.

    fixed: whether the classes belong to trained weights, so that the spec cannot list more
    """
    values, inverse = np.unique(labels, return_inverse=True)
    by_text = {text: code for code, text in enumerate(classes)}
    table = np.array([by_text.get(label_text(value), -1) for value in values], np.int32)
    found = table[inverse].reshape(labels.shape)
    if (found < 0).any():
        first = tuple(int(each) for each in np.argwhere(found < 0)[0])
        where = location(first)
        message = f"label `{label_text(labels[first])}` at {where.text} is not one of the {len(classes)} classes"
        why = f"the classes are {_list_classes(classes)}"
        helps = (TRAIN_ANEW,) if fixed else _label_helps(values, signature)
        raise UnknownValueError.of("label-out-of-range", message, *helps, span=where.span, why=why)
    return found


def _label_helps(values: Array, signature: Signature) -> tuple[str, ...]:
    """Return how to learn labels that are not classes: list them, add outputs, or predict numbers."""
    labels = sort_labels({label_text(each) for each in values})
    number = f"{outputs_for_numbers(signature)} to predict a number{drop_loss(signature)}"
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
    """Return a name for every class that the model can predict, including classes that are not in the data."""
    shown = names or classes
    return shown + tuple(f"class {code}" for code in range(len(shown), outputs_for_classes(signature)))


def _list_classes(classes: tuple[str, ...]) -> str:
    more = f" and {len(classes) - 12} more" if len(classes) > 12 else ""
    return ", ".join(f"`{each}`" for each in classes[:12]) + more
