"""What several processes must have alike to train together."""

import hashlib
import json
from dataclasses import replace

import numpy as np

from tdcli.nn.runtime.cluster import Place
from tdcli.nn.runtime.tensorflow import versions
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.defaults import entries, flat
from tdcli.services.train.resume import is_under


def agreeing(place: Place, compiled: Compiled, prepared: Prepared) -> Place:
    """Return the place with what the process is about to do: its settings, its samples and targets, its versions.

    Paths may differ from machine to machine, and files may be too large to be read through for this. What came from
    another run is compared to the last bit, but what each process fits itself is not: processors round differently.
    """
    if place.count == 1:
        return place
    paths = tuple(f"data.{key}" for key in compiled.spec.data.path_keys) if compiled.spec.data else ()
    values = {each.dotted: each.value for each in flat(entries(compiled))}
    settings = {key: value for key, value in values.items() if not is_under(key, paths)}
    parts = {name: [list(part.x.shape), _digest(part.y)] for name, part in prepared.data.parts().items()}
    origin = prepared.origin
    given = [origin.record, origin.fitted] if origin and origin.record else None
    told = json.dumps([settings, parts, versions(), given], default=str, sort_keys=True)
    return replace(place, agreement=told.encode())


def _digest(values: object) -> str:
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()
