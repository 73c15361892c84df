"""The command line beside the API."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def tdcli_command(tdcli: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command: `tdcli` is the module's name here."""
    return tdcli
