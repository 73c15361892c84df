"""Check the token numbers that an Embedding looks up."""

import numpy as np

from tdcli.data.dataset import Array
from tdcli.text.errors import SpecError


def check_tokens(x: Array, names: Array, vocabulary: int) -> None:
    """Raise SpecError at the first token that has no row in an Embedding of `vocabulary` rows.

    x: `(samples, time)`
    names: `(samples,)`, the names of the samples in the data
    """
    unknown = np.argwhere((x < 0) | (x >= vocabulary))
    if not len(unknown):
        return
    first = tuple(unknown[0])
    message = f"sample {names[first[0]]}, timestep {first[1]} is the token `{x[first]:g}`, which is out of range"
    why = f"the `Embedding` has a row for each of the tokens 0 to {vocabulary - 1}"
    raise SpecError.of("token-out-of-range", message, _advice(x), why=why)


def _advice(x: Array) -> str:
    if x.min() < 0:
        return "number the tokens from 0"
    return f"train with `input_dim: {int(x.max()) + 1}` in the `Embedding`, one more than the largest token"
