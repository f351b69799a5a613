"""What one would use instead, on the same machine and under the same load."""
import pathlib
import re
import shutil
import socket
import sqlite3
import subprocess
import time

from suite import machine
from suite.decnet import free_port

NGINX_CONFIG = """daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 8000; }}
http {{
  sendfile on; tcp_nopush on; gzip on;
  default_type text/html;
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {html}; index index.html index.nginx-debian.html; }}
}}
"""


def unpack(packages, cache):
    """Debian's packages, unpacked and not installed. None where they cannot be had."""
    root = pathlib.Path(cache) / "root"
    done = root / (".".join(packages) + ".unpacked")
    if done.exists():
        return root
    root.mkdir(parents=True, exist_ok=True)
    fetched = subprocess.run(["apt-get", "download", "-q", *packages], cwd=cache, capture_output=True, check=False)
    if fetched.returncode != 0:
        return None
    for package in pathlib.Path(cache).glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, root], check=True)
    done.touch()
    return root


class Nginx:
    """The genuine server: one worker, Debian's settings, an access log (a decky records each request, too)."""

    def __init__(self, cache, scratch):
        self.root = unpack(("nginx", "nginx-common"), cache)
        self.folder = pathlib.Path(scratch) / "nginx"
        self.process = None

    def __enter__(self):
        if self.root is None:
            return None
        self.folder.mkdir()
        self.port = free_port()
        config = self.folder / "nginx.conf"
        config.write_text(NGINX_CONFIG.format(folder=self.folder, port=self.port, html=self.root / "usr/share/nginx/html"))
        self.process = subprocess.Popen([self.root / "usr/sbin/nginx", "-c", config, "-p", self.folder],
                                        stderr=subprocess.DEVNULL)
        time.sleep(1)
        version = subprocess.run([self.root / "usr/sbin/nginx", "-v"], capture_output=True, text=True, check=False).stderr
        self.version = version.strip().split("/")[-1]
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            shutil.rmtree(self.folder, ignore_errors=True)


RSYSLOG_CONFIG = """global(workDirectory="{folder}")
module(load="imtcp")
module(load="mmpstrucdata")
ruleset(name="all" queue.type="direct") {{ action(type="mmpstrucdata") stop }}
input(type="imtcp" port="{port}" address="127.0.0.1" ruleset="all")
"""


def rsyslog_parse(path, cache, scratch):
    """Lines a second of CPU time: read from a TCP connection, parsed with their structured data, dropped. None where it cannot be had."""
    root = unpack(("rsyslog", "libestr0", "libfastjson4"), cache)
    if root is None:
        return None
    libraries, port, folder = root / "usr/lib/x86_64-linux-gnu", free_port(), pathlib.Path(scratch)
    config = folder / "rsyslog.conf"
    config.write_text(RSYSLOG_CONFIG.format(folder=folder, port=port))
    process = subprocess.Popen([root / "usr/sbin/rsyslogd", "-n", "-f", config, "-i", folder / "rsyslog.pid", "-M", libraries / "rsyslog"],
                               env={"LD_LIBRARY_PATH": str(libraries)}, stderr=subprocess.DEVNULL)
    try:
        content = pathlib.Path(path).read_bytes()
        time.sleep(1)
        before = machine.cpu_seconds(process.pid)
        with socket.create_connection(("127.0.0.1", port)) as sender:
            sender.sendall(content)
        used = -1.0
        while used != machine.cpu_seconds(process.pid):
            used = machine.cpu_seconds(process.pid)
            time.sleep(1)
        return content.count(b"\n") / (used - before)
    except OSError:
        return None
    finally:
        process.terminate()
        process.wait(10)


HEADER = re.compile(r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|\[([^ \]]+)((?: [^= ]+=\"(?:[^\"\\\]]|\\.)*\")*)\])(?: (.*))?$")
PARAMETER = re.compile(r" ([^= ]+)=\"((?:[^\"\\\]]|\\.)*)\"")
ESCAPED = re.compile(r"\\([\\\"\]])")


def parse(line):
    """RFC 5424 as one writes it in a script."""
    priority, at, host, app, process, kind, _, parameters, _ = HEADER.match(line).groups()
    fields = {name: ESCAPED.sub(r"\1", value) if "\\" in value else value for name, value in PARAMETER.findall(parameters or "")}
    return int(priority) & 7, at, host, app, process, kind, fields


def python_parse(path):
    """Lines a second."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    start = time.process_time()
    for line in lines:
        parse(line)
    return len(lines) / (time.process_time() - start)


def python_store(path, scratch, batch=5000):
    """Rows a second of a script: parse, one events table with its indexes, a transaction a batch, synchronous FULL."""
    file = pathlib.Path(scratch) / "peer.sqlite"
    store = sqlite3.connect(file, isolation_level=None)
    store.executescript("""
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT, severity INTEGER, decky TEXT, service TEXT, session TEXT, type TEXT,
                             src_ip TEXT, origin TEXT, seq INTEGER, fields TEXT, UNIQUE (origin, seq));
        CREATE INDEX by_time ON events (at); CREATE INDEX by_source ON events (src_ip, at);
        CREATE INDEX by_type ON events (type, at); CREATE INDEX by_session ON events (session);
        CREATE INDEX by_decky ON events (decky, at);""")
    rows, start = 0, time.monotonic()
    with open(path, encoding="utf-8") as lines:
        pending = []
        for line in lines:
            severity, at, host, app, session, kind, fields = parse(line.rstrip("\n"))
            pending.append((at, severity, host, app, session, kind, fields.get("src_ip"), fields["origin"], fields["seq"], str(fields)))
            if len(pending) == batch:
                rows += insert(store, pending)
                pending = []
        rows += insert(store, pending)
    took = time.monotonic() - start
    store.close()
    for name in pathlib.Path(scratch).glob("peer.sqlite*"):
        name.unlink()
    return rows / took


def insert(store, pending):
    store.execute("BEGIN IMMEDIATE")
    store.executemany("INSERT OR IGNORE INTO events (at, severity, decky, service, session, type, src_ip, origin, seq, fields)"
                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", pending)
    store.execute("COMMIT")
    return len(pending)
