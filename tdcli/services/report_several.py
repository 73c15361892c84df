"""Everything that a report on several trainings shows."""

from dataclasses import dataclass
from pathlib import Path

from tdcli.plan.plan import Plan
from tdcli.runs.folder import RunFolder
from tdcli.runs.stored import NoJson, Summary, check_stored, read_json
from tdcli.services.compile_run import compile_run
from tdcli.services.several import SUMMARY, Result, Several
from tdcli.services.sound import Skipped, sound_ones
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class SeveralReport:
    """Trainings of one spec: what they came to, the plan and the spec of the first, and how each went.

    monitor: the figure that chose the best epochs; histories: the epochs of each training, by its title.
    """

    folder: str
    several: Several
    plan: Plan
    spec: str
    monitor: str
    histories: dict[str, list[dict[str, float]]]


def is_several(path: Path) -> bool:
    """Say whether a folder holds trainings of `tdcli train --folds` or `--seeds`."""
    return (path / SUMMARY).is_file()


def reported_several(path: Path, skipped: Skipped | None = None) -> SeveralReport:
    """Read the summary and the runs.

    skipped: takes what is wrong with a run that cannot be read; the others are reported without it. Raises UserError
    where the summary is not what `tdcli train` wrote, or none of the runs.
    """
    several = _summary(path / SUMMARY)
    folders = {each.title: RunFolder(path / each.run) for each in several.results}
    sound = sound_ones(folders, lambda title: (title, _history(folders[title])), skipped)
    histories = dict(sound)
    first = folders[sound[0][0]]
    return SeveralReport(
        path.resolve().name,
        several,
        compile_run(first).plan,
        first.spec.read_text(encoding="utf-8"),
        str(first.read_record().get("monitor", "loss")),
        histories,
    )


def _history(run: RunFolder) -> list[dict[str, float]]:
    run.read_record()
    return run.read_history()


def _summary(path: Path) -> Several:
    help = "train again with `--folds` or `--seeds`"
    try:
        data, values = read_json(path)
    except NoJson as error:
        raise UserError.of("not-a-run", f"`{path}` cannot be read: {error}", help) from None
    check_stored(Summary, data, str(path), "not-a-run", help)
    results = [Result(*(each[name] for name in ("title", "run", "figures", "baseline"))) for each in values["results"]]
    return Several(values["name"], values["command"], tuple(results))
