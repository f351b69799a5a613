"""Brute-forcers and nmap's scripts against an ssh server whose one good pair is known: they find that and nothing else, and each try is one event."""
import hashlib
import re
import secrets

import pytest
from clients import run
from known_fleet import SSH

USERS = ("root", "admin", "ubuntu")


@pytest.fixture
def words(tmp_path):
    """Two lists: users that are there or not, and passwords of which one is root's. None was tried before."""
    users = [SSH.user, *(f"{name}-{secrets.token_hex(3)}" for name in USERS[1:])]
    passwords = [secrets.token_hex(6), SSH.password, secrets.token_hex(6)]
    (tmp_path / "users").write_text("".join(f"{one}\n" for one in users))
    (tmp_path / "passwords").write_text("".join(f"{one}\n" for one in passwords))
    return tmp_path, users, passwords


def hydra(folder, ip, port):  # Links libssh.
    said = run("hydra", "-I", "-t", "2", "-L", folder / "users", "-P", folder / "passwords", "-s", port, f"ssh://{ip}", check=False)
    return re.findall(r"^\[\d+\]\[ssh\] host: \S+ +login: (\S+) +password: (\S+)", said, re.MULTILINE)


def medusa(folder, ip, port):  # Links libssh2.
    said = run("medusa", "-h", ip, "-n", port, "-U", folder / "users", "-P", folder / "passwords", "-M", "ssh", "-t", "2", check=False)
    return re.findall(r"^ACCOUNT FOUND: \[ssh\] Host: \S+ User: (\S+) Password: (\S+) \[SUCCESS\]", said, re.MULTILINE)


def ncrack(folder, ip, port):  # Its own OpenSSH of old.
    said = run("ncrack", "-U", folder / "users", "-P", folder / "passwords", "-g", "CL=2,at=2", f"ssh://{ip}:{port}", check=False)
    return re.findall(r"^\S+ \d+/tcp ssh: '(\S+)' '(\S+)'", said, re.MULTILINE)


def nmap(ip, port, script, arguments=""):
    more = ("--script-args", arguments) if arguments else ()
    return run("nmap", "-n", "-Pn", "-p", port, "--script", script, *more, ip, seconds=120)


def nmap_brute(folder, ip, port):  # Links libssh2.
    said = nmap(ip, port, "ssh-brute", f"userdb={folder}/users,passdb={folder}/passwords,brute.firstonly=false,brute.useraspass=false,ssh-brute.timeout=8s")
    return re.findall(r"^\| +(\S+):(\S+) - Valid credentials", said, re.MULTILINE)


def digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def password_rows(fleet, user):
    """Of the passwords that a tool here tried for a user: secret's digest → (attempts, of these accepted)."""
    rows = fleet.api(f"/credentials?limit=200&decky={SSH.name}&principal={user}&secret_kind=plaintext")["data"]
    return {row["secret_sha256"]: (row["attempts"], row["accepted_count"]) for row in rows if row["attacker_ip"] == "127.0.0.1"}


@pytest.mark.parametrize("tool", [hydra, medusa, ncrack, nmap_brute])
def test_it_finds_the_one_good_pair_and_each_try_is_recorded_once(known, words, tool):
    folder, users, passwords = words
    ip, port = SSH.place(known)
    good = password_rows(known, SSH.user).get(digest(SSH.password), (0, 0))
    assert tool(folder, ip, port) == [(SSH.user, SSH.password)]
    tries = {digest(password): (1, 0) for password in passwords}
    for user in users[1:]:
        if tool is ncrack:  # It ends before its lists do, against a genuine sshd as well.
            known.wait_for(lambda: password_rows(known, user))
            assert password_rows(known, user).items() <= tries.items()
        else:
            known.wait_for(lambda: password_rows(known, user) == tries)
    wanted = (good[0] + 1, good[1] + 1)
    known.wait_for(lambda: password_rows(known, SSH.user).get(digest(SSH.password)) == wanted)
    wrong = {one: count for one, count in password_rows(known, SSH.user).items() if one in map(digest, passwords)}
    assert wrong.pop(digest(SSH.password)) == wanted
    assert set(wrong.values()) == {(1, 0)}  # Tools stop once they have a user's password: there may be fewer.


def scripts_table(said):
    """What nmap printed behind the bars, without them."""
    return [line[1:].strip("_ ").strip() for line in said.splitlines() if line.startswith("|")]


def test_nmap_names_the_methods_of_debian(known):
    ip, port = SSH.place(known)
    for user in (SSH.user, "nosuchuser"):
        assert scripts_table(nmap(ip, port, "ssh-auth-methods", f"ssh.user={user}")) == [
            "ssh-auth-methods:", "Supported authentication methods:", "publickey", "password"]


ALGORITHMS = {
    "kex_algorithms": ("sntrup761x25519-sha512@openssh.com", "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
                       "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512",
                       "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256"),
    "server_host_key_algorithms": ("rsa-sha2-512", "rsa-sha2-256", "ecdsa-sha2-nistp256", "ssh-ed25519"),
    "encryption_algorithms": ("chacha20-poly1305@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com",
                              "aes256-gcm@openssh.com"),
    "mac_algorithms": ("umac-64-etm@openssh.com", "umac-128-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com",
                       "hmac-sha1-etm@openssh.com", "umac-64@openssh.com", "umac-128@openssh.com", "hmac-sha2-256", "hmac-sha2-512",
                       "hmac-sha1"),
    "compression_algorithms": ("none", "zlib@openssh.com"),
}
OF_UPDATES = {"sntrup761x25519-sha512", "kex-strict-s-v00@openssh.com"}  # That some of Debian's updates brought.


def test_nmap_lists_the_algorithms_of_debian_in_their_order(known):
    listed = {}
    for line in scripts_table(nmap(*SSH.place(known), "ssh2-enum-algos"))[1:]:
        head = re.fullmatch(r"(\w+): \(\d+\)", line)
        if head:
            found = listed.setdefault(head.group(1), [])
        elif line not in OF_UPDATES:
            found.append(line)
    assert listed == {kind: list(names) for kind, names in ALGORITHMS.items()}


def test_nmap_sees_the_host_keys_and_no_version_1(known):
    ip, port = SSH.place(known)
    keys = scripts_table(nmap(ip, port, "ssh-hostkey,sshv1"))
    assert keys[0] == "ssh-hostkey:" and [line.split()[0] + line.split()[2] for line in keys[1:]] == ["256(ECDSA)", "256(ED25519)"]


def test_nmap_finds_no_key_accepted_and_its_offer_is_recorded(known, tmp_path):
    ip, port = SSH.place(known)
    run("ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", tmp_path / "key")
    said = nmap(ip, port, "ssh-publickey-acceptance", f"ssh.usernames={{'{SSH.user}'}},ssh.publickeys={{'{tmp_path}/key.pub'}}")
    assert scripts_table(said)[1] == "Accepted Public Keys: No public keys accepted"
    fingerprint = run("ssh-keygen", "-lf", tmp_path / "key.pub").split()[1]
    offers = known.wait_for(lambda: [event for event in known.events(type="request", service="ssh")
                                     if event["fields"].get("key_fingerprint") == fingerprint])
    assert len(offers) == 1


def test_nmap_runs_a_command(known):
    ip, port = SSH.place(known)
    said = nmap(ip, port, "ssh-run", f"ssh-run.cmd=id,ssh-run.username={SSH.user},ssh-run.password={SSH.password}")
    assert "uid=0(root) gid=0(root) groups=0(root)" in scripts_table(said)
