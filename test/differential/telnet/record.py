#!/usr/bin/env python3
"""Records conversations with a genuine inetutils-telnetd, for src/service/telnet/testdata/telnetd.rec.

    record.py TELNETD > src/service/telnet/testdata/telnetd.rec

Needs root (telnetd opens a pty and starts /bin/login) and an account root whose password is none of those below. Every
conversation is on a loopback socket of its own. Per conversation: "= name", then "> hex" (sent) and "< hex" (what came until
it was quiet) in turn; a last "!" says that the server closed. Kernel, host names and pts are replaced by fixed words.
"""
import concurrent.futures
import os
import re
import socket
import subprocess
import sys

NO = bytes.fromhex("fffe25fffe26fffc18fffc20fffc23fffc27fffc24")
ONLY = {"ttype": b"\x18", "tspeed": b"\x20", "xdisploc": b"\x23", "new_environ": b"\x27", "old_environ": b"\x24"}
SECOND = {"sga": b"\xff\xfd\x03", "echo": b"\xff\xfc\x01", "linemode": b"\xff\xfc\x22", "naws": b"\xff\xfc\x1f", "status": b"\xff\xfe\x05",
          "lflow": b"\xff\xfc\x21"}
ALL = b"".join(SECOND.values())
PROMPT = [NO, ALL, b"\xff\xfd\x01\xff\xfc\x06\xff\xfc\x00"]
SLOW = 6.0  # After a password.
CLIENT = bytes.fromhex("fffe25fffe26fffb18fffb20fffc23fffb27fffc24")


def sb(option, body):
    return b"\xff\xfa" + bytes([option]) + body.replace(b"\xff", b"\xff\xff") + b"\xff\xf0"


def first(**how):
    """The answers to what is sent first, WILL for those that are named."""
    return b"\xff\xfe\x25\xff\xfe\x26" + b"".join((b"\xff\xfb" if name in how else b"\xff\xfc") + code for name, code in ONLY.items())


def second(**other):
    return b"".join(other.get(name, value) for name, value in SECOND.items())


def environ(*pairs):
    return sb(39, b"\0" + b"".join(bytes([kind]) + name + (b"\1" + value if value is not None else b"") for kind, name, value in pairs))


def with_environ(body):
    return [first(new_environ=1), body, ALL]


CASES = {
    "silent": [],
    "no": [NO],
    "dont_auth_only": [b"\xff\xfe\x25\xff\xfe\x26"],
    "do_auth": [b"\xff\xfd\x25\xff\xfd\x26", NO],
    "without_auth": [NO[3:], ALL],
    "without_encrypt": [NO[:3] + NO[6:], ALL],
    **{"without_first_" + name: [NO.replace(b"\xff\xfc" + code, b""), ALL] for name, code in ONLY.items()},
    "auth_will_again": [b"\xff\xfb\x25\xff\xfb\x26", NO],
    "text_first": [b"root\r\n", NO + ALL],
    "newlines_first": [b"\r\n\r\n", b"\r\n"],
    "http_first": [b"GET / HTTP/1.0\r\n\r\n", NO + ALL],
    "all_at_once": [NO + ALL + b"\xff\xfd\x01"],
    "second_first": [ALL + NO],
    "ttype_xterm": [first(ttype=1), sb(24, b"\0xterm"), ALL],
    "ttype_empty": [first(ttype=1), sb(24, b"\0"), ALL],
    "ttype_bad": [first(ttype=1), sb(24, b"\1"), sb(24, b"\0XTERM"), ALL],
    "ttype_long": [first(ttype=1), sb(24, b"\0" + b"x" * 3000), ALL],
    "ttype_unknown": [first(ttype=1), sb(24, b"\0nosuch"), sb(24, b"\0nosuch2"), sb(24, b"\0nosuch2"), ALL],
    "ttype_list": [first(ttype=1), sb(24, b"\0UNKNOWN"), sb(24, b"\0vt100"), sb(24, b"\0vt100"), ALL],
    "tspeed": [first(tspeed=1), sb(32, b"\x0038400,38400"), ALL],
    "xdisploc": [first(xdisploc=1), sb(35, b"\0host:0"), ALL],
    "old_environ": [first(old_environ=1), sb(36, b"\0"), ALL],
    "all_will": [first(**dict.fromkeys(ONLY, 1)), sb(32, b"\x009600,9600"), sb(35, b"\0h:0"), sb(39, b"\0"), sb(36, b"\0"), sb(24, b"\0linux"), ALL],
    "inetutils_client": [CLIENT, sb(32, b"\x0038400,38400") + environ() + sb(24, b"\0XTERM-256COLOR"),
                         b"\xff\xfd\x03\xff\xfc\x01\xff\xfb\x22\xff\xfb\x1f" + sb(31, b"\0\x50\0\x18") + b"\xff\xfd\x05\xff\xfb\x21", b"\xff\xfd\x01\xff\xfc\x00"],
    "env_user": with_environ(environ((0, b"USER", b"zoe"))),
    "env_user_root": with_environ(environ((0, b"USER", b"root"))),
    "env_user_f": with_environ(environ((0, b"USER", b"-f root"))),
    "env_user_froot": with_environ(environ((0, b"USER", b"-froot"))),
    "env_user_meta": with_environ(environ((0, b"USER", b"a b;c"))),
    "env_user_p": with_environ(environ((3, b"USER", b"zoe"))),
    "env_other": with_environ(environ((0, b"LANG", b"C"), (3, b"X", b"y"))),
    "env_many": with_environ(environ(*[(3, b"V%d" % n, b"1") for n in range(60)])),
    "env_wrong": [first(new_environ=1), sb(39, b"\2\0A"), sb(39, b"\0"), ALL],
    **{"without_" + name: [NO, second(**{name: b""})] for name in SECOND},
    "will_linemode": [NO, second(linemode=b"\xff\xfb\x22")],
    "will_linemode_slc": [NO, second(linemode=b"\xff\xfb\x22"), sb(34, b"\3\3\x62\3\4\2\4"), sb(34, b"\1\4")],
    "will_echo": [NO, second(echo=b"\xff\xfb\x01")],
    "will_lflow": [NO, second(lflow=b"\xff\xfb\x21")],
    "will_naws": [NO, second(naws=b"\xff\xfb\x1f") + sb(31, b"\0\xff\0\x18"), sb(31, b"\0\x50\0")],
    "dont_sga": [NO, second(sga=b"\xff\xfe\x03")],
    "do_status": [NO, second(status=b"\xff\xfd\x05"), sb(5, b"\1")],
    "will_timing_mark": [*PROMPT, b"\xff\xfb\x06", b"\xff\xfd\x06", b"\xff\xfd\x06"],
    "will_binary": [*PROMPT, b"\xff\xfb\x00", b"\xff\xfd\x00"],
    "unknown_options": [*PROMPT, b"\xff\xfb\x2a\xff\xfd\x2a\xff\xfb\xc8\xff\xfd\xc8\xff\xfc\xc8\xff\xfe\xc8"],
    "known_options": [*PROMPT, b"".join(b"\xff\xfd" + bytes([n]) + b"\xff\xfb" + bytes([n]) for n in (2, 4, 5, 7, 17, 23, 31, 34, 37, 38, 39))],
    "dont_echo": [*PROMPT, b"\xff\xfe\x01", b"\xff\xfd\x01", b"\xff\xfe\x01\xff\xfd\x01" * 4],
    "do_sga_loop": [*PROMPT, b"\xff\xfd\x03" * 20, b"\xff\xfb\x03" * 20, b"\xff\xfe\x03\xff\xfd\x03" * 5],
    "ayt": [*PROMPT, b"\xff\xf6", b"\xff\xf6\xff\xf6"],
    "brk": [*PROMPT, b"\xff\xf3"],
    "ip": [*PROMPT, b"\xff\xf4"],
    "ao": [*PROMPT, b"\xff\xf5"],
    "ec": [*PROMPT, b"abc\xff\xf7", b"\xff\xf7"],
    "el": [*PROMPT, b"abc\xff\xf8"],
    "nop_dm_ga": [*PROMPT, b"\xff\xf1\xff\xf2\xff\xf9\xff\xf0\xff\xef"],
    "eof": [*PROMPT, b"\xff\xec"],
    "susp": [*PROMPT, b"\xff\xed"],
    "abort": [*PROMPT, b"\xff\xee"],
    "iac_iac": [*PROMPT, b"a\xff\xffb"],
    "ctrl_c": [*PROMPT, b"ab\x03"],
    "ctrl_d": [*PROMPT, b"\x04", SLOW, b"\x04", SLOW],
    "ctrl_d_text": [*PROMPT, b"ab\x04"],
    "ctrl_u": [*PROMPT, b"abc\x15d"],
    "ctrl_w": [*PROMPT, b"abc de\x17"],
    "ctrl_v_r": [*PROMPT, b"abc\x12", b"\x16\x03"],
    "ctrl_z_s_q": [*PROMPT, b"abc\x1a", b"\x13d", b"\x11"],
    "erase": [*PROMPT, b"abc\x7f\x08", b"\x7f\x7f\x7f"],
    "controls": [*PROMPT, b"\x01\x02\t\x1b[A"],
    "utf8": [*PROMPT, "é".encode() + b"\x7f"],
    "empty_name": [*PROMPT, b"\r\n", b"\r\0", SLOW, b"\n"],
    "spaces": [*PROMPT, b"  \r\n", b"  zoe \r\n", SLOW],
    "dash_name": [*PROMPT, b"-f\r\n", SLOW, b"-f root\r\n", SLOW],
    "cr_nul": [*PROMPT, b"root\r\0", b"x\r\0", SLOW],
    "cr_lf": [*PROMPT, b"root\r\n", b"x\r\n", SLOW],
    "lf": [*PROMPT, b"root\n", b"x\n", SLOW],
    "cr_other": [*PROMPT, b"roo\rt", b"\r"],
    "five_wrong": [*PROMPT, *[b"a%d\r\n" % (n // 2) if n % 2 == 0 else w for n in range(10) for w in ((b"x\r\n", SLOW) if n % 2 else (b"",))]],
    "name_long": [*PROMPT, b"a" * 300 + b"\r\n"],
    "name_very_long": [*PROMPT, b"a" * 5000 + b"\r\n"],
    "password_ctrl_c": [*PROMPT, b"root\r\n", b"x\x03"],
    "password_ctrl_d": [*PROMPT, b"root\r\n", b"\x04", SLOW],
    "password_ayt": [*PROMPT, b"root\r\n", b"\xff\xf6"],
    "type_ahead": [NO, ALL + b"root\r\nx\r\n", SLOW],
    "type_ahead_early": [NO + b"root\r\n", ALL, SLOW],
    "typed_while_waiting": [*PROMPT, b"root\r\n", b"x\r\n", b"ann\r\n", SLOW],
    "password_empty": [*PROMPT, b"root\r\n", b"\r\n", SLOW],
    "name_timeout": [*PROMPT, 63.0],
    "password_timeout": [*PROMPT, b"root\r\n", 63.0],
    "sb_long": [*PROMPT, b"\xff\xfa\x18\0" + b"y" * 20000 + b"\xff\xf0", b"ab"],
    "sb_broken": [*PROMPT, b"\xff\xfa\x18\0abc\xff\xfd\x06zz\xff\xf0", b"ab"],
    "sb_unasked": [*PROMPT, sb(24, b"\0vt100") + sb(32, b"\x001,1") + environ((0, b"USER", b"x")) + sb(200, b"abc"), b"ab"],
}
CASES["five_wrong"] = [*PROMPT, *[s for n in range(5) for s in (b"a%d\r\n" % n, b"x\r\n", SLOW)]]


def masked(text):
    text = re.sub(rb"Linux \S+ \(\S+\) \(pts/\d+\)", b"Linux KERNEL (FQDN) (pts/N)", text)
    return text.replace(os.uname().nodename.encode() + b" login: ", b"HOST login: ")


def talk(telnetd, name):
    listener = socket.create_server(("127.0.0.1", 0))
    peer = socket.create_connection(listener.getsockname())
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)  # As telnet does.
    served, _ = listener.accept()
    process = subprocess.Popen([telnetd], stdin=served, stdout=served, stderr=served)
    served.close()
    closed = False

    def heard(quiet):
        nonlocal closed
        peer.settimeout(quiet)
        text = b""
        try:
            while piece := peer.recv(65536):
                text += piece
            closed = True
        except TimeoutError:
            pass
        except ConnectionError:
            closed = True
        return text

    lines = []
    steps = [b"", *CASES[name]]
    for at, step in enumerate(steps):
        if isinstance(step, float):
            continue
        try:
            peer.sendall(step)
        except OSError:
            closed = True
            break
        wait = steps[at + 1] if at + 1 < len(steps) and isinstance(steps[at + 1], float) else 1.0
        lines += [(">", step), ("<", heard(wait))]
        if closed:
            break
    peer.close()
    process.wait()
    return "\n".join([f"= {name}", *[mark + " " + (masked(text) if mark == "<" else text).hex() for mark, text in lines], *["!"] * closed])


if __name__ == "__main__":
    names = sys.argv[2:] or CASES
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        slow_first = sorted(names, key=lambda name: -sum(step for step in CASES[name] if isinstance(step, float)))
        talks = {name: pool.submit(talk, sys.argv[1], name) for name in slow_first}
        for name in names:
            print(talks[name].result(), flush=True)
