"""Check, train and evaluate Keras sequence models described in YAML.

>>> import tdcli
>>> spec = tdcli.load("specs/pollution.yaml", {"training.epochs": 5})
>>> spec.plan.parameters
12451
"""

from importlib import import_module

from tdcli.version import __version__

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` would take longer than all else here
if TYPE_CHECKING:
    from tdcli.api.data import Data, read_data
    from tdcli.api.looking import Difference, Drawing, diff, plot
    from tdcli.api.run import Evaluation, Run, open_run
    from tdcli.api.spec import CompiledSpec, Plan, check, load
    from tdcli.api.training import resume, train
    from tdcli.api.tuning import Study, tune
    from tdcli.data.dataset import Part
    from tdcli.nn.training.callbacks import Progress
    from tdcli.services.train.callbacks import Callbacks
    from tdcli.text.diagnostic import Diagnostic
    from tdcli.text.errors import ExecutionError, SpecError, TdcliError

_PLACES = {
    "Callbacks": "tdcli.services.train.callbacks",
    "CompiledSpec": "tdcli.api.spec",
    "Data": "tdcli.api.data",
    "Diagnostic": "tdcli.text.diagnostic",
    "Difference": "tdcli.api.looking",
    "Drawing": "tdcli.api.looking",
    "Evaluation": "tdcli.api.run",
    "ExecutionError": "tdcli.text.errors",
    "Part": "tdcli.data.dataset",
    "Plan": "tdcli.api.spec",
    "Progress": "tdcli.nn.training.callbacks",
    "Run": "tdcli.api.run",
    "SpecError": "tdcli.text.errors",
    "Study": "tdcli.api.tuning",
    "TdcliError": "tdcli.text.errors",
    "check": "tdcli.api.spec",
    "diff": "tdcli.api.looking",
    "load": "tdcli.api.spec",
    "open_run": "tdcli.api.run",
    "plot": "tdcli.api.looking",
    "read_data": "tdcli.api.data",
    "resume": "tdcli.api.training",
    "train": "tdcli.api.training",
    "tune": "tdcli.api.tuning",
}
"""Where each name is found. Nothing is imported before it is asked for."""

__all__ = [
    "Callbacks", "CompiledSpec", "Data", "Diagnostic", "Difference", "Drawing", "Evaluation", "ExecutionError",
    "Part", "Plan", "Progress", "Run", "SpecError", "Study", "TdcliError", "__version__", "check", "diff", "load",
    "open_run", "plot", "read_data", "resume", "train", "tune",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module `tdcli` has no attribute `{name}`")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
