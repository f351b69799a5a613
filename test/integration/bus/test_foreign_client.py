"""The broker as a process, spoken to by a client that shares no line of code with it."""
import os
import pathlib
import signal
import stat
import subprocess
import time

import pytest

from foreign_client import Bus

BINARY = os.environ.get("DECNET_BINARY", str(pathlib.Path(__file__).parents[3] / "build/release/decnet"))


def start(folder):
    path = folder / "bus.sock"
    environment = {**os.environ, "DECNET_BUS_SOCKET": str(path), "DECNET_DATA_DIR": str(folder / "data")}
    process = subprocess.Popen([BINARY, "bus", "serve"], env=environment, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 10
    while not answers(str(path)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return process, str(path)


def answers(path):
    try:
        Bus(path, "probe").close()
    except OSError:
        return False
    return True


@pytest.fixture
def broker(tmp_path):
    process, path = start(tmp_path)
    assert process.poll() is None, process.stderr.read()
    yield process, path
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stderr.close()


def test_events_go_from_one_to_the_other_and_never_back(broker):
    reader, writer = Bus(broker[1], "reader"), Bus(broker[1], "writer")
    reader.subscribe("decky.*.state")
    writer.subscribe(">")
    writer.publish("decky.web-01.state", {"state": "up"}, type="t", ts=1790000000.25)
    verb, topic, event = reader.receive()
    assert (verb, topic) == ("EVT", "decky.web-01.state")
    assert len(bytes.fromhex(event.pop("id"))) == 16
    assert event == {"v": 1, "topic": topic, "type": "t", "ts": 1790000000.25, "payload": {"state": "up"}}
    writer.ping("nothing came back before this")


def test_a_complete_body_arrives_byte_for_byte(broker):
    reader, writer = Bus(broker[1], "reader"), Bus(broker[1], "writer")
    reader.subscribe("a.>")
    body = (b'{ "payload":{"n":1.50e+2} ,"v":1,"topic":"a.b","type":"","ts":5,"id":"' + b"0123456789abcdef" * 2 + b'" }')
    writer.send("PUB", "a.b", body)
    expected = b"EVT a.b\n" + len(body).to_bytes(4, "big") + body
    assert reader.stream.read(len(expected)) == expected


def test_order_is_kept_over_many_events(broker):
    reader, writer = Bus(broker[1], "reader"), Bus(broker[1], "writer")
    reader.subscribe("n")
    for n in range(5000):
        writer.publish("n", {"n": n})
    assert [reader.receive()[2]["payload"]["n"] for _ in range(5000)] == list(range(5000))


def test_who_breaks_a_rule_is_closed_alone(broker):
    good, bad = Bus(broker[1], "good"), Bus(broker[1], "bad")
    good.subscribe(">")
    bad.send("EVT", "a", b"{}")
    assert bad.receive() is None
    good.ping("still here")


def test_a_second_broker_does_not_start_and_says_who_runs(broker, tmp_path):
    second, _ = start(tmp_path)
    _, log = second.communicate(timeout=10)
    assert second.returncode != 0
    assert f"pid {broker[0].pid}" in log
    Bus(broker[1], "after").ping()


def test_it_cleans_up_after_itself_and_after_one_that_was_killed(tmp_path):
    process, path = start(tmp_path)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o660
    process.kill()
    process.communicate()
    assert os.path.exists(path)
    process, path = start(tmp_path)
    client = Bus(path, "client")
    client.ping()
    process.send_signal(signal.SIGTERM)
    assert client.receive() == ("BYE", "", None)
    assert client.receive() is None
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert not os.path.exists(path)
