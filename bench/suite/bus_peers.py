"""Other brokers on this host: installed ones, else Debian's packages, unpacked and not installed."""
import os
import pathlib
import shutil
import socket
import subprocess
import time

from suite.decnet import free_port
from suite.peers import unpack

START_MAX_S = 10
# Nobody shall lose anything: what waits for a slow subscriber is not bounded, and the load keeps it small (--window).
NATS_CONFIG = """listen: "127.0.0.1:{port}"
max_pending: 1GB
write_deadline: "30s"
"""
REDIS_CONFIG = """port 0
unixsocket {folder}/redis.sock
save ""
appendonly no
client-output-buffer-limit pubsub 0 0 0
dir {folder}
"""
MOSQUITTO_CONFIG = """listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 0
log_type none
"""


def program(name, package_root):
    """Its path: the installed one where there is one."""
    installed = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if installed:
        return installed
    found = [package_root / folder / name for folder in ("usr/sbin", "usr/bin")] if package_root else []
    return next((str(path) for path in found if path.exists()), None)


class Peer:
    """`with Nats(context) as broker`: None where it cannot be had."""
    name, dialect, packages, config = "", "", (), ""

    def __init__(self, context):
        self.binary = program(self.name, None)
        self.root = None if self.binary else unpack(self.packages, context.cache)
        self.binary = self.binary or program(self.name, self.root)
        self.folder = pathlib.Path(context.scratch) / self.name
        self.process = None

    def __enter__(self):
        if self.binary is None:
            return None
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        file = self.folder / "configuration"
        file.write_text(self.config.format(port=self.port, folder=self.folder))
        libraries = f"{self.root}/usr/lib/x86_64-linux-gnu:{self.root}/lib/x86_64-linux-gnu" if self.root else ""
        self.process = subprocess.Popen([self.binary, *self.arguments(file)], env=os.environ | {"LD_LIBRARY_PATH": libraries},
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        until = time.monotonic() + START_MAX_S
        while not self.answers():
            if time.monotonic() > until or self.process.poll() is not None:
                self.__exit__()
                return None
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            shutil.rmtree(self.folder, ignore_errors=True)

    def answers(self):
        try:
            if self.address.startswith("unix:"):
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(self.address[5:])
            else:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    @property
    def address(self):
        return f"tcp:127.0.0.1:{self.port}"

    def arguments(self, file):
        return [file]

    def version(self):
        """"nats-server 2.9.10", as far as it says so."""
        libraries = f"{self.root}/usr/lib/x86_64-linux-gnu:{self.root}/lib/x86_64-linux-gnu" if self.root else ""
        flag = "-h" if self.name == "mosquitto" else "--version"
        said = subprocess.run([self.binary, flag], env=os.environ | {"LD_LIBRARY_PATH": libraries}, capture_output=True, text=True, check=False)
        words = (said.stdout + said.stderr).replace("v=", "").split()
        number = next((word.lstrip("v") for word in words if word.lstrip("v")[:1].isdigit() and "." in word), "")
        return f"{self.name} {number}".strip()


class Nats(Peer):
    name, dialect, packages, config = "nats-server", "nats", ("nats-server",), NATS_CONFIG

    def arguments(self, file):
        return ["-c", file]


class Redis(Peer):
    name, dialect, packages, config = "redis-server", "redis", ("redis-server", "redis-tools", "liblzf1", "libatomic1"), REDIS_CONFIG

    @property
    def address(self):
        return f"unix:{self.folder}/redis.sock"


class Mosquitto(Peer):
    name, dialect, packages, config = "mosquitto", "mqtt", ("mosquitto", "libwrap0", "libdlt2", "libcjson1", "libwebsockets17", "libev4", "libuv1"), MOSQUITTO_CONFIG

    def arguments(self, file):
        return ["-c", file]


class Decnet(Peer):
    """The broker of this repository, alone."""
    name, dialect = "decnet", "decnet"

    def __init__(self, context):
        self.binary, self.root, self.process = context.binary, None, None
        self.folder = pathlib.Path(context.scratch) / "bus"

    @property
    def address(self):
        return f"unix:{self.folder}/bus.sock"

    def arguments(self, file):
        return ["--data-dir", str(self.folder / "data"), "bus", "--socket", str(self.folder / "bus.sock"), "serve"]


ALL = (Nats, Redis, Mosquitto)
