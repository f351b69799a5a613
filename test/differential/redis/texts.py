#!/usr/bin/env python3
"""Asks the genuine server for its prose and writes src/service/redis/texts_table.inc: HELP of every command that has
subcommands, the reports of its doctors, and COMMAND DOCS, each as it is said in RESP3."""
import socket

import corpus
import genuine
import record

OUT = record.TESTDATA.parent / "texts_table.inc"
HEAD = """// Made by test/differential/redis/texts.py from what redis 7.0.15 (Debian 12) says of itself. Not to be edited.
// Copyright (c) 2006-2022, Salvatore Sanfilippo and Redis Ltd.; BSD-3-Clause, as Debian's copyright file for redis has it.
// clang-format off
"""
HELPS = ["acl", "client", "command", "config", "debug", "function", "latency", "memory", "module", "object", "pubsub",
         "script", "slowlog", "xgroup", "xinfo"]
LITERAL_BYTES = 4000  # The standard promises no more than 64 Ki characters for a literal that is concatenated later.


def ask(one, *words):
    one.sendall(corpus.resp([word.encode() for word in words]))
    data = b""
    while not record.whole(data):
        data += one.recv(1 << 20)
    return data


def literal(data):
    out, line = [], ""
    for byte in data:
        c = chr(byte)
        line += {"\r": "\\r", "\n": "\\n", '"': '\\"', "\\": "\\\\"}.get(c) or (c if 0x20 <= byte < 0x7F else f"\\{byte:03o}")
        if len(line) > LITERAL_BYTES or (c == "\n" and len(line) > 110):
            out.append(f'"{line}"')
            line = ""
    return "\n".join(out + [f'"{line}"'])


def sorted_map(data):
    """A map of RESP3 with its entries in the order of their names: the genuine server's is another after each start."""
    at = data.find(b"\r\n") + 2
    head, entries = data[:at], []
    while at < len(data):
        value = record.reply_end(data, at)
        end = record.reply_end(data, value)
        entries.append(data[at:end])
        at = end
    return head + b"".join(sorted(entries, key=lambda entry: entry.partition(b"\r\n")[2]))


def main():
    genuine.enter_namespaces()
    server = genuine.Genuine(genuine.unpack(), ["enable-debug-command yes"])
    with socket.create_connection(("127.0.0.1", genuine.PORT)) as one:
        ask(one, "HELLO", "3")
        texts = {f"{name} help": ask(one, name.upper(), "HELP") for name in HELPS}
        texts["memory doctor"] = ask(one, "MEMORY", "DOCTOR")
        texts["latency doctor"] = ask(one, "LATENCY", "DOCTOR")
        ask(one, "CONFIG", "SET", "latency-monitor-threshold", "1000000")
        texts["latency doctor calm"] = ask(one, "LATENCY", "DOCTOR")
        texts["command docs"] = sorted_map(ask(one, "COMMAND", "DOCS"))
    server.stop()
    rows = [f'{{"{name}",\n{literal(text)}}},' for name, text in texts.items()]
    OUT.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(texts)} texts, {sum(map(len, texts.values()))} bytes")


if __name__ == "__main__":
    main()
