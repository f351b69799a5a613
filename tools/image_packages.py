"""What Debian's packages are to the image of a server: which ones, fetched, read, and in the words of dpkg's data base."""

import pathlib
import re
import subprocess
import sys
import tarfile

# Beside everything of priority required, important and standard.
EXTRA = """busybox bzip2 curl dbus eject gnupg grub-pc htop initramfs-tools keyboard-configuration less linux-base lsb-release man-db
nano net-tools openssh-server openssh-sftp-server patch psmisc python3 rsync rsyslog screen sudo tcpdump telnet tmux tree
unattended-upgrades unzip vim-tiny wget xxd xz-utils zip zstd""".split()
# Alone larger than what they would add to the picture, or not what a server's installer leaves behind.
LEFT_OUT = {"linux-image-amd64", "bash-completion", "wamerican", "debian-faq", "doc-debian", "reportbug", "python3-reportbug", "apt-listchanges",
            "shim-signed", "tasksel-data", "gawk", "libmpfr6", "libsigsegv2", "runit-helper", "libicu72", "gnupg-l10n", "libc-l10n", "xserver-xorg-core", "x11-common"}
DOWNLOAD_BYTES_MAX = 120_000_000
BATCH = 16


def available() -> dict:
    """Name: fields of the newest version that apt knows."""
    text = subprocess.run(["apt-cache", "dumpavail"], check=True, capture_output=True, text=True).stdout
    packages = {}
    for paragraph in text.split("\n\n"):
        fields = parse_fields(paragraph)
        if "Package" in fields and fields.get("Architecture") in ("amd64", "all"):
            packages[fields["Package"]] = fields
    return packages


def parse_fields(paragraph: str) -> dict:
    fields, last = {}, None
    for line in paragraph.split("\n"):
        if line[:1] in (" ", "\t") and last:
            fields[last] += "\n" + line
        elif ": " in line or line.endswith(":"):
            last, _, value = line.partition(":")
            fields[last] = value.strip()
    return fields


def choose(packages: dict) -> list:
    """The names of all packages with what they depend on, sorted."""
    providers = {}
    for name in sorted(packages):
        for provided in re.findall(r"([a-z0-9][a-z0-9+.-]+)", re.sub(r"\([^)]*\)", "", packages[name].get("Provides", ""))):
            providers.setdefault(provided, name)
    wanted = [name for name, fields in packages.items() if fields.get("Priority") in ("required", "important", "standard")]
    todo, chosen = sorted(set(wanted + EXTRA)), set()
    while todo:
        name = todo.pop()
        name = name if name in packages else providers.get(name)
        if name is None or name in chosen or name in LEFT_OUT:
            continue
        chosen.add(name)
        needs = ", ".join(filter(None, (packages[name].get(field) for field in ("Pre-Depends", "Depends"))))
        for need in filter(None, (need.strip() for need in needs.split(","))):
            options = [re.split(r"[\s(:]", option.strip())[0] for option in need.split("|")]
            if not any(option in chosen for option in options):
                todo.append(next((option for option in options if option in packages), options[0]))
    return sorted(chosen)


def deb_name(fields: dict) -> str:
    return f"{fields['Package']}_{fields['Version'].replace(':', '%3a')}_{fields['Architecture']}.deb"


def fetch(names: list, packages: dict, cache: pathlib.Path) -> dict:
    """Name: file. What cannot be had is told and left out."""
    cache.mkdir(parents=True, exist_ok=True)
    total = sum(int(packages[name]["Size"]) for name in names)
    if total > DOWNLOAD_BYTES_MAX:
        raise RuntimeError(f"the image's packages have {total} bytes, at most {DOWNLOAD_BYTES_MAX} are fetched")
    missing = [name for name in names if not (cache / deb_name(packages[name])).exists()]
    for at in range(0, len(missing), BATCH):
        batch = missing[at:at + BATCH]
        command = ["apt-get", "download", "-q"]
        if subprocess.run(command + batch, cwd=cache, capture_output=True, check=False).returncode:
            for name in batch:
                subprocess.run(command + [name], cwd=cache, capture_output=True, check=False)
        for number, name in enumerate(batch, at + 1):
            state = "" if (cache / deb_name(packages[name])).exists() else " cannot be fetched, it is left out"
            print(f"make-image: {number}/{len(missing)} {name}{state}", file=sys.stderr)
    files = {name: cache / deb_name(packages[name]) for name in names}
    return {name: file for name, file in files.items() if file.exists()}


class Package:
    """A fetched package: its fields, control files and members."""

    def __init__(self, name: str, file: pathlib.Path):
        self.name = name
        control = subprocess.Popen(["dpkg-deb", "--ctrl-tarfile", file], stdout=subprocess.PIPE)
        self.control = {}
        with tarfile.open(fileobj=control.stdout, mode="r|") as tar:
            for member in tar:
                if member.isfile():
                    self.control[member.name.removeprefix("./")] = tar.extractfile(member).read()
        control.wait()
        self.fields = parse_fields(self.control["control"].decode())
        self.file = file
        same = self.fields.get("Multi-Arch") == "same"
        self.info_name = f"{name}:{self.fields['Architecture']}" if same else name

    def members(self):
        """(path, tar member, content of a file) in the order of the package."""
        data = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", self.file], stdout=subprocess.PIPE)
        with tarfile.open(fileobj=data.stdout, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member).read() if member.isfile() else None
                yield member.name.removeprefix(".").rstrip("/") or "/", member, content
        data.wait()

    def script(self, name: str) -> str:
        return self.control.get(name, b"").decode(errors="replace").replace("\\\n", " ")

    def status(self, conffiles: str) -> str:
        """Its paragraph in /var/lib/dpkg/status."""
        order = ["Package", "Essential", "Status", "Priority", "Section", "Installed-Size", "Maintainer", "Architecture",
                 "Multi-Arch", "Source", "Version", "Replaces", "Provides", "Depends", "Pre-Depends", "Recommends", "Suggests",
                 "Breaks", "Conflicts", "Enhances", "Conffiles", "Description", "Homepage", "Cnf-Visible-Pkgname"]
        fields = dict(self.fields, Status="install ok installed")
        if conffiles:
            fields["Conffiles"] = "\n" + conffiles
        lines = []
        for name in order:
            if name in fields:
                gap = "" if fields[name].startswith("\n") else " "
                lines.append(f"{name}:{gap}{fields[name]}")
        return "\n".join(lines) + "\n"
