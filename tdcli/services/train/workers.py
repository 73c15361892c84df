"""Several processes on this machine that train together, of which this one is the first."""

import json
import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from subprocess import TimeoutExpired  # nosec B404
from typing import IO

from tdcli.nn.runtime.cluster import Place, WorkerLostError, place
from tdcli.services.machine.processes import Process, let_go, said_to, start_tdcli, with_threads_shared
from tdcli.services.specs.compile import Compiled
from tdcli.text.diagnostic import Fault, UserError

SECONDS_TO_END = 30.0
"""How long the others may take to end after this one, before they are killed."""

SECONDS_TO_FAIL = 1.0
"""The same where this one failed: what they would still do is lost."""


@contextmanager
def in_cluster(count: int | None, arguments: Sequence[str]) -> Iterator[Place]:
    """Tell this process's place: among those that a scheduler started, or the first of `count` on this machine.

    Raises UserError for a cluster that cannot be, and beside it what `local_workers` does.
    """
    if count is None:
        yield place()
        return
    with local_workers(count, arguments) as gone:
        yield replace(place(), gone=gone)


def refuse_cluster(what: str) -> None:
    """Raise UserError where a scheduler started several processes for what one does."""
    if (found := place()).count > 1:
        help = "start it in one process, without `TF_CONFIG` and outside `srun`"
        message = f"{what} go one after the other, and this is one of {found.count} workers"
        raise UserError.of("wrong-option", message, help)


def refuse_unshareable(compiled: Compiled, place: Place) -> None:
    """Raise UserError where workers cannot train together what one could train alone."""
    if place.count > 1 and compiled.spec.training.jit_compile is True:
        message = "`jit_compile: true` compiles the steps of one process, not those of several workers"
        span = compiled.document.span(("training", "jit_compile"))
        raise UserError.of("wrong-option", message, "leave it out, or train in one process", span=span)
    size = compiled.spec.training.batch_size
    if size < place.count:
        message = f"a batch of {size} cannot be shared by {place.count} workers"
        help = f"write `batch_size: {place.count}` or more, or start fewer workers"
        raise UserError.of("wrong-option", message, help, span=compiled.document.span(("training", "batch_size")))


@contextmanager
def local_workers(count: int, arguments: Sequence[str]) -> Iterator[Callable[[], str]]:
    """Start the others with this command's arguments, tell which has ended, and end them when the block ends.

    What they print is kept back, and told where the block fails. Raises UserError where there are too few.
    """
    if count < 2:
        raise UserError.of("wrong-option", f"`--workers {count}` is too few", "write `--workers 2`, or leave it out")
    if manager := place().manager:
        help = "leave it out: the cluster says how many there are"
        raise UserError.of("wrong-option", f"`--workers` is for one machine, and {manager} has started several", help)
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(count)]
    own = without_option(arguments, "--workers")
    environment = with_threads_shared(count, os.environ)
    os.environ |= {**environment, "TF_CONFIG": _tf_config(addresses, 0)}  # before TensorFlow reads it
    with ExitStack() as stack:
        said = [stack.enter_context(tempfile.TemporaryFile()) for _ in addresses[1:]]
        others = [
            start_tdcli(own, {**environment, "TF_CONFIG": _tf_config(addresses, number)}, output)
            for number, output in enumerate(said, start=1)
        ]
        try:
            yield lambda: next(_told(others, said), "")
            _end(others, SECONDS_TO_END)
        except WorkerLostError as error:
            _end(others, SECONDS_TO_FAIL)
            raise error.with_help(*_told(others, said)) from None
        except Fault:
            _end(others, SECONDS_TO_FAIL)
            raise
        finally:
            _end(others, 0)


def without_option(arguments: Sequence[str], name: str) -> list[str]:
    """Return arguments without an option and its value.

    >>> without_option(["train", "--workers", "2", "a.yaml", "--workers=3"], "--workers")
    ['train', 'a.yaml']
    """
    kept = [each for before, each in zip(["", *arguments], arguments, strict=False) if before != name and each != name]
    return [each for each in kept if not each.startswith(f"{name}=")]


def _tf_config(addresses: Sequence[str], number: int) -> str:
    return json.dumps({"cluster": {"worker": list(addresses)}, "task": {"type": "worker", "index": number}})


def _free_ports(count: int) -> list[int]:
    """Return ports that are free now, all of them held at once so that they differ."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]


def _end(others: Sequence[Process], seconds: float) -> None:
    for each in others:
        try:
            each.wait(seconds)
        except TimeoutExpired:
            each.kill()
            each.wait()
        let_go(each)


def _told(others: Sequence[Process], said: Sequence[IO[bytes]]) -> Iterator[str]:
    """Say how each of the others ended that did not end well."""
    for number, (process, output) in enumerate(zip(others, said, strict=True), start=1):
        code = process.poll() or 0
        if code < 0:
            yield f"worker {number} was killed by signal {-code}"
        elif code:
            last = said_to(output).splitlines()[-8:]
            yield f"worker {number} ended with exit code {code} and said:\n" + "\n".join(last)
