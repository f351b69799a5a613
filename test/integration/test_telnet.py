"""telnet against the demo fleet's telnet servers: real negotiation, a login that fails, one that works, and the first bytes."""
import os
import pty
import re
import select
import socket
import subprocess
import time

import pytest
from known_fleet import TELNET

OFFER = bytes.fromhex("fffb25fffb26fffd18fffd20fffd23fffd27fffd24")


class Client:
    """inetutils-telnet on a terminal of its own."""

    def __init__(self, ip, port):
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(["telnet", str(ip), str(port)], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                                        env={**os.environ, "TERM": "xterm"})
        os.close(theirs)
        self.text = ""

    def until(self, pattern, seconds=20):
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            assert select.select([self.ours], [], [], max(0, end - time.monotonic()))[0], f"no {pattern!r} in {self.text!r}"
            try:
                self.text += os.read(self.ours, 65536).decode("utf-8", "replace")
            except OSError as gone:
                raise AssertionError(f"no {pattern!r} in {self.text!r}") from gone
        self.text = self.text[found.end():]
        return found

    def type(self, line):
        os.write(self.ours, line.encode() + b"\r")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


@pytest.fixture
def place(known):
    return TELNET.place(known)


@pytest.fixture
def client(place):
    one = Client(*place)
    yield one
    one.close()


def test_the_first_bytes_are_telnetds(place):
    with socket.create_connection(place, 10) as peer:
        peer.settimeout(2)
        assert peer.recv(100) == OFFER
        with pytest.raises(TimeoutError):
            peer.recv(100)


def test_a_wrong_password_is_recorded(known, client):
    client.until(r"Linux \S+ \(\S+\) \(pts/\d+\)\r\n\r\n\S+ login: ")
    client.type("root")
    client.until("Password: ")
    client.type("not-this-one")
    client.until("Login incorrect\r\n\\S+ login: ")
    attempt = known.wait_for_event(type="login.attempt", service="telnet", decky=TELNET.name)[0]
    assert (attempt["fields"]["principal"], attempt["fields"]["outcome"]) == ("root", "refused")
    kinds = {event["fields"]["kind"]: event["fields"]["value"] for event in known.events(type="fingerprint", service="telnet")}
    assert kinds["terminal_type"] == "xterm" and "will 24" in kinds["telnet_options"]


def test_a_login_opens_a_shell(client):
    number = client.until(r"\(pts/(\d+)\)\r\n\r\n\S+ login: ")[1]
    client.type(TELNET.user)
    client.until("Password: ")
    client.type(TELNET.password)
    client.until(r"[$#] ")
    client.type("echo $((6*7)) $TERM")
    client.until("42 xterm\r\n")
    client.type("tty")
    client.until(f"/dev/pts/{number}\r\n")
    client.type("exit")
    client.until("Connection closed by foreign host.")
