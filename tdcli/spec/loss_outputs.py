"""Which outputs each loss can learn from, and why no others."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from tdcli.signature import Signature


@dataclass(frozen=True)
class OutputNeed:
    """What outputs a loss needs.

    text, why: in words; activation: the one to write; fits: whether a model's outputs will do; strict: whether others
    learn nothing, or learn less.
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
    "Keras clips outputs to this range; outside of it the gradient is 0 and nothing is learnt",
    "sigmoid",
    lambda signature: signature.probabilities,
)
_WEIGHED_PROBABILITIES = OutputNeed(
    "outputs from 0 to 1",
    "it weighs each output by how far it is from the truth as a probability",
    "sigmoid",
    lambda signature: signature.probabilities,
)
_SHARES = OutputNeed(
    "a softmax over the classes",
    "it takes the logarithm of each class's share, and shares sum to one",
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
    "it compares the shares of the classes",
    "softmax",
    lambda signature: signature.sums_to_one,
)
_DISTRIBUTION = OutputNeed(
    "outputs that sum to one",
    "it falls as outputs grow, so outputs that need not sum to one grow without limit",
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
    "Keras clips outputs at 0; below it the gradient is 0 and nothing is learnt",
    "softplus",
    lambda signature: signature.bounds.within(0, inf),
    strict=False,
)
_BOTH_SIDES = OutputNeed(
    "outputs that reach -1 and 1",
    "one class is learnt as -1, the other as 1",
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
"""By loss; those that are not here learn from any outputs."""


def unmet_need(loss: str, signature: Signature) -> OutputNeed | None:
    """Return what a loss needs of outputs that a model's are not."""
    need = NEEDS.get(loss)
    return None if need is None or need.fits(signature) else need


def outputs_text(signature: Signature) -> str:
    """Say what the outputs went through.

    >>> outputs_text(Signature("layers", (None, 3, 1), (None, 1), "relu")), outputs_text(Signature("layers", (), ()))
    ('the outputs have the activation relu', 'the outputs have no activation')
    """
    if signature.activation:
        return f"the outputs have the activation {signature.activation}"
    bounded = signature.bounds.low > -inf or signature.bounds.high < inf
    return f"the outputs are {signature.bounds}" if bounded else "the outputs have no activation"
