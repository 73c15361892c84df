"""List all variables that a training changes by name: those of the model, the optimizer and the epoch counters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from tdcli.nn.runtime.types import Tensor
from tdcli.nn.training.checkpoint import Variables
from tdcli.nn.training.loop import Loop
from tdcli.text.errors import SpecError

SEED_GENERATOR = "seed_generator"
SEED_STATE = "seed_generator_state"
"""Keras's names for the variables with the state of random generators in layers."""


def variable_names(variables: Iterable[Tensor]) -> list[str]:
    """Return the paths of a model's variables. They are the same in every process.

    Keras numbers all random generators of a process. Here only those of the model are numbered.
    """
    numbers = count()
    names = []
    for variable in variables:
        folder, _, name = variable.path.rpartition("/")
        names.append(f"{SEED_GENERATOR}_{next(numbers)}/{name}" if name == SEED_STATE else f"{folder}/{name}")
    return names


def optimizer_names(variables: Iterable[Tensor]) -> list[str]:
    """Return the paths of an optimizer's variables. They are the same in every process.

    Keras numbers variables without a name, such as that of Nadam, among all variables of a process. It also replaces
    slashes by underscores, so the weights of two layers can have the same path.
    """
    numbers, seen = count(), Counter[str]()
    names = []
    for variable in variables:
        path = variable.path if "/" in variable.path else f"variable_{next(numbers)}"
        names.append(f"{path}_{seen[path]}" if seen[path] else path)
        seen[path] += 1
    return names


def state_of(loop: Loop) -> dict[str, Tensor]:
    """Return the variables that training changes."""
    core, optimizer = loop.train_step.problem.core.variables, loop.train_step.optimizer.variables
    state = {f"model/{name}": each.value for name, each in zip(variable_names(core), core, strict=True)}
    state |= {f"optimizer/{name}": each.value for name, each in zip(optimizer_names(optimizer), optimizer, strict=True)}
    return state | loop.epochs.state()


class CheckpointMismatchError(SpecError):
    """A checkpoint belongs to a different model."""


def match_names(variables: Variables, loop: Loop) -> Variables:
    """Return the values by the names of the loop's variables.

    The first format has numbers as names, in the order of the loop's variables. Raises CheckpointMismatchError if the
    names differ.
    """
    names = list(state_of(loop))
    if all(name.isdecimal() for name in variables) and len(variables) == len(names):
        return dict(zip(names, (variables[number] for number in sorted(variables)), strict=True))
    if difference := _difference(names, variables):
        message = f"the checkpoint belongs to a different model: {difference}"
        raise CheckpointMismatchError.of("resume-mismatch", message, "start a new run without `--resume`")
    return variables


def _difference(names: Sequence[str], variables: Variables) -> str:
    if all(name.isdecimal() for name in variables):
        return f"it has {len(variables)} variables, but the model has {len(names)}"
    missing, unknown = set(names) - set(variables), set(variables) - set(names)
    lacks = f"it has no variable `{min(missing)}`" if missing else ""
    holds = f"the model has no variable `{min(unknown)}`" if unknown else ""
    return ", and ".join(filter(None, (lacks, holds)))


def read_values(loop: Loop) -> dict[str, Tensor]:
    """Return the values of the variables. TensorFlow copies only those that change afterwards."""
    return {name: variable.read_value() for name, variable in state_of(loop).items()}


def restore(loop: Loop, values: Mapping[str, Tensor] | Variables) -> None:
    """Assign the chief's values to the variables of all processes, and read on from the epoch and step in them."""
    state, replicas = state_of(loop), loop.replicas
    for variable, value in zip(state.values(), replicas.broadcast([values[name] for name in state]), strict=True):
        variable.assign(value)
    for totals in loop.epochs.totals:
        totals.reset_unless_chief(replicas)
    replicas.offset_seeds([variable for name, variable in state.items() if name.endswith(SEED_STATE)])
    _rewind(loop)


def _rewind(loop: Loop) -> None:
    """Read batches on from the epoch and step in the variables."""
    epochs, train, validation = loop.epochs, loop.train, loop.validation
    epochs.reconsider_stopping()
    if int(epochs.position) >= epochs.lengths.all:  # the checkpoint is from an epoch with more and smaller batches
        epochs.position.assign(0)
    epoch, position = int(epochs.epoch), int(epochs.position)
    in_training = position < train.steps
    train.rewind(epoch + (not in_training), position if in_training else 0)
    if validation:
        validation.rewind(epoch, 0 if in_training else position - train.steps)
