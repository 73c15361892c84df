"""Samples generated from a seed, without a file."""

from __future__ import annotations

from typing import Any, Literal

from tdcli.sources.core.registry import own_class
from tdcli.sources.core.section import DataSection
from tdcli.sources.tasks.core.task import Task
from tdcli.text.nearest import suggest
from tdcli.text.registry import find_module, module_names
from tdcli.text.section import invalid, invalid_at

_PACKAGE = "tdcli.sources.tasks"


class Synthetic(DataSection):
    """The `source: synthetic` section. `task: moving-dot` refers to the file `sources/tasks/moving_dot.py`."""

    source: Literal["synthetic"]
    task: str

    @classmethod
    def read(cls, values: dict[str, Any]) -> Task:
        """Create the section of the task. Raises Pydantic's errors."""
        name = values.get("task")
        if name is None:
            raise invalid_at("task", invalid("missing-key", "`task` is missing", f"write `task: {task_names()[0]}`"))
        task = find_task(name) if isinstance(name, str) else None
        if task is None:
            unknown = invalid("wrong-value", f"there is no task `{name}`", suggest(str(name), task_names()))
            raise invalid_at("task", unknown)
        return task.model_validate(values)


def task_names() -> tuple[str, ...]:
    """Return the valid values of `task:`, sorted."""
    return tuple(name.replace("_", "-") for name in module_names(_PACKAGE))


def find_task(name: str) -> type[Task] | None:
    """Return the class in a task's file; None if there is no such task."""
    found = find_module(_PACKAGE, name.replace("-", "_")) if name in task_names() else None
    return own_class(found, Task) if found else None  # type: ignore[type-abstract] # a subclass of it is found
