#!/usr/bin/env python3
"""The entry debian12/answers of build/assets.pack: what the genuine programs of the image say of themselves.

    tools/image_answers.py --out FILE [--cache FOLDER]      # as root; what make-assets does, alone

Every program of the image's bin folders is called with nothing, with --help, with --version and the like, and with something that is
not there. That happens without power: in a tree of its own that is read-only, without a network, seeing no process but its own, with
a user's number that owns nothing on this host (inside it looks like root's) and no capability, and with limits of time, memory,
processes and output. Only root can set that up; where it cannot be had nothing is called.

Layout: "DNANS1\\n\\0", u32 little endian number of unpacked bytes, then packed with zlib a text. In it an answer is "$ name", a tab
before each argument, then a line ">" of output, one "!" of errors, each only where there is any, and "=" with the status; bytes outside
the printable ones as \\n, \\t, \\e and \\xHH. "^>" or "^!" instead of a text is the one of the program's answer to the arguments behind
it. Left out: what takes too long, says too much, is ended by a signal, or tells of this machine.
"""
import argparse
import ctypes
import json
import os
import pathlib
import queue
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

MAGIC = b"DNANS1\n\0"
ARGUMENTS = ([], ["--help"], ["-h"], ["--version"], ["-V"], ["--nosuchoption"], ["/nosuch/name"])
# Called with nothing they would start to work, wait, or tell of this machine.
NOT_ALONE = set("""agetty apt apt-config apt-get arch arp bash biosdecode busctl busybox capsh cron ctrlaltdel ctstat dash date dbus-uuidgen
debconf-show depmod df dhclient dir dmesg dmidecode dpkg du env find findmnt free fuser getconf getpcaps getty gpg groups halt hostid hostname
hostnamectl htop hwclock id ifconfig init ip ipcs ipmaddr iptunnel journalctl killall5 last lastb lastlog ldconfig lessecho lnstat locale
localectl localedef login loginctl losetup ls lsblk lscpu lsfd lsipc lsirq lslocks lslogins lsmem lsmod lsns lsof lspci lsusb mcookie mount
netstat networkctl nft nproc nstat perl pinky pivot_root poweroff printenv ps pstree pstree.x11 pwd python3 python3.11 rbash reboot route
rsyslogd rtcwake rtstat script set sh shutdown slabtop ss stty sulogin swapon switch_root systemctl systemd systemd-analyze systemd-cgls
systemd-cgtop systemd-detect-virt systemd-id128 systemd-path tcpdump telinit timedatectl tload top tty udevadm uname uptime users vdir vigr
vipw visudo vmstat vpddecode w who whoami yes""".split())
NO_HELP = set("df dir du free last lastb lastlog ls lsblk ps ss uptime vdir w".split())  # Those of which -h is no help.
UNNEEDED = ("/boot/", "/usr/share/doc/", "/usr/share/info/", "/usr/share/locale/", "/usr/share/man/", "/usr/share/zoneinfo/", "/usr/lib/modules/",
            "/usr/lib/firmware/", "/var/lib/dpkg/info/", "/usr/lib/grub/", "/usr/share/i18n/")
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root", "TERM": "xterm",
               "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "COLUMNS": "80"}
FOLDERS = ("/usr/sbin", "/usr/bin")  # In the order of $PATH; the others are links to them.
NOBODY = 65534
OUTPUT_BYTES_MAX = 24 * 1024
SECONDS_MAX = 3  # Of one call.
HANGS_MAX = 2    # Then a program is asked no more.
TOTAL_SECONDS_MAX = 85
LIMITS = ((resource.RLIMIT_CPU, 3), (resource.RLIMIT_AS, 768 << 20), (resource.RLIMIT_FSIZE, 1 << 20), (resource.RLIMIT_NPROC, 64),
          (resource.RLIMIT_NOFILE, 256), (resource.RLIMIT_CORE, 0))
# What comes of being without power here, and would be another answer on a host.
POWERLESS = (b"Read-only file system", b"Operation not permitted", b"ermission denied", b"have permission")

NEW_MOUNTS, NEW_CONTROL_GROUPS, NEW_NAMES, NEW_IPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000  # CLONE_NEW…
NEW_USERS, NEW_PIDS, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18  # MS_…
DETACH = 2  # MNT_DETACH
DIE_WITH_PARENT, DROP_BOUND, NO_NEW_PRIVILEGES, AMBIENT, AMBIENT_CLEAR = 1, 24, 38, 47, 4  # PR_…
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


class Jail:
    """The process that calls the programs: number one of its own name spaces, without power before the first call."""

    def __init__(self, root: str):
        self.root = root
        self.libc = ctypes.CDLL(None, use_errno=True)
        # Threads would keep what the calls below take away, and memory that is not this process's: there are none.
        self.release = os.uname().release.encode()

    def call(self, what: str, *arguments) -> int:
        plain = [os.fsencode(one) if isinstance(one, str) else ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
        result = getattr(self.libc, what)(*plain)
        if result == -1:
            error = ctypes.get_errno()
            raise OSError(error, f"{what}: {os.strerror(error)}")
        return result

    def mount(self, source: str, target: str, kind: str, flags: int, options: str = "") -> None:
        self.call("mount", source, target, kind, flags, options)

    def start(self) -> None:
        """Does not return: this process waits for the one inside."""
        self.call("prctl", DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        os.setgroups([])
        self.call("unshare", NEW_PIDS | NEW_NETWORK | NEW_IPC | NEW_NAMES | NEW_CONTROL_GROUPS)
        asks, asked = os.pipe()
        told, tells = os.pipe()
        inside = os.fork()
        if inside == 0:
            os.close(asks)
            os.close(tells)
            status = 1
            try:
                self.call("prctl", DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
                self.enclose()
                self.call("unshare", NEW_USERS)
                os.write(asked, b"x")
                if os.read(told, 1) != b"x":
                    raise OSError("no user's number was given")
                self.give_up_power()
                os.close(asked)
                os.close(told)
                self.serve()
                status = 0
            except OSError as problem:
                print(json.dumps({"problem": str(problem)}), flush=True)
            finally:
                os._exit(status)
        os.close(asked)
        os.close(told)
        if os.read(asks, 1) == b"x":
            for name, text in (("setgroups", "deny"), ("gid_map", f"0 {NOBODY} 1"), ("uid_map", f"0 {NOBODY} 1")):
                pathlib.Path(f"/proc/{inside}/{name}").write_text(text)
            os.write(tells, b"x")
        os.waitpid(inside, 0)
        os._exit(0)

    def enclose(self) -> None:
        """The tree becomes all there is, and read-only but for a small /tmp."""
        root = self.root
        self.call("unshare", NEW_MOUNTS)
        self.mount("none", "/", "", RECURSIVE | PRIVATE)
        self.mount(root, root, "", BIND)
        self.mount("proc", f"{root}/proc", "proc", READ_ONLY | NO_SUID | NO_DEVICES | NO_EXEC)
        self.mount("none", f"{root}/tmp", "tmpfs", NO_SUID | NO_DEVICES | NO_EXEC, "size=16m,nr_inodes=1k,mode=1777")
        self.mount("none", f"{root}/dev", "tmpfs", NO_SUID | NO_EXEC, "size=64k,nr_inodes=64,mode=755")
        for name in ("null", "zero", "full", "random", "urandom"):
            pathlib.Path(f"{root}/dev/{name}").touch()
            self.mount(f"/dev/{name}", f"{root}/dev/{name}", "", BIND)
        self.mount("none", f"{root}/dev", "", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_EXEC)
        self.mount("none", root, "", REMOUNT | BIND | READ_ONLY | NO_SUID | NO_DEVICES)
        os.chdir(root)
        self.call("syscall", PIVOT_ROOT[os.uname().machine], ".", ".")
        self.call("umount2", ".", DETACH)
        os.chdir("/")
        self.call("sethostname", "debian", 6)

    def give_up_power(self) -> None:
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
        self.call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        self.call("prctl", AMBIENT, AMBIENT_CLEAR, 0, 0, 0)
        for number in range(int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
            self.call("prctl", DROP_BOUND, number, 0, 0, 0)
        self.call("capset", struct.pack("<Ii", 0x20080522, 0), struct.pack("<6I", *[0] * 6))
        powers = [line.split() for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("Cap")]
        if any(int(power[1], 16) for power in powers) or pathlib.Path("/proc/self/uid_map").read_text().split() != ["0", str(NOBODY), "1"]:
            raise OSError("it could not give up its power")

    def serve(self) -> None:
        """A name a line comes in; its answers as a line of JSON go out."""
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            print(json.dumps({"name": line.strip(), "lines": self.answers(line.strip())}), flush=True)

    def answers(self, name: str) -> list:
        path = next((f"{folder}/{name}" for folder in FOLDERS if os.path.isfile(f"{folder}/{name}")), None)
        lines, told, hangs = [], {}, 0
        for arguments in ARGUMENTS if path else ():
            if hangs >= HANGS_MAX or (not arguments and name in NOT_ALONE) or (arguments == ["-h"] and name in NO_HELP):
                continue
            done = self.ask(path, [name, *arguments])
            hangs += done is None
            if done is None or done[0] < 0 or (done[0] == 127 and not done[1] + done[2]):
                continue
            status, *texts = done
            if any(word in text for text in texts for word in (self.release, *POWERLESS)):
                continue
            lines.append("\t".join(["$ " + name, *arguments]))
            for mark, text in zip(">!", texts):
                if text:
                    lines.append(mark + ("^" + told[text] if text in told else escaped(text)))
                    told.setdefault(text, mark + "\t".join(arguments))
            lines.append(f"={status}")
        return lines

    def ask(self, path: str, words: list) -> tuple:
        """(status, output, errors); None: it took too long. Negative: a signal ended it, or it said too much."""
        ends = [os.pipe(), os.pipe()]
        child = os.fork()
        if child == 0:
            try:
                os.setsid()
                os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
                os.dup2(ends[0][1], 1)
                os.dup2(ends[1][1], 2)
                os.closerange(3, 64)
                for what, most in LIMITS:
                    resource.setrlimit(what, (most, most))
                os.execve(path, words, ENVIRONMENT)
            finally:
                os._exit(127)
        for _, write in ends:
            os.close(write)
        texts = {read: b"" for read, _ in ends}
        open_ones, deadline, status = set(texts), time.monotonic() + SECONDS_MAX, None
        while open_ones and time.monotonic() < deadline and sum(map(len, texts.values())) <= OUTPUT_BYTES_MAX:
            for read in select.select(list(open_ones), [], [], max(0, deadline - time.monotonic()))[0]:
                piece = os.read(read, 65536)
                texts[read] += piece
                if not piece:
                    open_ones.discard(read)
        while not open_ones and status is None and time.monotonic() < deadline:
            ended, code = os.waitpid(child, os.WNOHANG)
            if ended:
                status = os.waitstatus_to_exitcode(code)
            else:
                time.sleep(0.001)
        self.end_all()
        for read in texts:
            os.close(read)
        if sum(map(len, texts.values())) > OUTPUT_BYTES_MAX:
            return -1, b"", b""
        return None if status is None else (status, *texts.values())

    @staticmethod
    def end_all() -> None:
        """Ends every process in here but this one, and empties /tmp."""
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            while True:
                os.waitpid(-1, 0)
        except ChildProcessError:
            pass
        for entry in os.scandir("/tmp"):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)


def escaped(data: bytes) -> str:
    named = {10: "\\n", 9: "\\t", 27: "\\e", 92: "\\\\"}
    text = "".join(named.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}") for b in data)
    return "\\x5e" + text[1:] if text.startswith("^") else text


def lay_out(tree, root: pathlib.Path) -> list:
    """Writes what the programs need to a folder, as files of nobody. The names of the programs."""
    from make_image import DIRECTORY, LINK, breadth_first  # Which is not there inside.
    names, links = set(), {}
    root.mkdir(mode=0o755)
    for path, node, _ in breadth_first(tree.root):
        place = f"{root}{path}"
        if f"{path}/".startswith(UNNEEDED) or not set(path.split("/")).isdisjoint((".", "..")):
            continue
        if not path or node.kind == DIRECTORY:
            os.makedirs(place, 0o755, exist_ok=True)
        elif node.kind == LINK:
            os.symlink(node.target, place)
            if path.rpartition("/")[0] in FOLDERS:
                links[path.rpartition("/")[2]] = node.target.rpartition("/")[2]
        elif node.content is None:
            continue
        else:
            with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, node.mode & 0o755), "wb") as file:
                file.write(node.content)
            if path.rpartition("/")[0] in FOLDERS and is_asked(node.content):
                names.add(path.rpartition("/")[2])
        os.lchown(place, NOBODY, NOBODY)
    for name in ("dev", "proc", "tmp"):
        os.makedirs(root / name, exist_ok=True)
    return sorted(names | {name for name, target in links.items() if target in names})


def is_asked(content: bytes) -> bool:
    """Programs, and scripts that are not the shell's: those it runs itself."""
    first = content[:64].split(b"\n")[0]
    return content.startswith(b"\x7fELF") or (first.startswith(b"#!") and (b"perl" in first or b"python" in first))


class Asker(threading.Thread):
    """Has one jail, and takes names from a queue until it is empty or time is over."""

    def __init__(self, root: pathlib.Path, names: queue.Queue, deadline: float):
        super().__init__(daemon=True)
        self.names, self.deadline, self.found, self.problem = names, deadline, {}, None
        self.jail = subprocess.Popen([sys.executable, "-I", "-S", __file__, "--inside", root], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True, cwd="/", env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})

    def run(self) -> None:
        try:
            self.problem = self.read().get("problem")
            while self.problem is None and time.monotonic() < self.deadline:
                name = self.names.get_nowait()
                self.jail.stdin.write(name + "\n")
                self.jail.stdin.flush()
                self.found[name] = self.read()["lines"]
        except queue.Empty:
            pass
        except (OSError, ValueError, LookupError) as problem:
            self.problem = f"the jail has ended: {problem}"
        finally:
            self.jail.kill()
            self.jail.wait()

    def read(self) -> dict:
        return json.loads(self.jail.stdout.readline() or '{"problem": "name spaces of their own cannot be had"}')


def collect(tree, scratch: pathlib.Path) -> bytes:
    """The entry. RuntimeError where the programs cannot be called without power."""
    if os.geteuid() != 0:
        raise RuntimeError("only root can take its power from them")
    began = time.monotonic()
    names = lay_out(tree, scratch / "answers")
    todo = queue.Queue()
    for name in names:
        todo.put(name)
    askers = [Asker(scratch / "answers", todo, began + TOTAL_SECONDS_MAX) for _ in range(os.cpu_count() or 1)]
    for asker in askers:
        asker.start()
    shown = 0
    while any(asker.is_alive() for asker in askers):
        askers[0].join(0.2)
        if len(names) - todo.qsize() >= shown + 100:
            shown = len(names) - todo.qsize()
            print(f"image-answers: {shown}/{len(names)} programs", file=sys.stderr)
    found = {name: lines for asker in askers for name, lines in asker.found.items()}
    problem = next((asker.problem for asker in askers if asker.problem), None)
    if problem:
        raise RuntimeError(problem)
    late = f", {len(names) - len(found)} were left out for lack of time" if len(found) < len(names) else ""
    print(f"image-answers: {len(found)} programs in {time.monotonic() - began:.0f} s{late}", file=sys.stderr)
    text = "".join(line + "\n" for name in sorted(found) for line in found[name]).encode()
    return MAGIC + struct.pack("<I", len(text)) + zlib.compress(text, 9)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out", type=pathlib.Path)
    options.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent / "build/image-packages")
    options.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.inside:
        Jail(arguments.inside).start()
    if not arguments.out:
        options.error("--out is needed")
    import make_image
    with tempfile.TemporaryDirectory(prefix="decnet-answers-") as scratch:
        arguments.out.write_bytes(collect(make_image.plant(arguments.cache), pathlib.Path(scratch)))


if __name__ == "__main__":
    main()
