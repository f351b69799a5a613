"""telnet against the demo fleet's telnet servers: real negotiation, a login that fails, one that works, and the first bytes."""
import os
import pty
import re
import select
import socket
import subprocess
import time
import xml.etree.ElementTree as xml_tree

import pytest
from known_fleet import TELNET

OFFER_AS_NMAP_WRITES_IT = r"\xff\xfb%\xff\xfb&\xff\xfd\x18\xff\xfd\x20\xff\xfd#\xff\xfd'\xff\xfd\$"
# What nmap 7.93 gets from inetutils-telnetd 2.4; it has no name for that server.
NMAP_OF_TELNETD = {probe: OFFER_AS_NMAP_WRITES_IT for probe in ("NULL", "GenericLines", "GetRequest", "RPCCheck", "Help", "SIPOptions", "NCP")} | {
    "tn3270": OFFER_AS_NMAP_WRITES_IT + r"\xff\xfe\x19\xff\xfc\x19\xff\xfd\0\xff\xfb\0"}
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


@pytest.fixture(scope="module")
def nmap(known, tmp_path_factory):
    """A scan that goes on beside the other tests: most of it waits."""
    xml = tmp_path_factory.mktemp("nmap") / "xml"
    ip, port = TELNET.place(known)
    process = subprocess.Popen(["nmap", "-n", "-Pn", "-T5", "-sV", "-p", str(port), "-oX", xml, ip], stdout=subprocess.DEVNULL)
    yield process, xml
    process.kill()
    process.wait()


@pytest.fixture
def client(place, nmap):
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


def test_nmap_gets_what_it_gets_from_telnetd(nmap):
    process, xml = nmap
    assert process.wait(300) == 0
    service = xml_tree.parse(xml).find(".//port/service")
    assert service.get("name") == "telnet" and service.get("product") is None
    answers = dict(re.findall(r'%r\((\w+),[0-9A-F]+,"(.*?)"\)', service.get("servicefp")))
    assert answers.items() <= NMAP_OF_TELNETD.items() and "NULL" in answers
