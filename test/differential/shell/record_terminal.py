#!/usr/bin/env python3
"""Types the sessions of src/shell/sh/testdata/terminal.keys to the genuine bash on a pty and writes what it answers.

    test/differential/shell/record_terminal.py

A session ends at a line "%%". Each line is one step: keys, with \\r, \\x01 and \\e as C has them. A key (a byte, or an
escape sequence) is sent when all is quiet. In terminal.steps a line holds the step, a tab and what came back,
escaped the same way. The shell is a login one without start files on a terminal of 80 by 24.
"""
import os
import pathlib
import pty
import re
import select
import fcntl
import struct
import tempfile
import termios
import time

DATA = pathlib.Path(__file__).resolve().parents[3] / "src/shell/sh/testdata"
QUIET_S = 0.04
QUIET_AFTER_LINE_S = 0.12


def unescape(text):
    return text.replace("\\e", "\\x1b").encode().decode("unicode_escape").encode("latin-1")


def escape(data):
    named = {0x1b: "\\e", 0x0d: "\\r", 0x0a: "\\n", 0x09: "\\t", 0x5c: "\\\\"}
    return "".join(named.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in data)


def keys(data):
    return re.findall(rb"\x1b\[[0-9;]*[A-Za-z~]|\x1bO.|\x1b.|.", data, re.S)


def drain(terminal, quiet):
    out = b""
    while select.select([terminal], [], [], quiet)[0]:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        out += more
    return out


def session(steps):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        environment = {"PATH": "/nonexistent", "HOME": folder, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execve("/bin/bash", ["-bash", "--noprofile"], environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        drain(terminal, 0.4)
        for step in steps:
            out = b""
            for key in keys(unescape(step)):
                try:
                    os.write(terminal, key)
                except OSError:
                    break
                out += drain(terminal, QUIET_AFTER_LINE_S if key in (b"\r", b"\x03", b"\x04") else QUIET_S)
            out = re.sub(rb"\[(\d+)\] \d+", rb"[\1] PID", out)
            yield step + "\t" + escape(out.replace(folder.encode(), b"/root"))
        os.close(terminal)
        os.waitpid(pid, 0)


def main():
    lines = []
    for block in (DATA / "terminal.keys").read_text().strip("\n").split("\n%%\n"):
        lines += list(session(block.split("\n"))) + ["%%"]
        time.sleep(0.01)
    (DATA / "terminal.steps").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
