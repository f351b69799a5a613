#!/usr/bin/env python3
"""Plays the corpus to the genuine mariadbd and writes what it answers to src/service/mysql/testdata/*.golden.

    = script name
    L flags plugin user password database   a login, computed from the greeting's salt
    > bytes                                 sent
    < bytes                                 all that came back, escaped
    x                                       the server closed the connection
"""
import pathlib
import sys

import corpus
import genuine
import wire

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "src/service/mysql/testdata"


SETTINGS = ["--max-connect-errors=100000", "--skip-name-resolve"]


def escaped(data):
    return "".join(chr(b) if 0x20 <= b < 0x7f and b != 0x5c else f"\\x{b:02x}" for b in data)


def main():
    wanted = sys.argv[1:]
    genuine.enter_namespaces()
    genuine.bootstrap()
    server = genuine.Genuine(*SETTINGS)
    GOLDEN.mkdir(exist_ok=True)
    files = {}
    for family, name, steps in corpus.load():
        if wanted and family not in wanted:
            continue
        if family not in files and files:  # A fresh server each: it counts statements.
            server.stop()
            server = genuine.Genuine(*SETTINGS)
        out = files.setdefault(family, [])
        connection = wire.Wire(genuine.ELSEWHERE, genuine.PORT)
        out += [f"= {name}", f"< {escaped(connection.greeting)}"]
        for kind, data in steps:
            if connection.closed:
                break
            if kind.startswith("login"):
                user, password, database = (["-"] * 3 + data)[-3:] if len(data) == 3 else data + ["-"]
                flags = 0x00AAA285
                if "eof" in kind:
                    flags |= wire.DEPRECATE_EOF
                if "multi" in kind:
                    flags |= 1 << 16
                plugin = "caching_sha2_password" if "sha2" in kind else "mysql_native_password"
                plain = ["" if one == "-" else one for one in (user, password, database)]
                answer = connection.send(connection.login_bytes(plain[0].encode(), plain[1].encode(), plain[2].encode() or None, flags=flags, plugin=plugin.encode()))
                out.append(f"L {flags:x} {plugin} {user} {password} {database}")
            else:
                sent = data if kind == "raw" else connection.packet(data, 0)
                answer = connection.send(sent)
                out.append(f"> {escaped(sent)}")
            out.append(f"< {escaped(answer)}")
            if connection.closed:
                out.append("x")
        connection.socket.close()
    for family, lines in files.items():
        (GOLDEN / f"{family}.golden").write_text("\n".join(lines) + "\n", encoding="ascii")
    server.stop()


if __name__ == "__main__":
    main()
