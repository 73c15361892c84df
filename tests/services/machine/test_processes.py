"""Processes of `tdcli` that another one starts."""

import os
from pathlib import Path

from tdcli.services.machine.processes import close_stdin, read_output, start_tdcli


def test_a_process_that_ends_by_itself_gives_its_own_exit_code(tmp_path: Path) -> None:
    with (tmp_path / "errors").open("w+b") as errors:
        process = start_tdcli(["check", str(tmp_path / "nowhere.yaml")], os.environ, errors)
        assert process.wait(60) == 2
        close_stdin(process)
        assert "nowhere.yaml" in read_output(errors)
