"""What the recorder says to a server: raw bytes before any key, and payloads under keys, before and after a login."""
import struct

from client import BANNER, KEX, kexinit, plain, string


def u32(number: int) -> bytes:
    return struct.pack(">I", number)


def hello(*packets: bytes) -> bytes:
    return BANNER + b"\r\n" + b"".join(packets)


LOOSE = b"curve25519-sha256"
RAW = {
    "no-number": b"SSH-1337\n", "odd-numbers": b"SSH-1111-OpenSSH_9.0\r\n", "version-1.5": b"SSH-1.5-x\r\n",
    "version-3": b"SSH-3.0-x\r\n", "version-1.99": b"SSH-1.99-x\r\n", "blank-lines": b"SSH-2.0-OpenSSH" + b"\n" * 10,
    "twice": b"SSH-2.0-OpenSSH_9.0\r\nSSH-2.0-OpenSSH_9.0\r\n", "http": b"GET / HTTP/1.0\r\n\r\n", "empty-line": b"\n", "zero": b"SSH-2.0-a\0b\r\n",
    "lone-cr": b"SSH-2.0-x\rY\n", "two-cr": b"SSH-2.0-x\r\r\n", "no-software": b"SSH-2.0-\r\n", "blanks": b"SSH- 2. 0-x\r\n", "signs": b"SSH-+2.-0-x\r\n",
    "lower-case": b"ssh-2.0-x\r\n", "no-minor": b"SSH-2-x\r\n", "long": b"A" * 9000, "long-good": b"SSH-2.0-" + b"a" * 8100 + b"\r\n",
    "too-long-good": b"SSH-2.0-" + b"a" * 8300 + b"\r\n", "probe": b"SSH-2.0-Probe-1\r\n", "mapper": b"SSH-2.0-SSH_Version_Mapper\r\n",
    "old-putty": b"SSH-2.0-PuTTY_Release_0.60\r\n", "openssh-6.6": b"SSH-2.0-OpenSSH_6.6\r\n", "openssh-6.6.1": b"SSH-2.0-OpenSSH_6.6.1p1\r\n",
    "winscp": b"SSH-2.0-WinSCP_release_4.3\r\n", "lf-only": b"SSH-2.0-Go\n", "tls": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"a" * 50,
    "only-hello": hello(), "length-0": hello(b"\0" * 8), "length-huge": hello(b"\xff" * 8), "length-odd": hello(b"\0\0\0\x0d" + b"\0" * 20),
    "padding-3": hello(plain(b"\x02" + b"a" * 7, 3)), "padding-too-long": hello(plain(b"\x02abc", 255, 12)[:16]), "no-payload": hello(plain(b"", 11)),
    "type-0": hello(plain(b"\0abc")), "type-200": hello(plain(b"\xc8abc")), "ignore-first": hello(plain(b"\x02" + string(b"x")), plain(kexinit())),
    "ignore-first-loose": hello(plain(b"\x02" + string(b"x")), plain(kexinit(LOOSE))), "debug-short": hello(plain(b"\x04\0")),
    "debug": hello(plain(b"\x04\0" + string(b"x") + string(b""))), "unimplemented": hello(plain(b"\x03" + u32(1))), "unimplemented-short": hello(plain(b"\x03")),
    "disconnect": hello(plain(b"\x01" + u32(11) + string(b"bye") + string(b""))), "disconnect-short": hello(plain(b"\x01")),
    "service-first": hello(plain(b"\x05" + string(b"ssh-userauth"))), "auth-first": hello(plain(b"\x32" + string(b"a") + string(b"b") + string(b"c"))),
    "newkeys-first": hello(plain(b"\x15")), "ecdh-first": hello(plain(b"\x1e" + string(b"a" * 32))), "channel-first": hello(plain(b"\x5a" + b"\0" * 20)),
    "number-49": hello(plain(b"\x31")), "number-191": hello(plain(b"\xbf")), "ext-info-first": hello(plain(b"\x07" + u32(0))),
    "kexinit": hello(plain(kexinit())), "kexinit-twice": hello(plain(kexinit()), plain(kexinit())), "kexinit-twice-loose": hello(plain(kexinit(LOOSE)), plain(kexinit(LOOSE))),
    "kexinit-short": hello(plain(b"\x14" + b"c" * 10)), "kexinit-cut": hello(plain(kexinit()[:60])), "kexinit-long": hello(plain(kexinit() + b"more")),
    "no-kex": hello(plain(kexinit(b"none"))), "no-host-key": hello(plain(kexinit(host_key=b"ssh-dss"))), "no-cipher": hello(plain(kexinit(cipher=b"3des-cbc"))),
    "no-mac": hello(plain(kexinit(cipher=b"aes128-ctr", mac=b"none"))), "no-compression": hello(plain(kexinit(compression=b"zlib"))),
    "empty-lists": hello(plain(kexinit(b"", b"", b"", b"", b""))), "no-mac-but-gcm": hello(plain(kexinit(mac=b"none"))),
    "strict-ignore": hello(plain(kexinit()), plain(b"\x02" + string(b"x"))), "loose-ignore": hello(plain(kexinit(LOOSE)), plain(b"\x02" + string(b"x"))),
    "strict-service": hello(plain(kexinit()), plain(b"\x05" + string(b"ssh-userauth"))), "strict-auth": hello(plain(kexinit()), plain(b"\x32abc")),
    "strict-newkeys": hello(plain(kexinit()), plain(b"\x15")), "loose-newkeys": hello(plain(kexinit(LOOSE)), plain(b"\x15")),
    "public-short": hello(plain(kexinit()), plain(b"\x1e" + string(b"a" * 31))), "public-zero": hello(plain(kexinit()), plain(b"\x1e" + string(b"\0" * 32))),
    "public-none": hello(plain(kexinit()), plain(b"\x1e")), "public-more": hello(plain(kexinit()), plain(b"\x1e" + string(b"a" * 32) + b"x")),
    "nist-bad": hello(plain(kexinit(b"ecdh-sha2-nistp256")), plain(b"\x1e" + string(b"\4" + b"a" * 64))),
    "nist-empty": hello(plain(kexinit(b"ecdh-sha2-nistp256")), plain(b"\x1e" + string(b""))),
    "dh-zero": hello(plain(kexinit(b"diffie-hellman-group14-sha256")), plain(b"\x1e" + string(b""))),
    "dh-one": hello(plain(kexinit(b"diffie-hellman-group14-sha256")), plain(b"\x1e" + string(b"\1"))),
    "gex-small": hello(plain(kexinit(b"diffie-hellman-group-exchange-sha256")), plain(b"\x22" + u32(512) + u32(1024) + u32(1024))),
    "gex-order": hello(plain(kexinit(b"diffie-hellman-group-exchange-sha256")), plain(b"\x22" + u32(4096) + u32(2048) + u32(8192))),
    "gex-old": hello(plain(kexinit(b"diffie-hellman-group-exchange-sha256")), plain(b"\x1e" + u32(2048))),
    "sntrup-short": hello(plain(kexinit(b"sntrup761x25519-sha512@openssh.com")), plain(b"\x1e" + string(b"a" * 100))),
    "guess-wrong": hello(plain(kexinit(b"none,curve25519-sha256")[:-5] + b"\1\0\0\0\0"), plain(b"\x1e" + string(b"x"))),
}

USER = b"ann"


def auth(method: bytes, rest: bytes = b"", user: bytes = USER, service: bytes = b"ssh-connection") -> bytes:
    return b"\x32" + string(user) + string(service) + string(method) + rest


def password(secret: bytes, user: bytes = USER) -> bytes:
    return auth(b"password", b"\0" + string(secret), user)


SERVICE = b"\x05" + string(b"ssh-userauth")
ED = string(b"ssh-ed25519") + string(string(b"ssh-ed25519") + string(b"k" * 32))
KEYED = {
    "nothing": [], "service": [SERVICE], "service-bad": [b"\x05" + string(b"ssh-connection")], "service-odd": [b"\x05" + string(b"a\r\nb")],
    "service-twice": [SERVICE, SERVICE], "service-short": [b"\x05\0"], "service-more": [SERVICE + b"x"], "auth-early": [auth(b"none")],
    "none": [SERVICE, auth(b"none")], "none-twice": [SERVICE] + [auth(b"none")] * 8, "unknown-method": [SERVICE] + [auth(b"gssapi-with-mic")] * 7,
    "interactive": [SERVICE, auth(b"keyboard-interactive", string(b"") + string(b""))], "hostbased": [SERVICE, auth(b"hostbased", b"x")],
    "wrong-passwords": [SERVICE, auth(b"none")] + [password(b"wrong")] * 6, "other-user": [SERVICE, auth(b"none"), auth(b"none", user=b"bob")],
    "other-service": [SERVICE, auth(b"none"), auth(b"none", service=b"x")], "service-unknown": [SERVICE, password(b"x")[:0] or auth(b"password", b"\0" + string(b"summer"), service=b"x")],
    "style": [SERVICE, auth(b"none", user=b"ann:x"), auth(b"none", user=b"ann")], "role": [SERVICE, auth(b"none", user=b"ann/x"), auth(b"none", user=b"ann")],
    "password-short": [SERVICE, auth(b"password", b"\0")], "password-more": [SERVICE, auth(b"password", b"\0" + string(b"a") + b"x")],
    "password-zero": [SERVICE, auth(b"password", b"\0" + string(b"a\0b"))], "password-change": [SERVICE, auth(b"password", b"\1" + string(b"summer") + string(b"new"))],
    "auth-short": [SERVICE, b"\x32" + string(USER)], "user-zero": [SERVICE, auth(b"none", user=b"a\0b")], "empty-user": [SERVICE, auth(b"none", user=b"")],
    "key-unknown": [SERVICE, auth(b"publickey", b"\0" + string(b"ssh-foo") + string(b"x"))], "key-garbage": [SERVICE, auth(b"publickey", b"\0" + string(b"ssh-ed25519") + string(b"x"))],
    "key-other": [SERVICE] + [auth(b"publickey", b"\0" + ED)] * 6, "key-signed": [SERVICE, auth(b"publickey", b"\1" + ED + string(b"sig"))],
    "key-mismatch": [SERVICE, auth(b"publickey", b"\0" + string(b"ssh-rsa") + ED[15:])], "key-short": [SERVICE, auth(b"publickey", b"\0")],
    "key-more": [SERVICE, auth(b"publickey", b"\0" + ED + b"x")], "key-hostbound-bad": [SERVICE, auth(b"publickey-hostbound-v00@openssh.com", b"\0" + ED + string(b"x"))],
    "ignore": [b"\x02" + string(b"x"), SERVICE], "debug": [b"\x04\1" + string(b"x") + string(b""), SERVICE], "unimplemented": [b"\x03" + u32(9), SERVICE],
    "disconnect": [b"\x01" + u32(11) + string(b"bye") + string(b"")], "number-8": [b"\x08"], "number-49": [b"\x31"], "number-60": [SERVICE, b"\x3c"], "number-61": [SERVICE, b"\x3d" + u32(0)],
    "number-80": [b"\x50" + string(b"x") + b"\1"], "number-100": [b"\x64"], "number-191": [b"\xbf"], "number-0": [b"\0"], "number-192": [b"\xc0"],
    "rekey-early": [kexinit()], "newkeys-early": [b"\x15"], "ext-info": [b"\x07" + u32(0), SERVICE], "ext-info-late": [SERVICE, b"\x07" + u32(0)],
    "kex-30": [b"\x1e" + string(b"a" * 32)],
}

LOGIN = [SERVICE, password(b"summer")]
OPEN = b"\x5a" + string(b"session") + u32(7) + u32(1 << 21) + u32(32768)


def request(name: bytes, rest: bytes = b"", want: bytes = b"\1", channel: int = 0) -> bytes:
    return b"\x62" + u32(channel) + string(name) + want + rest


PTY = request(b"pty-req", string(b"xterm") + u32(80) + u32(24) + u32(0) * 2 + string(b"\0"))
INSIDE = {
    "login": [], "keepalive": [b"\x50" + string(b"keepalive@openssh.com") + b"\1"], "keepalive-quiet": [b"\x50" + string(b"keepalive@openssh.com") + b"\0"],
    "no-more": [b"\x50" + string(b"no-more-sessions@openssh.com") + b"\1", OPEN], "forward": [b"\x50" + string(b"tcpip-forward") + b"\1" + string(b"") + u32(8080)],
    "cancel-forward": [b"\x50" + string(b"cancel-tcpip-forward") + b"\1" + string(b"") + u32(8080)], "stream-forward": [b"\x50" + string(b"streamlocal-forward@openssh.com") + b"\1" + string(b"/tmp/x")],
    "prove-nothing": [b"\x50" + string(b"hostkeys-prove-00@openssh.com") + b"\1"], "prove-other": [b"\x50" + string(b"hostkeys-prove-00@openssh.com") + b"\1" + string(b"x")],
    "direct": [b"\x5a" + string(b"direct-tcpip") + u32(3) + u32(1 << 21) + u32(32768) + string(b"1.1.1.1") + u32(80) + string(b"127.0.0.1") + u32(9)],
    "direct-local": [b"\x5a" + string(b"direct-streamlocal@openssh.com") + u32(3) + u32(1 << 21) + u32(32768) + string(b"/x") + string(b"") + u32(0)],
    "open-unknown": [b"\x5a" + string(b"x11") + u32(3) + u32(9) + u32(9)], "open-more": [OPEN + b"x"], "open-short": [b"\x5a" + string(b"session")], "open": [OPEN], "open-eleven": [OPEN] * 11,
    "data-none": [b"\x5e" + u32(9) + string(b"x")], "extended-none": [b"\x5f" + u32(9) + u32(1) + string(b"x")], "eof-none": [b"\x60" + u32(9)], "close-none": [b"\x61" + u32(9)],
    "adjust-none": [b"\x5d" + u32(9) + u32(9)], "request-none": [request(b"shell", channel=9)], "confirm-none": [b"\x5b" + u32(9) + u32(0) * 3], "failure-none": [b"\x5c" + u32(9) + u32(0) + string(b"") * 2],
    "success-none": [b"\x63" + u32(9)], "close": [OPEN, b"\x61" + u32(0)], "eof": [OPEN, b"\x60" + u32(0)], "data-early": [OPEN, b"\x5e" + u32(0) + string(b"x")],
    "unknown-request": [OPEN, request(b"nope")], "unknown-request-quiet": [OPEN, request(b"nope", want=b"\0")], "env": [OPEN, request(b"env", string(b"LANG") + string(b"C")), request(b"env", string(b"FOO") + string(b"C"))],
    "pty-twice": [OPEN, PTY, PTY], "window-early": [OPEN, request(b"window-change", u32(9) * 4)], "signal-early": [OPEN, request(b"signal", string(b"TERM"))], "break": [OPEN, request(b"break", u32(9))],
    "exec": [OPEN, request(b"exec", string(b"echo hi"))], "exec-status": [OPEN, request(b"exec", string(b"exit 7"))], "exec-quiet": [OPEN, request(b"exec", string(b"exit 7"), b"\0")],
    "exec-eof": [OPEN, request(b"exec", string(b"cat")), b"\x60" + u32(0)], "exec-cat": [OPEN, request(b"exec", string(b"cat")), b"\x5e" + u32(0) + string(b"abc\n"), b"\x60" + u32(0)],
    "exec-signal": [OPEN, request(b"exec", string(b"cat")), request(b"signal", string(b"TERM"))], "subsystem-none": [OPEN, request(b"subsystem", string(b"nope"))], "x11": [OPEN, request(b"x11-req", b"\0" + string(b"MIT-MAGIC-COOKIE-1") + string(b"00") + u32(0))],
    "agent": [OPEN, request(b"auth-agent-req@openssh.com")], "auth-again": [password(b"x")], "service-again": [SERVICE], "number-150": [b"\x96"], "close-twice": [OPEN, b"\x61" + u32(0), b"\x61" + u32(0)],
    "sftp": [OPEN, request(b"subsystem", string(b"sftp")), b"\x5e" + u32(0) + string(string(b"\1" + u32(3)))], "window-game": [b"\x5a" + string(b"session") + u32(7) + u32(0xffffffff) + u32(32768), b"\x5d" + u32(0) + u32(9)],
    "confirm-open": [OPEN, b"\x5b" + u32(0) + u32(0) * 3], "failure-open": [OPEN, b"\x5c" + u32(0) + u32(0) + string(b"") * 2],
    "extended-after-eof": [OPEN, request(b"exec", string(b"cat")), b"\x60" + u32(0), b"\x5f" + u32(0) + u32(1) + string(b"x")],
    "too-much": [OPEN, request(b"exec", string(b"cat"))] + [b"\x5e" + u32(0) + string(b"a" * 32769)],
}
