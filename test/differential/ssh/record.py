#!/usr/bin/env python3
"""Records what an SSH server says to the corpus.

    test/differential/ssh/record.py PORT > src/service/ssh/testdata/openssh.rec

A genuine sshd for it: Debian's openssh-server, unpacked with dpkg -x, on a loopback port, with UsePAM no (the one thing that differs
from Debian's configuration, and shows before a login as shorter delays only), AllowTcpForwarding no, AllowStreamLocalForwarding no,
AllowAgentForwarding no, XAuthLocation /nonexistent, MaxStartups 200, and a user ann with the password summer.
Needs python3-cryptography.
"""
import sys

import corpus
from client import Client


def raw_cases(port: int):
    for name, sent in corpus.RAW.items():
        client = Client(port)
        client.socket.sendall(sent)
        said = client.read_all()
        print(f"case raw {name}\n> {sent.hex()}\n< {said.hex()}\n{'closed' if client.closed else 'open'}")
        client.socket.close()


def keyed_cases(port: int, group: str, cases: dict, before: list):
    for name, payloads in cases.items():
        client = Client(port)
        client.handshake()
        print(f"case {group} {name}")
        for payload in [None] + before + payloads:
            if payload is not None:
                print(f"> {payload.hex()}")
                try:
                    client.socket.sendall(client.seal(payload))
                except OSError:
                    pass
            for said in client.payloads():
                print(f"< {said.hex()}")
            if client.closed:
                break
        print("closed" if client.closed else "open")
        client.socket.close()


def main():
    port = int(sys.argv[1])
    raw_cases(port)
    keyed_cases(port, "keyed", corpus.KEYED, [])
    keyed_cases(port, "inside", corpus.INSIDE, corpus.LOGIN)


if __name__ == "__main__":
    main()
