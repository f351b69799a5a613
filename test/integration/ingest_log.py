"""Reads the ingest log's files, independently of the program: what was acknowledged is there and nowhere else."""
import re
import struct
import subprocess

NAMED = re.compile(rb' origin="([0-9a-f]+)" seq="(\d+)"')


def records(folder):
    """(kind, line) of every whole record; a torn tail ends a segment."""
    for segment in sorted(folder.glob("*.log*")):
        data = segment.read_bytes()
        if segment.suffix == ".zst":
            data = subprocess.run(["zstd", "-dc", segment], capture_output=True, check=True).stdout
        at = 0
        while at + 8 <= len(data):
            length, _ = struct.unpack_from(">II", data, at)
            body = data[at + 8:at + 8 + length]
            if length == 0 or len(body) < length:
                break
            at += 8 + length
            kind, line = body[0], body[10 + body[9]:]
            yield kind, line[1 + line[0]:] if kind == 1 else line


def names(folder):
    """The (origin, seq) of every line that was made durable, each once."""
    found = set()
    for kind, line in records(folder):
        name = NAMED.search(line)
        if kind == 0 and name:
            found.add((name.group(1).decode(), int(name.group(2))))
    return found
