"""Find the output shape of a layer that does not fit, so that one run reports several errors.

A recovery exists only if it is certain what was intended. Its shape is the output shape after the error is corrected,
so the errors reported for later layers are real.
"""

from collections.abc import Callable

from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.wrapper import Wrapper
from tdcli.layers.flatten import Flatten
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.mismatch import Mismatch, flattens_frames
from tdcli.shapes import Shape
from tdcli.text.diagnostic import Diagnostic

Recovery = Callable[[Mismatch], Shape | None]
"""Returns the output shape of the corrected layer; None if it would be a guess. May raise ShapeError."""

Explanation = tuple[Diagnostic, Recovery | None]
"""A diagnostic, and the recovery of the layer if there is one."""


def recover(mismatch: Mismatch, recovery: Recovery | None) -> Shape | None:
    """Return the output shape of the corrected layer; None if there is none."""
    try:
        return recovery(mismatch) if recovery else None
    except ShapeError:
        return None


def with_sequences(mismatch: Mismatch) -> Shape | None:
    """Return the output shape if the layer before returns its sequence."""
    losing = mismatch.losing
    if losing is None:
        return None
    return mismatch.layer.output_shape((*losing.input_shape[:2], *mismatch.input_shape[1:]))


def at_every_step(mismatch: Mismatch) -> Shape:
    """Return the output shape if TimeDistributed wraps the layer."""
    return _at_every_step(mismatch.layer, mismatch.input_shape)


def without_wrapper(mismatch: Mismatch) -> Shape | None:
    """Return the output shape of the wrapped layer without its wrapper."""
    return mismatch.layer.layer.output_shape(mismatch.input_shape) if isinstance(mismatch.layer, Wrapper) else None


def with_flattened_frames(mismatch: Mismatch) -> Shape:
    """Return the output shape if each frame is flattened before the layer."""
    return mismatch.layer.output_shape(_at_every_step(Flatten(), mismatch.input_shape))


def with_time_kept(mismatch: Mismatch) -> Shape | None:
    """Return the output shape if the Flatten before the layer flattens each frame."""
    losing = mismatch.losing
    if losing is None or losing is not mismatch.last or not flattens_frames(losing):
        return None
    return mismatch.layer.output_shape(_at_every_step(Flatten(), losing.input_shape))


def as_it_is(mismatch: Mismatch) -> Shape:
    """Return the output shape of a layer whose input shape fits."""
    return mismatch.layer.output_shape(mismatch.input_shape)


def _at_every_step(layer: Layer, input_shape: Shape) -> Shape:
    return TimeDistributed.model_validate({"layer": layer}).output_shape(input_shape)
