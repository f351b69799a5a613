#!/usr/bin/env python3
"""Fails if a module under src/ includes a module that its row does not allow, or if the rows have a cycle.

LAYERS is the module table of docs/layout.md, bottom up. A new module is one row here; everything else is an error.
"""
import pathlib
import re
import sys

LAYERS = {
    "base": [],
    "net": ["base"],
    "event": ["base"],
    "persona": ["base"],
    "fingerprint": ["base"],
    "fleet": ["base", "persona"],
    "codec": ["base"],
    "session": ["base", "net", "event", "persona"],
    "shell": ["base", "persona", "event"],
    "site": ["base", "net", "event", "persona", "codec", "session"],
    "guest": ["base", "net", "event", "persona", "codec", "session", "shell"],
    "bus": ["base", "net"],
    "store": ["base", "event", "fleet"],
    "ingest": ["base", "net", "event"],
    "control": ["base", "net", "fleet"],
    "service": ["base", "net", "event", "persona", "fingerprint", "codec", "session", "site", "shell", "guest"],
    "netd": ["base", "net", "persona", "fleet", "control"],
    "engine": ["base", "net", "event", "persona", "fingerprint", "fleet", "ingest", "control", "session", "service"],
    "worker": ["base", "net", "event", "persona", "fingerprint", "fleet", "bus", "store", "ingest", "control"],
    "api": ["base", "net", "event", "fleet", "bus", "store"],
    "app": ["base", "net", "event", "persona", "fingerprint", "fleet", "bus", "store", "ingest", "control", "service",
            "session", "netd", "engine", "worker", "api"],
}
# Folders whose children must not see each other: service/http never includes service/ftp.
ISLANDS = {"service", "worker"}
# What all children of an island folder may include beside their own.
SHARED = {"worker": {"runtime"}, "service": set()}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def problems(src):
    for path in sorted(src.rglob("*.[ch]*")):
        here = path.relative_to(src).parts
        for target in INCLUDE.findall(path.read_text(encoding="utf-8", errors="replace")):
            there = pathlib.PurePosixPath(target).parts
            where = f'{path.relative_to(src)}: includes "{target}"'
            if len(there) < 2:
                continue  # A generated file beside its user.
            if here[0] not in LAYERS or there[0] not in LAYERS:
                yield f"{where}, but a module is missing from LAYERS"
            elif here[0] != there[0] and there[0] not in LAYERS[here[0]]:
                yield f"{where}, but {here[0]} may only use {LAYERS[here[0]]}"
            elif (here[0] == there[0] and here[0] in ISLANDS and len(there) > 2 and len(here) > 2
                  and here[1] != there[1] and there[1] not in SHARED[here[0]]):
                yield f"{where}, but {here[0]}/{here[1]} may not see its sibling {there[1]}"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    done = set()
    for module, uses in LAYERS.items():  # Listed bottom up, so that this forbids cycles, too.
        found += [f"LAYERS: {module} uses {u}, which is not listed above it" for u in uses if u not in done]
        done.add(module)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
