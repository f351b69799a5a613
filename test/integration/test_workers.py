"""Workers are stopped, started, killed and separated, and no other one notices; a crash leaves a report."""
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import Fleet

WHOLE_MAX_S = 60  # Far beyond what is promised: no test depends on a time.
BEAT = ["--set", "workers.heartbeat=1s"]
WORKERS = ["collector", "ingester", "reconciler"]


def post(fleet, path, body=None):
    """Over the local socket: (status, answer)."""
    done = subprocess.run(["curl", "-sS", "-X", "POST", "-H", "Content-Type: application/json", "-d", json.dumps(body or {}), "-w", "\n%{http_code}",
                           "--unix-socket", str(fleet.data / "decnet/run/api.sock"), f"http://decnet/api/v1{path}"], capture_output=True, text=True, timeout=30, check=True)
    text, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(text)


def row(fleet, name):
    return fleet.api(f"/workers/{name}")


def is_whole(fleet):
    try:
        return (fleet.api("/health")["status"] == "ok" and all(worker["state"] == "ok" for worker in fleet.api("/workers")["data"])
                and all(decky["state"] == "up" for decky in fleet.deckies()))
    except Exception:  # The API itself may be away.
        return False


def touch(fleet):
    """A request that nobody else makes; its path."""
    path = f"/touch-{secrets.token_hex(4)}"
    ip, port = fleet.places("http")[0]
    try:
        urllib.request.urlopen(f"http://{ip}:{port}{path}", timeout=10).close()
    except urllib.error.HTTPError:
        pass
    return path


def is_stored(fleet, path):
    return bool(fleet.events(q=path))


def stop(fleet, name, reason="a test"):
    status, _ = post(fleet, f"/workers/{name}/stop", {"reason": reason})
    assert status == 202
    fleet.wait_for(lambda: row(fleet, name)["state"] != "ok", WHOLE_MAX_S)


def start(fleet, name):
    status, answer = post(fleet, f"/workers/{name}/start", {"reason": "the end of a test"})
    assert (status, answer["already_running"]) == (202, False), answer
    fleet.wait_for(lambda: row(fleet, name)["state"] == "ok", WHOLE_MAX_S)


@pytest.fixture(scope="module", params=["core", "each"])
def fleet(request, tmp_path_factory):
    running = Fleet(tmp_path_factory.mktemp(request.param), *BEAT, "--set", f"workers.host={request.param}")
    running.start()
    running.wait_for(lambda: is_whole(running), WHOLE_MAX_S)
    yield running
    running.stop()


def test_every_worker_has_a_true_row(fleet):
    listed = fleet.api("/workers")
    assert listed["bus_connected"]
    assert {worker["name"] for worker in listed["data"]} >= {*WORKERS, "api", "bus"}
    children = fleet.children()
    for name in WORKERS:
        found = row(fleet, name)
        assert found["supervised"] and not found["installed"]
        assert found["pid"] == children[found["process"]]
        assert found["counters"]["ticks_total"] > 0 and found["counters"]["failures_total"] == 0
    metrics = subprocess.run(["curl", "-sS", "--unix-socket", str(fleet.data / "decnet/run/api.sock"), "http://decnet/metrics"], capture_output=True, text=True, check=True).stdout
    for metric in ("ticks_total", "failures_total", "restarts_total", "tick_seconds"):
        assert f'decnet_worker_{metric}{{worker="ingester"}}' in metrics


def test_a_stopped_ingester_leaves_its_last_words_and_loses_nothing(fleet):
    stop(fleet, "ingester", "too loud")
    found = row(fleet, "ingester")
    assert (found["state"], found["last_words"]["reason"]) == ("stale", "too loud")
    assert found["last_words"]["actor"] and found["log"]
    assert "too loud" in found["reason"]
    path = touch(fleet)
    assert not is_stored(fleet, path)
    assert all(row(fleet, name)["state"] == "ok" for name in ("collector", "reconciler"))
    start(fleet, "ingester")
    fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)
    assert row(fleet, "ingester")["last_words"] is None


def test_a_collector_that_starts_again_hears_the_engines_again(fleet):
    stop(fleet, "collector")
    path = touch(fleet)
    start(fleet, "collector")
    fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)


def test_a_reconciler_that_starts_again_has_its_lines(fleet):
    stop(fleet, "reconciler")
    fleet.kill("engine.0")
    start(fleet, "reconciler")
    fleet.wait_for(lambda: is_whole(fleet) and row(fleet, "reconciler")["counters"]["engines"] == 2, WHOLE_MAX_S)
    path = touch(fleet)
    fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)


def test_start_all_starts_what_does_not_run(fleet):
    stop(fleet, "ingester")
    stop(fleet, "reconciler")
    status, answer = post(fleet, "/workers/start-all")
    assert status == 202 and answer["failed"] == []
    assert sorted(answer["started"]) == ["ingester", "reconciler"]
    assert answer["already_running"][0] == "bus"
    fleet.wait_for(lambda: is_whole(fleet), WHOLE_MAX_S)


def test_what_cannot_be_is_refused(fleet):
    assert post(fleet, "/workers/nobody/stop")[0] == 404
    assert post(fleet, "/workers/nobody/start")[0] == 404
    assert post(fleet, "/workers/api/stop")[0] == 409
    assert post(fleet, "/workers/ingester/start")[1]["already_running"]


def test_every_worker_killed_comes_back(fleet):
    host = row(fleet, "ingester")["process"]
    for name in [host] if host == "core" else WORKERS:
        before = fleet.children()[name]
        fleet.kill(name)
        fleet.wait_for(lambda: fleet.children().get(name) not in (None, before) and is_whole(fleet), WHOLE_MAX_S)
        fleet.wait_for(lambda: row(fleet, "ingester" if name == "core" else name)["restarts"] > 0, WHOLE_MAX_S)
        path = touch(fleet)
        fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)


@pytest.mark.parametrize("name", ["engine.0", "ingester"])
def test_a_crash_leaves_a_report_and_the_fleet_goes_on(fleet, name):
    process = name if name.startswith("engine") else row(fleet, name)["process"]
    pid = fleet.children()[process]
    os.kill(pid, signal.SIGSEGV)
    report = fleet.wait_for(lambda: next((crash for crash in fleet.api("/crashes")["data"] if crash["pid"] == pid), None), WHOLE_MAX_S)
    assert (report["signal"], report["process"]) == ("SIGSEGV", process)
    assert report["version"]
    assert any("decnet" in line for line in report["trace"])
    assert "SIGSEGV" in fleet.command("status").stdout
    fleet.wait_for(lambda: is_whole(fleet), WHOLE_MAX_S)
    path = touch(fleet)
    fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)


class Units:
    """What systemd would run: a process per unit, none of them a child of another."""

    def __init__(self, fleet):
        self.fleet, self.running = fleet, {}

    def start(self, name, *arguments):
        self.running[name] = subprocess.Popen(self.fleet.arguments(*arguments), stdout=subprocess.DEVNULL, stderr=self.fleet.log)

    def kill(self, name, number=signal.SIGKILL):
        self.running[name].send_signal(number)
        return self.running[name].wait(40)

    def end(self):
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            process.wait(60)


def test_a_process_per_unit_finds_its_peers(tmp_path):
    """Also in the wrong order, and after a kill of any of them."""
    fleet = Fleet(tmp_path, *BEAT, "--set", "workers.host=units")
    fleet.command("process", "prepare")
    units = Units(fleet)
    try:
        for worker in WORKERS:
            units.start(worker, worker)
        units.start("fleet", "up")
        units.start("api", "process", "api")
        units.start("bus", "process", "bus")
        fleet.wait_for(lambda: is_whole(fleet), WHOLE_MAX_S)
        path = touch(fleet)
        fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)
        for name in [*WORKERS, "bus"]:
            units.kill(name)
            units.start(name, *(["process", "bus"] if name == "bus" else [name]))
            fleet.wait_for(lambda: is_whole(fleet), WHOLE_MAX_S)
            path = touch(fleet)
            fleet.wait_for(lambda: is_stored(fleet, path), WHOLE_MAX_S)
        stop(fleet, "ingester")
        assert units.running["ingester"].wait(WHOLE_MAX_S) == 0, "systemd does not start again what ends with 0"
        assert units.kill("collector", signal.SIGSEGV) == -signal.SIGSEGV
        units.start("collector", "collector")
        fleet.wait_for(lambda: any(crash["process"] == "collector" for crash in fleet.api("/crashes")["data"]), WHOLE_MAX_S)
    finally:
        units.end()


def test_a_unit_tells_systemd_that_it_is_ready_and_lives(tmp_path):
    fleet = Fleet(tmp_path, *BEAT)
    fleet.command("process", "prepare")
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(path)
        notify.settimeout(WHOLE_MAX_S)
        process = subprocess.Popen(fleet.arguments("ingester"), stderr=fleet.log, env={**os.environ, "NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"})
        try:
            assert notify.recv(100) == b"READY=1"
            assert notify.recv(100) == b"WATCHDOG=1"
            process.terminate()
            assert process.wait(WHOLE_MAX_S) == 0
            said = b""
            while said != b"STOPPING=1":
                said = notify.recv(100)
        finally:
            process.kill()
            process.wait()
