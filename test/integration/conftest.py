"""A running decnet for the tests: started once, on a data folder and ports of its own."""
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time

import known_fleet
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
START_MAX_S = 60
EVENT_MAX_S = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_network():
    """A network that no other fleet of the tests has, and what keeps it: a socket whose name only one process can hold."""
    for number in random.sample(range(100, 251), 151):
        keeper = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            keeper.bind(f"\0decnet-test-network-{number}")
            return f"127.{number}.0.0/16", keeper
        except OSError:
            keeper.close()
    raise RuntimeError("every network for tests has a fleet: does an old one still run?")


class Fleet:
    """decnet as an operator sees it: commands, the API, the deckies' addresses."""

    def __init__(self, data, *settings):
        self.data, self.settings = pathlib.Path(data), settings
        self.binary = os.environ.get("DECNET_BINARY", str(ROOT / "build/release/decnet"))
        self.port = free_port()
        self.network, self.network_keeper = free_network()
        self.log = open(self.data / "test.log", "wb")
        self.process = None

    def arguments(self, *more):
        return [self.binary, "--data-dir", str(self.data / "decnet"), "--set", f"api.port={self.port}",
                "--set", f"fleet.network={self.network}", *self.settings, *more]

    def command(self, *arguments, check=True):
        done = subprocess.run(self.arguments(*arguments), capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done

    def start(self):
        self.process = subprocess.Popen(self.arguments("up"), stdout=subprocess.PIPE, stderr=self.log, text=True)
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.strip().startswith("data "):
                break
        block = "".join(lines)
        assert "dashboard" in block, f"decnet did not start: {(self.data / 'test.log').read_text()[-2000:]}"
        found = re.search(r"password\s+(\S+)  ", block)
        self.password = found.group(1) if found else None
        self.wait_for(lambda: all(decky["state"] == "up" for decky in self.deckies()), START_MAX_S)

    def children(self):
        """Name of each process that the supervisor keeps: its pid."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue  # It has ended meanwhile.
            if parent == self.process.pid and words[1:2] == [b"process"]:
                found[words[2].decode()] = int(entry.name)
        return found

    def kill(self, name):
        """kill -9, as the kernel does it when memory runs out."""
        os.kill(self.children()[name], signal.SIGKILL)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)
        self.network_keeper.close()
        self.log.close()

    def api(self, path):
        """GET over the local socket, as the command line does it."""
        done = subprocess.run(["curl", "-sS", "--unix-socket", str(self.data / "decnet/run/api.sock"), f"http://decnet/api/v1{path}"],
                              capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    def deckies(self):
        return self.api("/deckies?limit=200")["data"]

    def places(self, service):
        """(address, port) of every decky's instance of a service."""
        return [(decky["ip"], place["actual_port"]) for decky in self.deckies() for place in decky["services"]
                if place["name"] == service and place["state"] == "up"]

    def events(self, **filters):
        query = "&".join(f"{key}={value}" for key, value in filters.items())
        return self.api(f"/events?limit=200&{query}")["data"]

    def wait_for(self, condition, seconds=EVENT_MAX_S):
        """Until the condition gives something true; that is returned."""
        until = time.monotonic() + seconds
        while True:
            outcome = condition()
            if outcome or time.monotonic() > until:
                assert outcome, "waited in vain"
                return outcome
            time.sleep(0.1)

    def wait_for_event(self, **filters):
        return self.wait_for(lambda: self.events(**filters))


@pytest.fixture(scope="session")
def fleet(tmp_path_factory):
    running = Fleet(tmp_path_factory.mktemp("fleet"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def known(tmp_path_factory):
    """A second decnet, with the deckies of known_fleet.py."""
    running = Fleet(tmp_path_factory.mktemp("known"))
    known_fleet.plant(running)
    running.start()
    yield running
    running.stop()
