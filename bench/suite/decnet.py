"""A decnet of the benchmark's own: data folder, ports, fleet network; ended by its process id."""
import http.client
import json
import re
import shutil
import socket
import subprocess
import tempfile
import time

from suite import machine

NETWORK = "127.88.0.0/16"
# Many sessions of few sources are what a limit of decnet is there to stop: for a load it is lifted.
LIFTED = {"engine.source_rate": 1_000_000, "engine.source_sessions": 20_000, "engine.sessions": 12_000}
START_MAX_S, IDLE_MAX_S, DRAIN_MAX_S, LAG_MAX_S = 60, 60, 45, 60


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class LocalConnection(http.client.HTTPConnection):
    """HTTP over the UNIX socket of the command line."""

    def __init__(self, path):
        super().__init__("decnet", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Decnet:
    def __init__(self, binary, scratch, settings=None, store=None):
        self.data = tempfile.mkdtemp(prefix="data-", dir=scratch)
        if store:
            shutil.copy(store, f"{self.data}/decnet.sqlite")
        self.port = free_port()
        self.log = open(f"{self.data}/bench.log", "wb")
        sets = {"api.port": self.port, "fleet.network": NETWORK, "store.retention_age": "0s"} | (settings or {})
        command = [binary, "--data-dir", self.data]
        for key, value in sets.items():
            command += ["--set", f"{key}={value}"]
        self.process = subprocess.Popen(command + ["up"], stdout=subprocess.PIPE, stderr=self.log, text=True)

    def __enter__(self):
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.strip().startswith("data "):
                break
        block = "".join(lines)
        if "dashboard" not in block:
            said = open(f"{self.data}/bench.log", encoding="utf-8", errors="replace").read()[-2000:]
            self.__exit__(None, None, None)
            raise SystemExit(f"decnet did not start:\n{said}")
        found = re.search(r"password\s+(\S+)", block)
        self.password = found.group(1) if found else None
        self.wait_for(lambda: (all(decky["state"] == "up" for decky in self.deckies())), START_MAX_S, "the fleet")
        self.wait_until_idle()
        return self

    def wait_until_idle(self):
        """A new decnet makes keys ahead for a while, which is no part of what is measured."""
        for _ in range(IDLE_MAX_S):
            before = sum(map(machine.cpu_seconds, self.processes().values()))
            time.sleep(1)
            if sum(map(machine.cpu_seconds, self.processes().values())) - before < 0.05:
                return

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(DRAIN_MAX_S)
            except subprocess.TimeoutExpired:
                self.process.terminate()
                self.process.wait(DRAIN_MAX_S)
        self.log.close()
        self.process.stdout.close()
        shutil.rmtree(self.data, ignore_errors=True)

    def wait_for(self, condition, seconds, what):
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise SystemExit(f"waited {seconds} s in vain for {what}")
            time.sleep(0.1)

    def api(self, path, method="GET", body=None):
        connection = LocalConnection(f"{self.data}/run/api.sock")
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, f"/api/v1{path}", json.dumps(body) if body is not None else None, headers)
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        if reply.status >= 300:
            raise SystemExit(f"{method} {path}: {reply.status} {content[:300]}")
        return json.loads(content)

    def deckies(self):
        return self.api("/deckies?limit=200")["data"]

    def places(self, service="http"):
        """[(decky, "address:port")] of every decky's instance of a service."""
        return [(decky["name"], f"{decky['ip']}:{place['actual_port']}") for decky in self.deckies()
                for place in decky["services"] if place["name"] == service and place["state"] == "up"]

    def token(self):
        return self.api("/tokens", "POST", {"name": "bench", "role": "viewer", "expires_at": None})["token"]

    def choose_password(self):
        """The first password works once; returns the one that holds from now on."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

        def post(path, body, headers):
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"} | headers)
            reply = connection.getresponse()
            content = reply.read()
            if reply.status >= 300:
                raise SystemExit(f"{path}: {reply.status} {content[:300]}")
            return content, reply.headers

        chosen = f"bench-{self.password}"
        content, headers = post("/api/v1/auth/login", {"username": "admin", "password": self.password}, {})
        post("/api/v1/auth/password", {"current_password": self.password, "new_password": chosen},
             {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(content)["csrf_token"]})
        connection.close()
        return chosen

    def newest(self):
        rows = self.api("/events?limit=1")["data"]
        return rows[0]["seq"] if rows else 0

    def ingest(self):
        return self.api("/health")["ingest"]

    def settle(self):
        """Until nothing more is stored for a second. Returns how long after the call the last row came."""
        start = moved = time.monotonic()
        last = self.newest()
        while time.monotonic() - moved < 1 or self.ingest()["lag_bytes"] > 0:
            if time.monotonic() - start > LAG_MAX_S:
                raise SystemExit(f"rows still come {LAG_MAX_S} s after the load")
            time.sleep(0.05)
            newest = self.newest()
            if newest != last:
                last, moved = newest, time.monotonic()
        return moved - start

    def processes(self):
        """{name: pid}"""
        found = {"supervisor": self.process.pid}
        for pid, command in machine.children(self.process.pid).items():
            found[command.split()[-1]] = pid
        return found
