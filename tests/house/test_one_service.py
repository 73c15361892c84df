"""Every command is one service call and rendering: in which order things are done is knowledge of the services.

A service is what a command imports from `tdcli.services` under a name in small letters. A name with a capital is that
of a class, which holds what is asked or answered.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

COMMANDS = Path(__file__).parents[2] / "tdcli" / "cli" / "commands"
FILES = sorted(path.name for path in COMMANDS.glob("*.py") if path.name != "__init__.py")
ACTS = {"check_command": 3}
"""`--fix` and `--verify` are acts of their own, which can be asked for beside the check."""


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a module imports, each with the full name of what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for each in node.names:
                yield each.asname or each.name.partition(".")[0], f"{module}{each.name}"


def is_service(origin: str) -> bool:
    return origin.startswith("tdcli.services") and not origin.rpartition(".")[2][0].isupper()


class Module:
    """A module's functions and classes by name, and the names of the services that it imports."""

    def __init__(self, source: str) -> None:
        tree = ast.parse(source)
        self.definitions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef | ast.ClassDef)}
        self.services = {name for name, origin in imported(tree) if is_service(origin)}

    def counts(self) -> dict[str, int]:
        """Return for each function how many services it uses on the way that uses most, by other functions too."""
        return {name: self._count_all(node.body) for name, node in self.definitions.items()}

    def _count_all(self, nodes: Iterable[ast.AST]) -> int:
        return sum(map(self._count, nodes))

    def _count(self, node: ast.AST) -> int:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in self.services:
                return 1
            case ast.Name(id=name, ctx=ast.Load()) if name in self.definitions:
                return self._count_all(self.definitions[name].body)
            case ast.If(test=test, body=body, orelse=other):
                return self._count(test) + max(self._count_all(body), self._count_all(other))
            case ast.IfExp(test=test, body=one, orelse=another):
                return self._count(test) + max(self._count(one), self._count(another))
        return self._count_all(ast.iter_child_nodes(node))


@pytest.mark.parametrize("file", FILES)
def test_a_command_uses_one_service_at_most(file: str) -> None:
    counts = Module((COMMANDS / file).read_text(encoding="utf-8")).counts()
    assert {name: count for name, count in counts.items() if count > ACTS.get(name, 1)} == {}


def test_the_commands_use_services() -> None:
    modules = [Module((COMMANDS / file).read_text(encoding="utf-8")) for file in FILES]
    used = [module for module in modules if module.services]
    assert len(used) >= 18
    assert all(sum(module.counts().values()) for module in used)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("first(); second()", 2),
        ("second(first())", 2),
        ("map(first, map(second, ()))", 2),
        ("first(); helper()", 2),
        ("Asked(); first()", 1),
        ("first() if asked else second()", 1),
        ("if asked:\n        first()\n    else:\n        helper()", 1),
        ("if asked:\n        first()\n    helper()", 2),
        ("services.specs.first(); services.specs.second()", 2),
    ],
)
def test_services_are_counted_on_the_way_that_uses_most(body: str, count: int) -> None:
    source = f"""
from tdcli import services
from tdcli.services.specs.both import Asked, first, other as second

def helper():
    second()

def command(asked):
    {body}
"""
    assert Module(source).counts()["command"] == count
