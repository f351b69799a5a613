"""Brokers of several hosts over a genuine nats-server: both ways, no loop, and no harm when the server is gone."""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time

import pytest
from conftest import ROOT, free_port

sys.path.append(str(pathlib.Path(__file__).parent / "bus"))
import nats  # noqa: E402
from foreign_client import Bus  # noqa: E402

BINARY = os.environ.get("DECNET_BINARY", str(ROOT / "build/release/decnet"))
PATIENCE_S = 60  # Of a test that fails.
MANY = 20_000


def wait_for(condition, what):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)


class Broker:
    """`decnet bus serve --bridge` for one host, with what it logs."""

    def __init__(self, folder, host, url, *settings, exports=">"):
        self.folder = pathlib.Path(folder) / f"{host}-{time.monotonic_ns()}"
        self.folder.mkdir()
        self.host, self.lines, self.clients = host, [], []
        arguments = [BINARY, "bus", "serve", "--bridge", url, "--set", f"bus.socket={self.folder}/bus.sock"]
        for setting in (f"bus.bridge_host={host}", f"bus.bridge_export={exports}", *settings):
            arguments += ["--set", setting]
        self.process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()

    def log(self):
        return "".join(list(self.lines))

    def wait_for_log(self, text, times=1):
        wait_for(lambda: self.log().count(text) >= times or self.process.poll() is not None, f"{text!r} {times} times")
        assert self.log().count(text) >= times, self.log()
        return self

    def ready(self, connections=1):
        return self.wait_for_log("bridge: connected to", connections)

    def client(self, name="test", pattern=None):
        made = Bus(f"{self.folder}/bus.sock", name, timeout=PATIENCE_S)
        self.clients.append(made)
        if pattern:
            made.subscribe(pattern)
        return made

    def health(self):
        """What the next system.bus.health says of the bridge."""
        return events(self.client("health", "system.bus.health"))[2]["payload"]["bridge"]

    def stop(self):
        for client in self.clients:
            client.close()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.reader.join(10)
        self.process.stderr.close()


def events(client):
    verb, topic, event = client.receive()
    assert verb == "EVT"
    return verb, topic, event


def hear(writer, topic, reader, expected):
    """Publishes until it is heard: from then on both ends are known to be whole."""
    for n in range(PATIENCE_S * 10):
        writer.publish(topic, {"n": n})
        reader.socket.settimeout(0.1)
        try:
            if reader.socket.recv(1, 2):  # MSG_PEEK
                reader.socket.settimeout(PATIENCE_S)
                assert events(reader)[1] == expected
                return
        except TimeoutError:
            continue
    raise AssertionError(f"{expected} was never heard")


@pytest.fixture
def place(tmp_path):
    """Makes servers and brokers, and takes them down again."""
    class Place:
        folder, made = tmp_path, []

        def server(self, configuration="", port=None):
            self.made.append(nats.Server(tmp_path, port or free_port(), configuration))
            return self.made[-1].start()

        def broker(self, host, server, *settings, scheme="nats", name="127.0.0.1", exports=">"):
            self.made.append(Broker(tmp_path, host, f"{scheme}://{name}:{server.port}", *settings, exports=exports))
            return self.made[-1]

    here = Place()
    here.made = []
    yield here
    for one in reversed(here.made):
        one.stop()


def test_events_go_both_ways_under_their_hosts_names(place):
    server = place.server()
    a, b = place.broker("a", server).ready(), place.broker("b", server).ready()
    at_a, at_b = a.client(pattern="remote.b.decky.>"), b.client(pattern="remote.a.decky.>")
    hear(a.client(), "decky.w.state", at_b, "remote.a.decky.w.state")
    hear(b.client(), "decky.w.state", at_a, "remote.b.decky.w.state")


def test_an_event_keeps_its_id_its_time_its_type_and_its_payload(place):
    server = place.server()
    a, b = place.broker("a", server).ready(), place.broker("b", server).ready()
    writer, reader = a.client(), b.client(pattern="remote.a.whole")
    hear(writer, "whole", b.client(pattern="remote.a.whole"), "remote.a.whole")
    sent = {"type": "t", "id": "0123456789abcdef" * 2, "ts": 1790000000.25}
    writer.publish("whole", {"text": "ä\n", "n": 1}, **sent)
    while (got := events(reader)[2])["id"] != sent["id"]:
        pass
    assert got == {"v": 1, "topic": "remote.a.whole", **sent, "payload": {"text": "ä\n", "n": 1}}


def test_the_order_is_kept_over_many_events_and_the_largest_body_passes(place):
    server = place.server()
    a, b = place.broker("a", server).ready(), place.broker("b", server).ready()
    writer, reader = a.client(), b.client(pattern="remote.a.n")
    hear(writer, "x", b.client(pattern="remote.a.x"), "remote.a.x")
    for n in range(MANY):
        writer.publish("n", {"n": n})
    assert [events(reader)[2]["payload"]["n"] for _ in range(MANY)] == list(range(MANY))
    writer.publish("n", {"text": "x" * 1_000_000})
    assert len(events(reader)[2]["payload"]["text"]) == 1_000_000


def test_only_what_is_exported_goes_out_and_only_what_is_imported_comes_in(place):
    server = place.server()
    a = place.broker("a", server, exports="attacker.>,decky.*.state").ready()
    b = place.broker("b", server, "bus.bridge_import=*.attacker.>").ready()
    outside = nats.Raw(server.port)
    outside.subscribe("decnet.>")
    writer, reader = a.client(), b.client(pattern=">")
    hear(writer, "attacker.first", b.client(pattern="remote.>"), "remote.a.attacker.first")
    for topic in ("credential.captured", "decky.w.state", "decky.w.mutation", "attacker.last"):
        writer.publish(topic, {})
    seen = []
    while "decnet.a.attacker.last" not in seen:
        seen.append(outside.receive()[0])
    outside.close()
    assert set(seen) - {"decnet.a.attacker.first"} == {"decnet.a.decky.w.state", "decnet.a.attacker.last"} | {
        subject for subject in seen if subject.startswith("decnet.b.")}
    heard = set()
    while "remote.a.attacker.last" not in heard:
        heard.add(events(reader)[1])
    assert heard - {"system.bus.health"} == {"remote.a.attacker.first", "remote.a.attacker.last"}


def test_three_bridges_in_a_cycle_make_no_loop(place):
    server = place.server()
    brokers = [place.broker(host, server).ready() for host in "abc"]
    writers = [broker.client() for broker in brokers]
    for writer, broker in zip(writers, brokers):
        for other in brokers:
            if other is not broker:
                hear(writer, f"warm.{broker.host}", other.client(pattern=f"remote.{broker.host}.warm.*"),
                     f"remote.{broker.host}.warm.{broker.host}")
    readers = [broker.client(pattern=">") for broker in brokers]
    for round_ in ("n", "end"):  # Had the first round come back in any way, it would be there before the second.
        for writer in writers:
            writer.publish(f"ring.{round_}", {})
        for reader, broker in zip(readers, brokers):
            wanted = sorted([f"ring.{round_}"] + [f"remote.{other.host}.ring.{round_}" for other in brokers if other is not broker])
            got = []
            while len(got) < 3:
                topic = events(reader)[1]
                got += [topic] if "ring" in topic else []
            assert sorted(got) == wanted


def test_what_others_on_the_server_say_cannot_make_a_loop_or_harm_the_broker(place):
    server = place.server()
    a = place.broker("a", server).ready()
    reader, outside = a.client(pattern=">"), nats.Raw(server.port)
    event = b'{"payload":{"n":1}}'
    for subject in ("decnet.c.remote.b.x", "decnet.a.x", "decnet.c", "decnet", "remote.c.x", "decnet.c.x\xe4"):
        outside.publish(subject, event)
    for body in (b"no JSON", b"[]", b'{"payload":7}', b'{"payload":' + b'{"a":' * 100 + b"1" + b"}" * 101, b"\xff", b'{"payload":{"a":'):
        outside.publish("decnet.c.bad", body)
    outside.publish("decnet.c.good", event)
    topic = "system.bus.health"
    while topic == "system.bus.health":
        _, topic, got = events(reader)
    outside.close()
    assert (topic, got["payload"]) == ("remote.c.good", {"n": 1})
    health = a.health()
    assert (health["state"], health["imported"], health["refused"]) == ("up", 1, 6)


def test_a_server_that_is_killed_costs_the_remote_events_alone(place):
    server = place.server()
    a, b = place.broker("a", server).ready(), place.broker("b", server).ready()
    writer, far = a.client(), b.client(pattern="remote.a.before")
    hear(writer, "before", far, "remote.a.before")
    local = a.client(pattern="local")
    server.kill()
    a.wait_for_log("is lost")
    for n in range(MANY):
        writer.publish("local", {"n": n})
    assert [events(local)[2]["payload"]["n"] for _ in range(MANY)] == list(range(MANY))
    writer.ping()
    server.start()
    a.ready(2), b.ready(2)
    at_a, at_b = a.client(pattern="remote.b.after"), b.client(pattern="remote.a.after")
    hear(writer, "after", at_b, "remote.a.after")
    hear(b.client(), "after", at_a, "remote.b.after")
    health = a.health()
    assert (health["state"], health["reconnects"]) == ("up", 1)


def test_a_server_that_is_not_there_at_first_is_found_later(place):
    port = free_port()
    server = nats.Server(place.folder, port)
    a = place.broker("a", server).wait_for_log("cannot be used")
    place.made.append(server.start())
    a.ready()
    assert a.log().count("cannot be used") == 1


def test_a_server_that_takes_nothing_holds_nobody_back(place):
    server = place.server()
    a = place.broker("a", server, "bus.bridge_queue_bytes=1MiB").ready()
    writer, local = a.client(), a.client(pattern="local")
    server.pause()
    count, fill = 30_000, "x" * 1000  # Far more than sockets and queues hold.
    gone = threading.Thread(target=lambda: [writer.publish("local", {"n": n, "fill": fill}) for n in range(count)])
    gone.start()
    assert [events(local)[2]["payload"]["n"] for _ in range(count)] == list(range(count))
    gone.join()
    assert a.health()["dropped"] > 0
    server.go_on()
    outside = nats.Raw(server.port)
    outside.subscribe("decnet.a.again")
    a.wait_for_log("were not exported")
    writer.publish("again", {})
    for _ in range(PATIENCE_S):
        outside.socket.settimeout(1)
        try:
            subject, _ = outside.receive()
            break
        except TimeoutError:
            outside.stream = outside.socket.makefile("rb")
            writer.publish("again", {})
    outside.close()
    assert subject == "decnet.a.again"


def test_a_second_broker_of_one_name_says_so_and_sends_nothing(place):
    server = place.server()
    first = place.broker("twin", server).ready()
    second = place.broker("twin", server).ready().wait_for_log("another broker on the NATS servers is called twin")
    assert "bus.bridge_host" in second.log()
    assert second.health()["state"] == "name_taken"
    third = place.broker("c", server).ready()
    reader = third.client(pattern="remote.twin.>")
    second.client().publish("from.the.second", {})
    hear(first.client(), "from.the.first", reader, "remote.twin.from.the.first")
    assert "another broker" not in first.log()


def test_tls_with_an_authority_of_our_own(place):
    keys = nats.authority(place.folder)
    server = place.server(f'tls {{ cert_file: "{keys}/server.pem", key_file: "{keys}/server.key", ca_file: "{keys}/ca.pem", verify: true }}')
    tls = [f"bus.bridge_tls_ca={keys}/ca.pem", f"bus.bridge_tls_certificate={keys}/client.pem", f"bus.bridge_tls_key={keys}/client.key"]
    a, b = (place.broker(host, server, *tls, scheme="tls", name="localhost").ready() for host in "ab")
    hear(a.client(), "secret", b.client(pattern="remote.a.secret"), "remote.a.secret")
    unknown = place.broker("c", server, scheme="tls", name="localhost")
    unknown.wait_for_log("cannot be used")
    misnamed = place.broker("d", server, *tls, "bus.bridge_tls_name=elsewhere", scheme="tls", name="localhost")
    misnamed.wait_for_log("cannot be used")
    plain = place.broker("e", server)
    plain.wait_for_log("cannot be used")
    for broker in (unknown, misnamed, plain):
        assert "connected to nats" not in broker.log()


def test_user_and_password_and_what_a_wrong_one_says(place):
    server = place.server('authorization { user: bridge, password: "right-and-long" }')
    good, bad = place.folder / "good", place.folder / "bad"
    good.write_text("right-and-long\n")
    bad.write_text("wrong-and-long\n")
    a, b = (place.broker(host, server, "bus.bridge_user=bridge", f"bus.bridge_password_file={good}").ready() for host in "ab")
    hear(a.client(), "x", b.client(pattern="remote.a.x"), "remote.a.x")
    c = place.broker("c", server, "bus.bridge_user=bridge", f"bus.bridge_password_file={bad}").wait_for_log("cannot be used")
    assert "uthorization" in c.log()
    local = c.client(pattern="local")
    c.client().publish("local", {})
    assert events(local)[1] == "local"
    assert nats.is_secret_free(a.log() + b.log() + c.log(), "right-and-long", "wrong-and-long")


def test_a_credentials_file(place):
    configuration, credentials = nats.operator_mode()
    server = place.server(configuration)
    file = place.folder / "bridge.creds"
    file.write_text(credentials)
    a, b = (place.broker(host, server, f"bus.bridge_credentials={file}").ready() for host in "ab")
    hear(a.client(), "x", b.client(pattern="remote.a.x"), "remote.a.x")
    place.broker("c", server).wait_for_log("cannot be used")


@pytest.mark.parametrize("arguments, expected", [
    (["--bridge", "nats://127.0.0.1", "--set", "bus.bridge_host=a.b"], "bus.bridge_host"),
    (["--bridge", "nats://user:secret-word@127.0.0.1"], "bus.bridge_password_file"),
    (["--bridge", "http://127.0.0.1"], "nats://host:port"),
    (["--bridge", "nats://127.0.0.1", "--set", "bus.bridge_export=remote.>"], "never sent on"),
    (["--bridge", "nats://127.0.0.1", "--set", "bus.bridge_tls_ca=/nowhere/ca.pem"], "/nowhere/ca.pem"),
    (["--bridge", "nats://127.0.0.1", "--set", "bus.bridge_user=x"], "belong together"),
])
def test_what_cannot_work_is_refused_with_a_clear_word(tmp_path, arguments, expected):
    done = subprocess.run([BINARY, "bus", "serve", "--set", f"bus.socket={tmp_path}/bus.sock", *arguments],
                          capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode != 0
    assert expected in done.stderr
    assert "secret-word" not in done.stderr
    assert not (tmp_path / "bus.sock").exists()


def test_a_single_host_never_needs_it(place, tmp_path):
    process = subprocess.Popen([BINARY, "bus", "serve", "--set", f"bus.socket={tmp_path}/bus.sock"], stderr=subprocess.PIPE, text=True)
    wait_for((tmp_path / "bus.sock").exists, "the socket")
    reader = Bus(str(tmp_path / "bus.sock"), "reader", timeout=PATIENCE_S)
    reader.subscribe("system.bus.health")
    assert "bridge" not in json.loads(json.dumps(events(reader)[2]["payload"]))
    reader.close()
    process.terminate()
    assert "bridge" not in process.communicate(timeout=30)[1]
