"""Workers wait for each other, and say who is missing."""

import contextlib
import hashlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tdcli.nn.distributed.rendezvous import rendezvous
from tdcli.text.errors import TdcliError


@pytest.fixture
def addresses() -> list[str]:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return [f"127.0.0.1:{held.getsockname()[1]}", "127.0.0.1:1", "127.0.0.1:2"]


def said_by(addresses: list[str], *indexes: int, seconds: float = 20, works: str = "aaa") -> list[str]:
    """Let some of the workers meet, each for a work of its own, and return what each is told: `` where all is well."""

    def met(index: int) -> str:
        try:
            rendezvous(addresses, index, seconds, works[index].encode())
        except TdcliError as failure:
            return failure.diagnostics[0].message + "; " + failure.diagnostics[0].why
        return ""

    with ThreadPoolExecutor(len(indexes)) as pool:
        return list(pool.map(met, indexes))


def test_workers_that_all_come_go_on(addresses: list[str]) -> None:
    assert said_by(addresses, 2, 0, 1) == ["", "", ""]


def test_workers_with_another_spec_or_other_data_are_told(addresses: list[str]) -> None:
    first, *others = said_by(addresses, 0, 1, 2, works="aba")
    assert first.endswith("these workers differ from the first one: 127.0.0.1:1")
    assert all(other.startswith("the workers do not have the same spec or data") for other in others)


@pytest.mark.parametrize("index", [0, 1])
def test_a_worker_asks_while_it_waits_whether_to_wait_on(addresses: list[str], index: int) -> None:
    asked = iter([None, None, KeyboardInterrupt])

    def waits() -> None:
        if wish := next(asked):
            raise wish

    with pytest.raises(KeyboardInterrupt):
        rendezvous(addresses, index, 20, b"", waits)


def test_the_first_worker_names_those_that_did_not_come(addresses: list[str]) -> None:
    first, other = said_by(addresses, 0, 1, seconds=1)
    assert first == "not all workers connected in time; these workers did not connect: 127.0.0.1:2"
    assert other.startswith(f"not all workers connected in time; the first worker, at {addresses[0]},")


def test_a_worker_that_is_started_again_comes_in_place_of_itself(addresses: list[str]) -> None:
    waits: list[None] = []
    host, port = addresses[0].split(":")
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(rendezvous, addresses, 0, 20)
        say_hello(host, int(port), (1).to_bytes(4) + hashlib.sha256(b"another try").digest())
        again = pool.submit(rendezvous, addresses, 1, 20, on_wait=lambda: waits.append(None))
        while len(waits) < 2:  # it asks whether to wait on before it says hello, and then for the answer
            time.sleep(0.01)
        last = pool.submit(rendezvous, addresses, 2, 20)
        assert [each.result() for each in (first, again, last)] == [None, None, None]


def test_a_worker_that_ends_in_the_middle_of_its_hello_has_not_come(addresses: list[str]) -> None:
    host, port = addresses[0].split(":")
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(rendezvous, addresses, 0, 20)
        say_hello(host, int(port), (1).to_bytes(4))
        last = pool.submit(rendezvous, addresses, 2, 20)
        again = pool.submit(rendezvous, addresses, 1, 20)
        assert [each.result() for each in (first, again, last)] == [None, None, None]


def say_hello(host: str, port: int, hello: bytes) -> None:
    """Say hello once somebody listens, and leave."""
    while True:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=5) as gone:
            gone.sendall(hello)
            return


def test_whatever_else_connects_is_not_a_worker(addresses: list[str]) -> None:
    host, port = addresses[0].split(":")
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(rendezvous, addresses, 0, 20)
        others = [pool.submit(rendezvous, addresses, index, 20) for index in (1, 2)]
        # They may have met already.
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=5) as stranger:
            stranger.sendall(b"GET / HTTP/1.1\r\n")
        assert [each.result() for each in (first, *others)] == [None, None, None]


def test_a_port_that_is_taken_is_reported(addresses: list[str]) -> None:
    host, port = addresses[0].split(":")
    with socket.create_server((host, int(port))):
        (said,) = said_by(addresses, 0)
    assert said.startswith(f"cannot listen on port {port}")
