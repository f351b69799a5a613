"""A client of the bare protocol: packets in, packets out, nothing understood that needs not be."""
import hashlib
import socket
import struct
import time

QUIET_S = 0.15   # So long nothing came: the answer is complete.
DEPRECATE_EOF = 1 << 24


def native(password, salt):
    if not password:
        return b""
    stage1 = hashlib.sha1(password).digest()
    mix = hashlib.sha1(salt + hashlib.sha1(stage1).digest()).digest()
    return bytes(a ^ b for a, b in zip(stage1, mix))


def handshake_response(user, auth, database=None, flags=0x00AAA285, charset=45, plugin=b"mysql_native_password"):
    if database:
        flags |= 8
    out = struct.pack("<IIB23x", flags, 1 << 24, charset) + user + b"\0" + bytes([len(auth)]) + auth
    if database:
        out += database + b"\0"
    return out + plugin + b"\0"


class Wire:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), 5)
        self.closed = False
        self.sequence = 0
        self.greeting = self.receive()

    def packet(self, payload, sequence=None):
        if sequence is None:
            sequence = self.sequence
        return struct.pack("<I", len(payload))[:3] + bytes([sequence]) + payload

    def send(self, data, wait=QUIET_S):
        try:
            self.socket.sendall(data)
        except OSError:
            self.closed = True
        return self.receive(wait)

    def receive(self, wait=QUIET_S, first=2.0):
        """All that comes until it is quiet."""
        got = b""
        self.socket.settimeout(first)
        while True:
            try:
                data = self.socket.recv(1 << 16)
            except socket.timeout:
                return got
            except OSError:
                self.closed = True
                return got
            if not data:
                self.closed = True
                return got
            got += data
            self.socket.settimeout(0.01 if self.complete(got) else wait)

    def complete(self, data):
        at, last = 0, b""
        while at + 4 <= len(data):
            size = int.from_bytes(data[at:at + 3], "little")
            last = data[at + 4:at + 4 + size]
            at += 4 + size
        return at == len(data) and last[:1] in (b"\xff",)

    def login_bytes(self, user, password, database=None, **more):
        payload = self.greeting[4:]
        end = payload.index(b"\0", 1)
        salt = payload[end + 5:end + 13] + payload[end + 32:end + 44]
        return self.packet(handshake_response(user, native(password, salt), database, **more), 1)


def packets(data):
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at:at + 3], "little")
        yield data[at + 3], data[at + 4:at + 4 + size]
        at += 4 + size
