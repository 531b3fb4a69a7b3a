"""A link that breaks: whatever is cut, the tablet hears of a cut and never of half an answer."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from server.simulator.faults import NONE, Faults, LinkFault
from server.simulator.wire import Link, LinkCut, Traffic

BODY = b"0123456789" * 20
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """Answers each whole request with REPLY; what each connection brought, as far as it came."""
    brought: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    if done.is_set():  # and nobody waits to be taken any more
                        return
                    continue
                with connection:
                    connection.settimeout(2)
                    got = b""
                    try:
                        while not got.endswith(BODY) and (part := connection.recv(65_536)):
                            got += part
                        if got.endswith(BODY):
                            connection.sendall(REPLY)
                    except OSError:
                        pass
                    brought.append(got)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", brought
        done.set()
        thread.join()


def test_a_link_without_faults_brings_the_answer_and_counts_its_bytes():
    traffic = Traffic()
    with listener() as (url, brought):
        link = Link(url, traffic, NONE)
        reply = link.send("POST", "/x", {}, BODY)
        link.close()

    assert (reply.status, reply.body) == (200, b"ok")
    assert traffic.sent == len(brought[0])
    assert (traffic.requests, traffic.cut) == (1, 0)


@pytest.mark.parametrize("seed", range(8))
def test_a_request_that_is_cut_arrives_in_part_at_most(seed: int):
    with listener() as (url, brought), pytest.raises(LinkCut):
        Link(url, Traffic(), Faults("cut", cut_request=1), Random(seed)).send("POST", "/x", {}, BODY)

    assert all(not got.endswith(BODY) for got in brought)


@pytest.mark.parametrize("seed", range(8))
def test_a_reply_that_is_cut_or_lost_is_a_cut_although_the_server_has_done_it_all(seed: int):
    for faults in (Faults("cut", cut_reply=1), Faults("lost", lost_reply=1)):
        with listener() as (url, brought), pytest.raises(LinkCut):
            Link(url, Traffic(), faults, Random(seed)).send("POST", "/x", {}, BODY)

        assert [got.endswith(BODY) for got in brought] == [True]


def test_the_same_seed_draws_the_same_faults():
    faults = Faults("some", cut_request=0.2, cut_reply=0.2, lost_reply=0.2)
    one, other = Random(5), Random(5)

    drawn = [faults.on_request(one) for _ in range(200)]

    assert drawn == [faults.on_request(other) for _ in range(200)]
    assert set(drawn) == set(LinkFault)
