#!/usr/bin/env python3
"""Runs the genuine programs on a scratch tree and writes what they print to src/shell/cmd/testdata/commands.golden.

    test/differential/commands/record.py            # on Debian 12

Each case is five lines: "$ argv" (parts between tabs), "< input", "> output", "! errors", "= status"; bytes outside the
printable ones as \\xHH. golden_test.cc builds the same tree in memory and compares.
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

WHERE = pathlib.Path(__file__).resolve().parents[3] / "src/shell/cmd/testdata/commands.golden"
TREE = {"a.txt": "one two three\nfour five six\nseven eight nine\n", "b.txt": "apple\nbanana\napple\ncherry\n\nbanana\n",
        "numbers": "10\n9\n100\n1.5\n-3\n", "passwd": "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nwww:x:33:33:www data:/var/www:/bin/sh\n",
        "empty": "", "sub/deep/x.log": "error: a\nok\nerror: b\n", "sub/y.sh": "#!/bin/sh\necho hi\n", ".hidden": "h\n", "bin": "\x00\x01abc\x00def\n"}
CASES = pathlib.Path(__file__).with_name("cases.txt")


def escaped(data):
    return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02x}" for b in data)


def build(root):
    for name, text in TREE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
        path.chmod(0o755 if name.endswith(".sh") else 0o644)
        os.utime(path, (1_700_000_000, 1_700_000_000))
    os.symlink("a.txt", root / "link")
    os.utime(root / "link", (1_700_000_000, 1_700_000_000), follow_symlinks=False)
    for folder in ("sub/deep", "sub", "."):
        os.chmod(root / folder, 0o755)
        os.utime(root / folder, (1_700_000_000, 1_700_000_000))


def main():
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/root"}
    lines = []
    for row in CASES.read_text().splitlines():
        if not row or row.startswith("#"):
            continue
        command, _, given = row.partition(" <<< ")
        argv = [part.encode().decode("unicode_escape") if "\\x" in part else part for part in shlex.split(command)]
        data = given.encode().decode("unicode_escape").encode("latin-1")
        root = pathlib.Path(tempfile.mkdtemp(prefix="scratch"))
        build(root)
        done = subprocess.run(argv, input=data, capture_output=True, cwd=root, env=env, timeout=20, check=False)
        shutil.rmtree(root)
        out, err = (text.replace(str(root).encode(), b"/d") for text in (done.stdout, done.stderr))
        lines += ["$ " + "\t".join(escaped(part.encode()) for part in argv), "< " + escaped(data), "> " + escaped(out), "! " + escaped(err), f"= {done.returncode}"]
    WHERE.write_text("\n".join(lines) + "\n")
    print(len(lines) // 5, "cases")


if __name__ == "__main__":
    main()
