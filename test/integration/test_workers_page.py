"""The Workers page in a real browser: stop, start, and the banner while the broker is away."""
import signal
import socket
import time

import os

import pytest
from browser import missing, run_script
from conftest import Fleet

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

RUN_MAX_S = 300
LONG_AWAY = 7  # After so many deaths in a row the supervisor waits long enough for a person to see it.


def broker_answers(fleet):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(fleet.data / "decnet/run/bus.sock"))
            return True
        except OSError:
            return False


def kill_the_broker_for_long(fleet):
    for _ in range(LONG_AWAY):
        pid = fleet.wait_for(lambda: fleet.children().get("bus"), 30)
        os.kill(pid, signal.SIGKILL)
        fleet.wait_for(lambda: fleet.children().get("bus") != pid)


def test_a_worker_is_stopped_and_started_and_the_broker_goes_and_comes(tmp_path):
    fleet = Fleet(tmp_path, "--set", "workers.heartbeat=1s")
    fleet.start()
    run = run_script("workers.mjs", f"http://127.0.0.1:{fleet.port}", fleet.password)
    try:
        for line in run.stdout:
            print(line, end="")
            if line.strip() == "kill the broker":
                break
        kill_the_broker_for_long(fleet)
        run.stdin.write(f"killed {int(time.time() * 1000)}\n")
        run.stdin.flush()
        for line in run.stdout:
            print(line, end="")
            if line.strip() == "the banner is on every page":
                break
        fleet.wait_for(lambda: broker_answers(fleet), 60)
        output = run.communicate(f"back {int(time.time() * 1000)}\n", timeout=RUN_MAX_S)[0]
        print(output)
        assert run.returncode == 0
        assert output.splitlines()[-1] == "all is whole"
    finally:
        run.kill()
        run.wait()
        fleet.stop()
