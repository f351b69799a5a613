"""A client of the service bus in the standard library alone: what docs/service-bus.md says is enough to write one."""
import json
import socket
import struct


class Bus:
    def __init__(self, path, name, timeout=10):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rb")
        self.send("HELLO", name)

    def send(self, verb, args="", body=b""):
        header = f"{verb} {args}" if args else verb
        self.socket.sendall(header.encode("ascii") + b"\n" + struct.pack(">I", len(body)) + body)

    def publish(self, topic, payload, **more):
        self.send("PUB", topic, json.dumps({"payload": payload, **more}).encode())

    def subscribe(self, pattern):
        """Returns when no event that is published from now on can be missed."""
        self.send("SUB", pattern)
        self.ping()

    def ping(self, token="sync"):
        self.send("PING", token)
        while self.receive() != ("PONG", token, None):
            pass

    def receive(self):
        """(verb, arguments, event or None), or None at the end of the stream."""
        header = self.stream.readline()
        if not header:
            return None
        verb, _, args = header.decode("ascii").rstrip("\r\n").partition(" ")
        (length,) = struct.unpack(">I", self.stream.read(4))
        body = self.stream.read(length)
        return verb, args, json.loads(body) if body else None

    def close(self):
        self.stream.close()
        self.socket.close()
