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
"""In the environment, for a URL that holds a password."""

HEARTBEAT_SECONDS, GRACE_SECONDS = 5, 30
"""Between two signs of life of a trial, and without one until its process counts as dead."""

SQLITE_TIMEOUT = 60
"""Seconds to wait for a SQLite file that another process writes to."""

MAX_ATTEMPTS = 5
"""To create the tables, which another process may be creating at the same moment."""

SQLITE_MAGIC = b"SQLite format 3\0"
"""The first bytes of a SQLite file (https://www.sqlite.org/fileformat.html)."""

MAX_FIRST_LINE = 2**20
"""Bytes read of a file to see whether it is a journal, whose first line has some hundred."""


def open_storage(where: str, retry: Callable[[optuna.Study, optuna.trial.FrozenTrial], None]) -> BaseStorage:
    """Open a database, or the journal at a path; `retry` takes trials that were failed for want of a heartbeat.

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
    """Turn a storage that stops answering into ExecutionError."""
    try:
        yield
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        message = f"the study's storage no longer answers: {_first_line(error.__cause__ or error)}"
        help = "once it does, the same command goes on; what was trained is kept"
        raise ExecutionError.of("unreachable-storage", message, help) from None


def refuse_damaged(study: optuna.Study) -> None:
    """Read the trials of a study. Raises SpecError if their cells hold what Optuna did not write."""
    try:
        study.get_trials(deepcopy=False)
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError):
        raise
    except Exception as error:
        message = f"the trials of the study `{study.study_name}` are damaged: {error_reason(error)}"
        raise SpecError.of("unreachable-storage", message, "name another storage; it is made") from None


def _open_journal(path: Path) -> BaseStorage:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _refuse_other_file(path)
        return _read_journal(path)
    except OSError as error:
        message = f"the journal `{path}` cannot be opened: {error.strerror or error}"
        raise SpecError.of("unreachable-storage", message, "name a file that may be written") from None


def _read_journal(path: Path) -> BaseStorage:
    """Open a journal, every line of which Optuna reads at once. Raises SpecError if it is damaged, OSError."""
    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except OSError:
        raise
    except Exception as error:
        message = f"the journal `{path}` is damaged: {error_reason(error)}"
        raise SpecError.of("unreachable-storage", message, "name another file; it is made") from None


def _refuse_other_file(path: Path) -> None:
    """Raise SpecError if the file exists and holds something else. A journal's lines are JSON objects."""
    if not path.exists():
        return
    if not path.is_file():
        raise SpecError.of("unreachable-storage", f"`{path}` is not a regular file", "name another file; it is made")
    with path.open("rb") as file:
        first = file.readline(MAX_FIRST_LINE)
    if first.startswith(SQLITE_MAGIC):
        message = f"`{path}` is a database, and `--storage FILE` names a journal"
        raise SpecError.of("unreachable-storage", message, f"write `--storage sqlite:///{path}`")
    try:
        is_journal = not first or isinstance(json.loads(first), dict)
    except ValueError:
        is_journal = False
    if not is_journal:
        raise SpecError.of("unreachable-storage", f"`{path}` is no journal", "name another file; it is made")


def _parse_url(text: str) -> URL:
    """Read a URL. The driver for PostgreSQL is psycopg, unless another one is named."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        message = "`--storage` is neither a URL that can be read nor a path"
        help = "write it as `postgresql://USER@HOST/DATABASE`, `sqlite:///FILE`, or name a journal's file"
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
        message = f"`{url.drivername}` is no database that SQLAlchemy knows"
        return SpecError.of("unreachable-storage", message, "PostgreSQL, MySQL, MariaDB and SQLite are known")
    shown = url.render_as_string(hide_password=True)
    reason = _first_line(getattr(error, "orig", None) or error)
    if url.password:
        reason = reason.replace(str(url.password), "***")
    helps = ["is the server running, and are user, host and database right?"]
    if url.get_backend_name() == "sqlite":
        helps = ["name a file in a folder that is there", "on a network disk name a journal: `--storage study.journal`"]
    return SpecError.of("unreachable-storage", f"`{shown}` cannot be opened: {reason}", *helps)


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
