"""What a visitor of a decky finds in its files, compared with what the same decky shows on the wire."""
import pytest
from clients import run
from test_ssh import login, terminal, typed  # noqa: F401  `login` is a fixture.


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_the_private_host_keys_are_those_of_the_wire(login, tmp_path, kind):  # noqa: F811
    name = f"/etc/ssh/ssh_host_{kind}_key"
    stolen = tmp_path / "stolen"
    stolen.write_text(login.ssh(f"cat {name}"))
    stolen.chmod(0o600)
    assert stolen.read_text().startswith("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    public = run("ssh-keygen", "-y", "-P", "", "-f", stolen).strip()
    assert login.ssh(f"cat {name}.pub").strip() == public
    comment = public.split()[2]
    assert comment == "root@" + login.ssh("hostname").strip()
    seen = [line.split()[1:3] for line in run("ssh-keyscan", "-p", login.port, login.ip).splitlines() if line and line[0] != "#"]
    assert public.split()[:2] in seen
    assert login.ssh(f"stat -c '%a %U:%G %s' {name}") == f"600 root:root {stolen.stat().st_size}\n"
    assert login.ssh(f"stat -c %a {name}.pub") == "644\n"


def test_own_logins_stand_in_the_logs(login):  # noqa: F811
    said = login.ssh("echo $SSH_CLIENT; grep -a \"Accepted password for $USER\" /var/log/auth.log | tail -n 1").splitlines()
    address, port, _ = said[0].split()
    assert said[1].endswith(f": Accepted password for {login.user} from {address} port {port} ssh2")
    assert f"Disconnected from user {login.user} {address} port {port}\n" in login.ssh("cat /var/log/auth.log"), "and its end does"
    emptied = login.ssh("echo $SSH_CLIENT; > /var/log/auth.log").split()
    later = login.ssh("cat /var/log/auth.log")
    assert f"port {emptied[1]}:11: disconnected by user\n" in later and f"port {port}" not in later
    assert later.count("Accepted password") == 1


def test_last_and_lastlog_and_who_agree(login):  # noqa: F811
    client, channel = terminal(login)
    try:
        seen = typed(channel, "last -n 1; lastlog -u root; who; echo do''ne", "done")
        assert seen.count("127.0.0.1") >= 3 and "still logged in" in seen and "Never logged in" not in seen
    finally:
        client.close()
    known_end = login.ssh("last -n 1")
    assert "still logged in" not in known_end and "(00:0" in known_end
