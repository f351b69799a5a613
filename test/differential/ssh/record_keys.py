#!/usr/bin/env python3
"""Has the genuine ssh-keygen make a host's keys, and keeps each with its PEM form: what src/codec/ssh writes must be the same file.

    record_keys.py [PATH-OF-SSH-KEYGEN]
"""
import base64
import pathlib
import subprocess
import sys
import tempfile

OUT = pathlib.Path(__file__).resolve().parents[3] / "src/codec/ssh/testdata/keys"
ED25519_PKCS8 = bytes.fromhex("302e020100300506032b657004220420")  # RFC 8410: what stands before the 32 bytes.
COMMENT = "root@web-01"


def pem_of(tool, kind, file):
    """The same key as PKCS#8, which ssh-keygen does not write for Ed25519."""
    if kind == "ed25519":
        blob = base64.b64decode("".join(file.read_text().splitlines()[1:-1]))
        point = blob.rindex(b"\x00\x00\x00\x20", 0, blob.rindex(b"\x00\x00\x00\x40"))
        seed = blob[point + 4 + 32 + 4:][:32]
        body = base64.encodebytes(ED25519_PKCS8 + seed).decode()
        return f"-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n"
    copy = file.with_suffix(".copy")
    copy.write_bytes(file.read_bytes())
    copy.chmod(0o600)
    subprocess.run([tool, "-q", "-p", "-m", "PKCS8", "-P", "", "-N", "", "-f", copy], check=True, stdout=subprocess.DEVNULL)
    return copy.read_text()


def main():
    tool = sys.argv[1] if len(sys.argv) > 1 else "ssh-keygen"
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("rsa", "ecdsa", "ed25519"):
            file = pathlib.Path(folder) / kind
            subprocess.run([tool, "-q", "-t", kind, "-N", "", "-C", COMMENT, "-f", file], check=True)
            (OUT / f"{kind}.pem").write_text(pem_of(tool, kind, file))
            (OUT / kind).write_bytes(file.read_bytes())
            (OUT / f"{kind}.pub").write_bytes(file.with_suffix(".pub").read_bytes())


main()
