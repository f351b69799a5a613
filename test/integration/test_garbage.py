"""What is no client at all: every service takes it, ends that one session, and answers the next client."""
import os
import socket
import ssl
import struct

import pytest
from clients import name_of, run

SERVICES = ("http", "https", "ftp", "redis")
LONG_LINE = b"A" * 100_000 + b"\r\n"
WAIT_S = 20


def hello():
    """The first flight of a TLS client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    peer = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="garbage.test")
    with pytest.raises(ssl.SSLWantReadError):
        peer.do_handshake()
    return outgoing.read()


def send(place, data):
    """Sends what the peer takes of it, reads what comes until it is quiet, and goes without a word; the own port is returned."""
    with socket.create_connection(place, timeout=WAIT_S) as peer:
        port = peer.getsockname()[1]
        peer.settimeout(0.3)
        try:
            peer.sendall(data)
            while peer.recv(65536):
                pass
        except OSError:
            pass  # Closed, reset or silent: all are in order.
        return port


def close_at_once(place, _):
    with socket.create_connection(place, timeout=WAIT_S) as peer:
        return peer.getsockname()[1]


def reset_at_once(place, _):
    with socket.create_connection(place, timeout=WAIT_S) as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return peer.getsockname()[1]


GARBAGE = {
    "eight_random_bytes": (send, os.urandom(8)),
    "zeros": (send, bytes(8)),
    "a_long_line": (send, LONG_LINE),
    "half_a_handshake": (send, hello()),
    "a_torn_hello": (send, hello()[:40]),
    "a_close_at_once": (close_at_once, b""),
    "a_reset_at_once": (reset_at_once, b""),
}


def answers(service, place):
    """Whether a well-behaved client gets what it came for."""
    if service in ("http", "https"):
        return "HTTP/1.1 " in run("curl", "-ksSI", "--max-time", WAIT_S, f"{service}://{place[0]}:{place[1]}/")
    if service == "ftp":
        with socket.create_connection(place, timeout=WAIT_S) as peer:
            return peer.recv(100).startswith(b"220")
    seen = run("redis-cli", "-h", place[0], "-p", place[1], "PING")
    return seen.startswith(("PONG", "NOAUTH"))


def session_from(fleet, decky, service, port):
    """The session that came from a port of ours, once it has ended."""
    rows = fleet.api(f"/sessions?limit=200&decky={decky}&service={service}")["data"]
    return next((row for row in rows if row["src_port"] == port and row["ended_at"]), None)


@pytest.mark.parametrize("name", GARBAGE)
@pytest.mark.parametrize("service", SERVICES)
def test_garbage_ends_its_own_session_and_nothing_else(fleet, service, name):
    act, data = GARBAGE[name]
    children = fleet.children()
    for place in fleet.places(service)[:4]:
        port = act(place, data)
        assert answers(service, place)
        decky = name_of(fleet, place[0])
        session = fleet.wait_for(lambda: session_from(fleet, decky, service, port))
        assert session["bytes_in"] <= len(data)
        ended = fleet.wait_for_event(type="session.ended", session_uuid=session["uuid"])
        assert len(ended) == 1
    assert fleet.children() == children, "a process died"


@pytest.mark.parametrize("service", SERVICES)
def test_a_hundred_peers_that_say_nothing_keep_nobody_out(fleet, service):
    place = fleet.places(service)[0]
    silent = [socket.create_connection(place, timeout=WAIT_S) for _ in range(100)]
    try:
        assert answers(service, place)
    finally:
        for peer in silent:
            peer.close()


def test_the_store_agrees_after_all_that(fleet):
    assert fleet.api("/health")["status"] == "ok"
    assert "every counter equals a recount" in fleet.command("db", "check").stdout
