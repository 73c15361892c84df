"""Create TensorFlow's strategy for the available devices and processes."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tdcli.nn.distributed.rendezvous import rendezvous
from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.runtime.cluster import WorkerInfo, WorkerLostError
from tdcli.nn.runtime.tensorflow import context, tf
from tdcli.stderr import hold_back_stderr

ARRIVAL_SECONDS = 600.0
"""Maximum time that a process waits for the others. Schedulers may start them one after the other."""

CONNECT_SECONDS = 60
"""Maximum time for TensorFlow to connect the processes when all of them are running."""

_CONNECTION_ERRORS = (
    tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError, tf.errors.InternalError,
    tf.errors.DeadlineExceededError, tf.errors.FailedPreconditionError, tf.errors.UnknownError,
)  # fmt: skip
"""Errors that TensorFlow raises in the remaining processes: at once for a closed connection, else after 10 s."""


def connect_replicas(worker: WorkerInfo, should_stop: Callable[[], bool]) -> Replicas:
    """Return the copies that train together, in all processes or on the GPUs of this machine.

    should_stop: called during the wait for other processes. Raises WorkerLostError if a process does not connect,
    SpecError if its spec or data differ, and KeyboardInterrupt if `should_stop` returns true.
    """
    if worker.count > 1:
        return Replicas(_connect(worker, should_stop), worker.index, worker.count)
    has_several_gpus = len(tf.config.list_physical_devices("GPU")) > 1
    return Replicas(tf.distribute.MirroredStrategy() if has_several_gpus else None)


@contextmanager
def translate_worker_loss(replicas: Replicas) -> Iterator[None]:
    """Raise WorkerLostError if TensorFlow loses the connection to another process."""
    try:
        yield
    except _CONNECTION_ERRORS as error:
        if replicas.processes == 1:
            raise
        raise _loss_of_worker(error) from None


def _loss_of_worker(error: Any) -> WorkerLostError:
    reason = str(error.message).rpartition("is aborted by: ")[2].splitlines()
    why = f"TensorFlow reported: {reason[0][:200]}" if reason else ""
    help = "read the output of the other workers, then start all workers again"
    return WorkerLostError.of("lost-worker", "training stopped because another worker was lost", help, why=why)


def _connect(worker: WorkerInfo, should_stop: Callable[[], bool]) -> Any:
    def on_wait() -> None:
        if should_stop():
            raise KeyboardInterrupt
        if lost := worker.find_lost():
            raise WorkerLostError.of("lost-worker", lost, "read its output, then start all workers again")

    resolver = _cluster_resolver(worker)
    rendezvous(_listed_addresses(resolver), worker.index, ARRIVAL_SECONDS, worker.fingerprint, on_wait)
    try:
        with hold_back_stderr(), _die_on_signals():
            _limit_connecting(resolver)
            return tf.distribute.MultiWorkerMirroredStrategy(resolver)
    except _CONNECTION_ERRORS as error:
        raise _loss_of_worker(error) from None


def _cluster_resolver(worker: WorkerInfo) -> Any:
    resolvers = tf.distribute.cluster_resolver
    if worker.manager != "SLURM":
        return resolvers.TFConfigClusterResolver()
    # srun binds GPUs to tasks (--gpus-per-task). Counting them here would need nvidia-smi.
    return resolvers.SlurmClusterResolver(gpus_per_node=worker.count, gpus_per_task=1, auto_set_gpu=False)


def _listed_addresses(resolver: Any) -> list[str]:
    """Return the addresses of the processes in TensorFlow's order, `chief` before `worker`."""
    return [address for _, job in sorted(resolver.cluster_spec().as_dict().items()) for address in job]


@contextmanager
def _die_on_signals() -> Iterator[None]:
    """Let signals end the process at once, because Python cannot handle them while TensorFlow connects."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread can set handlers
        yield
        return
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _limit_connecting(resolver: Any) -> None:
    """Set what the strategy sets, but with a time limit. TensorFlow 2.21 has no public API for that."""
    jobs = {name: len(job) for name, job in resolver.cluster_spec().as_dict().items()}
    context.context().configure_coordination_service(
        service_type="standalone",
        service_leader=f"/job:{min(jobs)}/replica:0/task:0",
        cluster_register_timeout_in_ms=CONNECT_SECONDS * 1000,
        coordinated_jobs=[
            context.coordination_config_pb2.CoordinatedJob(name=name, num_tasks=jobs[name]) for name in jobs
        ],
    )
