"""Write `scaling(values)`, which fits shift and scale of each column on the training part."""

from __future__ import annotations

from collections.abc import Set

from tdcli.script.python import function_lines
from tdcli.text.errors import SpecError

_BODIES = {
    "standard": ["shift, scale = rows.mean(axis=0), rows.std(axis=0)"],
    "minmax": ["shift, scale = rows.min(axis=0), np.ptp(rows, axis=0)"],
}
_MEANINGS = {
    "standard": "Return mean and deviation of each column. Constant columns are only shifted.",
    "minmax": "Return minimum and range of each column. Constant columns are only shifted.",
}


def scaling_lines(policy: str) -> list[str]:
    """Return the function for one policy."""
    body = [
        "rows = values.reshape(-1, values.shape[-1]).astype(np.float64)",
        *_BODIES[policy],
        'return shift.astype("float32"), np.where(scale > 0, scale, 1).astype("float32")',
    ]
    return function_lines("def scaling(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:", _MEANINGS[policy], body)


def single_policy(policies: Set[str]) -> str:
    """Return the policy of all columns. Raises SpecError where there are several."""
    if len(policies) > 1:
        raise SpecError.of(
            "cannot-write-script", "the script applies one scaling to all columns", "write one `scale` for all columns"
        )
    return next(iter(policies), "none")
