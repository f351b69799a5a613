"""Speaks the sender protocol to the collector, independently of the program: lines of events, and the files that they name."""
import hashlib
import random
import socket
import struct
import time

HELLO, LINE, BLOB, RESUME, ACK = 1, 2, 3, 4, 5


def escaped(value):
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


class Sender:
    """One sender with an origin of its own. What it sends is durable when drain() returns."""

    def __init__(self, run_folder):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(run_folder / "collector.sock"))
        self.origin, self.seq = random.getrandbits(63) | 1, 0
        self.frame(HELLO, struct.pack(">Q", self.origin) + b"test")

    def frame(self, kind, body):
        self.socket.sendall(struct.pack(">BI", kind, len(body)) + body)

    def blob(self, content):
        """A file; returns the SHA-256 that names it."""
        digest = hashlib.sha256(content)
        self.frame(BLOB, digest.digest() + content)
        return digest.hexdigest()

    def event(self, kind, severity=6, service="ssh", decky="web-01", session="-", **fields):
        self.seq += 1
        named = {"origin": f"{self.origin:016x}", "seq": str(self.seq), **fields}
        data = " ".join(f'{name}="{escaped(str(value))}"' for name, value in named.items())
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{self.seq:06d}Z"
        line = f"<{128 + severity}>1 {at} {decky} {service} {session} {kind} [decnet@32473 {data}]"
        self.frame(LINE, struct.pack(">Q", self.seq) + line.encode())

    def drain(self):
        held = b""
        acknowledged = 0
        while acknowledged < self.seq:
            while len(held) < 5 or len(held) < 5 + struct.unpack_from(">BI", held)[1]:
                more = self.socket.recv(65536)
                assert more, "the collector has hung up"
                held += more
            kind, length = struct.unpack_from(">BI", held)
            if kind == ACK:
                acknowledged = struct.unpack_from(">Q", held, 5)[0]
            held = held[5 + length:]

    def close(self):
        self.socket.close()
