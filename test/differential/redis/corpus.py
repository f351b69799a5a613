"""The corpus of byte scripts: corpus/*.txt.

    # name of a script             begins a script; a fresh server for each
    @conf requirepass secret       a line for redis.conf (before the first command)
    @elsewhere                     connections come from another host than the loopback
    SET key "va\\x00lue"            a command, split as redis-cli splits it, sent as a RESP array
    @raw "*1\\r\\n:3\\r\\n"            bytes, sent as they are
    @2 SUBSCRIBE news              the same on a second (third …) connection; also `@2 @raw …`
    @close 2                       closes a connection
    @wait 1200                     milliseconds go by
    @mask digits                   how answers of the next step are made comparable (see record.py)
"""
import dataclasses
import pathlib
import re

HERE = pathlib.Path(__file__).parent


@dataclasses.dataclass
class Step:
    kind: str               # send, wait, close
    connection: int = 1
    data: bytes = b""
    millis: int = 0
    masks: tuple = ()


@dataclasses.dataclass
class Script:
    name: str
    family: str
    elsewhere: bool = False
    conf: list = dataclasses.field(default_factory=list)
    steps: list = dataclasses.field(default_factory=list)


ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "a": "\a"}


def split(line):
    """Splits a line as redis-cli does: blanks, "…" with escapes, '…' without."""
    words, at = [], 0
    while True:
        while at < len(line) and line[at].isspace():
            at += 1
        if at == len(line):
            return words
        word, quote = "", None
        while at < len(line):
            c = line[at]
            if quote == '"' and c == "\\":
                match = re.match(r"\\x([0-9a-fA-F]{2})", line[at:])
                if match:
                    word += chr(int(match[1], 16))
                    at += 4
                    continue
                word += ESCAPES.get(line[at + 1], line[at + 1])
                at += 2
                continue
            at += 1
            if quote:
                if c == quote:
                    quote = None
                else:
                    word += c
            elif c in "\"'":
                quote = c
            elif c.isspace():
                break
            else:
                word += c
        words.append(word.encode("latin-1"))


def resp(words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


def load():
    scripts = []
    for path in sorted((HERE / "corpus").glob("*.txt")):
        script, masks = None, ()
        for line in path.read_text(encoding="utf-8").splitlines():
            line = line.strip()
            if not line:
                continue
            if line.startswith("# "):
                script = Script(line[2:], path.stem)
                scripts.append(script)
                continue
            connection = 1
            match = re.match(r"@(\d) (.*)", line)
            if match:
                connection, line = int(match[1]), match[2]
            word, _, rest = line.partition(" ")
            if word == "@elsewhere":
                script.elsewhere = True
            elif word == "@conf":
                script.conf.append(rest)
            elif word == "@mask":
                masks = tuple(rest.split())
            elif word == "@wait":
                script.steps.append(Step("wait", millis=int(rest), masks=masks))
                masks = ()
            elif word == "@close":
                script.steps.append(Step("close", connection=int(rest), masks=masks))
                masks = ()
            else:
                data = b"".join(split(rest)) if word == "@raw" else resp(split(line))
                script.steps.append(Step("send", connection, data, masks=masks))
                masks = ()
    return scripts
