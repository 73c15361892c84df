"""Read a spec's data."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tdcli.api.shown import Shown
from tdcli.api.spec import CompiledSpec, Diagnostics, SpecSource, as_spec

if TYPE_CHECKING:
    from rich.console import RenderableType

    from tdcli.data.dataset import Dataset, Part
    from tdcli.survey.findings import Survey


@dataclass(frozen=True)
class Data(Shown):
    """A spec's data as a training reads them: split into sets, encoded, and not yet scaled.

    >>> import tdcli
    >>> data = tdcli.read_data("specs/pollution.yaml")
    >>> data.train.x.shape, data.train.y.shape
    ((6797, 6, 11), (6797, 1))
    """

    spec: CompiledSpec
    dataset: "Dataset" = field(repr=False)

    @property
    def train(self) -> "Part":
        """The samples that the model is trained on."""
        return self.dataset.train

    @property
    def validation(self) -> "Part | None":
        """The samples that choose the best epoch, or None if there are none."""
        return self.dataset.validation

    @property
    def test(self) -> "Part | None":
        """The samples that measure the result, or None if there are none."""
        return self.dataset.test

    @property
    def warnings(self) -> Diagnostics:
        """Likely mistakes in the data, as `tdcli data` prints them."""
        return Diagnostics(self._survey.warnings + self._survey.faults)

    @cached_property
    def _survey(self) -> "Survey":
        from tdcli.services.samples.survey import survey

        return survey(self.spec.compiled)

    def __rich__(self) -> "RenderableType":
        """Return what `tdcli data` prints."""
        from rich.console import Group

        from tdcli.report.terminal.survey import render_survey

        return Group(render_survey(self._survey, "table"), self.warnings)


def read_data(spec: CompiledSpec | SpecSource) -> Data:
    """Read a spec's data. A notebook shows their columns, sets, ranges, some samples, and likely mistakes.

    The arrays of a set have the shape `(samples, time, features)`. Raises SpecError if the data do not match the spec.

    >>> import tdcli
    >>> data = tdcli.read_data("specs/pollution.yaml")
    >>> len(data.train), len(data.validation), len(data.test)
    (6797, 1288, 33666)
    >>> [each.name for each in data.warnings]
    ['drift-between-parts']
    """
    from tdcli.services.samples.prepare import load_data

    checked = as_spec(spec)
    return Data(checked, load_data(checked.compiled))
