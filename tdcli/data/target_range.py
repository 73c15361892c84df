"""Check whether the outputs can reach the target values, and whether the loss can compare them."""

from collections.abc import Iterator, Sequence

import numpy as np

from tdcli.data.dataset import Array
from tdcli.layers.core.ranges import UNBOUNDED
from tdcli.signature import DIFFERENCE_LOSSES, Signature
from tdcli.sources.core.classes import drop_loss, outputs_for_numbers, outputs_for_yes_or_no
from tdcli.sources.core.section import raise_if_any
from tdcli.sources.core.shares import compares_shares, diagnose_shares
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml

TOLERATED = 0.05
"""The allowed error of the best possible outputs, divided by the targets' standard deviation. A few values beyond a
bound are noise, such as a light sensor's -2 at night."""

FAR = 10
"""Training takes long if the mean absolute value of unscaled targets is larger, since weights start at about 1."""

LOOKED_AT = 10_000
"""The number of evenly spaced rows that are checked for shares."""

OF_SUM_ONE, OF_LOGARITHMS = ("kl_divergence",), ("mean_squared_logarithmic_error", "msle")
OF_TWO_LABELS, OF_SHARES_OFF = ("hinge", "squared_hinge"), ("mape", "mean_absolute_percentage_error")


def check_targets(learnt: Array, signature: Signature, names: Sequence[str]) -> tuple[str, ...]:
    """Return notes on the targets `(places, units)` that the model learns. `names` are the target columns of a table.

    Raises SpecError if the outputs cannot come close to the targets, or if the loss cannot be used for them.
    """
    _check_loss_targets(learnt, signature)
    _check_shares(learnt, signature)
    reached = np.clip(learnt, *signature.bounds)
    off = np.sqrt(((learnt - reached) ** 2).mean(axis=0, dtype=np.float64))
    spread = learnt.std(axis=0, dtype=np.float64)
    worst = int(np.argmax(off / np.where(spread > 0, spread, 1)))
    if off[worst] > TOLERATED * spread[worst]:
        raise _out_of_reach(learnt[:, worst], _output_name(worst, names, signature), off[worst], signature, names)
    beyond = float((learnt != reached).mean())
    share = f"a share of {beyond:.2g} of the targets"
    notes = [f"{share} is out of range, because the outputs are {signature.bounds}"] if beyond else []
    return (*notes, *_target_remarks(learnt, signature))


def unscaled_remark(learnt: Array, signature: Signature, wanted: str) -> tuple[str, ...]:
    """Return a note if large targets are learnt unscaled, because the outputs do not allow the `wanted` scale."""
    if np.abs(learnt).mean() <= FAR or signature.loss not in (None, *DIFFERENCE_LOSSES):
        return ()
    unscaled = f"the target is not scaled despite `scale: {wanted}`, because the outputs are {signature.bounds}"
    return (f"{unscaled}; {outputs_for_numbers(signature)} to scale it",)


def _output_name(column: int, names: Sequence[str], signature: Signature) -> str:
    """Return the name of an output column. The columns of several predicted rows follow each other."""
    if names:
        return f"`{names[column % len(names)]}`"
    return "the target" if signature.units == 1 else f"target {column}"


def _out_of_reach(values: Array, name: str, off: float, signature: Signature, names: Sequence[str]) -> SpecError:
    what = f"`{signature.activation}` outputs" if signature.activation else "the outputs"
    message = f"{what} are {signature.bounds}, but {name} ranges from {values.min():.4g} to {values.max():.4g}"
    why = f"with these outputs, the RMSE cannot fall below {off:.3g}"
    numbers = f"{outputs_for_numbers(signature)} to predict numbers of any size"
    minmax = to_inline_yaml(dict.fromkeys(names, "minmax")) if names else "minmax"
    scaled = (f"write `scale: {minmax}` in `data` to learn targets from 0 to 1",) if signature.scales("minmax") else ()
    return SpecError.of("target-mismatch", message, numbers, *scaled, why=why)


def _check_loss_targets(learnt: Array, signature: Signature) -> None:
    """Raise SpecError if the loss cannot be used for the targets."""
    loss, otherwise = signature.loss or "", "write `loss: mse` to predict numbers"
    if loss in OF_TWO_LABELS:
        labels = np.unique(learnt)
        if not any(set(labels) <= each for each in ({-1.0, 1.0}, {0.0, 1.0})):
            message = f"`{loss}` needs the labels -1 and 1, or 0 and 1, but the target has `{_odd_label(labels):g}`"
            raise SpecError.of("target-mismatch", message, otherwise, why="this loss compares signs, not sizes")
    if loss in OF_LOGARITHMS and learnt.min() < 0:
        message = f"`{loss}` needs targets of 0 or more, but the smallest is {learnt.min():.4g}"
        raise SpecError.of("target-mismatch", message, otherwise, why="Keras treats every target below 0 as 0")
    sums = learnt.sum(axis=-1)
    if loss in OF_SUM_ONE and (np.abs(sums - 1) > 1e-3).any():
        first = int(np.argmax(np.abs(sums - 1) > 1e-3))
        message = f"`{loss}` needs targets that sum to 1, but row {first} sums to {sums[first]:.4g}"
        raise SpecError.of("target-mismatch", message, "divide each row by its sum", otherwise)


def _check_shares(learnt: Array, signature: Signature) -> None:
    """Raise SpecError if most targets of softmax outputs are not shares."""
    if compares_shares(signature):
        rows = learnt[:: max(1, len(learnt) // LOOKED_AT)].astype(np.float64).tolist()
        raise_if_any(filter(None, (diagnose_shares(rows, signature),)))


def _odd_label(labels: Array) -> float:
    return float(next((each for each in labels if each not in (-1, 0, 1)), 0.0))


def _target_remarks(learnt: Array, signature: Signature) -> Iterator[str]:
    is_difference = signature.loss in (None, *DIFFERENCE_LOSSES) and signature.bounds == UNBOUNDED
    if signature.units == 1 and is_difference and set(np.unique(learnt)) == {0.0, 1.0}:
        classes = f"{outputs_for_yes_or_no(signature)}{drop_loss(signature)}"
        yield f"the target is always 0 or 1, which are learnt as numbers; {classes} to learn them as classes"
    zeros = int((learnt == 0).sum())
    if zeros and signature.loss in OF_SHARES_OFF:
        divides = f"`{signature.loss}` divides by 1e-07 for them, so they dominate the loss"
        yield f"{zeros:,} of {learnt.size:,} targets are 0; {divides}"
