"""Start and check the processes of one training, which a scheduler or this command starts."""

import hashlib
import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from subprocess import TimeoutExpired  # nosec B404
from typing import IO, TYPE_CHECKING, Any

from tdcli.nn.runtime.cluster import WorkerInfo, WorkerLostError, current_worker
from tdcli.services.machine.processes import Process, close_stdin, read_output, start_tdcli, with_thread_share
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.settings import is_under, path_keys, settings_of
from tdcli.text.errors import SpecError, TdcliError

if TYPE_CHECKING:
    from tdcli.services.samples.prepare import Prepared

END_SECONDS = 30.0
"""How long the other processes may take to end after this one, before they are killed."""

FAILURE_SECONDS = 1.0
"""The same if this process failed, so that their remaining work is useless."""


@contextmanager
def join_cluster(count: int | None, arguments: Sequence[str]) -> Iterator[WorkerInfo]:
    """Yield the role of this process: a worker that a scheduler started, or the chief of `count` processes here.

    Raises SpecError for an invalid cluster, and the errors of `local_workers`.
    """
    if count is None:
        yield current_worker()
        return
    with local_workers(count, arguments) as find_lost:
        yield replace(current_worker(), find_lost=find_lost)


def with_fingerprint(
    worker: WorkerInfo, compiled: Compiled, prepared: "Prepared", versions: Mapping[str, str]
) -> WorkerInfo:
    """Return the worker with what all workers must share: settings, samples, targets and library versions.

    Paths may differ between machines, and files may be too large to read them only for this check. Values that come
    from another run must be equal bit for bit. Values that each process fits are not compared, because processors
    round differently.
    """
    if worker.is_alone:
        return worker
    paths = path_keys(compiled)
    settings = {key: value for key, value in settings_of(compiled).items() if not is_under(key, paths)}
    parts = {name: [list(part.x.shape), _array_digest(part.y)] for name, part in prepared.data.parts().items()}
    origin = prepared.origin
    inherited = [origin.record, origin.fitted] if origin and origin.record else None
    values = json.dumps([settings, parts, versions, inherited], default=str, sort_keys=True)
    return replace(worker, fingerprint=values.encode())


def _array_digest(values: Any) -> str:
    return hashlib.sha256(values.tobytes()).hexdigest()


def refuse_cluster(what: str) -> None:
    """Raise SpecError if a scheduler started several processes for the work of one."""
    if (worker := current_worker()).count > 1:
        help = "run the command in one process, without `TF_CONFIG` and outside `srun`"
        message = f"{what} run in a single process, but this is one of {worker.count} workers"
        raise SpecError.of("wrong-option", message, help)


def check_shareable(compiled: Compiled, worker: WorkerInfo) -> None:
    """Raise SpecError if several workers cannot train a spec that one process could train."""
    if worker.count > 1 and compiled.spec.training.jit_compile is True:
        message = "`jit_compile: true` cannot be combined with several workers"
        span = compiled.document.span(("training", "jit_compile"))
        raise SpecError.of("wrong-option", message, "remove `jit_compile`, or train in one process", span=span)
    size = compiled.spec.training.batch_size
    if size < worker.count:
        message = f"a batch of {size} cannot be shared by {worker.count} workers"
        help = f"write `batch_size: {worker.count}` or more, or start fewer workers"
        raise SpecError.of("wrong-option", message, help, span=compiled.document.span(("training", "batch_size")))


@contextmanager
def local_workers(count: int, arguments: Sequence[str]) -> Iterator[Callable[[], str]]:
    """Start the other workers with the arguments of this command, and end them with the block.

    Yields a function that describes a worker that failed. The output of workers is shown only if the block fails.
    Raises SpecError if there are too few workers.
    """
    if count < 2:
        raise SpecError.of("wrong-option", f"`--workers {count}` is too few", "write `--workers 2`, or remove it")
    if manager := current_worker().manager:
        help = "remove `--workers`, since the cluster sets the number of workers"
        message = f"`--workers` starts workers on one machine, but {manager} has already started several"
        raise SpecError.of("wrong-option", message, help)
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(count)]
    own = without_option(arguments, "--workers")
    environment = with_thread_share(count, os.environ)
    os.environ |= {**environment, "TF_CONFIG": _tf_config(addresses, 0)}  # before TensorFlow reads it
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in addresses[1:]]
        others = [
            start_tdcli(own, {**environment, "TF_CONFIG": _tf_config(addresses, number)}, output)
            for number, output in enumerate(outputs, start=1)
        ]
        try:
            yield lambda: next(_describe_failures(others, outputs), "")
            _end_processes(others, END_SECONDS)
        except WorkerLostError as error:
            _end_processes(others, FAILURE_SECONDS)
            raise error.with_help(*_describe_failures(others, outputs)) from None
        except TdcliError:
            _end_processes(others, FAILURE_SECONDS)
            raise
        finally:
            _end_processes(others, 0)


def without_option(arguments: Sequence[str], name: str) -> list[str]:
    """Return arguments without an option and its value.

    >>> without_option(["train", "--workers", "2", "a.yaml", "--workers=3"], "--workers")
    ['train', 'a.yaml']
    """
    pairs = zip(["", *arguments], arguments, strict=False)
    kept = [argument for before, argument in pairs if name not in (before, argument)]
    return [argument for argument in kept if not argument.startswith(f"{name}=")]


def _tf_config(addresses: Sequence[str], number: int) -> str:
    return json.dumps({"cluster": {"worker": list(addresses)}, "task": {"type": "worker", "index": number}})


def _free_ports(count: int) -> list[int]:
    """Return distinct free ports, which are all opened at once so that they differ."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for server in held:
            server.bind(("127.0.0.1", 0))
        return [server.getsockname()[1] for server in held]


def _end_processes(others: Sequence[Process], seconds: float) -> None:
    for process in others:
        try:
            process.wait(seconds)
        except TimeoutExpired:
            process.kill()
            process.wait()
        close_stdin(process)


def _describe_failures(others: Sequence[Process], outputs: Sequence[IO[bytes]]) -> Iterator[str]:
    """Yield a description of each worker that failed."""
    for number, (process, output) in enumerate(zip(others, outputs, strict=True), start=1):
        code = process.poll() or 0
        if code < 0:
            yield f"worker {number} was killed by signal {-code}"
        elif code:
            last = read_output(output).splitlines()[-8:]
            yield f"worker {number} ended with exit code {code} and printed:\n" + "\n".join(last)
