"""The genuine redis-server of Debian 12: unpacked (never installed), started in a chroot of its own in a network
namespace of its own, so that paths, port and supervision look as systemd makes them on a real host.

Needs: Debian 12, apt-get, dpkg, unshare (root or unprivileged user namespaces).
"""
import fcntl
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys

PACKAGES = [
    "redis-server", "redis-tools",
    # What the binary links.
    "libatomic1", "libc6", "libjemalloc2", "liblzf1", "libssl3", "libsystemd0", "libcap2", "libgcrypt20", "liblzma5",
    "libzstd1", "liblz4-1", "libgpg-error0", "libstdc++6", "libgcc-s1",
]
PORT = 6379
ELSEWHERE = "192.0.2.1"  # A peer from there is not on the loopback.
SCRATCH = pathlib.Path(os.environ.get("DECNET_GENUINE", "/tmp/decnet-genuine")) / "redis"


def enter_namespaces():
    """Runs this program again as root of new user, mount and network namespaces, with the loopback up."""
    if os.environ.get("DECNET_INSIDE") != "1":
        unpack()
        unshare = ["unshare", "--user", "--map-root-user"] if os.getuid() else ["unshare"]
        os.execvpe("unshare", unshare + ["--mount", "--net", "--pid", "--fork", sys.executable, *sys.argv],
                   {**os.environ, "DECNET_INSIDE": "1"})
    for device in ["null", "urandom", "random"]:
        path = SCRATCH / "root/dev" / device
        path.touch()
        subprocess.run(["mount", "--bind", f"/dev/{device}", path], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", SCRATCH / "root/proc"], check=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = bytearray(struct.pack("16sh14x", b"lo", 0))
        fcntl.ioctl(control, 0x8913, request)  # SIOCGIFFLAGS
        flags = struct.unpack_from("h", request, 16)[0]
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))  # SIOCSIFFLAGS, IFF_UP
        address = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(ELSEWHERE))
        fcntl.ioctl(control, 0x8916, address)  # SIOCSIFADDR


def unpack():
    """Downloads and unpacks the packages once; returns the root folder."""
    root = SCRATCH / "root"
    if (root / "usr/bin/redis-server").exists():
        return root
    packages = SCRATCH / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    os.chmod(packages, 0o777)
    subprocess.run(["apt-get", "download", "-qq", *PACKAGES], cwd=packages, check=True)
    for package in packages.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, root], check=True)
    for folder in ["var/lib/redis", "var/log/redis", "run/redis", "tmp", "dev", "proc"]:
        (root / folder).mkdir(parents=True, exist_ok=True)
    os.chmod(root / "tmp", 0o1777)
    (root / "etc/redis/redis.conf").rename(root / "etc/redis/debian.conf")
    return root


class Genuine:
    """One server. `extra` are lines that are added to Debian's own redis.conf."""

    def __init__(self, root, extra=()):
        self.root = root
        conf = (root / "etc/redis/debian.conf").read_text(encoding="utf-8")
        # As the administrator of an exposed host leaves it.
        conf = conf.replace("\nprotected-mode yes", "\nprotected-mode no")
        conf = conf.replace("\nbind 127.0.0.1 -::1", "\nbind 0.0.0.0")
        (root / "etc/redis/redis.conf").write_text("\n".join([conf, *extra, ""]), encoding="utf-8")
        for leftover in (root / "var/lib/redis").iterdir():
            if leftover.is_file():
                leftover.unlink()
        ready = root / "run/redis/notify"
        ready.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(ready))
            notify.settimeout(10)
            self.process = subprocess.Popen(
                ["/usr/bin/redis-server", "/etc/redis/redis.conf", "--supervised", "systemd", "--daemonize", "no"],
                preexec_fn=self._enter, env={"NOTIFY_SOCKET": "/run/redis/notify", "PATH": "/usr/bin:/bin"},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while b"READY=1" not in notify.recv(4096):
                pass

    def _enter(self):
        os.chroot(self.root)
        os.chdir("/")

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
