"""A full disk: nothing is acknowledged, nothing that was stored is harmed, and all goes on by itself once there is room."""
import os
import shutil
import subprocess

import known_fleet
import paramiko
import pytest
from conftest import Fleet
from ingest_log import names
from load import Load
from test_chaos import stored
from test_replay_page import typed

MIB = 1 << 20
LIMITS = ("--set", "ingest.disk_low_bytes=16MiB", "--set", "ingest.disk_critical_bytes=8MiB", "--set", "ingest.reserve_bytes=4MiB")


@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("mounting a disk of 64 MiB needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False).returncode != 0:
        pytest.skip("this kernel lets nobody mount here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder, leave):
    with open(folder / "ballast", "ab") as ballast:
        while shutil.disk_usage(folder).free > leave + MIB:
            ballast.write(bytes(MIB))
            ballast.flush()


def test_a_full_disk_stops_the_acknowledgements_and_loses_nothing(small_disk):
    fleet = Fleet(small_disk, *LIMITS)
    fleet.start()
    try:
        with Load(fleet.places("http"), threads=2) as load:
            fleet.wait_for(lambda: len(load.answered) > 50)
            fill(small_disk, 4 * MIB)
            fleet.wait_for(lambda: not fleet.api("/health")["ingest"]["acknowledging"])
            assert fleet.api("/health")["disk"]["level"] == "critical"
            answered = len(load.answered)
            fleet.wait_for(lambda: len(load.answered) > answered + 50)  # The deckies answer as before.
            (small_disk / "ballast").unlink()
            fleet.wait_for(lambda: fleet.api("/health")["ingest"]["acknowledging"])
        log = small_disk / "decnet/ingest"
        fleet.wait_for(lambda: all(stored(fleet)[1][path] == 1 for path in load.answered))
        assert set(stored(fleet)[0]) == names(log)
        assert "every counter equals a recount" in fleet.command("db", "check").stdout
    finally:
        fleet.stop()


def recording_of(fleet, session):
    found = fleet.api(f"/sessions/{session}")["recordings"]
    return found[0] if found and found[0]["final"] else None


def visit(fleet, mark, before_the_end=lambda: None):
    """A recorded login by ssh. Gives its session once it is over."""
    ip, port = known_fleet.SSH.place(fleet)
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(str(ip), int(port), known_fleet.SSH.user, known_fleet.SSH.password, look_for_keys=False, allow_agent=False)
    channel = client.invoke_shell()
    typed(channel, f"echo first-{mark}; id", "uid=0(root)")
    before_the_end()
    typed(channel, f"echo last-{mark}; id", "uid=0(root)")
    typed(channel, "exit", "logout")
    client.close()
    command = fleet.wait_for_event(type="command", service="ssh", q=f"last-{mark}")[0]
    session = command["session_uuid"]
    fleet.wait_for(lambda: recording_of(fleet, session) and fleet.api(f"/sessions/{session}")["ended_at"])
    return session


def test_a_disk_that_is_nearly_full_costs_recordings_and_no_event(small_disk):
    fleet = Fleet(small_disk, *LIMITS)
    known_fleet.plant(fleet)
    fleet.start()
    try:
        kept = visit(fleet, "roomy")
        assert recording_of(fleet, kept)["missing"] == 0

        def is_at(level):
            return fleet.api("/health")["disk"]["level"] == level

        def fill_up():
            fill(small_disk, 12 * MIB)
            fleet.wait_for(lambda: is_at("low"))

        cut = visit(fleet, "tight", fill_up)
        assert recording_of(fleet, cut)["missing"] >= 1, "what was not kept is counted"
        told = fleet.api(f"/sessions/{cut}")
        assert [each["command"] for each in told["command_list"]] == ["echo first-tight; id", "echo last-tight; id", "exit"], "no event is lost"
        assert told["login_list"][0]["outcome"] == "accepted" and told["ended_at"]
        assert fleet.api("/health")["ingest"]["acknowledging"]
        assert "the recording was not kept: the disk was nearly full" in fleet.command("replay", cut, check=False).stderr
        (small_disk / "ballast").unlink()
        fleet.wait_for(lambda: is_at("ok"))
        assert recording_of(fleet, visit(fleet, "roomy-again"))["missing"] == 0
        assert "uid=0(root)" in fleet.command("replay", kept).stdout, "what was kept before is harmed by nothing"
    finally:
        fleet.stop()
