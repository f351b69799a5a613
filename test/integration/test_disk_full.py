"""A full disk: nothing is acknowledged, nothing that was stored is harmed, and all goes on by itself once there is room."""
import os
import shutil
import subprocess

import pytest
from conftest import Fleet
from ingest_log import names
from load import Load
from test_chaos import stored

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
