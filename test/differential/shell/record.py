#!/usr/bin/env python3
"""Runs the snippets of src/shell/sh/testdata/*.txt in the genuine bash and dash and writes what they say beside them.

    test/differential/shell/record.py

A snippet is what stands between lines of "%%"; a golden entry is the snippet, its exit status and its output (standard
output and error as one). Only shell builtins may be used, for the replaying machine has no other programs.
"""
import pathlib
import re
import subprocess
import tempfile

DATA = pathlib.Path(__file__).resolve().parents[3] / "src/shell/sh/testdata"


def run(shell, snippet, folder):
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([shell, "-c", snippet], executable=f"/bin/{shell}", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, cwd=folder, env=environment, timeout=20, check=False)
    # What differs from run to run: the folder, process ids where a shell tells of a death, times.
    text = done.stdout.replace(folder.encode(), b"/root")
    text = re.sub(rb"(line \d+: ) *\d{3,} ", rb"\1PID ", text)
    status = done.returncode if done.returncode >= 0 else 128 - done.returncode
    return status, re.sub(rb"0m0\.\d{3}s", b"0m0.000s", text)


def main():
    for source in sorted(DATA.glob("*.txt")):
        shell = source.stem.split("_")[0]
        out = b""
        for snippet in source.read_text().split("\n%%\n"):
            snippet = snippet.strip("\n")
            with tempfile.TemporaryDirectory(dir="/tmp") as folder:
                status, text = run(shell, snippet, folder)
            out += b"%%%%%%%d\n" % status + snippet.encode() + b"\n%%\n" + text + b"\n"
        source.with_suffix(".golden").write_bytes(out)


if __name__ == "__main__":
    main()
