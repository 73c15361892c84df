"""Write `class_weights(y)`, which weighs each sample, or each step, in the loss."""

from __future__ import annotations

from tdcli.script.python import function_lines, literal
from tdcli.services.specs.compile import Compiled
from tdcli.sources.core.classes import label_text
from tdcli.text.errors import SpecError

HEAD = "def class_weights(y: np.ndarray) -> np.ndarray:"


def weight_lines(compiled: Compiled) -> list[str]:
    """Return the function; the formula of `balanced` is scikit-learn's. Raises SpecError for unknown classes."""
    wanted, count = compiled.spec.training.class_weight, max(2, compiled.objective.units)
    if not compiled.objective.classes or compiled.signature.mask_value is not None:
        message = "the script supports class weights only without padding"
        raise SpecError.of("cannot-write-script", message, "remove `class_weight`")
    body = [f"codes = {_codes_text(compiled)}"]
    if wanted == "balanced":
        body += [f"counts = np.bincount(codes.ravel(), minlength={count})"]
        body += [f"return (codes.size / ({count} * np.maximum(counts, 1)))[codes]"]
        return function_lines(HEAD, "Return weights that make rare classes count as much as frequent ones.", body)
    weights = [1.0] * count
    for name, weight in (wanted or {}).items():
        weights[_class_code(name, compiled, count)] = weight
    body.append(f"return np.array({literal(weights)})[codes]")
    return function_lines(HEAD, "Return the weight of each target's class.", body)


def _codes_text(compiled: Compiled) -> str:
    """Return how the codes are read from the target, in the form that the loss takes it."""
    form = compiled.objective.form(compiled.objective.loss)
    return {"binary": "y[..., 0].astype(int)", "one-hot": "y.argmax(axis=-1)"}.get(form, "y")


def _class_code(name: str, compiled: Compiled, count: int) -> int:
    data = compiled.spec.data
    names = getattr(data, "class_names", None) or getattr(data, "classes", None) or range(count)
    known = [label_text(each) for each in names]
    if name not in known:
        message = f"the script does not know the class `{name}`"
        raise SpecError.of("cannot-write-script", message, "list the `classes`, or give the weights by their codes")
    return known.index(name)
