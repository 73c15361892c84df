"""The folder of a search, with its database, the best spec so far, and the results of the trials."""

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
        """The database of the study, unless another storage is chosen."""
        return self.path / "study.db"

    @property
    def best(self) -> Path:
        """The spec of the best trial, for `tdcli train`."""
        return self.path / "best.yaml"

    @property
    def results(self) -> Path:
        """All trials, and the importance of each setting, for `tdcli report`."""
        return self.path / "study.json"

    @property
    def lock(self) -> Path:
        """The lock of the process that looks for trials whose process has ended."""
        return self.path / "lock"

    def write_results(self, values: Any) -> None:
        """Write the results atomically."""
        write_json(self.results, values)

    def read_results(self) -> dict[str, Any]:
        """Return the results. Raises SpecError if they cannot be read, or if a value has the wrong type."""
        help = "run the same `tdcli tune` command again, which resumes the search and writes the file"
        try:
            data, values = read_json(self.results)
        except InvalidJsonError as error:
            raise SpecError.of("not-a-run", f"`{self.results}` cannot be read: {error}", help) from None
        check_stored(StudyRecord, data, str(self.results), "not-a-run", help)
        return values


def make_study_folder(parent: Path, name: str) -> StudyFolder:
    """Return the folder with this name in `parent`. It is created if it does not exist. Raises ExecutionError."""
    path = parent / name.replace(" ", "-")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    return StudyFolder(path)


def is_study(path: Path) -> bool:
    """Return whether a folder contains the results of `tdcli tune`."""
    return StudyFolder(path).results.is_file()
