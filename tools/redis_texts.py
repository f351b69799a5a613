"""The entry redis/texts of build/assets.pack: what the genuine redis-server says of itself in prose.

Its programs are unpacked, never installed; one server runs as the caller, without a network, reachable by a UNIX socket in
the scratch folder, for as long as it is asked. The entry is a map in RESP3, sorted by name; its values are answers, as they
are said in RESP3:

    config help              HELP of every command that has subcommands
    memory doctor            of an instance that is nearly empty
    latency doctor           while it is off; "latency doctor calm" while there is nothing to tell
    docs config|get          what COMMAND DOCS says of a command
    note set 0               the note of a command's first key specification (COMMAND)
    denied                   what a peer gets that protected mode keeps out
"""
import contextlib
import pathlib
import re
import socket
import subprocess
import time

PACKAGE = "redis-tools"  # Has the program; redis-server is only how it is started.
VERSION = "7.0."         # The decoy is one of these.
HELPS = ["acl", "client", "command", "config", "debug", "function", "latency", "memory", "module", "object", "pubsub",
         "script", "slowlog", "xgroup", "xinfo"]
START_S = 10


class Talk:
    """A conversation with a server: asks, and gives the answer as it was said and as Python has it."""

    def __init__(self, one: socket.socket):
        self.socket = one
        self.stream = one.makefile("rb")

    def __call__(self, *words: str) -> tuple:
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(bulk(word.encode()) for word in words))
        return self.read()

    def read(self) -> tuple:
        said = self.stream.readline()
        if not said.endswith(b"\r\n"):
            raise RuntimeError("the server ended the conversation")
        kind, rest = said[:1], said[1:-2]
        if kind in b"$=":
            content = self.stream.read(max(int(rest) + 2, 0))
            return said + content, content[:-2].decode()
        if kind not in b"*~%":
            return said, rest.decode()
        parts = [self.read() for _ in range(max(int(rest), 0) * (2 if kind == b"%" else 1))]
        values = [value for _, value in parts]
        whole = said + b"".join(part for part, _ in parts)
        return whole, dict(zip(values[::2], values[1::2])) if kind == b"%" else values


def bulk(text: bytes) -> bytes:
    return b"$%d\r\n%s\r\n" % (len(text), text)


def notes(command: list) -> dict:
    """Of a command's key specifications, and of its subcommands'. In RESP2 their maps are flat lists."""
    found = {}
    for number, spec in enumerate(command[8]):
        fields = spec if isinstance(spec, dict) else dict(zip(spec[::2], spec[1::2]))
        if "notes" in fields:
            found[f"note {command[0]} {number}"] = bulk(fields["notes"].encode())
    for inner in command[9]:
        found.update(notes(inner))
    return found


def ask_all(talk: Talk, protocol: str = "3") -> dict:
    """All texts but `denied`, by name."""
    talk("HELLO", protocol)
    texts = {f"{name} help": talk(name.upper(), "HELP")[0] for name in HELPS}
    texts["memory doctor"] = talk("MEMORY", "DOCTOR")[0]
    texts["latency doctor"] = talk("LATENCY", "DOCTOR")[0]
    talk("CONFIG", "SET", "latency-monitor-threshold", "1000000")
    texts["latency doctor calm"] = talk("LATENCY", "DOCTOR")[0]
    for name in talk("COMMAND", "LIST")[1]:
        docs = talk("COMMAND", "DOCS", name)[0]
        head = (b"%1\r\n" if protocol == "3" else b"*2\r\n") + bulk(name.encode())
        if not docs.startswith(head):
            raise RuntimeError(f"COMMAND DOCS {name} is not understood")
        texts[f"docs {name}"] = docs[len(head):]
    for command in talk("COMMAND")[1]:
        texts.update(notes(command))
    return texts


def denied(program: pathlib.Path) -> dict:
    """Nobody on this host is a stranger to the server, so what it says to one is read from the program."""
    match = re.search(rb"-DENIED [\x20-\x7e]+\r\n(?=\0)", program.read_bytes())
    return {"denied": match[0]} if match else {}


@contextlib.contextmanager
def running(program: pathlib.Path, libraries: str, folder: pathlib.Path):
    """A server that ends with this block, or with this program."""
    path = folder / "socket"
    command = ["setpriv", "--pdeathsig", "KILL", "redis-server", "--port", "0", "--unixsocket", path, "--unixsocketperm", "700",
               "--dir", folder, "--save", "", "--daemonize", "no", "--enable-debug-command", "yes"]
    programs = folder / "programs"  # It is told by its name what it is to be.
    programs.mkdir()
    (programs / "redis-server").symlink_to(program)
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "LD_LIBRARY_PATH": libraries}
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_S
        while not path.exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("it does not start: " + (folder / "log").read_text(errors="replace")[-300:].strip())
            time.sleep(0.02)
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(START_S)
            one.connect(str(path))
            yield Talk(one)
    finally:
        server.kill()
        server.wait()


def collect(unpack, scratch: pathlib.Path) -> bytes:
    """The entry. `unpack` gives a package's fields, and where its files are now."""
    fields, root = unpack(PACKAGE, scratch)
    # The host's own C library fits: the packages are of the host's own release.
    needed = [name for name in re.findall(r"(?:^|, )(lib[^ ,|]+)", fields["Depends"]) if name != "libc6"]
    folders = {path.parent for name in needed for path in unpack(name, scratch)[1].rglob("*.so.*")}
    program = (root / "usr/bin/redis-check-rdb").resolve()
    folder = scratch / "redis"
    folder.mkdir()
    with running(program, ":".join(map(str, sorted(folders))), folder) as talk:
        version = re.search(r"redis_version:(\S+)", talk("INFO", "server")[1])[1]
        if not version.startswith(VERSION):
            raise RuntimeError(f"Debian's is {version}, the decoy is {VERSION}x")
        texts = ask_all(talk) | denied(program)
    return b"%%%d\r\n" % len(texts) + b"".join(bulk(name.encode()) + texts[name] for name in sorted(texts))
