#!/usr/bin/env python3
"""Prints the man page decnet(1), made of what the program says of itself and of the exit codes in docs/cli.md.

    tools/make_man.py PROGRAM

Its date is SOURCE_DATE_EPOCH.
"""
import datetime
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = (("/etc/decnet/decnet.toml", "configuration of the decnet that systemd runs"),
         ("/var/lib/decnet", "its data: store, ingest log, recordings, keys, backups"),
         ("/run/decnet", "its sockets"),
         ("/usr/share/doc/decnet/install.md", "install, upgrade, remove, go back"))


def help_of(program, *command):
    return subprocess.run([program, *command, "--help"], capture_output=True, text=True, check=True, timeout=30).stdout


def parse(text):
    """What it is, its usage, and the sections: title → [(name, description)]."""
    about, usage, sections, entries = "", "", {}, []
    for line in text.splitlines():
        item = re.match(r"  (\S.*?)(?:\s{2,}(.*))?$", line)
        if line.startswith("Usage: "):
            usage = line[len("Usage: "):]
        elif re.fullmatch(r"\w+:", line):
            entries = sections.setdefault(line[:-1], [])
        elif line.startswith("   ") and entries:  # Goes on from the line above.
            name, description = entries[-1]
            entries[-1] = (name, f"{description} {line.strip()}".strip())
        elif item:
            entries.append((item[1], item[2] or ""))
        elif line.strip() and not usage:
            about = line.strip()
    return about, usage, sections


def escaped(text):
    """For roff: a dash is a dash, and nothing begins a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def items(entries):
    return [line for name, description in entries for line in (".TP", f".B {escaped(name)}", escaped(description) or "\\&")]


def commands(program, words, sections):
    """Each command and, below it, its options; then the commands inside it."""
    lines = []
    for title in ("Subcommands", "Workers"):
        for name, _ in sections.get(title, []):
            about, usage, inner = parse(help_of(program, *words, name))
            lines += [f".SS {escaped(usage)}", escaped(about)]
            for section in ("Positionals", "Options"):
                lines += items(entry for entry in inner.get(section, []) if not entry[0].startswith("-h,"))
            lines += commands(program, (*words, name), inner)
    return lines


def exit_codes():
    table = (ROOT / "docs/cli.md").read_text().split("## Exit codes\n", 1)[1]
    return re.findall(r"^\| (\d+) \| (.*) \|$", table, re.M)


def main():
    program = sys.argv[1]
    about, usage, sections = parse(help_of(program))
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout.strip()
    date = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc).date()
    print("\n".join([
        f'.TH DECNET 1 "{date}" "decnet {version}" "User Commands"',
        ".SH NAME", "decnet \\- a deception network: decoy hosts that record who touches them",
        ".SH SYNOPSIS", escaped(usage),
        ".SH DESCRIPTION", escaped(about),
        ".SH OPTIONS", *items(sections["Options"]),
        ".SH COMMANDS", *commands(program, (), sections),
        ".SH EXIT STATUS", *items(exit_codes()),
        ".SH FILES", *items(FILES)]))


main()
