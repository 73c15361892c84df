"""Find the recurrent layers of a plan, and why they cannot use cuDNN on a GPU."""

from dataclasses import dataclass

from tdcli.layers.core.recurrent import recurrent_cell
from tdcli.plan.plan import Plan


@dataclass(frozen=True)
class CudnnUse:
    """A recurrent layer and the reasons why it cannot use cuDNN. Without reasons, it can."""

    name: str
    layer: str
    obstacles: tuple[str, ...]


def cudnn_uses(plan: Plan) -> tuple[CudnnUse, ...]:
    """Return every recurrent layer of a plan, including those inside wrappers."""
    cells = ((step, recurrent_cell(step.layer.innermost)) for step in plan.steps)
    return tuple(CudnnUse(step.name, step.title, cell.without_cudnn()) for step, cell in cells if cell)
