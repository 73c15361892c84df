"""What the data of a spec look like."""

from dataclasses import replace

from tdcli.services.samples.prepare import check_extra, data_section, data_seed, locate
from tdcli.services.specs.compile import Compiled
from tdcli.survey.findings import Survey
from tdcli.survey.survey import SurveyRequest, survey_section
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError


def survey(compiled: Compiled) -> Survey:
    """Look at the data of a spec. Raises SpecError where they cannot be read at all."""

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
