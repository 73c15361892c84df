"""Four processes search in one PostgreSQL database, and one of them is killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tdcli.runs.study import StudyFolder
from tdcli.services.tune.setup import SearchRequest, prepare_search
from tdcli.services.tune.study import OpenStudy, open_study, results_of_study

pytestmark = [pytest.mark.postgres, pytest.mark.long]

SPEC = """name: shared
architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
split: {validation: 0.25}
training: {epochs: 3, batch_size: 8, optimizer: {name: adam}}
search:
  architecture.recurrent.units: {low: 1, high: 30}
  training.optimizer.learning_rate: {low: 1e-4, high: 1e-2, log: true}
"""
TRIALS = 6
SERVER = "postgres" if os.getuid() == 0 else None
"""PostgreSQL does not run as root; Debian's package has a user for it."""


def programs() -> Path:
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@pytest.fixture
def database() -> Iterator[str]:
    """Start a server of its own; its user may not enter `tmp_path`, and a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="tdcli-") as name:
        if SERVER:
            shutil.chown(name, SERVER)
        where = {"user": SERVER, "cwd": name, "stdout": subprocess.DEVNULL}
        make = [programs() / "initdb", "--no-sync", "--auth=trust", "--username=tuner", "data"]
        subprocess.run(make, check=True, **where)
        command = [programs() / "postgres", "-D", "data", "-k", name, "-c", "listen_addresses=", "-c", "fsync=off"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, **where) as server:
            ready = [programs() / "pg_isready", "-q", "-h", name]
            while subprocess.run(ready, check=False).returncode:
                assert server.poll() is None
                time.sleep(0.1)
            yield f"postgresql://tuner@/postgres?host={name}"
            server.send_signal(signal.SIGINT)


def tuning(spec: Path, storage: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tdcli", "tune", str(spec), "--trials", str(TRIALS), "--quiet"]
    return subprocess.Popen(
        [*command, "--storage", storage], cwd=spec.parent, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def killed_in_a_trial(process: "subprocess.Popen[str]", search: OpenStudy) -> int:
    """Wait until a process trains a trial, kill it, and return the trial's number."""
    while True:
        assert process.poll() is None
        for trial in search.study.get_trials():
            if trial.user_attrs.get("worker", {}).get("pid") == process.pid and len(trial.params) == 2:
                process.send_signal(signal.SIGKILL)
                return trial.number
        time.sleep(0.05)


def test_no_trial_is_lost_or_doubled_where_one_of_four_processes_is_killed(
    database: str, beside_arrays: Callable[..., Path]
) -> None:
    spec = beside_arrays(SPEC, (40, 4, 2))
    with closing(
        open_study(prepare_search(SearchRequest(spec, (), TRIALS, spec.parent)), StudyFolder(spec.parent), database)
    ) as search:
        processes = [tuning(spec, database) for _ in range(4)]
        lost = killed_in_a_trial(processes[0], search)
        said = [process.communicate(timeout=120)[1] for process in processes]
        assert [process.returncode for process in processes] == [-signal.SIGKILL, 0, 0, 0], said
        results = results_of_study(search, TRIALS)
    counts = results.counts
    assert counts.pop("failed") == 1
    assert sum(counts.values()) == counts.get("trained", 0) + counts.get("pruned", 0) == TRIALS
    assert results.trials[lost].reason == "its process was killed"
    again = [each for each in results.trials if each.settings == results.trials[lost].settings]
    assert [each.state == "failed" for each in again] == [True, False]
    assert StudyFolder(spec.parent / "studies" / "shared").best.is_file()
