"""The genuine mariadbd of Debian 12: unpacked (never installed), started in a chroot of its own in a network namespace of
its own, so that paths and port look as on a real host.

Needs: Debian 12, apt-get, dpkg, unshare (root or unprivileged user namespaces).
"""
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

PACKAGES = [
    "mariadb-server", "mariadb-server-core", "mariadb-client-core", "mariadb-common",
    # What the binary links, and what mysql_install_db runs.
    "libaio1", "libc6", "libssl3", "libsystemd0", "libcap2", "libgcrypt20", "liblzma5", "libzstd1", "liblz4-1", "libgpg-error0",
    "libstdc++6", "libgcc-s1", "libpcre2-8-0", "zlib1g", "libcrypt1", "libtinfo6", "libbz2-1.0", "liburing2", "libnuma1",
    "libsnappy1v5", "libpmem1", "libdaxctl1", "libkmod2", "libndctl6",
]
PORT = 3306
ELSEWHERE = "192.0.2.1"  # The accounts are those of a peer from there.
SCRATCH = pathlib.Path(os.environ.get("DECNET_GENUINE", "/tmp/decnet-genuine")) / "mysql"
ROOT = SCRATCH / "root"

# What an administrator adds who opens the server to the network.
SETUP = """
CREATE USER 'app'@'%' IDENTIFIED BY 'app-password';
GRANT ALL PRIVILEGES ON *.* TO 'app'@'%' WITH GRANT OPTION;
CREATE USER 'reader'@'%' IDENTIFIED BY 'reader-password';
GRANT SELECT ON shop.* TO 'reader'@'%';
"""


def enter_namespaces():
    """Runs this program again as root of new user, mount and network namespaces, with the loopback up."""
    if os.environ.get("DECNET_INSIDE") != "1":
        unpack()
        unshare = ["unshare", "--user", "--map-root-user"] if os.getuid() else ["unshare"]
        os.execvpe("unshare", unshare + ["--mount", "--net", "--uts", "--pid", "--fork", sys.executable, *sys.argv],
                   {**os.environ, "DECNET_INSIDE": "1"})
    for device in ["null", "urandom", "random"]:
        path = ROOT / "dev" / device
        path.touch()
        subprocess.run(["mount", "--bind", f"/dev/{device}", path], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", ROOT / "proc"], check=True)
    socket.sethostname("web-01")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = bytearray(struct.pack("16sh14x", b"lo", 0))
        fcntl.ioctl(control, 0x8913, request)  # SIOCGIFFLAGS
        flags = struct.unpack_from("h", request, 16)[0]
        fcntl.ioctl(control, 0x8914, struct.pack("16sh14x", b"lo", flags | 1))  # SIOCSIFFLAGS, IFF_UP
        address = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(ELSEWHERE))
        fcntl.ioctl(control, 0x8916, address)  # SIOCSIFADDR


def unpack():
    """Downloads and unpacks the packages once."""
    if (ROOT / "dev").exists():
        return
    packages = SCRATCH / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    os.chmod(packages, 0o777)
    subprocess.run(["apt-get", "download", "-qq", *PACKAGES], cwd=packages, check=True)
    for package in packages.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, ROOT], check=True)
    for folder in ["var/lib/mysql", "run/mysqld", "tmp", "dev", "proc"]:
        (ROOT / folder).mkdir(parents=True, exist_ok=True)
    os.chmod(ROOT / "tmp", 0o1777)


def bootstrap():
    """What mysql_install_db does: the system tables, without the Unix socket's root."""
    data = ROOT / "var/lib/mysql"
    shutil.rmtree(data, ignore_errors=True)
    (data / "mysql").mkdir(parents=True)
    share = ROOT / "usr/share/mysql"
    script = "create database if not exists mysql;\nuse mysql;\nSET @auth_root_socket='mysql';\n"
    for part in ["mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql",
                 "fill_help_tables.sql", "maria_add_gis_sp_bootstrap.sql", "mysql_sys_schema.sql"]:
        script += (share / part).read_text(encoding="utf-8") + "\n"
    subprocess.run(["/usr/sbin/mariadbd", "--no-defaults", "--bootstrap", "--user=root", "--basedir=/usr", "--datadir=/var/lib/mysql",
                    "--log-warnings=0", "--enforce-storage-engine=", "--loose-plugin-load-add="],
                   input=script.encode(), preexec_fn=enter, env={"PATH": "/usr/bin:/bin"},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def enter():
    os.chroot(ROOT)
    os.chdir("/")


class Genuine:
    """One server, with the accounts of SETUP."""

    def __init__(self, *settings, setup=SETUP):
        (ROOT / "tmp/setup.sql").write_text(setup.replace(";\n", ";\n"), encoding="utf-8")
        conf = ROOT / "etc/mysql/my.cnf"
        conf.unlink(missing_ok=True)
        conf.write_text("[client-server]\nsocket = /run/mysqld/mysqld.sock\n!includedir /etc/mysql/conf.d/\n"
                        "!includedir /etc/mysql/mariadb.conf.d/\n", encoding="utf-8")
        (ROOT / "etc/mysql/conf.d").mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            ["/usr/sbin/mariadbd", "--user=root", "--bind-address=0.0.0.0", "--init-file=/tmp/setup.sql", *settings],
            preexec_fn=enter, env={"PATH": "/usr/bin:/bin"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(SCRATCH / "error.log", "wb"))
        until = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", PORT), 1).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
