"""The genuine sshd: Debian's package, unpacked and not installed, with accounts of its own (libnss-wrapper)."""
import os
import pathlib
import shutil
import subprocess
import time

from suite.decnet import free_port
from suite.peers import unpack

USER, PASSWORD = "bench", "bench"
PACKAGES = ("openssh-server", "openssh-sftp-server", "libwrap0", "libnss-wrapper")
# Debian's settings, but for PAM (which logs in nobody whom the system does not know) and what a load needs.
CONFIG = """ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/rsa
HostKey {folder}/ecdsa
HostKey {folder}/ed25519
PidFile none
KbdInteractiveAuthentication no
UsePAM no
X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
PermitRootLogin yes
MaxStartups 1000
"""


def cpu_seconds(pid):
    """Of the listener and of all that it has waited for: a process of its own serves each connection, and has one of its own."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Sshd:
    """`with Sshd(context) as sshd`: None where it cannot be had, or one is not root."""

    def __init__(self, context):
        self.root = unpack(PACKAGES, context.cache) if os.geteuid() == 0 and pathlib.Path("/run/sshd").is_dir() else None
        self.folder = pathlib.Path(context.scratch) / "sshd"
        self.process = None

    def __enter__(self):
        if self.root is None:
            return None
        self.folder.mkdir()
        for kind in ("rsa", "ecdsa", "ed25519"):
            subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", self.folder / kind], check=True)
        self.port = free_port()
        secret = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True).stdout.strip()
        files = {"passwd": f"root:x:0:0:root:/root:/bin/bash\nsshd:x:105:65534::/run/sshd:/usr/sbin/nologin\n{USER}:x:0:0::{self.folder}:/bin/bash\n",
                 "group": "root:x:0:\nnogroup:x:65534:\n", "shadow": f"root:*:19000::::::\nsshd:*:19000::::::\n{USER}:{secret}:19000:0:99999:7:::\n",
                 "config": CONFIG.format(port=self.port, folder=self.folder)}
        for name, text in files.items():
            (self.folder / name).write_text(text)
        libraries = self.root / "usr/lib/x86_64-linux-gnu"
        environment = os.environ | {"LD_LIBRARY_PATH": f"{libraries}:{self.root}/lib/x86_64-linux-gnu", "LD_PRELOAD": str(libraries / "libnss_wrapper.so")}
        environment |= {f"NSS_WRAPPER_{name.upper()}": str(self.folder / name) for name in ("passwd", "group", "shadow")}
        command = [self.root / "usr/sbin/sshd", "-D", "-e", "-f", self.folder / "config"]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        time.sleep(1)
        package = next(pathlib.Path(self.root).parent.glob("openssh-server_*.deb")).name
        self.version = "sshd " + package.split("_")[1].replace("%3a", ":").split(":")[-1]
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            shutil.rmtree(self.folder, ignore_errors=True)
