#!/usr/bin/env python3
"""Types the conversations of src/shell/cmd/testdata/*.keys to genuine full-screen programs on a pty and writes what they answer.

    test/differential/shell/record_screens.py ROOT [NAME…]      # as root, on Debian 12

ROOT is a folder into which the packages of the programs were unpacked (dpkg -x: less, nano, vim-tiny, ncurses-base, libc6, dash …); the
programs run in it by chroot. NAME.steps is written for each NAME.keys.

A conversation ends at a line "%%". Its first line is "$ command"; each further line is one step: keys, with \\r, \\x01 and \\e as C
has them; a key (a byte, or an escape sequence) is sent when all is quiet. A line of steps holds the step, a tab and what came
back, escaped the same way. The terminal has 24 lines of 80 columns.
"""
import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import sys
import termios

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "commands"))
import record  # noqa: E402
import record_terminal as typing  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parents[3] / "src/shell/cmd/testdata"
QUIET_START_S = 0.5
QUIET_S = 0.12
QUIET_AFTER_LINE_S = 0.3
QUIET_AFTER_ESCAPE_S = 1.2  # As long as an editor waits for the rest of a sequence.
MORE = {"long.txt": "".join(f"line {n}\n" for n in range(1, 101)), "wide.txt": "x" * 70 + "\tafter the tab and then much more of the line\nshort\n",
        "elf": "\x7fELF\2\1\1" + "\0" * 57 + "\3\4\xff\xfe\n",
        "utf8.txt": "na\xc3\xafve \xe2\x82\xac \xff end\nb\x08bo\x08ol\x08ld _\x08u_\x08n plain\n",
        "words.c": "int main(void) {\n\tint one = 1;\n\treturn one;\n}\n"}


def keys(data):
    return re.findall(rb"\x1b\[[0-9;]*[A-Za-z~]|\x1bO.|.", data, re.S)


def build(root):
    shutil.rmtree(root / "d", ignore_errors=True)
    (root / "d").mkdir()
    record.build(root / "d")
    for name, text in MORE.items():
        (root / "d" / name).write_bytes(text.encode("latin-1"))
        os.utime(root / "d" / name, (1_700_000_000, 1_700_000_000))
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")


def conversation(root, command, steps):
    build(root)
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/root", "TERM": "xterm", "LC_ALL": "C.UTF-8", "SHELL": "/bin/bash"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.umask(0o022)
        os.chroot(root)
        os.chdir("/d")
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.execve("/bin/sh", ["sh", "-c", command], environment)
    yield "$ " + command + "\t" + typing.escape(typing.drain(terminal, QUIET_START_S))
    for step in steps:
        out = b""
        for key in keys(typing.unescape(step)):
            try:
                os.write(terminal, key)
            except OSError:
                break
            out += typing.drain(terminal, QUIET_AFTER_ESCAPE_S if key == b"\x1b" else QUIET_AFTER_LINE_S if key == b"\r" else QUIET_S)
        yield step + "\t" + typing.escape(out)
    os.close(terminal)
    os.waitpid(pid, 0)


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    if root == pathlib.Path("/"):
        sys.exit("ROOT is the host's own: its /etc/passwd would be replaced")
    for source in sorted(DATA.glob("*.keys")):
        if len(sys.argv) > 2 and source.stem not in sys.argv[2:]:
            continue
        lines = []
        for block in source.read_text().strip("\n").split("\n%%\n"):
            first, *steps = block.split("\n")
            lines += list(conversation(root, first[2:], steps)) + ["%%"]
        source.with_suffix(".steps").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
