"""The outputs that each loss needs, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from tdcli.signature import Signature


@dataclass(frozen=True)
class OutputNeed:
    """The outputs that a loss needs.

    text: a description. why: the reason. activation: the activation to use. fits: returns whether the outputs of a
    model meet the need. strict: whether a model with other outputs learns nothing, instead of less.
    """

    text: str
    why: str
    activation: str
    fits: Callable[[Signature], bool]
    strict: bool = True


def _several_yes_or_no(signature: Signature) -> bool:
    return signature.activation == "sigmoid" and signature.units > 1


_PROBABILITIES = OutputNeed(
    "outputs from 0 to 1",
    "Keras clips the outputs to this range; outside it the gradient is 0, so the model learns nothing",
    "sigmoid",
    lambda signature: signature.probabilities,
)
_WEIGHED_PROBABILITIES = OutputNeed(
    "outputs from 0 to 1",
    "it weights each output by its distance from the target, as probabilities",
    "sigmoid",
    lambda signature: signature.probabilities,
)
_SHARES = OutputNeed(
    "a softmax over the classes",
    "it takes the logarithm of the class probabilities, which must sum to 1",
    "softmax",
    lambda signature: signature.sums_to_one,
)
_SHARES_OR_SIGMOIDS = OutputNeed(
    _SHARES.text,
    _SHARES.why,
    "softmax",
    lambda signature: signature.sums_to_one or _several_yes_or_no(signature),
)
_ONE_OF_SEVERAL = OutputNeed(
    "a softmax over the classes",
    "it compares the probabilities of the classes",
    "softmax",
    lambda signature: signature.sums_to_one,
)
_DISTRIBUTION = OutputNeed(
    "outputs that sum to 1",
    "the loss decreases as the outputs grow, so they grow without limit unless they sum to 1",
    "softmax",
    lambda signature: signature.sums_to_one,
)
_COUNTS = OutputNeed(
    "outputs of 0 or more",
    "it takes their logarithm, which is NaN below 0",
    "softplus",
    lambda signature: signature.bounds.within(0, inf),
)
_NOT_NEGATIVE = OutputNeed(
    "outputs of 0 or more",
    "Keras clips the outputs at 0; below it the gradient is 0, so the model learns nothing",
    "softplus",
    lambda signature: signature.bounds.within(0, inf),
    strict=False,
)
_BOTH_SIDES = OutputNeed(
    "outputs that reach -1 and 1",
    "its target is -1 for one class and 1 for the other",
    "tanh",
    lambda signature: signature.bounds.covers(-1, 1),
)

NEEDS = {
    "binary_crossentropy": _PROBABILITIES,
    "binary_focal_crossentropy": _WEIGHED_PROBABILITIES,
    "categorical_crossentropy": _SHARES_OR_SIGMOIDS,
    "categorical_focal_crossentropy": _SHARES_OR_SIGMOIDS,
    "categorical_hinge": _ONE_OF_SEVERAL,
    "hinge": _BOTH_SIDES,
    "kl_divergence": _DISTRIBUTION,
    "mean_squared_logarithmic_error": _NOT_NEGATIVE,
    "msle": _NOT_NEGATIVE,
    "poisson": _COUNTS,
    "sparse_categorical_crossentropy": _SHARES,
    "squared_hinge": _BOTH_SIDES,
}
"""The needs by the name of the loss. Losses that are not listed accept any outputs."""


def unmet_need(loss: str, signature: Signature) -> OutputNeed | None:
    """Return the need of a loss that the outputs of a model do not meet; None if they meet it."""
    need = NEEDS.get(loss)
    return None if need is None or need.fits(signature) else need


def outputs_text(signature: Signature) -> str:
    """Return a clause about the activation of the outputs, or their range.

    >>> outputs_text(Signature("layers", (None, 3, 1), (None, 1), "relu")), outputs_text(Signature("layers", (), ()))
    ('the outputs have activation `relu`', 'the outputs have no activation')
    """
    if signature.activation:
        return f"the outputs have activation `{signature.activation}`"
    bounded = signature.bounds.low > -inf or signature.bounds.high < inf
    return f"the outputs are {signature.bounds}" if bounded else "the outputs have no activation"
