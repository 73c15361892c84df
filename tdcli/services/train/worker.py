"""Training along with the first of several processes, which prints and writes for all."""

from tdcli.nn.runtime.cluster import WorkerInfo
from tdcli.nn.training.train import train
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.agreement import agreeing


def follow(compiled: Compiled, prepared: Prepared, place: WorkerInfo) -> int | None:
    """Train on this process's share; return the signal that ended it before its end, if one did.

    Raises WorkFailure as the first process does.
    """
    with Interrupts() as interrupts:
        trained = train(
            compiled.plan, prepared.data, compiled.spec.training, compiled.objective, prepared.class_weights,
            lambda progress: None, should_stop=interrupts.stops,
            worker=agreeing(place, compiled, prepared),
        )  # fmt: skip
    if trained.failure:
        raise trained.failure
    return interrupts.signal_of(interrupted=trained.interrupted)
