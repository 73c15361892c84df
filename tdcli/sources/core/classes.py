"""Class labels as a spec lists them: `classes: [-1, 1]`, `class_names: [stays, moves]`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from tdcli.signature import Signature
from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.section import invalid


def label_text(value: object) -> str:
    """Write a label so that equal labels are equal texts, whether read from a spec or a cell.

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
    """Sort label texts: as numbers if all are, else as text.

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
        raise invalid("wrong-type", "a class is a number or a text", "write `classes: [-1, 1]`")
    texts = tuple(label_text(each) for each in value)
    if len(set(texts)) < len(texts):
        raise invalid("wrong-value", "a class is listed twice", "list every class once, in the order of their codes")
    return texts


Labels = Annotated[tuple[str, ...], Field(min_length=2), BeforeValidator(_validate_labels)]
ClassNames = Annotated[tuple[str, ...], Field(min_length=2)]


def outputs_for_classes(signature: Signature) -> int:
    """Return how many classes the model tells apart: one sigmoid unit tells two."""
    return 2 if signature.units == 1 else signature.units


def outputs_for(classes: int, signature: Signature) -> str:
    """Say how the last layer is written for so many classes.

    >>> outputs_for(3, Signature("many-to-one", (None, 5, 1), (None, 1)))
    'write `outputs: {units: 3, activation: softmax}`'
    """
    if len(signature.output_shape) > 3:
        return f"give the last layer {classes} filters and `activation: softmax`"
    return _outputs_key(f"{{units: {classes}, activation: softmax}}", signature)


def outputs_for_yes_or_no(signature: Signature) -> str:
    """Say how the last layer is written where each unit says yes or no for itself."""
    if len(signature.output_shape) > 3:
        return "write `activation: sigmoid` in the last layer"
    return _outputs_key(f"{{units: {signature.units}, activation: sigmoid}}", signature)


def outputs_for_text(signature: Signature) -> str:
    """Say how the last layer is written, and the loss left out, where a target turns out to be text."""
    if signature.units > 1:
        return f"{outputs_for(signature.units, signature)}{drop_loss(signature)}"
    return f"{outputs_for_yes_or_no(signature)}{drop_loss(signature)}, or a unit a class and `activation: softmax`"


def outputs_for_numbers(signature: Signature, count: int | None = None) -> str:
    """Say how the last layer is written for so many numbers; None: as many as it gives now.

    >>> outputs_for_numbers(Signature("layers", (None, 5, 1), (None, 5, 2)))
    'write `- Dense: {units: 2}` as the last layer'
    """
    if len(signature.output_shape) > 3:
        return "leave the activation of the last layer out"
    units = signature.units if count is None else count
    return _outputs_key(f"{{units: {units}}}" if signature.kind == "layers" else str(units), signature)


def drop_loss(signature: Signature) -> str:
    """Say that the loss must go, where the spec writes one that learns the other kind of target."""
    return f", without `loss: {signature.loss}`" if signature.loss else ""


def _outputs_key(outputs: str, signature: Signature) -> str:
    return (
        f"write `- Dense: {outputs}` as the last layer" if signature.kind == "layers" else f"write `outputs: {outputs}`"
    )


def diagnose_classes(
    labels: Labels | None, names: ClassNames | None, signature: Signature
) -> tuple[DataDiagnostic, ...]:
    """Compare the classes that a spec lists with the model's outputs, and with each other."""
    given = {"classes": labels, "class_names": names}
    found = [diagnose_class_key(key, each, signature) for key, each in given.items() if each]
    if labels and names and len(labels) != len(names):
        message = f"{len(labels)} classes have {len(names)} names"
        found.append(
            DataDiagnostic(("class_names",), "class-mismatch", message, help=("write one name a class, in order",))
        )
    return tuple(each for each in found if each)


def diagnose_class_key(key: str, listed: tuple[str, ...], signature: Signature) -> DataDiagnostic | None:
    """Compare classes, which stand at `key`, with the model's outputs."""
    if signature.takes == "numbers":
        why = "softmax, or one sigmoid unit, gives classes; other outputs give numbers"
        helps = (outputs_for(len(listed), signature), "leave this key out if the target is a number")
        return DataDiagnostic((key,), "class-mismatch", "the model gives numbers, not classes", why, helps)
    outputs = outputs_for_classes(signature)
    if len(listed) == outputs:
        return None
    message = f"{len(listed)} classes are listed, the model tells {outputs} apart"
    help = (outputs_for(len(listed), signature),)
    return DataDiagnostic((key,), "class-mismatch", message, help=help)
