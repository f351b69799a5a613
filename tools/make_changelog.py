#!/usr/bin/env python3
"""Prints a Debian changelog with one entry: the newest section of CHANGELOG.md.

    tools/make_changelog.py VERSION

Its date is SOURCE_DATE_EPOCH, its maintainer that of packaging/control.
"""
import datetime
import email.utils
import os
import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent


def entry(changes, version, maintainer, date):
    newest = re.split(r"^## .*\n", changes, flags=re.M)[1]
    blocks = []
    for line in newest.splitlines():
        if line.startswith("### "):
            blocks.append(f"\n  [ {line[4:]} ]")
        elif line.startswith("- "):
            blocks.append(line[2:])
        elif line.strip():  # Goes on from the line above.
            blocks[-1] += " " + line.strip()
    body = "\n".join(block if block.startswith("\n") else textwrap.fill(block, 78, initial_indent="  * ", subsequent_indent="    ", break_on_hyphens=False)
                     for block in blocks)
    return f"decnet ({version}) stable; urgency=medium\n{body}\n\n -- {maintainer}  {date}\n"


def main():
    control = (ROOT / "packaging/control").read_text()
    maintainer = re.search(r"^Maintainer: (.*)$", control, re.M)[1]
    date = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    print(entry((ROOT / "CHANGELOG.md").read_text(), sys.argv[1], maintainer, email.utils.format_datetime(date)), end="")


main()
