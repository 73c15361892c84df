"""What to go on with behind a layer that does not fit, so that one run tells of several faults.

Only where it is certain what was meant: the shape is then the one that comes out once the
fault is mended, and what is said of the layers behind it holds.
"""

from tdcli.layers.core.base import ShapeFault
from tdcli.layers.core.wrapper import Wrapper
from tdcli.layers.flatten import Flatten
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.mismatch import Mismatch, flattens_frames
from tdcli.shapes import Shape


def recovered(mismatch: Mismatch, name: str) -> Shape | None:
    """Return the shape that the mended layer gives, by the fault's name; None where that is a guess."""
    try:
        return _CURES[name](mismatch) if name in _CURES else None
    except ShapeFault:
        return None


def _with_sequences(mismatch: Mismatch) -> Shape | None:
    losing = mismatch.losing
    if losing is None:
        return None
    return mismatch.layer.output_shape((*losing.input_shape[:2], *mismatch.input_shape[1:]))


def _at_every_step(mismatch: Mismatch) -> Shape:
    return TimeDistributed.model_validate({"layer": mismatch.layer}).output_shape(mismatch.input_shape)


def _without_wrapper(mismatch: Mismatch) -> Shape | None:
    return mismatch.layer.layer.output_shape(mismatch.input_shape) if isinstance(mismatch.layer, Wrapper) else None


def _flattened(mismatch: Mismatch) -> Shape:
    return mismatch.layer.output_shape(_OF_EACH_FRAME.output_shape(mismatch.input_shape))


def _behind_frames(mismatch: Mismatch) -> Shape | None:
    """Return what comes out where a Flatten of frames was meant to flatten each of them."""
    losing = mismatch.losing
    if losing is None or losing is not mismatch.last or not flattens_frames(losing):
        return None
    return mismatch.layer.output_shape(_OF_EACH_FRAME.output_shape(losing.input_shape))


def _as_it_is(mismatch: Mismatch) -> Shape:
    return mismatch.layer.output_shape(mismatch.input_shape)


_OF_EACH_FRAME = TimeDistributed.model_validate({"layer": Flatten()})

_CURES = {
    "time-axis-missing": _behind_frames,
    "sequences-not-returned": _with_sequences,
    "time-distributed-missing": _at_every_step,
    "time-distributed-recurrent": _without_wrapper,
    "frames-not-flattened": _flattened,
    "mask-lost": _as_it_is,
    "dtype-mismatch": _as_it_is,
}
