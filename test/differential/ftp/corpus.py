"""The byte scripts that are played to the genuine servers (see play.py for the notation)."""

import pathlib

LOGINS = {"!alice": ["USER alice", "PASS wonderland"], "!anon": ["USER anonymous", "PASS guest@example.com"]}


def cases(server):
    """(name, setting, lines) of every case for a server: corpus/common.txt for both, corpus/<server>.txt for one.

    A case starts with `== name setting`; what follows up to the next one are its lines. `!alice` and `!anon` are logins.
    """
    folder = pathlib.Path(__file__).parent / "corpus"
    for file in ("common.txt", f"{server}.txt"):
        name = None
        for line in (folder / file).read_text(encoding="latin-1").splitlines():
            if line.startswith("== "):
                if name:
                    yield name, setting, lines
                _, name, setting = line.split()
                lines = []
            elif line in LOGINS:
                lines += LOGINS[line]
            elif line and name and not line.startswith("# "):
                lines.append(line)
        if name:
            yield name, setting, lines
