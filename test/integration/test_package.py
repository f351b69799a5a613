"""The Debian package on a Debian that boots for it: installed, used, upgraded, not downgraded, removed, purged without a trace."""
import json
import os
import pathlib
import re
import subprocess

import pytest
from machine import Machine, namespaces, why_not

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("DECNET_BINARY", str(ROOT / "build/release/decnet"))
OLD = subprocess.run([BINARY, "--version"], capture_output=True, text=True, check=True).stdout.strip()
NEW = f"{OLD}+newer"
ARCHITECTURE = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
OLD_FILE, NEW_FILE = (f"/mnt/decnet_{version}_{ARCHITECTURE}.deb" for version in (OLD, NEW))  # As a machine sees them.
SERVICES = [f"decnet-{name}.service" for name in ("api", "bus", "collector", "fleet", "ingester", "prepare", "reconciler")]
DAEMONS = [name for name in SERVICES if "prepare" not in name]
# What any installation leaves on a Debian: logs, apt's cache, the copies that useradd keeps of what it changed.
ALWAYS_LEFT = re.compile(r" /var/log/| /var/cache/apt/| /var/lib/apt/lists/auxfiles| /etc/(passwd|shadow|group|gshadow)- ?$")
LISTING = r"find / -xdev \( -path /tmp -o -path /var/tmp \) -prune -o -printf '%y %m %U:%G %p %l\n'; find /etc -type f -exec sha256sum {} +"


def make(folder, version):
    done = subprocess.run([ROOT / "tools/make_package", "--version", version, "--out", folder, "--compression", "none"],
                          capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return pathlib.Path(done.stdout.strip())


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A folder with decnet in two versions, of the same program."""
    folder = tmp_path_factory.mktemp("packages")
    return {version: make(folder, version) for version in (OLD, NEW)}


def field(package, name):
    return subprocess.run(["dpkg-deb", "-f", package, name], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def debian(packages):
    """A root in which everything is that decnet depends on."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    names = re.findall(r"(?:^|, )([a-z0-9.+-]+)", field(packages[OLD], "Depends"))
    return subprocess.run([ROOT / "tools/make_test_root", *names], stdout=subprocess.PIPE, text=True, timeout=600, check=True).stdout.strip()


@pytest.fixture
def machine(packages, debian):
    running = Machine(debian, packages[OLD].parent)
    try:
        running.boot()
        yield running
    finally:
        running.halt()


def unpacked(package, folder):
    subprocess.run(["dpkg-deb", "-R", package, folder], check=True)
    return folder


def test_the_same_program_gives_the_same_bytes(packages, tmp_path):
    assert make(tmp_path, OLD).read_bytes() == packages[OLD].read_bytes()


def test_the_units_are_those_of_init_and_nothing_names_where_it_was_made(packages, tmp_path):
    root = unpacked(packages[OLD], tmp_path / "package")
    subprocess.run([BINARY, "init", "--root", tmp_path / "init"], capture_output=True, check=True)
    program = str(pathlib.Path(BINARY).resolve())
    written = {path.name: path.read_text().replace(program, "/usr/bin/decnet")
               for path in (tmp_path / "init/etc/systemd/system").iterdir()}
    assert {path.name: path.read_text() for path in (root / "lib/systemd/system").iterdir()} == written
    assert (root / "DEBIAN/conffiles").read_text() == "/etc/decnet/decnet.toml\n"
    folders = subprocess.run(["grep", "-rlF", "-e", str(ROOT), "-e", str(packages[OLD].parent), root], capture_output=True, text=True, check=False)
    assert folders.stdout == ""


def test_the_man_page_is_one_that_man_reads(packages, tmp_path):
    root = unpacked(packages[OLD], tmp_path / "package")
    page = subprocess.run(["zcat", root / "usr/share/man/man1/decnet.1.gz"], capture_output=True, text=True, check=True).stdout
    told = subprocess.run([BINARY, "--help"], capture_output=True, text=True, check=True).stdout
    for command in re.findall(r"^  ([a-z]+) ", told, re.M):
        assert f"\n.SS decnet {command}" in page, command
    assert ".SH EXIT STATUS" in page and ".B 6" in page


class Installed:
    """decnet on a machine, as its operator sees it."""

    def __init__(self, machine):
        self.machine = machine

    def apt(self, *arguments):
        """What it said."""
        return self.machine.run("apt-get", "-y", "-q", *arguments).stdout

    def refused(self, *command):
        done = self.machine.run(*command, check=False)
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    def shell(self, script):
        return self.machine.run("sh", "-c", script).stdout

    def api(self, path):
        return json.loads(self.machine.run("curl", "-sS", "--unix-socket", "/run/decnet/api.sock", f"http://decnet/api/v1{path}").stdout)

    def listing(self):
        return {line for line in self.shell(LISTING).splitlines() if not ALWAYS_LEFT.search(line)}

    def version(self):
        return self.machine.run("dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", "decnet", check=False).stdout

    def pids(self):
        return {name: self.machine.run("systemctl", "show", "-P", "MainPID", name).stdout.strip() for name in DAEMONS}

    def is_well(self):
        active = self.machine.run("systemctl", "is-active", "decnet.target", *SERVICES, check=False).stdout.split()
        dashboard = self.machine.run("curl", "-sS", f"http://127.0.0.1:{self.port()}/", check=False).stdout
        return active == ["active"] * (1 + len(SERVICES)) and "<!doctype html>" in dashboard and self.api("/health")["status"] == "ok"

    def port(self):
        found = re.search(r"^port = (\d+)", self.shell("cat /etc/decnet/decnet.toml"), re.M)
        return int(found[1]) if found else 8080

    def touch_a_decky(self, path):
        """The event of it, as it is stored."""
        def address():
            return next((decky["ip"] for decky in self.api("/deckies?limit=200")["data"] if decky["state"] == "up"
                         for service in decky["services"] if service["name"] == "http" and service["state"] == "up"), None)
        where = self.machine.wait_for(address)
        self.machine.run("curl", "-sS", f"http://{where}{path}")
        return self.machine.wait_for(lambda: next((self.api(f"/events/{event['seq']}") for event in self.api("/events?limit=200&service=http")["data"]
                                                   if path in json.dumps(event)), None))


def test_a_package_comes_is_used_and_goes_without_a_trace(machine):
    decnet = Installed(machine)
    before = decnet.listing()

    # Installed: it runs, hardened, as a user of its own, and sees.
    assert "/var/lib/decnet/initial-password" in decnet.apt("install", OLD_FILE)
    machine.wait_for(decnet.is_well)
    assert machine.run("systemctl", "is-enabled", "decnet.target").stdout == "enabled\n"
    assert decnet.shell("stat -c '%a %U:%G' /var/lib/decnet /run/decnet").split("\n")[:2] == ["750 decnet:decnet"] * 2
    assert decnet.shell("ps -o user= -C decnet | sort -u") == "decnet\n"
    event = decnet.touch_a_decky("/before-the-upgrade")
    machine.run("systemctl", "reload", "decnet-api")
    assert "ingester" in machine.run("decnet", "status").stdout  # It finds its configuration.

    # The polkit rule: decnet may start its own units, and nothing else.
    machine.run("systemctl", "stop", "decnet-ingester")
    machine.run("runuser", "-u", "decnet", "--", "systemctl", "start", "decnet-ingester")
    assert "authentication" in decnet.refused("runuser", "-u", "decnet", "--", "systemctl", "start", "apt-daily.service")

    # Upgraded: new processes of the new program, all data, the operator's configuration.
    decnet.shell("printf '\\n[api]\\nport = 9090\\n' >>/etc/decnet/decnet.toml")
    pids = decnet.pids()
    decnet.apt("install", NEW_FILE)
    machine.wait_for(decnet.is_well)
    assert decnet.version() == f"installed {NEW}"
    assert decnet.port() == 9090
    assert not set(pids.values()) & set(decnet.pids().values())
    assert "deleted" not in decnet.shell("ls -l /proc/[0-9]*/exe 2>/dev/null | grep decnet")
    assert decnet.api(f"/events/{event['seq']}") == event
    decnet.touch_a_decky("/after-the-upgrade")

    # Not downgraded: nothing was stopped, nothing was changed.
    pids = decnet.pids()
    said = decnet.refused("apt-get", "-y", "install", "--allow-downgrades", OLD_FILE)
    assert f"this package is older ({OLD}) than what is or was installed here ({NEW})" in said
    assert "/usr/share/doc/decnet/install.md" in said
    assert "A downgrade is refused" in decnet.shell("cat /usr/share/doc/decnet/install.md")
    assert decnet.version() == f"installed {NEW}"
    assert decnet.pids() == pids and decnet.is_well()

    # Removed: nothing runs, the data stay, and an older package is still refused.
    decnet.apt("remove", "decnet")
    assert decnet.shell("systemctl list-units --no-legend 'decnet*' --state=active; ls -d /run/decnet 2>/dev/null || true; pgrep decnet || true") == ""
    assert decnet.shell("ls /var/lib/decnet/decnet.sqlite /etc/decnet/decnet.toml").count("\n") == 2
    assert "this package is older" in decnet.refused("dpkg", "-i", OLD_FILE)

    # Installed again, with what was there; disabled is kept.
    decnet.apt("install", NEW_FILE)
    machine.wait_for(decnet.is_well)
    assert decnet.api(f"/events/{event['seq']}") == event
    machine.run("systemctl", "disable", "decnet.target")
    decnet.apt("install", "--reinstall", NEW_FILE)
    assert machine.run("systemctl", "is-enabled", "decnet.target", check=False).stdout == "disabled\n"

    # Purged: as if it had never been there.
    decnet.shell("mkdir /etc/systemd/system/decnet-api.service.d; printf '[Service]\\nNice=5\\n' >/etc/systemd/system/decnet-api.service.d/override.conf")
    decnet.apt("purge", "decnet")
    assert decnet.listing() ^ before == set()
    assert decnet.version() == ""
    assert decnet.shell("systemctl list-units --all --no-legend 'decnet*'; systemctl list-unit-files --no-legend 'decnet*' || true") == ""
    assert decnet.shell("find /run /tmp /var/tmp /dev/shm -name '*decnet*'; pgrep decnet || true; grep -rl decnet /etc --exclude='*-' || true") == ""
    assert decnet.shell("systemctl --failed --no-legend") == ""


def test_beside_units_that_init_wrote_it_is_not_installed(machine):
    decnet = Installed(machine)
    decnet.shell(f"dpkg-deb -x {NEW_FILE} /tmp/other && /tmp/other/usr/bin/decnet init")
    assert "decnet init --remove" in decnet.refused("apt-get", "-y", "install", OLD_FILE)
    decnet.shell("/tmp/other/usr/bin/decnet init --remove")
    decnet.apt("install", OLD_FILE)
    machine.wait_for(decnet.is_well)


def test_where_systemd_does_not_run_it_is_installed_and_purged_all_the_same(packages, debian, tmp_path):
    script = f"""set -eu
        exec 3>&1 >&2
        {{ {LISTING}; }} >&3
        echo --- >&3
        dpkg -i {OLD_FILE}
        test -L /etc/systemd/system/multi-user.target.wants/decnet.target
        test "$(stat -c %U /var/lib/decnet)" = decnet
        dpkg -i {NEW_FILE}
        ! dpkg -i {OLD_FILE}
        dpkg --purge decnet
        {{ {LISTING}; }} >&3"""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    done = subprocess.run(namespaces(debian, scratch, packages[OLD].parent, "sh", "-c", script),
                          capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert "this package is older" in done.stderr
    before, after = (set(part.splitlines()) for part in done.stdout.split("---\n"))
    assert "/usr/bin" in done.stdout
    assert {line for line in before ^ after if not ALWAYS_LEFT.search(line)} == set()
