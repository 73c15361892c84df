"""Processes that wait for each other before TensorFlow connects them.

TensorFlow 2.21 waits inside C++ with Python's lock held: for an hour, deaf to signals, naming nobody.
"""

import hashlib
import socket
import time
from collections.abc import Callable, Container, Sequence
from contextlib import ExitStack, closing

from tdcli.nn.runtime.cluster import WorkerLostError
from tdcli.text.diagnostic import UserError

GO, DIFFERS = b"\x01", b"\x02"

SECONDS_TO_SPEAK = 5.0
SECONDS_BETWEEN = 0.5
"""How often it is asked whether to wait on."""

Waits = Callable[[], None]
"""Called while others are waited for; what it raises ends that."""


def meet(
    addresses: Sequence[str], index: int, seconds: float, agreement: bytes = b"", waits: Waits = lambda: None
) -> None:
    """Return when all have come: each of the others tells the first one, which then tells all of them.

    addresses: `host:port` of each; agreement: what all must have alike. Raises WorkerLostError where one has not
    come in time, or a port is taken, UserError where one has something else.
    """
    deadline, own = time.monotonic() + seconds, hashlib.sha256(agreement).digest()
    if index == 0:
        _gather(addresses, deadline, own, waits)
    else:
        _report(addresses[0], index, deadline, own, waits)


def _gather(addresses: Sequence[str], deadline: float, own: bytes, waits: Waits) -> None:
    come: dict[int, tuple[socket.socket, bytes]] = {}
    with ExitStack() as stack:
        server = stack.enter_context(_server(addresses))
        while len(come) < len(addresses) - 1:
            connection = stack.enter_context(closing(_accepted(server, deadline, waits, addresses, come)))
            number, other = _heard(connection)
            if 0 < number < len(addresses):
                come[number] = (connection, other)  # one that was started again comes in place of itself
        differing = [addresses[number] for number, (_, other) in come.items() if other != own]
        for number, (connection, _) in come.items():
            try:
                connection.sendall(DIFFERS if differing else GO)
            except OSError as error:
                raise _absent(f"{addresses[number]} came, and left: {error}") from None
    if differing:
        raise _other_work(f"those at {', '.join(differing)} have others than the first")


def _server(addresses: Sequence[str]) -> socket.socket:
    host, _, port = addresses[0].rpartition(":")
    try:
        return socket.create_server((host if host.startswith("127.") else "", int(port)), backlog=len(addresses))
    except OSError as error:
        raise WorkerLostError.of("lost-worker", f"port {port} cannot be listened at: {error}", _REACHABLE) from None


def _accepted(
    server: socket.socket, deadline: float, waits: Waits, addresses: Sequence[str], come: Container[int]
) -> socket.socket:
    server.settimeout(SECONDS_BETWEEN)
    while time.monotonic() < deadline:
        waits()
        try:
            return server.accept()[0]
        except TimeoutError:
            continue
    missing = [each for number, each in enumerate(addresses) if number and number not in come]
    raise _absent(f"nothing came from {', '.join(missing)}")


def _heard(connection: socket.socket) -> tuple[int, bytes]:
    """Return the number that a worker says, and its digest; 0 for whatever else connects."""
    connection.settimeout(SECONDS_TO_SPEAK)
    try:
        said = connection.recv(4 + hashlib.sha256().digest_size, socket.MSG_WAITALL)
    except OSError:
        return 0, b""
    return int.from_bytes(said[:4]), said[4:]


def _report(first: str, index: int, deadline: float, own: bytes, waits: Waits) -> None:
    host, _, port = first.rpartition(":")
    while time.monotonic() < deadline:
        waits()
        try:
            with socket.create_connection((host, int(port)), timeout=SECONDS_TO_SPEAK) as connection:
                connection.sendall(index.to_bytes(4) + own)
                said = _answer(connection, deadline, waits)
        except OSError:
            said = b""  # it has not come yet, or is started again
        if said == GO:
            return
        if said == DIFFERS:
            raise _other_work("one of them has others than the first")
        time.sleep(SECONDS_BETWEEN)
    raise _absent(f"the first of them, at {first}, was not there or waited for others")


def _answer(connection: socket.socket, deadline: float, waits: Waits) -> bytes:
    connection.settimeout(SECONDS_BETWEEN)
    while time.monotonic() < deadline:
        waits()
        try:
            return connection.recv(1)
        except TimeoutError:
            continue
    return b""


_REACHABLE = "every worker must reach every other at the address and port that it is listed with"


def _absent(why: str) -> WorkerLostError:
    return WorkerLostError.of("lost-worker", "not all workers came in time", _REACHABLE, why=why)


def _other_work(why: str) -> UserError:
    help = "give all of them the same spec, `--set` values, data and version of tdcli"
    return UserError.of("wrong-cluster", "the workers do not have the same spec or data", help, why=why)
