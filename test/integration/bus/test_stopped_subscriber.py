"""A subscriber that reads nothing: nobody waits for it, nobody else loses anything, and what it costs is bounded. No time is looked at."""
import pathlib
import re

import pytest

from broker_process import Broker
from foreign_client import Bus

QUEUE_BYTES, QUEUE_FRAMES = 262_144, 1_000
SOCKET_BYTES_MAX = 4 * 1024 * 1024  # What the kernel keeps for it is no memory of the broker's.
ROUNDS, AT_A_TIME = 200, 200        # At a time far less than a queue holds: who reads at all keeps up.
MEMORY_SLACK_KIB = 4 * 1024


@pytest.fixture
def broker(tmp_path):
    running = Broker(tmp_path, "--set", f"bus.queue_bytes={QUEUE_BYTES}", "--set", f"bus.queue_frames={QUEUE_FRAMES}").start()
    yield running
    running.stop()


def anonymous_kib(pid):
    return int(re.search(r"^Pss_Anon:\s*(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M).group(1))


def test_nobody_waits_for_it_and_nobody_else_loses_anything(broker):
    stopped, healthy, writer = Bus(broker.path, "stopped"), Bus(broker.path, "healthy"), Bus(broker.path, "writer")
    stopped.subscribe("n")
    healthy.subscribe("n")
    before = anonymous_kib(broker.process.pid)
    filler = "x" * 200
    for round_number in range(ROUNDS):
        # Were anybody to wait for the stopped one, this would never end: it is given far more than its queue and socket hold.
        for n in range(AT_A_TIME):
            writer.publish("n", {"n": round_number * AT_A_TIME + n, "filler": filler})
        for n in range(AT_A_TIME):
            assert healthy.receive()[2]["payload"]["n"] == round_number * AT_A_TIME + n
    assert ROUNDS * AT_A_TIME * len(filler) > QUEUE_BYTES + SOCKET_BYTES_MAX
    rows = {row["name"]: row for row in broker.report()["clients"]}
    assert rows["stopped"]["dropped"] > 0 and rows["stopped"]["pace"] == "behind"
    assert 0 < rows["stopped"]["queued_bytes"] <= QUEUE_BYTES and rows["stopped"]["queued_frames"] <= QUEUE_FRAMES
    assert (rows["healthy"]["dropped"], rows["healthy"]["queued_frames"]) == (0, 0)
    assert anonymous_kib(broker.process.pid) - before < QUEUE_BYTES // 1024 + MEMORY_SLACK_KIB
    check_what_is_left(stopped, rows["stopped"]["dropped"])


def check_what_is_left(stopped, dropped):
    """It gets whole events in order, the newest to the last one; what it lacks is what was counted."""
    seen = []
    while not seen or seen[-1] != ROUNDS * AT_A_TIME - 1:
        seen.append(stopped.receive()[2]["payload"]["n"])
    assert seen == sorted(seen) and len(seen) == ROUNDS * AT_A_TIME - dropped
