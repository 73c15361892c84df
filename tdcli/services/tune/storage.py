"""Open the storage of a study: a database by its URL, or a journal by its path."""

import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, ProgrammingError, SQLAlchemyError

from tdcli.text.damage import error_reason
from tdcli.text.errors import ExecutionError, SpecError

STORAGE_VARIABLE = "TDCLI_STORAGE"
"""The environment variable for a URL that contains a password."""

HEARTBEAT_SECONDS, GRACE_SECONDS = 5, 30
"""The time between two heartbeats of a trial, and the time without one after which its process counts as dead."""

SQLITE_TIMEOUT = 60
"""Seconds to wait for a SQLite file that another process writes to."""

MAX_ATTEMPTS = 5
"""How often to try to create the tables, which another process may create at the same time."""

OTHER_FILE = "choose another file, which will be created"

SQLITE_MAGIC = b"SQLite format 3\0"
"""The first bytes of a SQLite file (https://www.sqlite.org/fileformat.html)."""

MAX_FIRST_LINE = 2**20
"""How many bytes of a file are read to detect a journal. Its first line has a few hundred bytes."""


def open_storage(where: str, retry: Callable[[optuna.Study, optuna.trial.FrozenTrial], None]) -> BaseStorage:
    """Open a database, or the journal at a path. retry: called with trials that failed without a heartbeat.

    Raises SpecError if it cannot be reached, without the password in the message.
    """
    if "://" not in where:
        return _open_journal(Path(where))
    url = _parse_url(where)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            return _open_database(url, retry)
        except (IntegrityError, ProgrammingError) as error:
            if attempt == MAX_ATTEMPTS:
                raise _unreachable_storage(url, error) from None
            time.sleep(0.2 * attempt)
        except ImportError as error:
            driver = url.drivername.partition("+")[2] or str(error.__cause__).rpartition(" ")[2].strip("'")
            message = f"`{url.get_backend_name()}` needs {driver}, which is not installed"
            raise SpecError.of(
                "missing-extra", message, f'run `pip install "{_PACKAGES.get(driver, driver)}"`'
            ) from None
        except (SQLAlchemyError, RuntimeError) as error:
            raise _unreachable_storage(url, error) from None
    raise AssertionError


_PACKAGES = {"psycopg": "psycopg[binary]", "MySQLdb": "mysqlclient"}


@contextmanager
def translate_storage_errors() -> Iterator[None]:
    """Raise ExecutionError if the storage stops responding."""
    try:
        yield
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        message = f"the storage of the study stopped responding: {_first_line(error.__cause__ or error)}"
        help = "run the same command again once the storage responds; finished trials are kept"
        raise ExecutionError.of("unreachable-storage", message, help) from None


def refuse_damaged(study: optuna.Study) -> None:
    """Read the trials of a study. Raises SpecError if they contain data that Optuna did not write."""
    try:
        study.get_trials(deepcopy=False)
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError):
        raise
    except Exception as error:
        message = f"the trials of the study `{study.study_name}` are damaged: {error_reason(error)}"
        raise SpecError.of("unreachable-storage", message, "choose another storage, which will be created") from None


def _open_journal(path: Path) -> BaseStorage:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_other_file(path)
        return _read_journal(path)
    except OSError as error:
        message = f"the journal `{path}` cannot be opened: {error.strerror or error}"
        raise SpecError.of("unreachable-storage", message, "choose a file that can be written") from None


def _read_journal(path: Path) -> BaseStorage:
    """Open a journal, which Optuna reads completely. Raises SpecError if it is damaged, and OSError."""
    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except OSError:
        raise
    except Exception as error:
        message = f"the journal `{path}` is damaged: {error_reason(error)}"
        raise SpecError.of("unreachable-storage", message, OTHER_FILE) from None


def _refuse_other_file(path: Path) -> None:
    """Raise SpecError if the file exists and is not a journal, whose lines are JSON objects."""
    if not path.exists():
        return
    if not path.is_file():
        raise SpecError.of("unreachable-storage", f"`{path}` is not a regular file", OTHER_FILE)
    with path.open("rb") as file:
        first = file.readline(MAX_FIRST_LINE)
    if first.startswith(SQLITE_MAGIC):
        message = f"`{path}` is a database, but `--storage FILE` needs a journal"
        raise SpecError.of("unreachable-storage", message, f"write `--storage sqlite:///{path}`")
    try:
        is_journal = not first or isinstance(json.loads(first), dict)
    except ValueError:
        is_journal = False
    if not is_journal:
        raise SpecError.of("unreachable-storage", f"`{path}` is not a journal", OTHER_FILE)


def _parse_url(text: str) -> URL:
    """Parse a URL. The default driver for PostgreSQL is psycopg."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        message = "`--storage` is neither a valid URL nor a path"
        help = "write `postgresql://USER@HOST/DATABASE`, `sqlite:///FILE`, or the path of a journal"
        raise SpecError.of("unreachable-storage", message, help) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _open_database(url: URL, retry: Any) -> BaseStorage:
    is_sqlite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"connect_args": {"timeout": SQLITE_TIMEOUT}} if is_sqlite else {"pool_pre_ping": True}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return RDBStorage(
            url.render_as_string(hide_password=False), engine_kwargs=options, heartbeat_interval=HEARTBEAT_SECONDS,
            grace_period=GRACE_SECONDS, heartbeat_stale_trial_callback=retry,
        )  # fmt: skip


def _unreachable_storage(url: URL, error: Exception) -> SpecError:
    if isinstance(error, NoSuchModuleError):
        message = f"SQLAlchemy does not support the database `{url.drivername}`"
        return SpecError.of("unreachable-storage", message, "use PostgreSQL, MySQL, MariaDB or SQLite")
    shown = url.render_as_string(hide_password=True)
    reason = _first_line(getattr(error, "orig", None) or error)
    if url.password:
        reason = reason.replace(str(url.password), "***")
    helps = ["check that the server is running, and that user, host and database are correct"]
    if url.get_backend_name() == "sqlite":
        helps = [
            "choose a file in an existing folder",
            "on a network disk, use a journal: `--storage study.journal`",
        ]
    return SpecError.of("unreachable-storage", f"`{shown}` cannot be opened: {reason}", *helps)


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
