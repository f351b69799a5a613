"""What the scripts of Debian's packages do when a server is installed, said as lists: users, links, files that no package ships."""

import re

# As adduser gives them to a server's packages, in the order of an installation.
SYSTEM_USERS = """_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin
systemd-timesync:x:997:997:systemd Time Synchronization:/:/usr/sbin/nologin
messagebus:x:100:107::/nonexistent:/usr/sbin/nologin
sshd:x:101:65534::/run/sshd:/usr/sbin/nologin
tcpdump:x:102:109::/nonexistent:/usr/sbin/nologin
"""
SYSTEM_GROUPS = """systemd-journal:x:999:
systemd-network:x:998:
crontab:x:101:
input:x:102:
sgx:x:103:
kvm:x:104:
render:x:105:
netdev:x:106:
messagebus:x:107:
_ssh:x:108:
tcpdump:x:109:
systemd-timesync:x:997:
"""
# Owner, group and mode that a postinst gives (dpkg-statoverride, chown).
OWNERS = [("/usr/bin/ssh-agent", "root", "_ssh", 0o2755), ("/usr/bin/crontab", "root", "crontab", 0o2755),
          ("/usr/lib/dbus-1.0/dbus-daemon-launch-helper", "root", "messagebus", 0o4754), ("/var/mail", "root", "mail", 0o2775),
          ("/var/local", "root", "staff", 0o2775), ("/var/spool/cron/crontabs", "root", "crontab", 0o1730),
          ("/root", "root", "root", 0o700), ("/tmp", "root", "root", 0o1777), ("/var/tmp", "root", "root", 0o1777),
          ("/var/log", "root", "root", 0o755), ("/var/cache/apt/archives/partial", "_apt", "root", 0o700),
          ("/var/lib/apt/lists/partial", "_apt", "root", 0o700), ("/etc/ssl/private", "root", "ssl-cert", 0o710)]
DIRECTORIES = """/boot/grub /dev /etc/alternatives /etc/network/if-up.d /etc/ssh/sshd_config.d /etc/ssl/certs /home /lost+found /media /mnt
/opt /proc /root /run /srv /sys /tmp /usr/lib32 /usr/libx32 /usr/local/bin /usr/local/etc /usr/local/games /usr/local/include
/usr/local/lib /usr/local/sbin /usr/local/share/man /usr/local/src /var/backups /var/cache/apt/archives/partial /var/lib/apt/lists/partial
/var/lib/dbus /var/lib/dhcp /var/lib/misc /var/lib/private /var/lib/systemd/timers /var/lib/sudo /var/local /var/log/apt /var/log/journal
/var/mail /var/opt /var/spool/cron/crontabs /var/spool/rsyslog /var/tmp /var/lib/dpkg/parts /var/lib/dpkg/updates""".split()
LINKS = [("/bin", "usr/bin"), ("/sbin", "usr/sbin"), ("/lib", "usr/lib"), ("/lib64", "usr/lib64"), ("/lib32", "usr/lib32"),
         ("/libx32", "usr/libx32"), ("/etc/mtab", "../proc/self/mounts"), ("/etc/localtime", "/usr/share/zoneinfo/Etc/UTC"),
         ("/var/run", "/run"), ("/var/lock", "/run/lock"), ("/var/spool/mail", "../mail"), ("/usr/bin/sh", "dash"),
         ("/var/lib/dbus/machine-id", "/etc/machine-id"), ("/etc/systemd/system/default.target", "/lib/systemd/system/multi-user.target")]
# Copied by a postinst from where the package has it (ucf and its like).
COPIES = [("/usr/share/openssh/sshd_config", "/etc/ssh/sshd_config"), ("/usr/share/base-files/motd", "/etc/motd"),
          ("/usr/share/base-files/profile", "/etc/profile"), ("/usr/share/base-files/nsswitch.conf", "/etc/nsswitch.conf"),
          ("/usr/share/base-files/dot.bashrc", "/root/.bashrc"), ("/usr/share/base-files/dot.profile", "/root/.profile"),
          ("/usr/share/libc-bin/nsswitch.conf", "/etc/nsswitch.conf"), ("/usr/share/grub/default/grub", "/etc/default/grub"),
          ("/usr/share/unattended-upgrades/50unattended-upgrades", "/etc/apt/apt.conf.d/50unattended-upgrades"),
          ("/usr/share/unattended-upgrades/20auto-upgrades", "/etc/apt/apt.conf.d/20auto-upgrades"),
          ("/usr/share/adduser/adduser.conf", "/etc/adduser.conf"), ("/usr/share/adduser/deluser.conf", "/etc/deluser.conf")]
PAM = {
    "auth": "auth\t[success=1 default=ignore]\tpam_unix.so nullok\nauth\trequisite\t\t\tpam_deny.so\nauth\trequired\t\t\tpam_permit.so\n"
            "auth\toptional\t\t\tpam_cap.so \n",
    "account": "account\t[success=1 new_authtok_reqd=done default=ignore]\tpam_unix.so \naccount\trequisite\t\t\tpam_deny.so\n"
               "account\trequired\t\t\tpam_permit.so\n",
    "password": "password\t[success=1 default=ignore]\tpam_unix.so obscure yescrypt\npassword\trequisite\t\t\tpam_deny.so\n"
                "password\trequired\t\t\tpam_permit.so\n",
    "session": "session\t[default=1]\t\t\tpam_permit.so\nsession\trequisite\t\t\tpam_deny.so\nsession\trequired\t\t\tpam_permit.so\n"
               "session\trequired\tpam_unix.so \nsession\toptional\tpam_systemd.so \n",
}
SOURCES = """deb http://deb.debian.org/debian/ bookworm main non-free-firmware
deb-src http://deb.debian.org/debian/ bookworm main non-free-firmware

deb http://security.debian.org/debian-security bookworm-security main non-free-firmware
deb-src http://security.debian.org/debian-security bookworm-security main non-free-firmware

# bookworm-updates, to get updates before a point release is made;
# see https://www.debian.org/doc/manuals/debian-reference/ch02.en.html#_updates_and_backports
deb http://deb.debian.org/debian/ bookworm-updates main non-free-firmware
deb-src http://deb.debian.org/debian/ bookworm-updates main non-free-firmware
"""
TEXTS = {
    "/etc/apt/sources.list": SOURCES, "/etc/default/locale": 'LANG="en_US.UTF-8"\n', "/etc/locale.gen": "en_US.UTF-8 UTF-8\n",
    "/etc/timezone": "Etc/UTC\n", "/etc/environment": "", "/etc/adjtime": "0.0 0 0.0\n0\nUTC\n", "/etc/subuid": "", "/etc/subgid": "",
    "/etc/shells": "# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/usr/bin/sh\n"
                   "/bin/dash\n/usr/bin/dash\n/usr/bin/tmux\n/usr/bin/screen\n",
    "/etc/modules": "# /etc/modules: kernel modules to load at boot time.\n#\n# This file contains the names of kernel modules that should be "
                    "loaded\n# at boot time, one per line. Lines beginning with \"#\" are ignored.\n\n",
    "/etc/.pwd.lock": "", "/etc/default/keyboard": '# KEYBOARD CONFIGURATION FILE\n\nXKBMODEL="pc105"\nXKBLAYOUT="us"\nXKBVARIANT=""\n'
                                                   'XKBOPTIONS=""\n\nBACKSPACE="guess"\n',
    "/etc/hosts.allow": None, "/var/lib/dpkg/arch": "amd64\n", "/var/lib/dpkg/lock": "", "/var/lib/dpkg/lock-frontend": "",
    "/var/lib/dpkg/available": "", "/var/lib/apt/extended_states": "", "/var/cache/apt/archives/lock": "",
}
UNKNOWN = [("/etc/ld.so.cache", 19_452), ("/var/cache/apt/pkgcache.bin", 41_217_883), ("/var/cache/apt/srcpkgcache.bin", 41_183_210),
           ("/usr/lib/locale/locale-archive", 3_048_928), ("/etc/ssl/certs/ca-certificates.crt", 213_777),
           ("/var/cache/debconf/templates.dat", 1_473_911), ("/var/cache/man/index.db", 892_928), ("/boot/grub/grubenv", 1_024)]
# Where no script names it with all its words.
ALTERNATIVES = [("/usr/bin/awk", "awk", "/usr/bin/mawk", 5), ("/usr/bin/editor", "editor", "/bin/nano", 40),
                ("/usr/bin/pager", "pager", "/usr/bin/less", 77), ("/usr/bin/vi", "vi", "/usr/bin/vim.tiny", 15),
                ("/bin/nc", "nc", "/bin/nc.traditional", 10), ("/usr/bin/w", "w", "/usr/bin/w.procps", 50)]


def accounts(tree) -> tuple:
    """The texts of /etc/passwd and /etc/group."""
    masters = [tree.find(f"/usr/share/base-passwd/{name}.master") for name in ("passwd", "group")]
    passwd = re.sub(r"^([^:]+):\*:", r"\1:x:", masters[0].content.decode(), flags=re.M).replace("root:/root:/bin/bash", "root:/root:/bin/bash")
    group = re.sub(r"^([^:]+):\*:", r"\1:x:", masters[1].content.decode(), flags=re.M)
    known = {line.split(":")[0] for line in passwd.splitlines()}
    passwd += "".join(line + "\n" for line in SYSTEM_USERS.splitlines() if line.split(":")[0] not in known)
    return passwd, group + SYSTEM_GROUPS


def numbers(tree) -> tuple:
    """Numbers of users and of groups by name."""
    passwd, group = accounts(tree)
    uids = {line.split(":")[0]: int(line.split(":")[2]) for line in passwd.splitlines()}
    gids = {line.split(":")[0]: int(line.split(":")[2]) for line in group.splitlines()}
    gids["ssl-cert"] = gids.get("ssl-cert", 0)
    nodes = [tree.root]
    for node in nodes:  # Names that nobody has are root's.
        uids.setdefault(node.owner, 0)
        gids.setdefault(node.group, 0)
        nodes += node.children.values()
    return uids, gids


def prepare(tree) -> None:
    """What is there before the first package: the links of the merged /usr."""
    for name in ("bin", "sbin", "lib", "lib64"):
        tree.directory("/usr/" + name)
    for path, target in LINKS[:6]:
        tree.link(path, target)


def alternatives(tree, scripts: dict) -> None:
    best = {}
    offered = list(ALTERNATIVES)
    for script in scripts.values():
        for command in re.findall(r"update-alternatives\s[^\n;|&]*", script):
            main = re.search(r"--install\s+(\S+)\s+(\S+)\s+(\S+)\s+(\d+)", command)
            if main and "$" not in main.group(0):
                offered.append((*main.groups()[:3], int(main.group(4))))
                for slave in re.findall(r"--slave\s+(\S+)\s+(\S+)\s+(\S+)", command):
                    offered.append((*slave, int(main.group(4))))
    for path, name, target, priority in offered:
        if "$" not in path + target and tree.find(tree.merged(target)) and priority > best.get(name, ("", "", -1))[2]:
            best[name] = (path, target, priority)
    for name, (path, target, _) in sorted(best.items()):
        tree.link(f"/etc/alternatives/{name}", target)
        tree.link(tree.merged(path), f"/etc/alternatives/{name}")
        tree.file(f"/var/lib/dpkg/alternatives/{name}", f"auto\n{path}\n\n{target}\n{best[name][2]}\n\n")


def units(tree, scripts: dict) -> None:
    """The links of enabled units."""
    for script in scripts.values():
        for name in re.findall(r"deb-systemd-helper\s+(?:--\S+\s+)*enable\s+'?([\w@.-]+)", script):
            unit = tree.find(f"/usr/lib/systemd/system/{name}")
            if unit is None or unit.content is None:
                continue
            text = unit.content.decode(errors="replace")
            for key, folder in (("WantedBy", "wants"), ("RequiredBy", "requires")):
                for value in re.findall(rf"^{key}=(.*)$", text, re.M):
                    for target in value.split():
                        tree.link(f"/etc/systemd/system/{target}.{folder}/{name}", f"/lib/systemd/system/{name}")
            for value in re.findall(r"^Alias=(.*)$", text, re.M):
                for alias in value.split():
                    tree.link(f"/etc/systemd/system/{alias}", f"/lib/systemd/system/{name}")


def runlevels(tree) -> None:
    folder = tree.find("/etc/init.d")
    for level in "0123456S":
        tree.directory(f"/etc/rc{level}.d")
    for name, node in sorted(folder.children.items()):
        text = (node.content or b"").decode(errors="replace")
        for key, letter in (("Default-Start", "S"), ("Default-Stop", "K")):
            for levels in re.findall(rf"^# {key}:(.*)$", text, re.M):
                for level in re.findall(r"[0-6S]", levels):
                    tree.link(f"/etc/rc{level}.d/{letter}01{name}", f"../init.d/{name}")


def certificates(tree) -> None:
    folder = tree.find("/usr/share/ca-certificates/mozilla")
    for name in sorted(folder.children if folder else ()):
        tree.link(f"/etc/ssl/certs/{name.removesuffix('.crt')}.pem", f"/usr/share/ca-certificates/mozilla/{name}")


def database(tree, added: list) -> None:
    """dpkg's own."""
    import hashlib
    status = []
    for package, paths in added:
        conffiles = []
        for path in package.control.get("conffiles", b"").decode().split("\n"):
            node = tree.find(path) if path.startswith("/") else None
            if node is not None and node.content is not None:
                conffiles.append(f" {path} {hashlib.md5(node.content).hexdigest()}")
        status.append(package.status("\n".join(conffiles)))
        for name, content in sorted(package.control.items()):
            if name != "control":
                mode = 0o755 if name in ("postinst", "preinst", "postrm", "prerm", "config") else 0o644
                tree.file(f"/var/lib/dpkg/info/{package.info_name}.{name}", content, mode)
        tree.file(f"/var/lib/dpkg/info/{package.info_name}.list", "".join(("/." if path == "/" else path) + "\n" for path in paths))
    text = "\n".join(status)
    tree.file("/var/lib/dpkg/status", text + "\n")
    tree.file("/var/lib/dpkg/status-old", text + "\n")
    tree.file("/var/lib/dpkg/info/format", "1\n")


def finish(tree, added: list) -> None:
    for path in DIRECTORIES:
        if tree.find(path) is None:
            tree.directory(path)
    for path, target in LINKS[6:]:
        if tree.find(path) is None or path in ("/var/run", "/var/lock"):
            tree.link(path, target)
    for source, path in COPIES:
        node = tree.find(source)
        if node is not None:
            tree.file(path, node.content)
    for path, text in TEXTS.items():
        if text is not None and tree.find(path) is None:
            tree.file(path, text)
    for path, size in UNKNOWN:
        tree.file(path, None, size=size)
    for name, text in PAM.items():
        tree.file(f"/etc/pam.d/common-{name}", f"#\n# /etc/pam.d/common-{name} - {name} settings common to all services\n#\n{text}")
    tree.file("/etc/pam.d/common-session-noninteractive", PAM["session"].replace("session\toptional\tpam_systemd.so \n", ""))
    passwd, group = accounts(tree)
    tree.file("/etc/passwd", passwd)
    tree.file("/etc/group", group)
    alternatives(tree, tree.scripts)
    units(tree, tree.scripts)
    runlevels(tree)
    certificates(tree)
    database(tree, added)
    for path, owner, group_name, mode in OWNERS:
        node = tree.find(path)
        if node is not None:
            node.owner, node.group, node.mode = owner, group_name, mode
    tree.find("/lost+found").mode = 0o700
