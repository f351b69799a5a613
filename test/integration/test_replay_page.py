"""A recorded session in a real browser, on a running decnet: a visit by ssh, and what the dashboard makes of it."""
import secrets
import socket

import paramiko
import pytest
from browser import missing, run_script
from known_fleet import SSH

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

CHOSEN_PASSWORD = "a few words do well"
RUN_MAX_S = 420
VISITOR = "127.77.12.5"  # An address of its own: its page in the dashboard tells of this visit only.
SILENCE_S = 5  # The visitor waits for a program that says nothing.


def typed(channel, line, until):
    """Types a line and reads until the text is there."""
    channel.send(line + "\r")
    seen = ""
    while until not in seen:
        got = channel.recv(65536).decode(errors="replace")
        assert got, seen
        seen += got
    return seen


class Visit:
    """Somebody logs in, looks around, fetches a file, plants another, and goes."""

    def __init__(self, fleet):
        self.mark = f"seen-{secrets.token_hex(3)}"
        self.url = f"http://198.51.100.23/{self.mark}.sh"
        self.planted = f"/tmp/{self.mark}.bin"
        ip, port = SSH.place(fleet)
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        connection = socket.create_connection((ip, port), source_address=(VISITOR, 0))
        client.connect(ip, port, SSH.user, SSH.password, look_for_keys=False, allow_agent=False, sock=connection)
        channel = client.invoke_shell(term="xterm", width=100, height=30)
        channel.settimeout(60)
        typed(channel, f"echo {self.mark}; id", "uid=0(root)")
        typed(channel, f"timeout 1 wget {self.url}; echo got''ten", "gotten")
        typed(channel, f"sleep {SILENCE_S}; echo aw''ake", "awake")
        with client.open_sftp() as files, files.open(self.planted, "w") as file:
            file.write(f"planted by {self.mark}\n")
        typed(channel, f"cat {self.planted}; ls --color=always -la /root; echo do''ne", "done")
        typed(channel, "exit", "logout")
        client.close()
        command = fleet.wait_for_event(type="command", service="ssh", q=self.mark)[0]
        self.session = command["session_uuid"]
        fleet.wait_for(lambda: fleet.api(f"/sessions/{self.session}")["ended_at"])
        found = fleet.wait_for(lambda: [each for each in [fleet.api(f"/sessions/{self.session}")]
                                        if each["recordings"] and each["recordings"][0]["final"]])[0]
        self.attacker = found["attacker_uuid"]


@pytest.fixture(scope="module")
def run(known):
    visit = Visit(known)
    running = run_script("recorded.mjs", f"http://127.0.0.1:{known.port}", known.password, DECNET_NEW_PASSWORD=CHOSEN_PASSWORD,
                         DECNET_MARK=visit.mark, DECNET_SESSION=visit.session, DECNET_ATTACKER=visit.attacker, DECNET_URL_SEEN=visit.url)
    try:
        output = running.communicate(timeout=RUN_MAX_S)[0]
    finally:
        running.kill()
        running.wait()
    print(output)
    return running.returncode, output.splitlines()


@pytest.mark.parametrize("what", [
    "it is found by what was typed", "it plays and stands still", "a marker leads to its moment", "a searched line leads to its moment", "it is played faster",
    "silences are skipped, or not", "a link leads to a moment", "the recording is an asciicast", "the attacker's page tells all of it",
    "the keyboard is enough", "it fits 320 px"])
def test_a_recorded_session(run, what):
    assert f"ok {what}" in run[1]


def test_axe_finds_nothing_in_both_schemes(run):
    code, lines = run
    for scheme in ("dark", "light"):
        assert any(line.startswith(f"axe {scheme}: ") and line.endswith(" 0 violations") for line in lines)
    assert code == 0
