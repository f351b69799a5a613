#!/usr/bin/env python3
"""Runs genuine programs that tell of the running system and writes the shape of what they print to
src/shell/cmd/testdata/system.golden.

    test/differential/commands/record_system.py            # on Debian 12

Only the shape is kept: a number (with the blanks before it, its points, colons and unit) becomes <width>, so that columns are
compared and no fact of the recording host is. system_golden_test.cc does the same to what the emulated programs print.
A case is "$ line", "> output", "! errors", "= status".
"""
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve()
WHERE = HERE.parents[3] / "src/shell/cmd/testdata/system.golden"
NUMBER = re.compile(r" *(?<![A-Za-z0-9_<])[0-9][0-9.:,-]*(?:[KMGTP]i?B?|B|%)?(?![A-Za-z0-9_])")
WORDS = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b")


# Of a host with Debian's usual kernel.pid_max, which takes seven digits; a small one takes five.
PIDS = re.compile(r"(?:  PID| PPID| PGID|  SID|  LWP|TPGID)(?= |$)", re.M)


def wide(row, text):
    five = pathlib.Path("/proc/sys/kernel/pid_max").read_text().strip() == "32768"
    return PIDS.sub(lambda found: "  " + found.group(), text) if five and row.startswith("ps ") else text


def masked(text):
    return NUMBER.sub(lambda found: f"<{len(found.group())}>", WORDS.sub("Www", text))


def main():
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/root", "COLUMNS": "80"}
    lines = []
    for row in HERE.with_name("system_cases.txt").read_text().splitlines():
        if not row or row.startswith("#"):
            continue
        done = subprocess.run(["bash", "-c", row], capture_output=True, text=True, env=env, timeout=20, check=False, cwd="/tmp")
        out, err = (masked(wide(row, text)).replace("\\", "\\x5c").replace("\n", "\\x0a").replace("\t", "\\x09") for text in (done.stdout, done.stderr))
        lines += ["$ " + row, "> " + out, "! " + err, f"= {done.returncode}"]
    WHERE.write_text("\n".join(lines) + "\n")
    print(len(lines) // 4, "cases")


if __name__ == "__main__":
    main()
