"""A small SSH client that does what it is told: curve25519-sha256, any host key, aes128-gcm. For recording what a server says."""
import hashlib
import os
import socket
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEX = b"curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com"
BANNER = b"SSH-2.0-OpenSSH_9.2p1"
QUIET = 0.35  # Seconds without a byte: the server has said all.


def string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def mpint(data: bytes) -> bytes:
    data = data.lstrip(b"\0")
    return string((b"\0" if data and data[0] & 0x80 else b"") + data)


def kexinit(kex=KEX, host_key=b"ssh-ed25519", cipher=b"aes128-gcm@openssh.com", mac=b"hmac-sha2-256", compression=b"none") -> bytes:
    lists = [kex, host_key, cipher, cipher, mac, mac, compression, compression, b"", b""]
    return b"\x14" + b"c" * 16 + b"".join(map(string, lists)) + b"\0" + b"\0" * 4


def plain(payload: bytes, padding: int = -1, length: int = -1) -> bytes:
    if padding < 0:
        padding = 8 - (5 + len(payload)) % 8
        padding += 8 if padding < 4 else 0
    size = 1 + len(payload) + padding if length < 0 else length
    return struct.pack(">IB", size, padding) + payload + b"\0" * padding


class Client:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.buffer = b""
        self.closed = False
        self.keys = None

    def read_all(self, wait: float = QUIET) -> bytes:
        """Everything until the server is quiet or gone."""
        self.socket.settimeout(wait)
        data, self.buffer = self.buffer, b""
        try:
            while True:
                more = self.socket.recv(65536)
                if not more:
                    self.closed = True
                    return data
                data += more
        except ConnectionResetError:
            self.closed = True
        except TimeoutError:
            pass
        return data

    def exact(self, count: int) -> bytes:
        self.socket.settimeout(5)
        while len(self.buffer) < count:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.buffer += more
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def packet(self) -> bytes:
        head = self.exact(4)
        (length,) = struct.unpack(">I", head)
        if self.keys is None:
            body = self.exact(length)
        else:
            body = self.keys["open"].decrypt(self.nonce("open"), self.exact(length + 16), head)
        return body[1:len(body) - body[0]]

    def nonce(self, side: str) -> bytes:
        fixed, counter = self.keys[side + "_iv"]
        self.keys[side + "_iv"] = (fixed, counter + 1)
        return fixed + struct.pack(">Q", counter & (2**64 - 1))

    def seal(self, payload: bytes) -> bytes:
        padding = 16 - (1 + len(payload)) % 16
        padding += 16 if padding < 4 else 0
        body = bytes([padding]) + payload + os.urandom(padding)
        head = struct.pack(">I", len(body))
        return head + self.keys["seal"].encrypt(self.nonce("seal"), body, head)

    def handshake(self):
        banner = b""
        while not banner.endswith(b"\n"):
            banner += self.exact(1)
        own = kexinit()
        self.socket.sendall(BANNER + b"\r\n" + plain(own))
        theirs = self.packet()
        key = X25519PrivateKey.generate()
        public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.socket.sendall(plain(b"\x1e" + string(public)))
        reply = self.packet()
        fields, at = [], 1
        while at < len(reply):
            (size,) = struct.unpack(">I", reply[at:at + 4])
            fields.append(reply[at + 4:at + 4 + size])
            at += 4 + size
        shared = mpint(key.exchange(X25519PublicKey.from_public_bytes(fields[1])))
        names = [BANNER, banner.strip(), own, theirs, fields[0], public, fields[1]]
        self.hash = hashlib.sha256(b"".join(map(string, names)) + shared).digest()
        assert self.packet() == b"\x15"

        def derive(letter: bytes, count: int) -> bytes:
            return hashlib.sha256(shared + self.hash + letter + self.hash).digest()[:count]

        def start(letter: bytes):
            iv = derive(letter, 12)
            return iv[:4], struct.unpack(">Q", iv[4:])[0]

        self.socket.sendall(plain(b"\x15"))
        self.keys = {"seal": AESGCM(derive(b"C", 16)), "open": AESGCM(derive(b"D", 16)),
                     "seal_iv": start(b"A"), "open_iv": start(b"B")}

    def payloads(self, wait: float = QUIET) -> list:
        """What the server says until it is quiet or gone."""
        self.buffer = self.read_all(wait)
        found = []
        while len(self.buffer) >= 4 + 16 + 16:
            (length,) = struct.unpack(">I", self.buffer[:4])
            if len(self.buffer) < 4 + length + 16:
                break
            found.append(self.packet())
        return found
