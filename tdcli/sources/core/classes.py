"""Class labels in a spec: `classes: [-1, 1]`, `class_names: [stays, moves]`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tdcli.signature import Signature
from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.section import invalid


def label_text(value: object) -> str:
    """Write a label as text. Equal labels become equal texts, whether they come from a spec or a cell.

    >>> label_text(-1), label_text("-1.0"), label_text(0.5), label_text(" walking "), label_text(True)
    ('-1', '-1', '0.5', 'walking', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = (value.decode() if isinstance(value, bytes) else str(value)).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else str(number)


def sort_labels(labels: set[str]) -> tuple[str, ...]:
    """Sort labels by value if all are numbers, else alphabetically.

    >>> sort_labels({"10", "9"}), sort_labels({"walking", "running"})
    (('9', '10'), ('running', 'walking'))
    """
    try:
        return tuple(sorted(labels, key=float))
    except ValueError:
        return tuple(sorted(labels))


def _validate_labels(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    if any(isinstance(each, dict | list | tuple | None) for each in value):
        raise invalid("wrong-type", "a class must be a number or text", "write `classes: [-1, 1]`")
    texts = tuple(label_text(each) for each in value)
    if len(set(texts)) < len(texts):
        raise invalid("wrong-value", "a class is listed twice", "list each class once, in the order of the class codes")
    return texts


Labels = Annotated[tuple[str, ...], Field(min_length=2), BeforeValidator(_validate_labels)]
ClassNames = Annotated[tuple[str, ...], Field(min_length=2)]


def outputs_for_classes(signature: Signature) -> int:
    """Return how many classes the model distinguishes. A single sigmoid unit distinguishes two."""
    return 2 if signature.units == 1 else signature.units


def outputs_for(classes: int, signature: Signature) -> str:
    """Return the advice that gives the last layer an output for each class.

    >>> outputs_for(3, Signature("many-to-one", (None, 5, 1), (None, 1)))
    'write `outputs: {units: 3, activation: softmax}`'
    """
    if len(signature.output_shape) > 3:
        return f"set {classes} filters and `activation: softmax` in the last layer"
    return _outputs_key(f"{{units: {classes}, activation: softmax}}", signature)


def outputs_for_yes_or_no(signature: Signature) -> str:
    """Return the advice that makes each unit of the last layer an independent yes or no."""
    if len(signature.output_shape) > 3:
        return "write `activation: sigmoid` in the last layer"
    return _outputs_key(f"{{units: {signature.units}, activation: sigmoid}}", signature)


def outputs_for_text(signature: Signature) -> str:
    """Return the advice on the last layer and the loss for a target that is text."""
    if signature.units > 1:
        return f"{outputs_for(signature.units, signature)}{drop_loss(signature)}"
    several = "or one unit per class and `activation: softmax`"
    return f"{outputs_for_yes_or_no(signature)}{drop_loss(signature)}, {several}"


def outputs_for_numbers(signature: Signature, count: int | None = None) -> str:
    """Return the advice that makes the last layer output `count` numbers; None keeps its number of units.

    >>> outputs_for_numbers(Signature("layers", (None, 5, 1), (None, 5, 2)))
    'write `- Dense: {units: 2}` as the last layer'
    """
    if len(signature.output_shape) > 3:
        return "remove the activation of the last layer"
    units = signature.units if count is None else count
    return _outputs_key(f"{{units: {units}}}" if signature.kind == "layers" else str(units), signature)


def drop_loss(signature: Signature) -> str:
    """Return the advice to remove the loss, for a spec whose loss is for the other kind of target."""
    return f", without `loss: {signature.loss}`" if signature.loss else ""


def _outputs_key(outputs: str, signature: Signature) -> str:
    return (
        f"write `- Dense: {outputs}` as the last layer" if signature.kind == "layers" else f"write `outputs: {outputs}`"
    )


def diagnose_classes(
    labels: Labels | None, names: ClassNames | None, signature: Signature
) -> tuple[DataDiagnostic, ...]:
    """Compare `classes` and `class_names` with the model's outputs, and with each other."""
    given = {key: each for key, each in (("classes", labels), ("class_names", names)) if each}
    found = [diagnose_class_key(key, each, signature, tuple(given)) for key, each in given.items()]
    if labels and names and len(labels) != len(names):
        message = f"`classes` lists {len(labels)} classes, but `class_names` lists {len(names)} names"
        help = "write one name per class, in the same order"
        found.append(DataDiagnostic(("class_names",), "class-mismatch", message, help=(help,)))
    return tuple(each for each in found if each)


def diagnose_class_key(
    key: str, listed: tuple[str, ...], signature: Signature, removable: Sequence[str] = ()
) -> DataDiagnostic | None:
    """Compare the classes given at `key` with the model's outputs. removable: the keys that numbers do not need."""
    if signature.takes == "numbers":
        why = "a softmax layer or a single sigmoid unit outputs classes; any other last layer outputs numbers"
        unneeded = " and ".join(f"`{each}`" for each in removable)
        removal = (f"remove {unneeded} if the target is a number",) if removable else ()
        helps = (outputs_for(len(listed), signature), *removal)
        return DataDiagnostic((key,), "class-mismatch", "the model outputs numbers, not classes", why, helps)
    outputs = outputs_for_classes(signature)
    if len(listed) == outputs:
        return None
    message = f"the data has {len(listed)} classes, but the model distinguishes {outputs}"
    help = (outputs_for(len(listed), signature),)
    return DataDiagnostic((key,), "class-mismatch", message, help=help)
