"""Hostile clients of a running broker: bounded memory, and everybody else goes on."""
import os
import pathlib
import socket
import struct
import subprocess
import threading
import time

import pytest
from foreign_client import Bus
from test_foreign_client import BINARY, answers

CONNECTS = int(os.environ.get("DECNET_TEST_CONNECTS", "20000"))
MIB = 1 << 20


def memory(process, what="VmRSS"):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(what + ":"))


def start(folder, *settings):
    """A broker whose log goes into a file: with a line for each bad client it would fill a pipe that nobody reads."""
    arguments = [BINARY, "bus", "serve"]
    for setting in (f"bus.socket={folder}/bus.sock", *settings):
        arguments += ["--set", setting]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(arguments, stderr=log)
    until = time.monotonic() + 60
    while not answers(f"{folder}/bus.sock"):
        assert process.poll() is None and time.monotonic() < until, (folder / "log").read_text()
        time.sleep(0.01)
    return process, f"{folder}/bus.sock"


@pytest.fixture
def broker(tmp_path):
    process, path = start(tmp_path)
    yield process, path
    process.kill()
    process.wait()


@pytest.fixture
def others(broker):
    """Two clients that must notice nothing."""
    reader, writer = Bus(broker[1], "reader", 60), Bus(broker[1], "writer", 60)
    reader.subscribe("good")
    yield lambda: (writer.publish("good", {}), reader.receive()[1])[1]
    reader.close()
    writer.close()


def frame(verb, argument, body=b""):
    return f"{verb} {argument}\n".encode() + struct.pack(">I", len(body)) + body


def raw(path):
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.connect(path)  # Waits while the broker is busy; with a timeout set it would fail instead.
    made.settimeout(60)
    return made


def test_tens_of_thousands_of_connects(broker, others):
    process, path = broker
    before = 0
    for n in range(CONNECTS):
        one = raw(path)
        if n % 3 == 0:
            one.sendall(b"HELLO x\n\0\0\0\0")
        elif n % 3 == 1:
            one.sendall(b"PU")
        one.close()
        if n == CONNECTS // 10:
            assert others() == "good"
            before = memory(process)
    assert others() == "good"
    assert memory(process) < before + 8 * MIB


def test_more_connections_than_there_may_be(broker, others):
    held = []
    for _ in range(1100):
        held.append(raw(broker[1]))
    refused = 0
    for one in held:
        try:
            one.sendall(b"PING 1\n\0\0\0\0")
            refused += one.recv(1) == b""
        except OSError:
            refused += 1
    assert refused == 1100 - (1024 - 2)
    assert others() == "good"
    for one in held:
        one.close()


def test_bodies_of_one_mib_at_full_speed(broker, others):
    process, path = broker
    deaf, healthy, writer = Bus(path, "deaf", 60), Bus(path, "healthy", 60), Bus(path, "flood", 60)
    deaf.subscribe("flood")  # It never reads again.
    healthy.subscribe("flood")
    count = 200
    body = b'{"payload":{"n":"%06d","x":"' + b"x" * (MIB - 400) + b'"}}'
    flood = threading.Thread(target=lambda: [writer.socket.sendall(frame("PUB", "flood", body % n)) for n in range(count)])
    flood.start()
    seen = [""]
    while seen[-1] != f"{count - 1:06d}":  # A slow machine may lose some: the oldest ones, whole.
        seen.append(healthy.receive()[2]["payload"]["n"])
    assert seen == sorted(set(seen))
    flood.join()
    assert others() == "good"
    assert memory(process, "VmHWM") < 100 * MIB
    for client in (deaf, healthy, writer):
        client.close()


def test_a_hundred_thousand_subscriptions(broker, others):
    process, path = broker
    greedy = raw(path)
    with pytest.raises(OSError):
        for n in range(100_000):
            greedy.sendall(frame("SUB", f"pattern.number.{n}.>"))
        greedy.sendall(b"PING 1\n\0\0\0\0")
        if not greedy.recv(1):
            raise ConnectionResetError
    greedy.close()
    assert others() == "good"
    assert memory(process) < 100 * MIB


def test_patterns_built_to_be_slow(broker, others):
    process, path = broker
    attacker = raw(path)
    patterns = [""]
    for _ in range(13):
        patterns = [f"{one}.{token}".lstrip(".") for one in patterns for token in "a*"]
    attacker.sendall(b"".join(frame("SUB", one + ".>") for one in patterns))
    topic = ".".join("a" * 13)
    gone = threading.Event()

    def flood():
        try:
            for start in range(0, 20_000, 500):
                attacker.sendall(b"".join(frame("PUB", f"{topic}.{n}") for n in range(start, start + 500)))
        except OSError:
            pass
        gone.set()

    flooding = threading.Thread(target=flood)
    flooding.start()
    for _ in range(50):
        assert others() == "good"
    assert not gone.is_set(), "the flood was over before the others were done: nothing was tried"
    attacker.shutdown(socket.SHUT_RDWR)
    flooding.join()
    attacker.close()


@pytest.mark.parametrize("bytes_", [
    b"\xff" * 5000, b"PUB a\n\xff\xff\xff\xff", b"PUB a\n\0\0\0\2[]", frame("PUB", "a", b'{"payload":' + b"[" * 100_000),
    frame("PUB", "a", b'{"a":' * 70 + b"1" + b"}" * 70), frame("PUB", "a.*"), frame("SUB", "a.>.b"), frame("EVT", "a", b"{}"),
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"A" * 4097, b"\n\n\n\n\n\n\n\n",
])
def test_rubbish_ends_its_own_connection(broker, others, bytes_):
    one = raw(broker[1])
    try:
        one.sendall(bytes_)
        one.shutdown(socket.SHUT_WR)
        assert one.recv(100) == b""
    except ConnectionError:
        pass
    one.close()
    assert others() == "good"


def test_a_frame_that_never_ends_is_ended(tmp_path):
    process, path = start(tmp_path, "bus.frame_wait=1s")
    slow, quiet = raw(path), Bus(path, "quiet", 60)
    slow.sendall(b"P")
    assert slow.recv(1) == b"", "the broker has ended it"
    quiet.ping()
    quiet.close()
    slow.close()
    process.terminate()
    process.wait(60)
    assert "does not come to its end" in (tmp_path / "log").read_text()
