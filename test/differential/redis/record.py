#!/usr/bin/env python3
"""Records what the genuine redis-server of Debian 12 answers to the corpus, into src/service/redis/testdata/.

    test/differential/redis/record.py [family …]

A recording is text, one line a step, bytes escaped as \\r \\n \\\\ \\xNN:

    = name              a script begins
    c requirepass x     a line of redis.conf that differs from Debian's
    e                   connections come from another host than the loopback
    m digits sort       how the answers of the next step are compared
    > 1 bytes           sent on connection 1
    < 1 bytes           what came back on it before the next step
    x 1                 the server closed it
    ~ 1200              milliseconds went by
    ! 2                 we closed connection 2

In what came back \\{config help} stands for a text of the genuine server, as tools/redis_texts.py names it.

Masks: digits (every run of digits is one #), hex (40 hex digits are one #), sort (the elements of the outermost array may
come in any order), pairs (the same for a flat array of pairs), deep (sort, within elements too), words and lines (the
answer's, in any order), any (only the first byte counts), int (any integer), hexany (runs of hex digits are one #), os (the
kernel that INFO names).
"""
import pathlib
import re
import select
import socket
import sys
import time

import corpus
import genuine

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tools"))
import redis_texts  # pylint: disable=wrong-import-position

TESTDATA = ROOT / "src/service/redis/testdata"
FIRST_BYTE_S = 0.15   # For an answer that may never come.
QUIET_S = 0.004       # After a whole answer, for whatever else comes.


def escape(data):
    out = []
    for byte in data:
        if byte == 0x5C:
            out.append("\\\\")
        elif byte == 0x0D:
            out.append("\\r")
        elif byte == 0x0A:
            out.append("\\n")
        elif 0x20 <= byte < 0x7F:
            out.append(chr(byte))
        else:
            out.append(f"\\x{byte:02x}")
    return "".join(out)


def genuine_texts(root):
    """The server's prose as it is said in RESP2, the longest first, with its names."""
    server = genuine.Genuine(root, ["enable-debug-command yes"])
    try:
        with socket.create_connection(("127.0.0.1", genuine.PORT)) as one:
            texts = redis_texts.ask_all(redis_texts.Talk(one), "2")
    finally:
        server.stop()
    texts.update(redis_texts.denied(root / "usr/bin/redis-check-rdb"))
    return sorted(((text, name) for name, text in texts.items()), key=lambda row: (-len(row[0]), row[1]))


def quoted(data, masks, texts):
    """An answer as a recording has it: its prose named, and no more of it than is compared."""
    if "any" in masks:
        return escape(data[:1])
    for text, name in texts:
        before, found, after = data.partition(text)
        if found:
            return quoted(before, masks, texts) + "\\{" + name + "}" + quoted(after, masks, texts)
    return escape(data)


def reply_end(data, at=0):
    """The index behind one whole RESP value, or None while it is not whole."""
    end = data.find(b"\r\n", at)
    if end < 0:
        return None
    kind, rest = data[at:at + 1], data[at + 1:end]
    end += 2
    if kind in b"$=!":
        if int(rest) < 0:
            return end
        end += int(rest) + 2
        return end if end <= len(data) else None
    if kind in b"*%~>|":
        count = int(rest) * (2 if kind in b"%|" else 1)
        for _ in range(max(count, 0)):
            end = reply_end(data, end)
            if end is None:
                return None
        return reply_end(data, end) if kind == b"|" else end
    return end


def whole(data):
    at = 0
    try:
        while at < len(data):
            at = reply_end(data, at)
            if at is None:
                return False
    except ValueError:
        pass
    return len(data) > 0


class Player:
    def __init__(self, address, texts):
        self.address = address
        self.texts = texts
        self.sockets = {}
        self.closed = set()

    def connection(self, number):
        if number not in self.sockets:
            self.sockets[number] = socket.create_connection((self.address, genuine.PORT))
        return self.sockets[number]

    def gather(self, waiting_for, first_byte):
        got, deadline = {}, time.monotonic() + first_byte
        while True:
            open_sockets = {s: n for n, s in self.sockets.items() if n not in self.closed}
            have = got.get(waiting_for, b"")
            done = whole(have) or waiting_for in self.closed
            timeout = QUIET_S if done else max(0, deadline - time.monotonic())
            ready = select.select(list(open_sockets), [], [], timeout)[0] if open_sockets else []
            if not ready:
                return got
            for one in ready:
                number = open_sockets[one]
                try:
                    data = one.recv(1 << 20)
                except ConnectionResetError:
                    data = b""
                if data:
                    got[number] = got.get(number, b"") + data
                    deadline = time.monotonic() + FIRST_BYTE_S
                else:
                    self.closed.add(number)

    def play(self, script):
        lines = [f"= {script.name}"] + [f"c {line}" for line in script.conf] + ["e"] * script.elsewhere
        for step in script.steps:
            if step.masks:
                lines.append("m " + " ".join(step.masks))
            before = set(self.closed)
            if step.kind == "wait":
                lines.append(f"~ {step.millis}")
                time.sleep(step.millis / 1000)
                got = self.gather(0, 0.02)
            elif step.kind == "close":
                lines.append(f"! {step.connection}")
                self.sockets.pop(step.connection).close()
                got = self.gather(0, 0.02)
            else:
                lines.append(f"> {step.connection} {escape(step.data)}")
                try:
                    self.connection(step.connection).sendall(step.data)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                got = self.gather(step.connection, FIRST_BYTE_S)
            lines += [f"< {number} {quoted(data, step.masks, self.texts)}" for number, data in sorted(got.items())]
            lines += [f"x {number}" for number in sorted(self.closed - before)]
        for one in self.sockets.values():
            one.close()
        return lines


def main():
    genuine.enter_namespaces()
    root = genuine.unpack()
    texts = genuine_texts(root)
    wanted = sys.argv[1:]
    scripts = [s for s in corpus.load() if not wanted or s.family in wanted]
    TESTDATA.mkdir(parents=True, exist_ok=True)
    answers = 0
    families = {}
    for script in scripts:
        server = genuine.Genuine(root, script.conf)
        try:
            lines = Player(genuine.ELSEWHERE if script.elsewhere else "127.0.0.1", texts).play(script)
        finally:
            server.stop()
        answers += sum(line[:2] in ("< ", "x ") for line in lines)
        families.setdefault(script.family, []).extend(lines)
    for family, lines in families.items():
        (TESTDATA / f"{family}.golden").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(scripts)} scripts, {answers} answers")


if __name__ == "__main__":
    main()
