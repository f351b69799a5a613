"""What an ssh decky costs, and what its attackers cost each other."""
import contextlib
import json
import pathlib
import re
import subprocess
import time

from suite import machine, shells, sshd
from suite.decnet import LIFTED
from suite.storage import program
from suite.table import Row, Section, number

HOST_KEYS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512")
HANDSHAKE_CPU_MS, SESSION_KIB, ONE_LINER_MS, NEIGHBOUR_MS, CEILING_MIB = 1, 64, 100, 100, 256
DECKIES, PER_DECKY = 8, 4  # With as many that are being closed: below the ten that MaxStartups lets through.
IDLE_SESSIONS = 200
ONE_LINER_BYTES, SUBSTITUTIONS = 3_000, 60
FACTS = ("uname -a", "nproc", "grep -m1 name /proc/cpuinfo | cut -d: -f2", "free -m | awk '/Mem/{print $2}'", "id -u", "whoami", "hostname",
         "ls /proc | grep -c '^[0-9]'", "df -h / | tail -1", "cat /etc/os-release | head -1", "w -h | wc -l", "echo $((6*7))")
BURDENS = {"yes": "yes", "a fork bomb": ":(){ :|:& };:; sleep 30", "1 GB through a pipe": "head -c 1G /dev/zero | tr '\\0' x | wc -c",
           "1 GB to the client": "head -c 1G /dev/zero"}


def one_liner():
    """A survey of the host as scripts of attackers make it, in one line."""
    parts = [f"v{at}=$({FACTS[at % len(FACTS)]} 2>/dev/null)" for at in range(SUBSTITUTIONS)]
    line = "; ".join(parts) + "; echo " + " ".join(f"$v{at}" for at in range(SUBSTITUTIONS))
    return line + " #" + "." * max(ONE_LINER_BYTES - len(line) - 2, 0)


def engines(decnet):
    return [pid for name, pid in decnet.processes().items() if name.startswith("engine.")]


def measure(context, cpu, mode, targets, *options):
    """(outcome, CPU milliseconds of the server for one)"""
    before = cpu()
    outcome = program(context, "ssh", mode, "--targets", targets, "--seconds", context.seconds, *options)[0]
    time.sleep(0.2)  # The last of sshd's processes end.
    return outcome, (cpu() - before) / max(outcome["done"], 1) * 1000


def genuine(context):
    """{"ssh-ed25519": (outcome, CPU), …, "logins": …} of sshd."""
    with sshd.Sshd(context) as server:
        if server is None:
            return "", {}
        place, cpu = f"127.0.0.1:{server.port}", lambda: sshd.cpu_seconds(server.process.pid)
        found = {kind: measure(context, cpu, "handshakes", place, "--host-key", kind, "--connections", 8) for kind in HOST_KEYS}
        found["logins"] = measure(context, cpu, "logins", place, "--user", sshd.USER, "--password", sshd.PASSWORD, "--connections", 8)
        return server.version, found


def costs(context, decnet, version, beside):
    targets, rows = shells.targets(decnet), []
    cpu = lambda: sum(map(machine.cpu_seconds, engines(decnet)))

    def add(what, key, found, aim):
        peer = beside.get(key)
        rows.append(Row(f"{what}: CPU of the engines", found[1], "ms", aim, f"{number(peer[1])} ms: {version}" if peer else ""))
        rows.append(Row(f"{what}: one core's", 1000 / max(found[1], 1e-9), "/s", "", f"{number(1000 / max(peer[1], 1e-9))} /s" if peer else ""))
        rows.append(Row(f"{what}: seen", found[0]["per_s"], "/s", "", f"{number(peer[0]['per_s'])} /s" if peer else ""))
        rows.append(Row(f"{what}: failed", found[0]["failed"], "", "= 0"))

    for kind in HOST_KEYS:
        add(f"handshakes, {kind}", kind, measure(context, cpu, "handshakes", targets, "--host-key", kind, "--connections", DECKIES * PER_DECKY),
            f"< {HANDSHAKE_CPU_MS}" if kind == "ssh-ed25519" else "")
    add("login, uname -a, exit", "logins", measure(context, cpu, "logins", targets, *shells.LOGIN, "--connections", DECKIES * PER_DECKY), "")
    first = targets.split(",")[0]
    found, used = measure(context, cpu, "commands", first, *shells.LOGIN, "--connections", 1, "--command", one_liner())
    rows += [Row(f"one-liner with {SUBSTITUTIONS} substitutions, p50", found["p50_ms"], "ms", f"< {ONE_LINER_MS}"),
             Row(f"one-liner with {SUBSTITUTIONS} substitutions, p99", found["p99_ms"], "ms"), Row("one-liner: CPU of the engines", used, "ms")]
    return rows


def held(context, decnet, sources):
    """KiB of the engines for each of many shells that wait, and how many there are."""
    pss = lambda: sum(map(machine.pss_mib, engines(decnet)))
    # What the first login of a decky brings in for all is none of the others'.
    program(context, "ssh", "commands", "--targets", shells.targets(decnet), *shells.LOGIN, "--connections", DECKIES, "--sources", 1, "--seconds", 1)
    before = pss()
    command = [context.build / "bench/ssh_bench", "hold", "--targets", shells.targets(decnet), *shells.LOGIN, "--connections", str(IDLE_SESSIONS),
               "--sources", str(sources)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        opened = json.loads(holder.stdout.readline())["open"]
        time.sleep(3)
        grown = pss() - before
        holder.communicate("\n", timeout=60)
    return grown * 1024 / max(opened, 1), opened


def memory(context, rows):
    for what, sources, aim in (("each of an address of its own", IDLE_SESSIONS, f"< {SESSION_KIB}"), ("of one address a decky", 1, f"< {SESSION_KIB}")):
        with shells.start(context, DECKIES, LIFTED) as decnet:  # A new one: what was freed is not held against it.
            size, opened = held(context, decnet, sources)
        rows += [Row(f"idle shells, {what}: memory of one", size, "KiB PSS", aim), Row(f"idle shells, {what}: open", opened, "", f">= {IDLE_SESSIONS}")]


def peak_mib(pid):
    return int(re.search(r"^VmHWM:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1)) / 1024


@contextlib.contextmanager
def burden(context, target, command):
    run = [context.build / "bench/ssh_bench", "commands", "--targets", target, *shells.LOGIN, "--connections", "1", "--sources", "1", "--command", command,
           "--seconds", str(context.seconds + 2)]
    heavy = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        yield
    finally:
        heavy.wait(30)
        heavy.stdout.close()


def neighbours(context, rows):
    """Two attackers' commands while a third burdens the same decky."""
    def ask(decnet, target):
        cpu = lambda: sum(map(machine.cpu_seconds, engines(decnet)))
        before, began = cpu(), time.monotonic()
        found = program(context, "ssh", "commands", "--targets", target, *shells.LOGIN, "--connections", 4, "--sources", 2, "--first-source", 1,
                        "--command", "sleep 0.01; echo hi", "--seconds", context.seconds)[0]
        return found, (cpu() - before) / (time.monotonic() - began) * 100

    with shells.start(context, 2, LIFTED) as decnet:
        target = shells.targets(decnet).split(",")[0]
        quiet, busy = ask(decnet, target)
        rows += [Row("sleep 0.01; echo, beside nothing, p99", quiet["p99_ms"], "ms"), Row("nothing: CPU of the engines", busy, "% of a core")]
    for name, command in BURDENS.items():
        with shells.start(context, 2, LIFTED) as decnet:
            target = shells.targets(decnet).split(",")[0]
            with burden(context, target, command):
                found, busy = ask(decnet, target)
            peak = max(map(peak_mib, engines(decnet)))
        rows += [Row(f"sleep 0.01; echo, beside {name}, p99", found["p99_ms"], "ms", f"< {NEIGHBOUR_MS}",
                     f"p50 {number(found['p50_ms'])}, longest {number(found['max_ms'])}"),
                 Row(f"{name}: CPU of the engines", busy, "% of a core"), Row(f"{name}: most memory of an engine", peak, "MiB RSS", f"< {CEILING_MIB}")]


def ssh(context):
    version, beside = genuine(context)
    with shells.start(context, DECKIES, LIFTED) as decnet:
        rows = costs(context, decnet, version, beside)
    memory(context, rows)
    neighbours(context, rows)
    notes = [f"curve25519-sha256, aes128-gcm, no compression; {DECKIES} deckies with {PER_DECKY} clients each (MaxStartups), of whom each waits for its decky's "
             "banner: the rate that is seen is no measure of the cost, the CPU time is.", "CPU is user and system time of the serving processes; every "
             "session is recorded, made durable and stored beside it, which is not counted."]
    if version:
        notes.append(f"{version}: Debian's settings but for PAM; a new process for each connection, and one more, are counted.")
    return Section("ssh", "Handshakes, logins and shells of ssh deckies", rows, notes)
