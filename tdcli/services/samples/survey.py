"""Describe the data of a spec, and warn about likely mistakes in them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.services.samples.prepare import check_extra, data_section, data_seed, locate, prefetch_data
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.survey.findings import Survey
from tdcli.survey.survey import SurveyRequest, survey_section
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


def survey_spec(path: Path, settings: Sequence[str] = (), *, on_loading: ProgressCallback = no_progress) -> Survey:
    """Describe the data of a spec's file. Raises SpecError if the spec is invalid, or its data cannot be read at all.

    on_loading: called with the progress of slow reading.
    """
    compiled = compile_spec(path, settings)
    prefetch_data(compiled, on_loading)
    return survey(compiled)


def survey(compiled: Compiled) -> Survey:
    """Describe the data of a spec. Raises SpecError if they cannot be read at all."""

    def _placed(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        return tuple(locate(each, compiled) for each in diagnostics)

    spec, section = compiled.spec, data_section(compiled)
    check_extra(section)
    signature = compiled.signature
    name, seed, batch_size = compiled.plan.name, data_seed(spec), spec.training.batch_size
    asked = SurveyRequest(name, compiled.folder, signature, spec.split, seed, batch_size, section.own_parts)
    try:
        found = survey_section(section, asked)
    except SpecError as error:
        raise SpecError(*_placed(error.diagnostics)) from None
    return replace(found, warnings=_placed(found.warnings), faults=_placed(found.faults))
