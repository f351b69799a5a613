"""The machine that is measured on, and what its processes use."""
import os
import pathlib
import platform
import re
import time


def hardware(folder):
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1024 / 1024
    return (f"{os.cpu_count()} cores of {cpu.group(1).strip() if cpu else platform.machine()}, {memory:.0f} GiB, Linux "
            f"{platform.release().split('-')[0]}, an fsync of 4 KiB takes {fsync_millis(folder):.1f} ms")


def fsync_millis(folder, rounds=50):
    path = pathlib.Path(folder) / "fsync"
    with open(path, "wb", buffering=0) as file:
        start = time.monotonic()
        for _ in range(rounds):
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
        took = time.monotonic() - start
    path.unlink()
    return took / rounds * 1000


def load_average():
    return os.getloadavg()[0]


def pss_mib(pid):
    return int(re.search(r"^Pss:\s*(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M).group(1)) / 1024


def anonymous_mib(pid):
    """What is the process's own: its share of files changes with whoever else maps them."""
    return int(re.search(r"^Pss_Anon:\s*(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M).group(1)) / 1024


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid):
    """{pid: command line}"""
    found = {}
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            if int(folder.joinpath("stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found[int(folder.name)] = folder.joinpath("cmdline").read_text().replace("\0", " ").strip()
        except (OSError, IndexError):
            continue  # It has ended meanwhile.
    return found
