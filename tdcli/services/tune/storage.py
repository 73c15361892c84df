"""Where a study is kept: a database by its URL, or a journal by its path."""

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

from tdcli.text.damage import reason_of
from tdcli.text.diagnostic import UserError, WorkFailure

STORAGE_VARIABLE = "TDCLI_STORAGE"
"""In the environment, for a URL that holds a password."""

HEARTBEAT, GRACE = 5, 30
"""Seconds between two signs of life of a trial, and without one until it counts as killed, on whatever machine."""

PATIENCE = 60
"""Seconds to wait for a SQLite file that another process writes to."""

ATTEMPTS = 5
"""To make the tables, which another process may be making at the same moment."""

SQLITE = b"SQLite format 3\0"
"""What a file of SQLite begins with (https://www.sqlite.org/fileformat.html)."""

LONGEST_LINE = 2**20
"""Bytes that are read of a file to see whether it is a journal; its first line has some hundred."""


def opened_storage(where: str, retry: Callable[[optuna.Study, optuna.trial.FrozenTrial], None]) -> BaseStorage:
    """Open a database, or the journal at a path; `retry` takes the trials that no longer give signs of life.

    Raises UserError where it is not to be reached; a password is never part of the message.
    """
    if "://" not in where:
        return _journal(Path(where))
    url = _url(where)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _database(url, retry)
        except (IntegrityError, ProgrammingError) as error:
            if attempt == ATTEMPTS:
                raise _unreachable(url, error) from None
            time.sleep(0.2 * attempt)
        except ImportError as error:
            driver = url.drivername.partition("+")[2] or str(error.__cause__).rpartition(" ")[2].strip("'")
            message = f"`{url.get_backend_name()}` needs {driver}, which is not installed"
            raise UserError.of(
                "missing-extra", message, f'run `pip install "{_PACKAGES.get(driver, driver)}"`'
            ) from None
        except (SQLAlchemyError, RuntimeError) as error:
            raise _unreachable(url, error) from None
    raise AssertionError


_PACKAGES = {"psycopg": "psycopg[binary]", "MySQLdb": "mysqlclient"}


@contextmanager
def reachable_storage() -> Iterator[None]:
    """Turn a storage that stops answering into WorkFailure."""
    try:
        yield
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        message = f"the study's storage no longer answers: {_first_line(error.__cause__ or error)}"
        help = "once it does, the same command goes on; what was trained is kept"
        raise WorkFailure.of("unreachable-storage", message, help) from None


def refuse_damaged(study: optuna.Study) -> None:
    """Read the trials of a study. Raises UserError where their cells hold what Optuna did not write."""
    try:
        study.get_trials(deepcopy=False)
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError):
        raise
    except Exception as error:
        message = f"the trials of the study `{study.study_name}` are damaged: {reason_of(error)}"
        raise UserError.of("unreachable-storage", message, "name another storage; it is made") from None


def _journal(path: Path) -> BaseStorage:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_no_journal(path)
        return _read_journal(path)
    except OSError as error:
        message = f"the journal `{path}` cannot be opened: {error.strerror or error}"
        raise UserError.of("unreachable-storage", message, "name a file that may be written") from None


def _read_journal(path: Path) -> BaseStorage:
    """Open a journal, of which Optuna reads every line at once. Raises UserError for damage, OSError."""
    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except OSError:
        raise
    except Exception as error:
        message = f"the journal `{path}` is damaged: {reason_of(error)}"
        raise UserError.of("unreachable-storage", message, "name another file; it is made") from None


def _refuse_no_journal(path: Path) -> None:
    """Raise UserError where a file is there already that holds something else: a journal's lines are JSON objects."""
    if not path.exists():
        return
    if not path.is_file():
        raise UserError.of("unreachable-storage", f"`{path}` is not a regular file", "name another file; it is made")
    with path.open("rb") as file:
        first = file.readline(LONGEST_LINE)
    if first.startswith(SQLITE):
        message = f"`{path}` is a database, and `--storage FILE` names a journal"
        raise UserError.of("unreachable-storage", message, f"write `--storage sqlite:///{path}`")
    try:
        is_journal = not first or isinstance(json.loads(first), dict)
    except ValueError:
        is_journal = False
    if not is_journal:
        raise UserError.of("unreachable-storage", f"`{path}` is no journal", "name another file; it is made")


def _url(text: str) -> URL:
    """Read a URL; PostgreSQL is spoken to by psycopg, where no other driver is named."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        message = "`--storage` is neither a URL that can be read nor a path"
        help = "write it as `postgresql://USER@HOST/DATABASE`, `sqlite:///FILE`, or name a journal's file"
        raise UserError.of("unreachable-storage", message, help) from None
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _database(url: URL, retry: Any) -> BaseStorage:
    lite = url.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"connect_args": {"timeout": PATIENCE}} if lite else {"pool_pre_ping": True}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return RDBStorage(
            url.render_as_string(hide_password=False), engine_kwargs=options, heartbeat_interval=HEARTBEAT,
            grace_period=GRACE, heartbeat_stale_trial_callback=retry,
        )  # fmt: skip


def _unreachable(url: URL, error: Exception) -> UserError:
    if isinstance(error, NoSuchModuleError):
        message = f"`{url.drivername}` is no database that SQLAlchemy knows"
        return UserError.of("unreachable-storage", message, "PostgreSQL, MySQL, MariaDB and SQLite are known")
    shown = url.render_as_string(hide_password=True)
    reason = _first_line(getattr(error, "orig", None) or error)
    if url.password:
        reason = reason.replace(str(url.password), "***")
    helps = ["is the server running, and are user, host and database right?"]
    if url.get_backend_name() == "sqlite":
        helps = ["name a file in a folder that is there", "on a network disk name a journal: `--storage study.journal`"]
    return UserError.of("unreachable-storage", f"`{shown}` cannot be opened: {reason}", *helps)


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
