"""Runs in a terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_data_below_the_working_directory_are_named_as_a_command_takes_them(
    trained_runs: dict[str, Path], tdcli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trained_runs["forecast"]
    folder = run.parents[1]
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.chdir(folder)
    assert "data      log.csv (" in tdcli("runs", "show", run).out
    monkeypatch.chdir(run)
    assert f"data      {folder / 'log.csv'} (" in tdcli("runs", "show", run).out
