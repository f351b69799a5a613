#!/usr/bin/env python3
"""Records src/service/ftp/testdata/{vsftpd,proftpd}.rec from the genuine servers: `record.py [vsftpd|proftpd] [CASE…]`.

Needs root, Debian 12's package archive and loopback. With names of cases it prints those instead of writing a file.
"""

import argparse
import pathlib
import signal
import sys
import tempfile

import corpus
import genuine
from play import play

TESTDATA = pathlib.Path(__file__).resolve().parents[3] / "src/service/ftp/testdata"
PORTS = {"vsftpd": 42121, "proftpd": 42131}


def record(root, server, names):
    out, slow = [], []
    settings = {}
    for name, setting, lines in corpus.cases(server):
        if not names or name in names:
            settings.setdefault(setting, []).append((name, lines))
    package = {"vsftpd": "vsftpd", "proftpd": "proftpd-core"}[server]
    out.append(f"# {package} {root.version(package)}; written by test/differential/ftp/record.py")
    for setting, cases in settings.items():
        root.start(server, setting, PORTS[server])
        try:
            for name, lines in cases:
                print(f"{server} {setting} {name}", file=sys.stderr, flush=True)
                root.lay_out()
                log, late = play(genuine.HOST, PORTS[server], lines)
                out += ["", f"case {name} {setting}", *log]
                slow += [(name, *entry) for entry in late]
        finally:
            root.stop()
    return "\n".join(out) + "\n", slow


def merge(file, text):
    """Replaces the cases of a recording that `text` has, and appends those that are new."""
    split = lambda whole: {part.split()[0]: part for part in whole.split("\ncase ")[1:]}
    head, old, new = file.read_text().split("\ncase ")[0], split(file.read_text()), split(text)
    old.update(new)
    file.write_text(head + "".join("\ncase " + part.rstrip("\n") + "\n" for part in old.values()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", nargs="?", choices=["vsftpd", "proftpd"])
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--scratch", default=tempfile.gettempdir() + "/decnet-ftp-genuine", help="where packages are unpacked")
    parser.add_argument("--update", action="store_true", help="put the named cases into the recording instead of printing them")
    parser.add_argument("--testdata", type=pathlib.Path, default=TESTDATA, help="where tree.txt is and the recordings go")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # So that the server is stopped with us.
    root = genuine.Root(given.scratch, given.testdata / "tree.txt")
    root.unpack()
    for server in [given.server] if given.server else ["vsftpd", "proftpd"]:
        text, slow = record(root, server, set(given.cases))
        if given.update:
            merge(given.testdata / f"{server}.rec", text)
        elif given.cases:
            print(text)
        else:
            (given.testdata / f"{server}.rec").write_text(text)
            print(f"{server}: {text.count(chr(10) + 'case ')} cases, {text.count(chr(10) + 'recv ')} answers")
        for name, step, seconds in slow:
            print(f"  slow: {name}: {step[:60]}: {seconds} s", file=sys.stderr)


if __name__ == "__main__":
    main()
