"""Class labels to codes: the order of the classes is the code, learnt on the training part if not given."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tdcli.data._classes import in_order, label_text, outputs_for_classes
from tdcli.data._dataset import Array
from tdcli.data._signature import Signature
from tdcli.text.diagnostic import Span, UserError


class Place(NamedTuple):
    """Where a value stands in the data, in words and, for a text file, as a span."""

    text: str
    span: Span | None = None


def learnt_classes(labels: Array, signature: Signature) -> tuple[str, ...]:
    """Return the training part's labels, sorted. Raises UserError if the model has too few outputs."""
    classes = in_order({label_text(each) for each in np.unique(labels)})
    outputs = outputs_for_classes(signature)
    if len(classes) > outputs:
        message = f"the training part has {len(classes)} classes, the model tells {outputs} apart"
        help = f"write `outputs: {{units: {len(classes)}, activation: softmax}}`"
        raise UserError.of("class-mismatch", message, help, why=f"the classes are {_listed(classes)}")
    return classes


def codes(
    labels: Array, classes: tuple[str, ...], place: Callable[[tuple[int, ...]], Place], *, fixed: bool = False
) -> Array:
    """Return int32 codes of the labels' shape. Raises UserError at the first label that is no class.

    fixed: the classes belong to weights that are there already, and no more can be listed.
    """
    values, inverse = np.unique(labels, return_inverse=True)
    by_text = {text: code for code, text in enumerate(classes)}
    table = np.array([by_text.get(label_text(value), -1) for value in values], np.int32)
    found = table[inverse].reshape(labels.shape)
    if (found < 0).any():
        first = tuple(int(each) for each in np.argwhere(found < 0)[0])
        where = place(first)
        message = f"label `{label_text(labels[first])}` at {where.text} is not among the {len(classes)} classes"
        why = f"the classes are {_listed(classes)}"
        otherwise = "list all classes under `classes` with as many `outputs`"
        help = f"correct the label, or {'train new weights on these data, without `--from`' if fixed else otherwise}"
        raise UserError.of("label-out-of-range", message, help, span=where.span, why=why)
    return found


def shown_classes(classes: tuple[str, ...], names: tuple[str, ...] | None, signature: Signature) -> tuple[str, ...]:
    """Return a name for every class that the model can answer, also for those the data never show."""
    shown = names or classes
    return shown + tuple(f"class {code}" for code in range(len(shown), outputs_for_classes(signature)))


def _listed(classes: tuple[str, ...]) -> str:
    more = f" and {len(classes) - 12} more" if len(classes) > 12 else ""
    return ", ".join(f"`{each}`" for each in classes[:12]) + more
