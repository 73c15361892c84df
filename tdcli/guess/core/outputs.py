"""The `outputs` for a target."""

from collections.abc import Sequence

from tdcli.guess.core.page import Line


def number_outputs(count: int, target: str) -> Line:
    """Return linear outputs, one for each number."""
    return Line("outputs", count, f"{'one number' if count == 1 else f'{count} numbers'}: {target}")


def class_outputs(classes: Sequence[str], target: str) -> Line:
    """Return one sigmoid unit for two classes, softmax for more."""
    if len(classes) == 2:
        comment = f"the probability that {target} is {classes[1]}"
        return Line("outputs", {"units": 1, "activation": "sigmoid"}, comment)
    return Line(
        "outputs", {"units": len(classes), "activation": "softmax"}, f"a probability for each class of {target}"
    )
