"""The folder of a search: its database, the best spec so far, and what became of the trials."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tdcli.runs.files import cannot_write, write_json
from tdcli.runs.stored import InvalidJsonError, StudyRecord, check_stored, read_json
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class StudyFolder:
    """The files of a study."""

    path: Path

    @property
    def database(self) -> Path:
        """The study itself, where no other storage is named."""
        return self.path / "study.db"

    @property
    def best(self) -> Path:
        """The spec of the best trial, for `tdcli train`."""
        return self.path / "best.yaml"

    @property
    def results(self) -> Path:
        """Every trial, and what each setting matters, for `tdcli report`."""
        return self.path / "study.json"

    @property
    def lock(self) -> Path:
        """Held by the process that looks for trials whose process is gone."""
        return self.path / "lock"

    def write_results(self, values: Any) -> None:
        """Write the results, whole or not at all."""
        write_json(self.results, values)

    def read_results(self) -> dict[str, Any]:
        """Return the results. Raises SpecError where they cannot be read, or a value has another type."""
        help = "`tdcli tune` writes it: the same command again goes on"
        try:
            data, values = read_json(self.results)
        except InvalidJsonError as error:
            raise SpecError.of("not-a-run", f"`{self.results}` cannot be read: {error}", help) from None
        check_stored(StudyRecord, data, str(self.results), "not-a-run", help)
        return values


def make_study_folder(parent: Path, name: str) -> StudyFolder:
    """Return the folder of this name in `parent`, a new one or that which is there. Raises ExecutionError."""
    path = parent / name.replace(" ", "-")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    return StudyFolder(path)


def is_study(path: Path) -> bool:
    """Say whether a folder holds what `tdcli tune` found."""
    return StudyFolder(path).results.is_file()
