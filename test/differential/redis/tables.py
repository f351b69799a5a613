#!/usr/bin/env python3
"""Asks the genuine server what it knows of itself and writes src/service/redis/command_table.inc (COMMAND) and
config_table.inc (CONFIG GET *, with kinds and ranges as its own refusals tell them)."""
import re
import socket

import corpus
import genuine
import record

FOLDER = record.TESTDATA.parent


def parse(data, at=0):
    end = data.find(b"\r\n", at)
    kind, rest = data[at:at + 1], data[at + 1:end]
    end += 2
    if kind in b"$=":
        if int(rest) < 0:
            return None, end
        return data[end:end + int(rest)].decode("latin-1"), end + int(rest) + 2
    if kind in b"*~>":
        out = []
        for _ in range(int(rest)):
            value, end = parse(data, end)
            out.append(value)
        return out, end
    return (int(rest) if kind == b":" else rest.decode("latin-1")), end


class Asker:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", genuine.PORT))

    def __call__(self, *words):
        self.socket.sendall(corpus.resp([w.encode("latin-1") for w in words]))
        data = b""
        while not record.whole(data):
            data += self.socket.recv(1 << 20)
        return parse(data)[0]


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def dictionary(flat):
    return dict(zip(flat[::2], flat[1::2]))


def key_spec(flat):
    spec = dictionary(flat)
    begin, find = dictionary(spec["begin_search"]), dictionary(spec["find_keys"])
    at, how = dictionary(begin["spec"]), dictionary(find["spec"])
    begin = {"index": lambda: f"i{at['index']}", "keyword": lambda: f"k{at['keyword']},{at['startfrom']}",
             "unknown": lambda: "u"}[begin["type"]]()
    find = {"range": lambda: f"r{how['lastkey']},{how['keystep']},{how['limit']}",
            "keynum": lambda: f"n{how['keynumidx']},{how['firstkey']},{how['keystep']}",
            "unknown": lambda: "u"}[find["type"]]()
    return ";".join([" ".join(spec["flags"]), begin, find])


def command_rows(entry):
    name, arity, flags, first, last, step, categories, tips, keys, subcommands = entry
    yield "{%s, %d, %s, %d, %d, %d, %s, %s, %s}," % (
        quoted(name), arity, quoted(" ".join(flags)), first, last, step,
        quoted(" ".join(c[1:] for c in categories)), quoted(" ".join(tips)), quoted("|".join(key_spec(k) for k in keys)))
    for sub in sorted(subcommands):
        yield from command_rows(sub)


def range_of(ask, name, value):
    """(low, high) as a refusal of `value` tells them, or None."""
    answer = ask("CONFIG", "SET", name, value)
    match = re.search(r"between (-?\d+) and (-?\d+) inclusive", answer)
    return (match[1], match[2]) if match else None


# What its refusals do not show: the longest ranges have no value outside them that can be said.
UNSIGNED_64 = "18446744073709551615"
SPECIAL = {"bind", "save", "client-output-buffer-limit", "oom-score-adj-values", "notify-keyspace-events",
           "latency-tracking-info-percentiles", "dir", "dbfilename", "replicaof", "slaveof", "requirepass"}


def config_row(ask, name, value, aliases):
    refusal = ask("CONFIG", "SET", name, "zzz").partition(" - ")[2]
    if refusal == "":
        ask("CONFIG", "SET", name, value)
    kind, detail = "string", ""
    if "yes' or 'no" in refusal:
        kind = "boolean"
    elif "one of the following" in refusal:
        kind, detail = "choice", refusal.partition(": ")[2].replace(",", "")
    elif "parsed into an integer" in refusal:
        kind = "integer"
        bounds = (range_of(ask, name, "-9223372036854775808") or range_of(ask, name, "9223372036854775807") or
                  ("-9223372036854775808", "9223372036854775807"))
        detail = " ".join(bounds)
    elif "memory value" in refusal:
        kind = "memory"
        bounds = range_of(ask, name, "0") or range_of(ask, name, "18446744073709551615") or ("0", UNSIGNED_64)
        detail = " ".join(bounds)
    if name in SPECIAL:
        kind, detail = "special", ""
    if kind != "special" and refusal:
        ask("CONFIG", "SET", name, value)
    guard = "immutable" if "immutable" in refusal else "guarded" if "protected" in refusal else "open"
    return "{%s, %s, Kind::%s, Guard::%s, %s, %s}," % (
        quoted(name), quoted(aliases.get(name, "")), kind, guard, quoted(value), quoted(detail))


def find_aliases(values):
    """The two names of one parameter: the genuine server keeps an older word for each."""
    older = {"replica": "slave", "replicas": "slaves", "listpack": "ziplist"}
    aliases = {}
    for name in values:
        for new, old in older.items():
            other = re.sub(rf"\b{new}\b", old, name)
            if other != name and other in values:
                aliases[other] = name
    aliases.update({"slaveof": "replicaof", "lua-time-limit": "busy-reply-threshold"})
    return aliases


def write(name, what, rows):
    (FOLDER / name).write_text(
        f"// Made by test/differential/redis/tables.py from {what} of redis 7.0.15 (Debian 12). Not to be edited.\n"
        "// clang-format off\n" + "\n".join(rows) + "\n", encoding="utf-8")


def main():
    genuine.enter_namespaces()
    server = genuine.Genuine(genuine.unpack())
    ask = Asker()
    write("command_table.inc", "COMMAND", [row for entry in sorted(ask("COMMAND")) for row in command_rows(entry)])
    values = dictionary(ask("CONFIG", "GET", "*"))
    values["protected-mode"], values["bind"] = "yes", "127.0.0.1 -::1"  # As Debian's file has them.
    aliases = find_aliases(values)
    write("config_table.inc", "CONFIG GET *",
          [config_row(ask, name, values[name], aliases) for name in sorted(values)])
    server.stop()


if __name__ == "__main__":
    main()
