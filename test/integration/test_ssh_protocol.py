"""What OpenSSH's own client, and sockets of no client, find of the protocol behind a decky's port 22."""
import hashlib
import os
import socket
import subprocess

import pytest
from clients import run
from known_fleet import SSH
from test_ssh import QUIET, Login

MIB = 1 << 20
STARTUPS_MAX = 100


@pytest.fixture
def login(known, tmp_path):
    ip, port = SSH.place(known)
    return Login(ip, port, SSH.user, SSH.password, tmp_path)


def said_apart(login, *words):
    """(stdout, stderr, exit status) of ssh."""
    environment = os.environ | {"SSH_ASKPASS": str(login.ask), "SSH_ASKPASS_REQUIRE": "force"}
    command = ["ssh", *QUIET[:-2], *words[:-1], "-p", str(login.port), f"{login.user}@{login.ip}", words[-1]]
    done = subprocess.run(command, capture_output=True, timeout=120, env=environment, stdin=subprocess.DEVNULL, check=False)
    return done.stdout, done.stderr.decode(errors="replace"), done.returncode


def test_keyboard_interactive_is_refused_as_debian_refuses_it(login):
    out, error, status = said_apart(login, "-o", "LogLevel=ERROR", "-o", "PreferredAuthentications=keyboard-interactive", "id")
    assert (out, status) == (b"", 255)
    assert error == f"{login.user}@{login.ip}: Permission denied (publickey,password).\r\n"


def test_standard_error_has_a_way_of_its_own(login):
    out, error, status = said_apart(login, "-o", "LogLevel=ERROR", "echo one; echo two >&2; ls /nonexistent; exit 7")
    assert out == b"one\n"
    assert error == "two\nls: cannot access '/nonexistent': No such file or directory\n"
    assert status == 7


def exchanges(error):
    return error.count("SSH2_MSG_NEWKEYS received")


def test_keys_are_changed_in_the_middle_of_a_long_output(login):
    out, error, status = said_apart(login, "-v", "-o", "RekeyLimit=16K", "seq 1 400000")
    assert out == b"".join(b"%d\n" % number for number in range(1, 400_001))
    assert status == 0
    assert exchanges(error) >= 3


def test_keys_are_changed_in_the_middle_of_sftp(login, tmp_path):
    content = os.urandom(20 * MIB)
    (tmp_path / "up").write_bytes(content)
    (tmp_path / "batch").write_text(f"put {tmp_path}/up /tmp/up\nget /tmp/up {tmp_path}/down\n")
    environment = ("env", f"SSH_ASKPASS={login.ask}", "SSH_ASKPASS_REQUIRE=force")
    run(*environment, "sftp", *QUIET, "-o", "RekeyLimit=1M", "-o", "BatchMode=no", "-P", login.port, "-b", tmp_path / "batch", f"{login.user}@{login.ip}",
        seconds=180)
    assert hashlib.sha256((tmp_path / "down").read_bytes()).digest() == hashlib.sha256(content).digest()
    login.ssh("rm /tmp/up")


def test_whoever_does_not_log_in_fills_the_startups(known):
    ip, port = SSH.place(known)
    held, banners, refused = [], 0, 0
    try:
        for _ in range(3 * STARTUPS_MAX):
            held.append(socket.create_connection((ip, port), timeout=20))
            first = held[-1].recv(256)
            banners += first.startswith(b"SSH-2.0-OpenSSH_9.2p1")
            refused += first == b"Exceeded MaxStartups\r\n"
            assert len(held) > 10 or banners == len(held)  # The first ten are never turned away.
    finally:
        for one in held:
            one.close()
    assert banners + refused == 3 * STARTUPS_MAX
    assert 10 < banners <= STARTUPS_MAX
