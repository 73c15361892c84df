"""Data that several trainings share."""

from typing import Any

from tdcli.data._dataset import Dataset
from tdcli.services.compile import Compiled
from tdcli.services.prepare import data_seed, load_data


class DataOnce:
    """Data that are read again only for a spec that reads other ones; judged: with baselines for the part held out."""

    def __init__(self, *, judged: bool = False) -> None:
        self.judged, self.key = judged, None
        self.data: Dataset | None = None

    @classmethod
    def having(cls, compiled: Compiled, data: Dataset) -> "DataOnce":
        """Begin with what was read for a spec already."""
        once = cls()
        once.key, once.data = _what_shapes(compiled), data
        return once

    def read(self, compiled: Compiled) -> Dataset:
        """Return the data of a spec. Raises UserError."""
        key = _what_shapes(compiled)
        if self.data is None or key != self.key:
            self.data = None  # two of them may not fit into memory
            self.data, self.key = load_data(compiled, judged=self.judged), key
        return self.data


def _what_shapes(compiled: Compiled) -> Any:
    """Return all that decides what is read, how it is parted and how it is scaled."""
    spec = compiled.spec
    return spec.data, spec.split, compiled.plan.signature(spec.training.loss), data_seed(spec)
