"""Which samples are of which group."""

import numpy as np
import polars as pl

from tdcli.data.dataset import Array, Part


def grouped(part: Part) -> tuple[list[str], Array]:
    """Return the names of the groups, sorted, and `(samples,)`, the place of each sample's; nothing without any."""
    if part.groups is None:
        return [], np.empty(0, np.int64)
    names = pl.Series(part.groups.tolist(), dtype=pl.String)
    return names.unique().sort().to_list(), (names.rank("dense") - 1).to_numpy().astype(np.int64)
