"""Plays one case of the corpus against a server on loopback and writes down what came back.

A case is a few lines. A plain line is sent with CR LF after it and its answer is read; `\\xNN`, `\\r`, `\\n` and `\\0` stand for
bytes, `{TEXT*N}` for a repetition. Lines that begin with `!` do something else:

    !raw TEXT     sends TEXT as it stands          !none TEXT    sends TEXT CR LF, to which no answer is expected
    !pasv !epsv   asks for a passive port and connects to it      !late  the same as !pasv, without connecting
    !connect      connects to that port now        !port !eprt   offers a port of our own; !accept takes the connection
    !recv         reads the data connection to its end           !send TEXT  writes TEXT to it and closes it
    !cut          closes it                        !wait         waits for an answer of the control connection
    !eof          the server ends the connection   !tls !tls-data  speaks TLS on the control or the data connection
    !hello        reads the greeting (implied as the first line of a case)
"""

import hashlib
import re
import select
import socket
import ssl
import time

FIRST_BYTE_S = 9.0
QUIET_S = 0.18
SILENCE_S = 0.6
SHORT_BYTES = 3000


def unescape(text):
    text = re.sub(r"\{(.+?)\*(\d+)\}", lambda m: m[1] * int(m[2]), text)
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def quote(data):
    """A string of the recording. A run of one byte is written `\\{41*600}`."""
    if not data:
        return '""'
    runs = re.sub(rb"(.)\1{39,}", lambda m: b"\x00RUN%02x*%d\x00" % (m[0][0], len(m[0])), data, flags=re.S)
    out = []
    for part in re.split(rb"\x00(RUN[0-9a-f]{2}\*\d+)\x00", runs):
        out.append("\\{%s}" % part[3:].decode() if part.startswith(b"RUN") else plain(part))
    return '"' + "".join(out) + '"'


def plain(data):
    out = []
    for byte in data:
        if byte in (0x22, 0x5C):
            out.append("\\" + chr(byte))
        elif byte == 13:
            out.append("\\r")
        elif byte == 10:
            out.append("\\n")
        elif 32 <= byte < 127:
            out.append(chr(byte))
        else:
            out.append(f"\\x{byte:02x}")
    return "".join(out)


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


class Player:
    def __init__(self, host, port):
        self.host, self.port = host, port
        self.control = socket.create_connection((host, port), 5)
        self.control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.control.settimeout(10)
        self.log, self.slow = [], []
        self.passive = self.listener = self.data = None
        self.ended = False

    def note(self, *words):
        self.log.append(" ".join(str(word) for word in words))

    def _pull(self, wait):
        """Bytes that come within `wait` seconds; None at the end of the connection."""
        pending = getattr(self.control, "pending", lambda: 0)()
        if not pending and not select.select([self.control], [], [], wait)[0]:
            return b""
        try:
            return self.control.recv(65536) or None
        except OSError:
            return None

    def answer(self, first=FIRST_BYTE_S, quiet=QUIET_S):
        got, began = b"", time.monotonic()
        while True:
            part = self._pull(quiet if got else first)
            if part is None:
                self.ended = True
                break
            if not part:
                break
            if not got:
                took = time.monotonic() - began
                if took > 0.1:
                    self.slow.append((self.log[-1] if self.log else "", round(took, 3)))
            got += part
        if got:
            self.note("recv", quote(got))
        if self.ended:
            self.note("eof")
        return got

    def send(self, data, first=FIRST_BYTE_S, shown=None):
        self.note("at", f"{time.time():.0f}")
        self.note("send", quote(shown if shown is not None else data))
        try:
            self.control.sendall(data)
        except OSError:
            pass
        return self.answer(first)

    def _passive_port(self, reply):
        text = reply.decode("latin-1")
        if found := re.search(r"\((?:\d+,){4}(\d+),(\d+)\)", text):
            return int(found[1]) * 256 + int(found[2])
        if found := re.search(r"\(\|\|\|(\d+)\|\)", text):
            return int(found[1])
        return None

    def connect(self):
        self.note("connect")
        self.data = socket.create_connection((self.host, self.passive), 5)

    def offer(self, extended):
        self.listener = socket.create_server((self.host, 0))
        port = self.listener.getsockname()[1]
        if extended:
            self.send(f"EPRT |1|{self.host}|{port}|\r\n".encode(), shown=f"EPRT |1|{self.host}|{{port}}|\r\n".encode())
        else:
            address = self.host.replace(".", ",")
            self.send(f"PORT {address},{port >> 8},{port & 255}\r\n".encode(), shown=f"PORT {address},{{hi}},{{lo}}\r\n".encode())

    def accept(self):
        self.note("accept")
        self.listener.settimeout(5)
        self.data = self.listener.accept()[0]

    def receive(self):
        got = b""
        self.data.settimeout(10)
        try:
            while part := self.data.recv(65536):
                got += part
        except OSError:
            pass
        self.data.close()
        # A long content is not worth its place: its length and its digest tell as much.
        short = len(got) <= SHORT_BYTES
        self.note("data-recv", quote(got) if short else f"{len(got)} {hashlib.sha256(got).hexdigest()}")
        self.answer(first=1.0)

    def transmit(self, data):
        self.note("at", f"{time.time():.0f}")
        self.note("data-send", quote(data))
        try:
            self.data.sendall(data)
            if isinstance(self.data, ssl.SSLSocket):
                self.data.unwrap()
        except OSError:
            pass  # The server has closed it: its answer says why.
        self.data.close()
        self.answer()

    def step(self, line):
        word, _, rest = line.partition(" ")
        if not word.startswith("!"):
            self.send(unescape(line) + b"\r\n")
        elif word == "!raw":
            self.send(unescape(rest))
        elif word == "!none":
            self.send(unescape(rest) + b"\r\n", first=SILENCE_S)
        elif word in ("!pasv", "!epsv", "!late"):
            reply = self.send(b"EPSV\r\n" if word == "!epsv" else b"PASV\r\n")
            self.passive = self._passive_port(reply)
            if word != "!late":
                self.connect()
        elif word in ("!port", "!eprt"):
            self.offer(word == "!eprt")
        elif word == "!cut":
            self.note("data-close")
            self.data.close()
            self.answer()
        elif word == "!send":
            self.transmit(unescape(rest))
        elif word == "!tls":
            self.note("tls")
            self.control = context().wrap_socket(self.control)
        elif word == "!tls-data":
            self.note("tls-data")
            self.data = context().wrap_socket(self.data)
            self.answer(first=0.3)
        elif word == "!eof":
            if not self.ended and self._pull(FIRST_BYTE_S) is None:
                self.note("eof")
        else:
            {"!connect": self.connect, "!accept": self.accept, "!recv": self.receive, "!wait": self.answer}[word]()

    def close(self):
        for one in (self.control, self.data, self.listener):
            if one is not None:
                one.close()


def play(host, port, lines):
    """The log of one case, and its slow answers as (step, seconds)."""
    player = Player(host, port)
    player.note("at", f"{time.time():.0f}")
    player.answer()
    try:
        for line in lines:
            if player.ended:
                break
            try:
                player.step(line)
            except OSError as error:
                player.note("#", type(error).__name__)
    finally:
        player.close()
    return player.log, player.slow
