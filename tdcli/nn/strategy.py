"""TensorFlow's engine for the devices and processes that there are."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tdcli.nn.cluster import Place
from tdcli.nn.quiet import quiet
from tdcli.nn.replicas import Replicas
from tdcli.nn.start import tf
from tdcli.text.diagnostic import WorkFailure

SECONDS_TO_COME = 600.0
"""How long a process waits for the others; schedulers start them one after the other."""

_LOST = (
    tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError, tf.errors.InternalError,
    tf.errors.DeadlineExceededError, tf.errors.FailedPreconditionError, tf.errors.UnknownError,
)  # fmt: skip
"""What TensorFlow raises in the processes that are left; a lost connection it notices at once, silence after 10 s."""


def replicas_at(place: Place) -> Replicas:
    """Return the copies that train together: of all processes, or of this machine's GPUs.

    Raises WorkFailure where a process does not come.
    """
    if place.count > 1:
        return Replicas(_joined(place), place.index, place.count)
    several = len(tf.config.list_physical_devices("GPU")) > 1
    return Replicas(tf.distribute.MirroredStrategy() if several else None)


@contextmanager
def together(replicas: Replicas) -> Iterator[None]:
    """Turn the loss of another process into WorkFailure."""
    try:
        yield
    except _LOST as error:
        if replicas.processes == 1:
            raise
        reason = str(error.message).partition("is aborted by: ")[2].splitlines()
        why = f"TensorFlow says: {reason[0][:200]}" if reason else ""
        help = "look at what the others printed, then start all of them again"
        raise WorkFailure.of("lost-worker", "another worker was lost, and training stopped", help, why=why) from None


def _joined(place: Place) -> Any:
    """Return the strategy once all processes are there; waiting aside lets Ctrl-C be heard."""
    resolver = _resolver(place)
    made: list[Any] = []

    def join() -> None:
        try:
            made.append(tf.distribute.MultiWorkerMirroredStrategy(resolver))
        except Exception as error:
            made.append(error)

    waiting = threading.Thread(target=join, daemon=True)
    with quiet():
        waiting.start()
        waiting.join(SECONDS_TO_COME)
    if not made:
        raise _missing(place, resolver)
    if isinstance(made[0], Exception):
        raise WorkFailure.of("lost-worker", f"the workers cannot be reached: {made[0]}"[:300], _ADDRESSES)
    return made[0]


_ADDRESSES = "every worker must reach every other at the address and port that it is listed with"


def _resolver(place: Place) -> Any:
    resolvers = tf.distribute.cluster_resolver
    if place.manager != "SLURM":
        return resolvers.TFConfigClusterResolver()
    # GPUs are bound to tasks by srun itself (--gpus-per-task); counting them here would need nvidia-smi.
    return resolvers.SlurmClusterResolver(gpus_per_node=place.count, gpus_per_task=1, auto_set_gpu=False)


def _missing(place: Place, resolver: Any) -> WorkFailure:
    addresses = [each for job in resolver.cluster_spec().as_dict().values() for each in job]
    silent = [address for number, address in enumerate(addresses) if number != place.index and not _listens(address)]
    message = f"not all {place.count} workers came within {SECONDS_TO_COME:.0f} seconds"
    why = f"nothing listens at {', '.join(silent)}" if silent else ""
    return WorkFailure.of("lost-worker", message, _ADDRESSES, why=why)


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except (OSError, ValueError):
        return False
    return True
