"""What a model in its file says of samples, computed by the file's own runtime."""

import numpy as np

from tdcli.data._dataset import Array, Part, chunks
from tdcli.formats._base import ModelFile


def outputs_for(file: ModelFile, part: Part) -> Array:
    """Return the outputs for a part's raw values: `(samples, units)` or `(samples, time, units)`."""
    return np.concatenate([file.outputs(values) for _, values in chunks(part.x)])
