"""Which recurrent layers of a plan may run in cuDNN on a GPU."""

from dataclasses import dataclass

from tdcli.layers.core.base import Layer
from tdcli.layers.core.recurrent import Recurrent
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.plan import Plan


@dataclass(frozen=True)
class CudnnUse:
    """A recurrent layer, and why it runs without cuDNN; nothing where it may use it."""

    name: str
    layer: str
    obstacles: tuple[str, ...]


def cudnn_uses(plan: Plan) -> tuple[CudnnUse, ...]:
    """Return every recurrent layer of a plan, those inside wrappers among them."""
    found = ((step, _recurrent(step.layer)) for step in plan.steps)
    return tuple(CudnnUse(step.name, step.title, layer.without_cudnn()) for step, layer in found if layer)


def _recurrent(layer: Layer) -> Recurrent | None:
    if isinstance(layer, Wrapper):
        return _recurrent(layer.layer)
    return layer if isinstance(layer, Recurrent) else None
