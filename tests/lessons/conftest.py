"""`pytest tests/lessons --write` puts into the pages what is printed now."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="rewrite the messages of the lessons")
