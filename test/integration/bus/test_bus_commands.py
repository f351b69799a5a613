"""`decnet bus …` as an operator types it."""
import json
import os
import signal
import subprocess

import pytest

from broker_process import BINARY, WAIT_MAX_S, Broker, lines_of_json
from foreign_client import Bus


@pytest.fixture
def broker(tmp_path):
    running = Broker(tmp_path).start()
    yield running
    running.stop()


def test_what_is_published_is_printed_as_json(broker):
    sub = broker.client("--json", "sub", "attacker.>", "attacker.*", "decky.*.state", "--count", "2")
    broker.wait_for_client("decnet-sub", 3)
    broker.run("pub", "attacker.scored", '{"score": 1}', "--type", "t")
    broker.run("pub", "system.log", "{}")
    broker.run("pub", "decky.web.state", given='{"state":\n "up"}')
    out, err = sub.communicate(timeout=WAIT_MAX_S)
    assert sub.returncode == 0 and "2 events" in err
    first, second = lines_of_json(out)
    assert (first["topic"], first["type"], first["payload"]) == ("attacker.scored", "t", {"score": 1})
    assert (second["topic"], second["payload"]) == ("decky.web.state", {"state": "up"})
    assert len(bytes.fromhex(first["id"])) == 16 and first["v"] == 1


def test_an_event_that_several_patterns_match_is_printed_once(broker):
    sub = broker.client("sub", ">", "a.>", "a.*", "--count", "2")
    broker.wait_for_client("decnet-sub", 3)
    for n in range(2):
        broker.run("pub", "a.b", json.dumps({"n": n}))
    out, _ = sub.communicate(timeout=WAIT_MAX_S)
    assert [line.rpartition("  ")[2] for line in out.splitlines()] == ['{"n":0}'.replace(":", ": "), '{"n": 1}']


def test_a_terminal_gets_nothing_to_obey(broker):
    for flags in ((), ("--json",)):
        sub = broker.client(*flags, "sub", ">", "--count", "1")
        broker.wait_for_client("decnet-sub", 1)
        writer = Bus(broker.path, "writer")
        writer.publish("a", {"x": "\x1b[2J\x7f\x9b31m\u202e"}, type="\x1b]0;t\x07")
        # Without the escapes of json.dumps: DEL, C1 and marks of direction may stand in JSON as they are.
        writer.send("PUB", "a", '{"type":"\x7f","payload":{"x":"\x7f\x9b31m\u202e"}}'.encode())
        out, _ = sub.communicate(timeout=WAIT_MAX_S)
        writer.close()
        assert not set(out) & {"\x1b", "\x07", "\x7f", "\x9b", "\u202e"}, out


def test_a_subscriber_lives_through_the_death_of_the_broker(broker):
    sub = broker.client("--json", "sub", "a.>", "--count", "2")
    broker.wait_for_client("decnet-sub", 1)
    broker.run("pub", "a.before")
    broker.kill()
    broker.start()
    broker.wait_for_client("decnet-sub", 1)
    broker.run("pub", "a.after")
    out, err = sub.communicate(timeout=WAIT_MAX_S)
    assert [event["topic"] for event in lines_of_json(out)] == ["a.before", "a.after"]
    assert "connection is lost" in err and "connected to" in err


def test_ctrl_c_ends_each_of_them_in_order(broker):
    sub = broker.client("sub", ">")
    broker.wait_for_client("decnet-sub", 1)
    sub.send_signal(signal.SIGINT)
    out, err = sub.communicate(timeout=WAIT_MAX_S)
    assert sub.returncode == 0 and out == "" and "0 events in" in err
    stat = broker.client("--json", "stat", "--watch", "--interval", "0.1")
    assert json.loads(stat.stdout.readline())["connections"] >= 1
    stat.send_signal(signal.SIGINT)
    stat.communicate(timeout=WAIT_MAX_S)
    assert stat.returncode == 0
    broker.process.send_signal(signal.SIGINT)
    assert broker.process.wait(WAIT_MAX_S) == 0 and not os.path.exists(broker.path)


@pytest.mark.parametrize("topic, payload, why", [
    ("a.*", "{}", "the topic: "), ("a..b", "{}", "the topic: "), ("a b", "{}", "the topic: "), ("a", "[1]", "the payload: "),
    ("a", '{"a":', "the payload: "), ("a", "\udcff", "the payload: "), ("a", '{"a":' * 70 + "1" + "}" * 70, "the payload: "),
])
def test_what_the_broker_would_refuse_is_said_before(broker, topic, payload, why):
    done = broker.run("pub", topic, payload, check=False)
    assert done.returncode == 2 and why in done.stderr
    assert broker.report()["protocol_errors"] == 0


def test_a_payload_over_the_limit_is_said_before(broker):
    done = broker.run("pub", "a", given=json.dumps({"a": "x" * 1_048_576}), check=False)
    assert done.returncode == 2 and "bytes" in done.stderr
    reader = Bus(broker.path, "reader")
    reader.subscribe("a")
    large = {"a": "x" * 1_000_000}
    broker.run("pub", "a", given=json.dumps(large))
    assert reader.receive()[2]["payload"] == large


def test_a_bad_pattern_is_a_wrong_command_line(broker):
    done = broker.run("sub", "a.>.b", check=False)
    assert done.returncode == 2 and "a.>.b" in done.stderr


def test_without_a_broker_they_say_where_they_looked_and_what_to_do(tmp_path):
    nowhere = Broker(tmp_path)
    for command in (("sub", ">"), ("pub", "a", "{}"), ("stat",), ("bench",)):
        done = nowhere.run(*command, check=False)
        assert done.returncode == 6, command
        assert nowhere.path in done.stderr and "decnet bus serve" in done.stderr


def test_the_socket_comes_from_the_flag_then_the_environment_then_the_spec(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DECNET_")}
    environment |= {"XDG_RUNTIME_DIR": str(tmp_path / "xdg"), "HOME": str(tmp_path / "home")}

    def tried(*flags, **more):
        done = subprocess.run([BINARY, "--data-dir", str(tmp_path / "none"), "bus", *flags, "stat"], env=environment | more,
                              capture_output=True, text=True, check=False)
        return done.stderr

    assert "/flag.sock" in tried("--socket", str(tmp_path / "flag.sock"), DECNET_BUS_SOCKET=str(tmp_path / "env.sock"))
    assert "/env.sock" in tried(DECNET_BUS_SOCKET=str(tmp_path / "env.sock"))
    last = "/run/decnet/bus.sock" if os.access("/run/decnet", os.W_OK) else "/xdg/decnet/bus.sock"
    assert last in tried()


def test_the_broker_of_a_data_folder_is_found(tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DECNET_")}
    data = tmp_path / "data"
    broker = Broker(tmp_path)
    broker.path = str(data / "run/bus.sock")
    (data / "run").mkdir(parents=True)
    broker.start()
    done = subprocess.run([BINARY, "--data-dir", str(data), "--json", "bus", "stat", "--interval", "0.1"], env=environment,
                          capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["pid"] == broker.process.pid
    broker.stop()


def test_bus_alone_is_serve(tmp_path):
    path = tmp_path / "alone.sock"
    process = subprocess.Popen([BINARY, "bus", "--socket", str(path)], stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    while "listening" not in line and process.poll() is None:
        line = process.stderr.readline()
    Bus(str(path), "client").ping()
    process.terminate()
    process.communicate(timeout=WAIT_MAX_S)
    assert process.returncode == 0


def test_stat_shows_who_is_connected_and_who_is_slow(broker):
    reader, writer = Bus(broker.path, "reader"), Bus(broker.path, "writer")
    reader.subscribe("n")
    writer.publish("n", {"n": 1})
    writer.ping()
    shown = json.loads(broker.run("--json", "stat", "--interval", "0.1").stdout)
    rows = {row["name"]: row for row in shown["clients"]}
    assert set(rows) == {"reader", "writer", "decnet-stat"}
    assert (rows["reader"]["pid"], rows["reader"]["uid"], rows["reader"]["gid"]) == (os.getpid(), os.getuid(), os.getgid())
    assert (rows["reader"]["subscriptions"], rows["reader"]["frames_out"]) == (1, 2)  # An event and a PONG.
    assert (rows["writer"]["frames_in"], rows["writer"]["dropped"]) == (3, 0)
    assert shown["pid"] == broker.process.pid and shown["published"] == 1 and shown["delivered"] >= 1
    table = broker.run("stat", "--interval", "0.1").stdout
    assert "reader" in table and "slowest: nobody" in table and "\x1b" not in table


def test_bench_measures_the_broker_that_runs(broker):
    rows = lines_of_json(broker.run("--json", "bench", "--seconds", "0.1").stdout)
    whats = [row["what"] for row in rows]
    for part in ("1 publisher to 1 subscriber", "1 to 10", "1,000 patterns of which 10 match", "round trip, p99", "memory before",
                 "one of two subscribers stopped: longest stall"):
        assert part in whats
    assert all(row["value"] >= 0 for row in rows)
    assert [one["name"] for one in broker.report()["clients"]] == ["asker"], "nothing of the load is left"
