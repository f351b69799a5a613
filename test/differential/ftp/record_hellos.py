#!/usr/bin/env python3
"""Records how the genuine servers answer ClientHellos after AUTH TLS into src/service/ftp/testdata/*.hellos.

The hellos, and what is kept of an answer, are those of test/differential/http/hellos.py. Needs what record.py needs.
"""

import argparse
import pathlib
import socket
import sys
import tempfile

import genuine

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "http"))
import hellos  # noqa: E402

TESTDATA = HERE.parents[2] / "src/service/ftp/testdata"
PORTS = {"vsftpd": 42121, "proftpd": 42131}


def first_answer(port, hello):
    peer = socket.create_connection((genuine.HOST, port), 5)
    peer.settimeout(4)
    got = b""
    try:
        peer.recv(4096)
        peer.sendall(b"AUTH TLS\r\n")
        peer.recv(4096)
        peer.sendall(hello)
        while len(got) < 5 or len(got) < 5 + int.from_bytes(got[3:5], "big"):
            part = peer.recv(65536)
            if not part:
                break
            got += part
    except OSError:
        pass
    peer.close()
    return got


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scratch", default=tempfile.gettempdir() + "/decnet-ftp-genuine", help="where packages are unpacked")
    given = parser.parse_args()
    root = genuine.Root(given.scratch, TESTDATA / "tree.txt")
    root.unpack()
    for server, package in (("vsftpd", "vsftpd"), ("proftpd", "proftpd-core")):
        lines = [f"# {package} {root.version(package)}: name, ClientHello, what the answer says; "
                 "made by test/differential/ftp/record_hellos.py"]
        root.start(server, "tls", PORTS[server])
        try:
            for name, hello in hellos.hellos().items():
                lines += [f"== {name}", f"> {hello.hex()}", f"< {hellos.said(first_answer(PORTS[server], hello))}"]
        finally:
            root.stop()
        (TESTDATA / f"{server}.hellos").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
