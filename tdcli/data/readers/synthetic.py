"""Read sections of `source: synthetic`: samples that a task generates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tdcli.data.arrays.parts import ArrayOptions, load_array_file
from tdcli.data.assembly import EncodingSpec, RawPart, build_dataset
from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import FileRequest, LoadRequest
from tdcli.data.padding import check_padding_value
from tdcli.data.splitting import Traits, check_split_conflicts, split_samples
from tdcli.signature import Signature
from tdcli.sources.core.classes import outputs_for_classes
from tdcli.sources.tasks.core.task import Task


def load(task: Task, request: LoadRequest) -> Dataset:
    """Generate the samples of a task and split them. The same seed generates the same samples."""
    signature, split, seed = request.signature, request.split, request.seed
    check_split_conflicts(split, ())
    made = task.make(signature, np.random.default_rng([seed, 0]))
    names = np.arange(len(made.x))
    if signature.mask_value is not None:
        check_padding_value(made.x, np.ones(made.x.shape[:2], bool), signature.mask_value, names)
    is_class = signature.takes == "classes"
    traits = Traits(strata=made.y if is_class and made.y.ndim == 1 else None)
    parts = split_samples(len(names), split, split.by or "random", seed, traits, given_test=False)
    raws = {
        name: RawPart(made.x[index], made.y[index], index, origin=None if made.origin is None else made.origin[index])
        for name, index in parts.items()
    }
    codes = tuple(str(code) for code in range(outputs_for_classes(signature))) if is_class else None
    shown = task.class_names[: len(codes)] if codes else None
    return build_dataset(raws, EncodingSpec(signature, classes=codes, class_names=shown), request.fitted)


def load_file(task: Task, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read arrays as one part, since a task has no file format of its own. Raises SpecError."""
    return load_array_file(request, ArrayOptions(), signature, fitted)
