"""Processes that wait for each other before TensorFlow connects them.

TensorFlow 2.21 waits inside C++ with Python's lock held: for an hour, deaf to signals, naming nobody.
"""

import hashlib
import socket
import time
from collections.abc import Callable, Container, Sequence
from contextlib import ExitStack, closing

from tdcli.nn.runtime.cluster import WorkerLostError
from tdcli.text.errors import SpecError

ACK, MISMATCH = b"\x01", b"\x02"
"""What the first process answers: train, or you have something else to do."""

HELLO_SECONDS = 5.0
"""How long a process that connected may take to say which one it is."""

POLL_SECONDS = 0.5
"""How often `on_wait` is called."""

OnWait = Callable[[], None]
"""Called while others are waited for; what it raises ends the wait."""


def rendezvous(
    addresses: Sequence[str],
    index: int,
    seconds: float,
    fingerprint: bytes = b"",
    on_wait: OnWait = lambda: None,
) -> None:
    """Return when all processes are there: each of the others reports to the first, which then answers all of them.

    addresses: `host:port` of each; fingerprint: what all must have in common. Raises WorkerLostError where one has not
    come in time, or a port is taken, SpecError where one has another fingerprint.
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
                arrived[number] = (connection, digest)  # one that was started again takes its own place
        differing = [addresses[number] for number, (_, digest) in arrived.items() if digest != own]
        for number, (connection, _) in arrived.items():
            try:
                connection.sendall(MISMATCH if differing else ACK)
            except OSError as error:
                raise _missing_worker(f"{addresses[number]} came, and left: {error}") from None
    if differing:
        raise _fingerprint_mismatch(f"those at {', '.join(differing)} have others than the first")


def _listen(addresses: Sequence[str]) -> socket.socket:
    host, _, port = addresses[0].rpartition(":")
    try:
        return socket.create_server((host if host.startswith("127.") else "", int(port)), backlog=len(addresses))
    except OSError as error:
        raise WorkerLostError.of("lost-worker", f"port {port} cannot be listened at: {error}", _REACHABLE) from None


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
    raise _missing_worker(f"nothing came from {', '.join(missing)}")


def _receive_hello(connection: socket.socket) -> tuple[int, bytes]:
    """Return the number and the digest that a worker sends, or 0 and nothing for whatever else connects."""
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
            answer = b""  # it has not come yet, or is started again
        if answer == ACK:
            return
        if answer == MISMATCH:
            raise _fingerprint_mismatch("one of them has others than the first")
        time.sleep(POLL_SECONDS)
    raise _missing_worker(f"the first of them, at {first}, was not there or waited for others")


def _receive_answer(connection: socket.socket, deadline: float, on_wait: OnWait) -> bytes:
    connection.settimeout(POLL_SECONDS)
    while time.monotonic() < deadline:
        on_wait()
        try:
            return connection.recv(1)
        except TimeoutError:
            continue
    return b""


_REACHABLE = "every worker must reach every other at the address and port that it is listed with"


def _missing_worker(why: str) -> WorkerLostError:
    return WorkerLostError.of("lost-worker", "not all workers came in time", _REACHABLE, why=why)


def _fingerprint_mismatch(why: str) -> SpecError:
    help = "give all of them the same spec, `--set` values, data and version of tdcli"
    return SpecError.of("wrong-cluster", "the workers do not have the same spec or data", help, why=why)
