"""Processes that wait for each other before TensorFlow connects them.

TensorFlow 2.21 waits inside C++ with Python's lock held: for an hour, deaf to signals, naming nobody.
"""

import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack

from tdcli.text.diagnostic import WorkFailure

GO = b"\x01"
SECONDS_TO_SPEAK = 5.0
SECONDS_BETWEEN = 0.2


def meet(addresses: Sequence[str], index: int, seconds: float) -> None:
    """Return when all have come: each of the others tells the first one, which then tells all of them.

    addresses: `host:port` of each. Raises WorkFailure where one has not come in time, or a port is taken.
    """
    deadline = time.monotonic() + seconds
    if index == 0:
        _gather(addresses, deadline)
    else:
        _report(addresses[0], index, deadline)


def _gather(addresses: Sequence[str], deadline: float) -> None:
    come: dict[int, socket.socket] = {}
    port = int(addresses[0].rpartition(":")[2])
    with ExitStack() as stack:
        try:
            server = stack.enter_context(socket.create_server(("", port), backlog=len(addresses)))
        except OSError as error:
            raise WorkFailure.of("lost-worker", f"port {port} cannot be listened at: {error}", _REACHABLE) from None
        while len(come) < len(addresses) - 1:
            server.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                connection = stack.enter_context(server.accept()[0])
            except TimeoutError:
                missing = [each for number, each in enumerate(addresses) if number and number not in come]
                raise _alone(f"nothing came from {', '.join(missing)}") from None
            number = _heard(connection)
            if 0 < number < len(addresses):
                come[number] = connection  # one that was started again comes in place of itself
        for connection in come.values():
            connection.sendall(GO)


def _heard(connection: socket.socket) -> int:
    """Return the number that a worker says; 0 for whatever else connects."""
    connection.settimeout(SECONDS_TO_SPEAK)
    try:
        return int.from_bytes(connection.recv(4))
    except OSError:
        return 0


def _report(first: str, index: int, deadline: float) -> None:
    host, _, port = first.rpartition(":")
    while (left := deadline - time.monotonic()) > 0:
        try:
            with socket.create_connection((host, int(port)), timeout=min(left, SECONDS_TO_SPEAK)) as connection:
                connection.sendall(index.to_bytes(4))
                connection.settimeout(left)
                if connection.recv(1) == GO:
                    return
        except OSError:
            pass  # it has not come yet, or is started again
        time.sleep(SECONDS_BETWEEN)
    raise _alone(f"the first of them, at {first}, was not there or waited for others")


_REACHABLE = "every worker must reach every other at the address and port that it is listed with"


def _alone(why: str) -> WorkFailure:
    return WorkFailure.of("lost-worker", "not all workers came in time", _REACHABLE, why=why)
