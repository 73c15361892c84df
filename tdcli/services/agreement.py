"""What several processes must have alike to train together."""

import hashlib
import json
from dataclasses import replace

import numpy as np

from tdcli.data._dataset import Dataset
from tdcli.nn.cluster import Place
from tdcli.nn.start import versions
from tdcli.services.compile import Compiled
from tdcli.services.filled import entries, flat
from tdcli.services.resume import is_under


def agreeing(place: Place, compiled: Compiled, data: Dataset) -> Place:
    """Return the place with what the process is about to do: its settings, its samples and targets, its versions.

    Paths may differ from machine to machine, and files may be too large to be read through for this.
    """
    if place.count == 1:
        return place
    paths = tuple(f"data.{key}" for key in compiled.spec.data.path_keys) if compiled.spec.data else ()
    values = {each.dotted: each.value for each in flat(entries(compiled))}
    settings = {key: value for key, value in values.items() if not is_under(key, paths)}
    parts = {name: [list(part.x.shape), _digest(part.y)] for name, part in data.parts().items()}
    told = json.dumps([settings, parts, versions()], default=str, sort_keys=True)
    return replace(place, agreement=told.encode())


def _digest(values: object) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
