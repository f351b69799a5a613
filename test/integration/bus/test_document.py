"""The client that docs/service-bus.md shows is taken out of the document and run."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

from foreign_client import Bus
from test_foreign_client import BINARY, start

DOCUMENT = pathlib.Path(__file__).parents[3] / "docs/service-bus.md"
PATIENCE_S = 60  # Of a test that fails.


def example():
    (code,) = re.findall(r"^```python\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)
    return code


def test_the_example_is_short_and_needs_the_standard_library_alone():
    code = example()
    assert len(code.splitlines()) <= 32
    imported = set(re.findall(r"\w+", " ".join(re.findall(r"^import (.*)$", code, re.M))))
    assert imported and imported <= sys.stdlib_module_names
    assert "from " not in re.sub(r"#.*|\".*?\"", "", code)


def test_the_example_subscribes_publishes_and_survives_the_broker(tmp_path):
    broker, path = start(tmp_path)
    watcher = Bus(path, "watcher", timeout=PATIENCE_S)
    watcher.subscribe("example.ready")
    client = subprocess.Popen([sys.executable, "-c", example()], env={**os.environ, "DECNET_BUS_SOCKET": path},
                              stdout=subprocess.PIPE, text=True)
    lines = []
    reader = threading.Thread(target=lambda: lines.extend(client.stdout), daemon=True)
    reader.start()
    try:
        verb, topic, event = watcher.receive()
        assert (verb, topic, event["payload"]) == ("EVT", "example.ready", {"pid": client.pid})
        for number, end in enumerate((signal.SIGKILL, signal.SIGTERM, None)):
            writer = Bus(path, "writer", timeout=PATIENCE_S)
            call(writer, lines, f"mark-{number}")
            writer.publish("decky.w.state", {"n": "not asked for"})
            writer.publish("attacker.observed", {"n": number})
            wait_for(lambda: f"attacker.observed {{'n': {number}}}\n" in lines, "the event")
            writer.close()
            if end is not None:
                broker.send_signal(end)
                broker.communicate(timeout=PATIENCE_S)
                broker, path = start(tmp_path)
        assert not any("not asked for" in line for line in lines)
        assert client.poll() is None
    finally:
        client.kill()
        client.wait()
        reader.join()
        client.stdout.close()
        watcher.close()
        broker.kill()
        broker.communicate()


def call(writer, lines, mark):
    """Publishes until the example hears it: it may not have come back yet."""
    until = time.monotonic() + PATIENCE_S
    while f"attacker.call {{'mark': '{mark}'}}\n" not in lines:
        assert time.monotonic() < until, "the example never came back"
        writer.publish("attacker.call", {"mark": mark})
        time.sleep(0.05)


def wait_for(condition, what):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)


def test_bus_alone_is_bus_serve(tmp_path):
    path = tmp_path / "bus.sock"
    process = subprocess.Popen([BINARY, "bus", "--set", f"bus.socket={path}"], stderr=subprocess.DEVNULL)
    try:
        wait_for(path.exists, "the socket")
        Bus(str(path), "test").ping()
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
    assert not path.exists()
