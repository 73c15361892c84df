"""A synthetic task's samples to a Dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tdcli.data.assembly import Raw, Recipe, assembled
from tdcli.data.dataset import Dataset
from tdcli.data.padding import refuse_real_padding
from tdcli.data.splitting import Traits, parted, refuse_doubled
from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.core.split import Split

if TYPE_CHECKING:
    from tdcli.sources.tasks.core.task import Task


def load_task(
    task: Task, signature: Signature, split: Split, seed: int, learnt: Mapping[str, Any] | None = None
) -> Dataset:
    """Make and part a task's samples; the same seed gives the same."""
    refuse_doubled(split, ())
    made = task.make(signature, np.random.default_rng([seed, 0]))
    names = np.arange(len(made.x))
    if signature.mask_value is not None:
        refuse_real_padding(made.x, np.ones(made.x.shape[:2], bool), signature.mask_value, names)
    is_class = signature.takes == "classes"
    traits = Traits(strata=made.y if is_class and made.y.ndim == 1 else None)
    parts = parted(len(names), split, split.by or "random", seed, traits, given_test=False)
    raws = {
        name: Raw(made.x[index], made.y[index], index, origin=None if made.origin is None else made.origin[index])
        for name, index in parts._asdict().items()
        if index is not None
    }
    codes = tuple(str(code) for code in range(outputs_for_classes(signature))) if is_class else None
    shown = task.class_names[: len(codes)] if codes else None
    return assembled(raws, Recipe(signature, classes=codes, class_names=shown), learnt)
