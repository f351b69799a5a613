"""Debian's nats-server, unpacked and never installed; a raw client of it; and the keys and tokens that its operators make with nsc."""
import base64
import hashlib
import json
import pathlib
import re
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
CACHE = ROOT / "build/nats-server"
START_MAX_S = 20


def binary():
    """The path of nats-server, fetched at first need."""
    program = CACHE / "root/usr/sbin/nats-server"
    if not program.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-q", "nats-server"], cwd=CACHE, check=True, capture_output=True)
        (package,) = CACHE.glob("nats-server_*.deb")
        subprocess.run(["dpkg", "-x", package, CACHE / "root"], check=True)
    return program


class Server:
    """One nats-server on a loopback port, with a piece of configuration."""

    def __init__(self, folder, port, configuration=""):
        self.port, self.process = port, None
        self.file = pathlib.Path(folder) / f"nats-{port}.conf"
        self.file.write_text(f'listen: "127.0.0.1:{port}"\n{configuration}\n')

    def start(self):
        self.process = subprocess.Popen([binary(), "-c", self.file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_MAX_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            assert self.process.poll() is None, "nats-server does not start"
            time.sleep(0.02)
        raise AssertionError("nats-server does not listen")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.go_on()
            self.kill()


class Raw:
    """Says what it likes, as anybody with access to the server can."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.stream = self.socket.makefile("rb")
        self.stream.readline()  # INFO
        self.socket.sendall(b'CONNECT {"verbose":false,"pedantic":false}\r\n')
        self.sync()

    def sync(self):
        self.socket.sendall(b"PING\r\n")
        while self.stream.readline() != b"PONG\r\n":
            pass

    def publish(self, subject, body):
        self.socket.sendall(b"PUB %b %d\r\n%b\r\n" % (subject.encode(), len(body), body))
        self.sync()

    def subscribe(self, subject):
        self.socket.sendall(b"SUB %b 1\r\n" % subject.encode())
        self.sync()

    def receive(self):
        """(subject, body) of the next message."""
        while True:
            words = self.stream.readline().split()
            if words and words[0] == b"MSG":
                body = self.stream.read(int(words[-1]) + 2)[:-2]
                return words[1].decode(), body
            assert words, "nats-server has closed the connection"

    def close(self):
        self.stream.close()
        self.socket.close()


# https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt
OPERATOR, ACCOUNT, USER, SEED = 14 << 3, 0, 20 << 3, 18 << 3


def _crc16(data):
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc.to_bytes(2, "little")


def _text(raw):
    return base64.b32encode(raw + _crc16(raw)).decode().rstrip("=")


class Key:
    def __init__(self, kind):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
        self.kind, self.private = kind, Ed25519PrivateKey.generate()
        self.public = _text(bytes([kind]) + self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        seed = self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        self.seed = _text(bytes([SEED | kind >> 5, (kind & 31) << 3]) + seed)

    def token(self, subject, name, claims):
        """A JWT about `subject`, signed with this key."""
        body = {"iat": 1_700_000_000, "iss": self.public, "sub": subject.public, "name": name, "nats": {"version": 2, **claims}}
        body["jti"] = base64.b32encode(hashlib.sha256(json.dumps(body).encode()).digest()).decode().rstrip("=")
        parts = [{"typ": "JWT", "alg": "ed25519-nkey"}, body]
        signed = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        return signed + "." + base64.urlsafe_b64encode(self.private.sign(signed.encode())).decode().rstrip("=")


def operator_mode():
    """(a server's configuration, the text of a user's .creds file)."""
    operator, account, user = Key(OPERATOR), Key(ACCOUNT), Key(USER)
    limits = {"subs": -1, "data": -1, "payload": -1}
    account_limits = {**limits, "imports": -1, "exports": -1, "wildcards": True, "conn": -1, "leaf": -1}
    configuration = "\n".join((
        f"operator: {operator.token(operator, 'test', {'type': 'operator'})}", "resolver: MEMORY", "resolver_preload: {",
        f"  {account.public}: {operator.token(account, 'decnet', {'type': 'account', 'limits': account_limits})}", "}"))
    token = account.token(user, "bridge", {"type": "user", **limits, "pub": {}, "sub": {}})
    credentials = (f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
                   f"-----BEGIN USER NKEY SEED-----\n{user.seed}\n------END USER NKEY SEED------\n")
    return configuration, credentials


def authority(folder):
    """A certificate authority of our own, and a server's certificate for the name localhost."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test authority")
    for name in ("server", "client"):
        openssl("req", *curve, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        (folder / f"{name}.ext").write_text("subjectAltName=DNS:localhost\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", f"{name}.ext", "-out", f"{name}.pem")
    return folder


def is_secret_free(log, *secrets):
    return not any(re.search(re.escape(secret), log) for secret in secrets)
