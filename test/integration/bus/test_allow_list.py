"""bus.allow: who may use the bus, and which topics."""
import os
import signal
import subprocess
import sys

import pytest

from broker_process import Broker, wait_for
from foreign_client import Bus

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="another user's process is needed, and root to start it")

# What another user sees: each line is a topic that arrived, or "closed".
CLIENT = """
import sys
sys.path.insert(0, {folder!r})
from foreign_client import Bus
try:
    bus = Bus({path!r}, "nobody")
    for pattern in {patterns!r}:
        bus.send("SUB", pattern)
    bus.ping()
    print("ready", flush=True)
    for topic in {topics!r}:
        bus.publish(topic, {{}})
    while frame := bus.receive():
        print(frame[1], flush=True)
except (OSError, TypeError):
    pass
print("closed", flush=True)
"""


@pytest.fixture
def rules(tmp_path):
    os.chmod(tmp_path, 0o755)
    for folder in list(tmp_path.parents)[:2]:  # pytest's own folders are closed to others.
        os.chmod(folder, 0o755)
    return tmp_path / "allow"


@pytest.fixture
def start(tmp_path, rules):
    started = []

    def begin(text):
        rules.write_text(text)
        started.append(Broker(tmp_path, "--set", f"bus.allow={rules}").start())
        os.chmod(started[-1].path, 0o666)  # The file mode alone would keep nobody out.
        return started[-1]

    yield begin
    for broker in started:
        broker.stop()


def nobody(broker, patterns=(), topics=()):
    code = CLIENT.format(folder=os.path.dirname(os.path.abspath(__file__)), path=broker.path, patterns=list(patterns), topics=list(topics))
    # The folder of the tests need not be open to that user: the program reads it before it changes.
    code = f"import sys; sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r}); import foreign_client, os; os.setgid({NOBODY}); os.setuid({NOBODY})\n" + code
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_who_is_not_named_is_closed_with_a_line_and_a_count(start):
    broker = start("uid 12345\n")
    out, _ = nobody(broker).communicate(timeout=20)
    assert out == "closed\n"
    assert f"uid {NOBODY}" in broker.said() and "not let in" in broker.said()
    assert broker.report()["denied_connections"] == 1


def test_publish_and_subscribe_are_allowed_by_topic(start):
    broker = start(f"uid {NOBODY} pub a.> sub b.*\n")
    watcher = Bus(broker.path, "watcher")
    watcher.subscribe("a.>")
    watcher.subscribe("c")
    client = nobody(broker, patterns=[">", "b.x"], topics=["c", "a.x"])
    assert client.stdout.readline() == "ready\n"
    assert watcher.receive()[1] == "a.x", "c was dropped"
    for topic in ("a.y", "b.x"):
        watcher.publish(topic, {})
    assert client.stdout.readline() == "b.x\n", "only what is allowed was subscribed to"
    assert broker.report()["denied_frames"] == 2
    assert broker.said().count("what else it may not is counted only") == 1
    client.kill()
    client.communicate()


def test_a_new_list_counts_after_a_sighup_and_a_bad_one_does_not(start, rules):
    broker = start(f"uid {NOBODY}\n")
    client = nobody(broker, patterns=["a"])
    assert client.stdout.readline() == "ready\n"
    rules.write_text("nonsense\n")
    broker.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "bus.allow stays as it was" in broker.said())
    Bus(broker.path, "root").publish("a", {})
    assert client.stdout.readline() == "a\n"
    rules.write_text("gid 12345\n")
    broker.process.send_signal(signal.SIGHUP)
    out, _ = client.communicate(timeout=20)
    assert out == "closed\n"
    Bus(broker.path, "root").ping()


def test_a_bad_list_is_no_list_to_start_with(tmp_path, rules):
    rules.write_text("uid 1\nuid 2 read a\n")
    broker = Broker(tmp_path, "--set", f"bus.allow={rules}")
    process = subprocess.run(broker.command(*broker.arguments, "bus", "serve", "--socket", broker.path), capture_output=True, text=True, timeout=20, check=False)
    assert process.returncode == 2 and "line 2" in process.stderr
    assert not os.path.exists(broker.path)
