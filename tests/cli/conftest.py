"""The command line in this process: arguments in; exit code, stdout and stderr out."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tdcli.cli.app import main


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def tdcli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run a command: `tdcli("check", "spec.yaml")`."""

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr("sys.argv", ["tdcli", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Ended(int(ended.value.code or 0), out, err)

    return run
