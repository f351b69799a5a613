"""A Debian of its own with a real systemd as process 1, in namespaces: everything in it ends and vanishes with it."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BOOT_MAX_S = 60
COMMAND_MAX_S = 90
NAMESPACES = ("--pid", "--mount", "--net", "--ipc", "--uts", "--cgroup")
ENVIRONMENT = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive")


def why_not():
    """Why there can be no machine here; None where there can."""
    if os.geteuid() != 0:
        return "booting a Debian needs root"
    if shutil.which("mmdebstrap") is None:
        return "mmdebstrap is missing: tools/setup test installs it"
    probe = subprocess.run(["unshare", *NAMESPACES, "--fork", "mount", "-t", "cgroup2", "cgroup2", "/mnt"],
                           capture_output=True, text=True, check=False)
    return f"no namespaces here: {probe.stderr.strip()}" if probe.returncode != 0 else None


def namespaces(root, scratch, exchange, *command):
    # If the test dies, unshare does, then process 1, and the kernel ends everything in its pid namespace.
    return ["setpriv", "--pdeathsig", "KILL", "unshare", *NAMESPACES, "--fork", "--kill-child", HERE / "machine_boot", root, scratch, exchange, *command]


class Machine:
    """`exchange` is the host's folder that the machine reads as /mnt."""

    def __init__(self, root, exchange):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="decnet-machine-"))
        self.cgroup = Cgroup(f"decnet-machine-{os.getpid()}")
        self.log = tempfile.TemporaryFile()
        self.outer = subprocess.Popen(namespaces(root, self.scratch, exchange, "/lib/systemd/systemd"), stdin=subprocess.DEVNULL,
                                      stdout=self.log, stderr=self.log, preexec_fn=self.cgroup.enter)
        self.first = None

    def boot(self):
        self.first = self.wait_for(self._first, BOOT_MAX_S)
        self.wait_for(lambda: self.run("systemctl", "is-system-running", "--wait", check=False).stdout.strip() == "running", BOOT_MAX_S)

    def _first(self):
        """Process 1 of the machine, as the host counts, once it is systemd."""
        assert self.outer.poll() is None, self.said()
        children = pathlib.Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text().split()
        return next((child for child in children if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n"), None)

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-2000:]

    def run(self, *command, check=True):
        done = subprocess.run(["nsenter", "--target", self.first, "--all", "--root", "--wd", *ENVIRONMENT, *command],
                              capture_output=True, text=True, timeout=COMMAND_MAX_S, check=False)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def wait_for(self, condition, seconds=60):
        until = time.monotonic() + seconds
        while True:
            outcome = condition()
            if outcome or time.monotonic() > until:
                assert outcome, f"waited in vain {self.said()}"
                return outcome
            time.sleep(0.1)

    def halt(self):
        if self.first:
            os.kill(int(self.first), 9)
        self.outer.wait(20)
        self.log.close()
        self.scratch.rmdir()
        self.cgroup.remove()


class Cgroup:
    """A control group below the caller's own: the top of what the machine sees."""

    def __init__(self, name):
        self.mount = pathlib.Path(tempfile.mkdtemp(prefix="decnet-cgroup-"))
        subprocess.run(["mount", "-t", "cgroup2", "cgroup2", self.mount], check=True)
        own = next(line[3:] for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
        self.folder = self.mount / own.lstrip("/") / name
        self.folder.mkdir()

    def enter(self):
        (self.folder / "cgroup.procs").write_text("0")

    def remove(self):
        for folder in sorted(self.folder.rglob("*/"), reverse=True) + [self.folder]:
            self._remove(folder)
        subprocess.run(["umount", self.mount], check=True)
        self.mount.rmdir()

    @staticmethod
    def _remove(folder):
        until = time.monotonic() + 10
        while True:  # Who was killed leaves its group a moment later.
            try:
                return folder.rmdir()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
