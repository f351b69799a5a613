"""The genuine FTP servers of Debian, unpacked into a scratch folder and run there inside a chroot.

Nothing is installed. Packages come by `apt-get download`, are unpacked by `dpkg -x`, and the servers listen on high ports
of loopback. Needs root (chroot, uids) and Linux. The file tree that they show is laid out from testdata/tree.txt, the
same list that the emulator's test reads.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

PACKAGES = """vsftpd proftpd-core proftpd-mod-crypto libc6 libpam0g libpam-modules libpam-modules-bin libcap2 libssl3
libwrap0 libacl1 libaudit1 libcap-ng0 libselinux1 libcrypt1 libdb5.3 libcom-err2 libgcc-s1 libstdc++6 libgssapi-krb5-2
libkrb5-3 libkrb5support0 libk5crypto3 libkeyutils1 libnsl2 libtirpc3 libhashkit2 libhiredis0.14 libidn2-0 libunistring2
libmemcached11 libmemcachedutil2 libncursesw6 libtinfo6 libpcre2-8-0 libpcre2-posix3 libsasl2-2 zlib1g libzstd1
libsodium23 libattr1""".split()

HOST = "127.0.0.1"
HOSTNAME = "ftp-01.corp.example"
ACCOUNTS = {"alice": ("wonderland", 1000), "bob": ("builder", 1001)}

PASSWD = """root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ftp:x:104:111:ftp daemon,,,:/srv/ftp:/usr/sbin/nologin
proftpd:x:105:65534::/run/proftpd:/usr/sbin/nologin
alice:x:1000:1000:Alice,,,:/home/alice:/bin/bash
bob:x:1001:1001:Bob,,,:/home/bob:/bin/bash
"""
GROUP = """root:x:0:
daemon:x:1:
www-data:x:33:
ftp:x:111:
alice:x:1000:
bob:x:1001:
nogroup:x:65534:
"""
# What Debian's libpam-runtime writes when nothing but local accounts is set up.
PAM = {
    "common-auth": "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n",
    "common-account": "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\n"
                      "account requisite pam_deny.so\naccount required pam_permit.so\n",
    "common-session": "session [default=1] pam_permit.so\nsession requisite pam_deny.so\nsession required pam_permit.so\n"
                      "session required pam_unix.so\n",
}
PAM["common-session-noninteractive"] = PAM["common-session"]

VSFTPD_DEBIAN = """listen=NO
listen_ipv6=YES
anonymous_enable=NO
local_enable=YES
dirmessage_enable=YES
use_localtime=YES
xferlog_enable=YES
connect_from_port_20=YES
secure_chroot_dir=/var/run/vsftpd/empty
pam_service_name=vsftpd
rsa_cert_file=/etc/ssl/server.pem
rsa_private_key_file=/etc/ssl/server.key
"""
VSFTPD = {
    "closed": "ssl_enable=NO\n",
    "open": "ssl_enable=NO\nanonymous_enable=YES\nwrite_enable=YES\nanon_upload_enable=YES\nanon_mkdir_write_enable=YES\n",
    "tls": "ssl_enable=YES\nwrite_enable=YES\nanonymous_enable=YES\nforce_local_data_ssl=NO\nrequire_ssl_reuse=NO\nforce_local_logins_ssl=NO\n",
    "hurried": "ssl_enable=NO\nidle_session_timeout=2\ndata_connection_timeout=2\naccept_timeout=1\nconnect_timeout=1\n",
}

PROFTPD_ANONYMOUS = """<Anonymous ~ftp>
  User ftp
  Group nogroup
  UserAlias anonymous ftp
  DirFakeUser on ftp
  DirFakeGroup on ftp
  RequireValidShell off
  MaxClients 10
  DisplayLogin welcome.msg
  DisplayChdir .message
  <Directory *>
    <Limit WRITE>
      DenyAll
    </Limit>
  </Directory>
  <Directory incoming>
    Umask 022  022
    <Limit READ WRITE>
      DenyAll
    </Limit>
    <Limit STOR>
      AllowAll
    </Limit>
  </Directory>
</Anonymous>
"""
PROFTPD_TLS = """LoadModule mod_tls.c
<IfModule mod_tls.c>
TLSEngine on
TLSLog /var/log/proftpd/tls.log
TLSRSACertificateFile /etc/ssl/server.pem
TLSRSACertificateKeyFile /etc/ssl/server.key
TLSVerifyClient off
TLSOptions NoSessionReuseRequired
</IfModule>
"""
PROFTPD = {
    "closed": "",
    "open": PROFTPD_ANONYMOUS,
    "tls": PROFTPD_TLS + PROFTPD_ANONYMOUS,
    "hurried": "TimeoutIdle 5\nTimeoutLogin 2\nTimeoutNoTransfer 2\nTimeoutStalled 2\n",
}


def content(path, size):
    """What a file of the tree holds: lines that say where they are. testdata/tree.txt names sizes only."""
    out, n = bytearray(), 1
    while len(out) < size:
        out += f"{n:06d} {path}\n".encode()
        n += 1
    return bytes(out[:size])


class Root:
    """A root folder with both servers in it."""

    def __init__(self, scratch, tree):
        self.scratch = pathlib.Path(scratch)
        self.path = self.scratch / "root"
        self.tree = pathlib.Path(tree)
        self.process = None

    def unpack(self):
        packages = self.scratch / "packages"
        if not packages.exists():
            packages.mkdir(parents=True)
            subprocess.run(["apt-get", "download", *PACKAGES], cwd=packages, check=True, capture_output=True)
        if not self.path.exists():
            for deb in sorted(packages.glob("*.deb")):
                subprocess.run(["dpkg", "-x", deb, self.path], check=True)
            self._furnish()

    def version(self, package):
        (deb,) = (self.scratch / "packages").glob(f"{package}_*.deb")
        return subprocess.run(["dpkg-deb", "-f", deb, "Version"], check=True, capture_output=True, text=True).stdout.strip()

    def _furnish(self):
        root = self.path
        for folder in ("dev", "tmp", "run/vsftpd/empty", "run/proftpd", "var/log/proftpd", "etc/proftpd/conf.d", "etc/ssl", "bin"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        if not (root / "var/run").exists():
            (root / "var/run").symlink_to("../run")
        os.chmod(root / "tmp", 0o1777)
        for name, minor in (("null", 3), ("zero", 5), ("random", 8), ("urandom", 9)):
            os.mknod(root / "dev" / name, 0o666 | 0o020000, os.makedev(1, minor))
        (root / "etc/passwd").write_text(PASSWD)
        (root / "etc/group").write_text(GROUP)
        shadow = ["root:*:19000:0:99999:7:::", "ftp:*:19000:0:99999:7:::", "proftpd:*:19000:0:99999:7:::"]
        for user, (password, _) in ACCOUNTS.items():
            hashed = subprocess.run(["openssl", "passwd", "-6", password], check=True, capture_output=True, text=True).stdout.strip()
            shadow.append(f"{user}:{hashed}:19000:0:99999:7:::")
        (root / "etc/shadow").write_text("\n".join(shadow) + "\n")
        (root / "etc/shells").write_text("/bin/sh\n/bin/bash\n")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {HOSTNAME} {HOSTNAME.split('.')[0]}\n::1 localhost\n")
        (root / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\nshadow: files\nhosts: files\n")
        (root / "etc/proftpd/modules.conf").write_text((root / "usr/share/proftpd/templates/modules.conf").read_text())
        for name, text in PAM.items():
            (root / "etc/pam.d" / name).write_text(text)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", f"/CN={HOSTNAME}",
                        "-keyout", root / "etc/ssl/server.key", "-out", root / "etc/ssl/server.pem"], check=True, capture_output=True)
        os.chmod(root / "etc/ssl/server.key", 0o600)

    def lay_out(self):
        """The tree as testdata/tree.txt says, whatever an earlier case did to it."""
        for top in ("home", "srv"):
            shutil.rmtree(self.path / top, ignore_errors=True)
        entries = [line.split(" ", 6) for line in self.tree.read_text().splitlines() if line and line[0] != "#"]
        for kind, mode, uid, gid, size, mtime, path in entries:
            if kind == "l":
                path, target = path.split(" -> ")
            place = self.path / path.lstrip("/")
            if kind == "d":
                place.mkdir()
            elif kind == "f":
                place.write_bytes(content(path, int(size)))
            else:
                place.symlink_to(target)
            os.chown(place, int(uid), int(gid), follow_symlinks=False)
            if kind != "l":
                os.chmod(place, int(mode, 8))
        for kind, _, _, _, _, mtime, path in reversed(entries):
            place = self.path / path.split(" -> ")[0].lstrip("/")
            os.utime(place, (int(mtime), int(mtime)), follow_symlinks=False)

    def start(self, server, setting, port):
        self.lay_out()
        if server == "vsftpd":
            text = VSFTPD_DEBIAN + VSFTPD[setting] + f"listen_port={port}\nftp_data_port={port - 1}\nbackground=NO\n"
            (self.path / "etc/vsftpd.conf").write_text(text)
            command = ["/usr/sbin/vsftpd", "/etc/vsftpd.conf"]
        else:
            template = (self.path / "usr/share/proftpd/templates/proftpd.conf").read_text()
            text = template.replace("\nPort ", f"\nDefaultAddress {HOST}\nPort {port} #") .replace(
                "Include /etc/proftpd/conf.d/", PROFTPD[setting])
            if setting == "hurried":
                text = re.sub(r"(?m)^Timeout.*1200\n|^Timeout.*600\n", "", text)
            (self.path / "etc/proftpd/proftpd.conf").write_text(text)
            command = ["/usr/sbin/proftpd", "-n", "-c", "/etc/proftpd/proftpd.conf"]
        log = open(self.scratch / "server.log", "ab")
        # A host name of its own, so that the recording does not depend on the machine.
        self.process = subprocess.Popen(["unshare", "--uts", "sh", "-c", 'hostname "$1"; shift; exec chroot "$@"', "sh", HOSTNAME,
                                         str(self.path), *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                        start_new_session=True, env={"PATH": os.environ["PATH"], "TZ": "UTC"})
        for _ in range(100):
            try:
                socket.create_connection((HOST, port), 1).close()
                time.sleep(0.2)
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{server} ({setting}) does not listen; see {self.scratch}/server.log")

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for pid in self._left():
            os.kill(pid, signal.SIGKILL)

    def _left(self):
        """Children of the server that still live: those whose root is ours."""
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if os.readlink(entry / "root") == str(self.path):
                        yield int(entry.name)
                except OSError:
                    pass
