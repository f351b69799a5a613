"""What a visitor of a decky finds in its files, compared with what the same decky shows on the wire."""
import pytest
from clients import run
from test_ssh import login  # noqa: F401  A fixture.


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
