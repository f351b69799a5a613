"""Scripts of the kind that botnets paste, run to their end over ssh on a host that nothing may leave.

attack/NAME.sh is what is run, attack/NAME.out and .err what Debian 12's bash, dash, busybox, coreutils and curl print for it there.
Where a number is the host's own, the scripts print what is true of it instead. Each has an attacker's address of its own.
"""
import base64
import concurrent.futures
import dataclasses
import hashlib
import ipaddress
import os
import pathlib
import re
import socket
import subprocess

import paramiko
import pytest
from clients import download, name_of
from known_fleet import SSH

HERE = pathlib.Path(__file__).parent / "attack"
SCRIPT_MAX_S = 150
AT_ONCE = 6
SOURCES = ipaddress.ip_network("127.77.0.0/16")
QUIET = ("-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
MOVING = re.compile(r"\b(?<=after )\d+(?= m)")  # Milliseconds that a connection was tried.


@dataclasses.dataclass(frozen=True)
class Attack:
    """How a script is run, how it ends, and what must be known of it afterwards."""
    name: str
    way: str  # "exec", or the shell that reads it from standard input.
    status: int = 0
    urls: tuple = ()
    files: dict = dataclasses.field(default_factory=dict)  # Path: content, or its SHA-256.
    keys: tuple = ()  # Fingerprints of keys that were planted.


def sha256(content):
    return hashlib.sha256(content.encode("latin-1") if isinstance(content, str) else content).hexdigest()


STAGE = "".join((HERE / "heredoc_dropper.sh").read_text().split("<< 'EOF'\n")[1].split("EOF\n")[0])
UNIT = (HERE / "systemd_unit.sh").read_text().split("<<EOF\n")[1].split("EOF\n")[0]
LOADED = b"".join(bytes.fromhex(piece.replace("\\x", "")) for piece in re.findall(r"echo -ne '([^']*)'", (HERE / "echo_loader.sh").read_text()))


def key_line(name):
    return re.search(r"ssh-(?:rsa|ed25519) [^\"]*", (HERE / f"{name}.sh").read_text()).group(0) + "\n"


def fingerprint(name):
    """As ssh-keygen -l shows it."""
    digest = hashlib.sha256(base64.b64decode(key_line(name).split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


ATTACKS = [
    Attack("gafgyt_loop", "exec", urls=(
        "http://198.51.100.21/bins/kra.x86_64", "http://198.51.100.21/bins/kra.mips", "tftp://198.51.100.21/tftp2.sh",
        "ftp://198.51.100.21/ftp1.sh")),
    Attack("miner_crontab", "bash -s", urls=("http://192.0.2.44/xmrig.tar.gz",), files={
        "/var/tmp/.xm/config.json": '{"pools": [{"url": "192.0.2.44:3333", "user": "44wallet", "pass": "x", "keepalive": true}], '
                                    '"cpu": {"max-threads-hint": 75}}\n',
        "/var/spool/cron/crontabs/root": None}),
    Attack("key_planter", "exec", files={"/root/.ssh/authorized_keys": key_line("key_planter")}, keys=(fingerprint("key_planter"),)),
    Attack("outlaw", "bash -s", 127, files={"/root/.ssh/authorized_keys": key_line("outlaw")}, keys=(fingerprint("outlaw"),)),
    Attack("kinsing", "sh -s", urls=("http://203.0.113.8/kinsing",), files={"/var/spool/cron/crontabs/root": None, "/etc/sysctl.conf": None}),
    Attack("teamtnt", "exec", urls=("http://192.0.2.77/bioset",), files={"/usr/bin/bioset": "#!/bin/sh\necho bioset\n"},
           keys=(fingerprint("teamtnt"),)),
    Attack("base64_dropper", "exec"),
    Attack("heredoc_dropper", "bash -s", files={"/tmp/.stage.sh": STAGE, "/var/tmp/kept": "indented 5 substituted\n"}),
    Attack("echo_loader", "bash -s", 2, files={"/var/tmp/.d": LOADED}),
    Attack("systemd_unit", "bash -s", files={"/etc/systemd/system/networkd-helper.service": UNIT,
                                           "/usr/sbin/networkd-helper": "#!/bin/sh\nexec sleep 86400\n"}),
    Attack("rc_local", "sh -s", files={
        "/etc/rc.local": "#!/bin/sh -e\nnohup /usr/lib/.x/d -o 192.0.2.5:443 >/dev/null 2>&1 &\nexit 0\n",
        "/etc/init.d/dbus-x": "/usr/lib/.x/d\n", "/etc/cron.d/.x": "* * * * * root /usr/lib/.x/d\n"}),
    Attack("ld_preload", "bash -s", files={"/usr/local/lib/libprocesshider.so": "\x7fELF\x02\x01\x01\0hook",
                                         "/etc/ld.so.preload": "/usr/local/lib/libprocesshider.so\n"}),
    Attack("accounts", "bash -s", files={"/etc/passwd": None, "/etc/shadow": None, "/etc/ssh/sshd_config": None,
                                       "/etc/sudoers.d/90-x": "sysadm ALL=(ALL) NOPASSWD:ALL\n"}),
    Attack("cleaning", "exec", 255),  # It kills its own shell; the client has no status then.
    Attack("iptables_flush", "bash -s", files={"/etc/hosts": None, "/etc/resolv.conf": "nameserver 192.0.2.53\n"}),
    Attack("lateral", "bash -s", urls=("ssh://192.0.2.15:22/", "ssh://192.0.2.16:22/", "tcp://192.0.2.15:22/", "tcp://192.0.2.15:445/",
                                     "nc://192.0.2.16:22/", "scp://192.0.2.16:22//tmp/k"),
           files={"/root/.ssh/known_hosts": None}),
    Attack("proc_scan", "bash -s"),
    Attack("recon", "exec"),
    Attack("memory_disk", "bash -s"),
    Attack("one_liners", "bash -s", urls=(
        "tcp://192.0.2.90:4444/", "http://192.0.2.91/p.py", "tcp://192.0.2.92:4444/", "tcp://192.0.2.93:4444/", "nc://192.0.2.94:4444/",
        "http://192.0.2.95/x", "http://192.0.2.96/y", "http://192.0.2.97/z", "http://192.0.2.98/"), files={"/tmp/.n": "quiet\n"}),
    Attack("mirai_loader", "bash -s", 127, urls=("http://198.51.100.7:80/bins/mirai.x86",), files={"/tmp/.nippon": "kami/tmp\n"}),
]


RUN, PASTED = 1, 2  # The third byte of the addresses that attack.


def source_of(attack, how=RUN):
    return str(SOURCES.network_address + 256 * how + 1 + ATTACKS.index(attack))


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """What ssh asks for the password."""
    script = tmp_path_factory.mktemp("ask") / "askpass"
    script.write_text(f"#!/bin/sh\necho '{SSH.password}'\n")
    script.chmod(0o700)
    return script


def run_attack(fleet, ask, attack):
    ip, port = SSH.place(fleet)
    text = (HERE / f"{attack.name}.sh").read_text()
    by_exec = attack.way == "exec"
    words = ["ssh", *QUIET, "-b", source_of(attack), "-p", str(port), f"{SSH.user}@{ip}", text if by_exec else attack.way]
    return subprocess.run(words, input=b"" if by_exec else text.encode(), capture_output=True, timeout=SCRIPT_MAX_S,
                          env={**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"})


@pytest.fixture(scope="module")
def runs(known, ask):
    """All of them, some at a time: name → what ssh gave."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        done = pool.map(lambda attack: run_attack(known, ask, attack), ATTACKS)
        return {attack.name: one for attack, one in zip(ATTACKS, done)}


def until(channel, wanted):
    """What the terminal shows up to that, or to where it hangs or ends."""
    shown_so_far = b""
    while wanted not in shown_so_far:
        try:
            got = channel.recv(65536)
        except TimeoutError:
            break  # What it has shown tells where it hangs.
        if not got:
            break
        shown_so_far += got
    return shown_so_far


def paste(fleet, attack):
    """What a terminal shows when the script is pasted into it, to its end or the shell's.

    A shell that the script starts is waited for: what bash's line editor has not taken yet reaches a program with
    carriage returns instead of newlines, on Linux too, and sh would wait for its first line for ever.
    """
    place = SSH.place(fleet)
    transport = paramiko.Transport(socket.create_connection(place, source_address=(source_of(attack, PASTED), 0)))
    transport.connect(username=SSH.user, password=SSH.password)
    channel = transport.open_session()
    channel.get_pty("xterm", 200, 50)
    channel.invoke_shell()
    channel.settimeout(SCRIPT_MAX_S)
    text = ((HERE / f"{attack.name}.sh").read_text() + "\necho the e''nd of it\n").replace("\n", "\r").encode()
    *starts, rest = re.split(rb"(?<=\rsh\r)", text)
    shown_so_far = b""
    for start in starts:
        channel.sendall(start)
        shown_so_far += until(channel, b"\r# ")
    channel.sendall(rest)
    shown_so_far += until(channel, b"the end of it")
    transport.close()
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", shown_so_far.decode(errors="replace"))


@pytest.fixture(scope="module")
def pasted(known, runs):
    """The same from other addresses, on a terminal: name → what it showed."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return {attack.name: one for attack, one in zip(ATTACKS, pool.map(lambda attack: paste(known, attack), ATTACKS))}


def shown(output):
    return MOVING.sub("…", output.decode())


def expected(attack, stream):
    path = HERE / f"{attack.name}.{stream}"
    return path.read_text() if path.exists() else ""


each = pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name for attack in ATTACKS])


@each
def test_it_ends_as_on_a_genuine_host(runs, attack):
    done = runs[attack.name]
    assert shown(done.stdout) == expected(attack, "out")
    assert shown(done.stderr) == expected(attack, "err")
    assert done.returncode == attack.status


@each
def test_it_prints_the_same_pasted_into_a_terminal(pasted, attack):
    lines = iter(pasted[attack.name].split("\n"))
    wanted_lines = re.sub(r"bash: line \d+: ", "bash: ", expected(attack, "out")).splitlines()
    missing = [wanted for wanted in wanted_lines if not any(wanted in line for line in lines)]
    assert missing == [], pasted[attack.name]
    assert "the end of it" in pasted[attack.name] or attack.name == "cleaning"


def of_attack(events, attack):
    return [event["fields"] for event in events if event["src_ip"] == source_of(attack)]


@each
def test_what_it_asked_for_is_known(known, runs, attack):
    def look():
        asked = {fields.get("url") for fields in of_attack(known.events(type="request", service="ssh", ip=source_of(attack)), attack)}
        return set(attack.urls) <= asked or not attack.urls
    known.wait_for(look)


@each
def test_its_files_are_kept(known, runs, attack):
    def captured():
        return [(fields["path"], fields["sha256"])
                for fields in of_attack(known.events(type="file.captured", ip=source_of(attack)), attack)]
    for path, content in attack.files.items():
        digest = None if content is None else sha256(content)
        found = known.wait_for(lambda: [one for one in captured() if one[0] == path and digest in (None, one[1])])
        if digest:
            stored = known.wait_for(lambda: [row for row in known.api("/files?limit=200")["data"] if row["sha256"] == digest and row["stored"]])
            assert stored and found
            assert sha256(download(known, digest)) == digest
    assert len(captured()) == len(set(captured()))


@each
def test_its_keys_are_known(known, runs, attack):
    for wanted in attack.keys:
        known.wait_for(lambda: [fields for fields in of_attack(known.events(type="request", ip=source_of(attack)), attack)
                                if fields.get("request") == "authorized_key" and fields["key_fingerprint"] == wanted])


@each
def test_its_login_is_a_credential_and_its_session_has_ended(known, runs, attack):
    attempts = known.wait_for(lambda: of_attack(known.events(type="login.attempt", ip=source_of(attack)), attack))
    assert [(one["principal"], one["outcome"]) for one in attempts if one.get("method") != "none"] == [(SSH.user, "accepted")]
    known.wait_for(lambda: of_attack(known.events(type="session.ended", ip=source_of(attack)), attack))
    rows = known.api(f"/credentials?limit=200&decky={name_of(known, SSH.place(known)[0])}&principal={SSH.user}")["data"]
    assert rows
