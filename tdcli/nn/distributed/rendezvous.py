"""Wait for all processes of a training before TensorFlow connects them.

TensorFlow 2.21 waits inside C++ for up to an hour while it holds Python's lock. It ignores signals, and does not name
the missing processes.
"""

import hashlib
import socket
import time
from collections.abc import Callable, Container, Sequence
from contextlib import ExitStack, closing

from tdcli.nn.runtime.cluster import WorkerLostError
from tdcli.text.errors import SpecError

ACK, MISMATCH = b"\x01", b"\x02"
"""Answers of the first process: start training, or stop because the specs or data differ."""

HELLO_SECONDS = 5.0
"""Maximum time for a process to send its number after it has connected."""

POLL_SECONDS = 0.5
"""Interval between calls of `on_wait`."""

OnWait = Callable[[], None]
"""Called while a process waits for others. An exception from it ends the wait."""


def rendezvous(
    addresses: Sequence[str],
    index: int,
    seconds: float,
    fingerprint: bytes = b"",
    on_wait: OnWait = lambda: None,
) -> None:
    """Return when all processes are connected.

    Each of the other processes reports to the first one, which then answers all of them. addresses: `host:port` of each
    process. index: the number of this process. fingerprint: a value that must be equal in all processes. Raises
    WorkerLostError if a process does not connect in time or a port is taken. Raises SpecError if fingerprints differ.
    """
    deadline, own = time.monotonic() + seconds, hashlib.sha256(fingerprint).digest()
    if index == 0:
        _gather(addresses, deadline, own, on_wait)
    else:
        _report_to(addresses[0], index, deadline, own, on_wait)


def _gather(addresses: Sequence[str], deadline: float, own: bytes, on_wait: OnWait) -> None:
    arrived: dict[int, tuple[socket.socket, bytes]] = {}
    with ExitStack() as stack:
        server = stack.enter_context(_listen(addresses))
        while len(arrived) < len(addresses) - 1:
            accepted = _accept(server, deadline, on_wait, addresses, arrived)
            connection = stack.enter_context(closing(accepted))
            number, digest = _receive_hello(connection)
            if 0 < number < len(addresses):
                arrived[number] = (connection, digest)  # a restarted process replaces itself
        differing = [addresses[number] for number, (_, digest) in arrived.items() if digest != own]
        for number, (connection, _) in arrived.items():
            try:
                connection.sendall(MISMATCH if differing else ACK)
            except OSError as error:
                why = f"{addresses[number]} connected and then closed the connection: {error}"
                raise _missing_worker(why) from None
    if differing:
        raise _fingerprint_mismatch(f"these workers differ from the first one: {', '.join(differing)}")


def _listen(addresses: Sequence[str]) -> socket.socket:
    host, _, port = addresses[0].rpartition(":")
    try:
        return socket.create_server((host if host.startswith("127.") else "", int(port)), backlog=len(addresses))
    except OSError as error:
        raise WorkerLostError.of("lost-worker", f"cannot listen on port {port}: {error}", _REACHABLE) from None


def _accept(
    server: socket.socket, deadline: float, on_wait: OnWait, addresses: Sequence[str], arrived: Container[int]
) -> socket.socket:
    server.settimeout(POLL_SECONDS)
    while time.monotonic() < deadline:
        on_wait()
        try:
            return server.accept()[0]
        except TimeoutError:
            continue
    missing = [address for number, address in enumerate(addresses) if number and number not in arrived]
    raise _missing_worker(f"these workers did not connect: {', '.join(missing)}")


def _receive_hello(connection: socket.socket) -> tuple[int, bytes]:
    """Return the number and the digest that a worker sends. Return 0 and no digest for any other connection."""
    connection.settimeout(HELLO_SECONDS)
    size = 4 + hashlib.sha256().digest_size
    try:
        hello = connection.recv(size, socket.MSG_WAITALL)
    except OSError:
        return 0, b""
    return (int.from_bytes(hello[:4]), hello[4:]) if len(hello) == size else (0, b"")


def _report_to(first: str, index: int, deadline: float, own: bytes, on_wait: OnWait) -> None:
    host, _, port = first.rpartition(":")
    while time.monotonic() < deadline:
        on_wait()
        try:
            with socket.create_connection((host, int(port)), timeout=HELLO_SECONDS) as connection:
                connection.sendall(index.to_bytes(4) + own)
                answer = _receive_answer(connection, deadline, on_wait)
        except OSError:
            answer = b""  # the first process has not started yet, or is restarting
        if answer == ACK:
            return
        if answer == MISMATCH:
            raise _fingerprint_mismatch("at least one worker differs from the first one")
        time.sleep(POLL_SECONDS)
    raise _missing_worker(f"the first worker, at {first}, was not running or was waiting for other workers")


def _receive_answer(connection: socket.socket, deadline: float, on_wait: OnWait) -> bytes:
    connection.settimeout(POLL_SECONDS)
    while time.monotonic() < deadline:
        on_wait()
        try:
            return connection.recv(1)
        except TimeoutError:
            continue
    return b""


_REACHABLE = "make sure that each worker can reach all others at the address and port listed for them"


def _missing_worker(why: str) -> WorkerLostError:
    return WorkerLostError.of("lost-worker", "not all workers connected in time", _REACHABLE, why=why)


def _fingerprint_mismatch(why: str) -> SpecError:
    help = "start all workers with the same spec, `--set` values, data and version of tdcli"
    return SpecError.of("wrong-cluster", "the workers do not have the same spec or data", help, why=why)
