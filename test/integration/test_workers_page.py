"""The Workers page in a real browser: stop, start, and the banner while the broker is away."""
import socket
import time

import pytest
from browser import missing, run_script
from conftest import Fleet

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())

RUN_MAX_S = 300


def broker_answers(fleet):
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(fleet.data / "decnet/run/bus.sock"))
            return True
        except OSError:
            return False


def kill_the_broker_for_long(fleet):
    """It stays away until the file that lies where its socket was is removed."""
    path = fleet.data / "decnet/run/bus.sock"
    in_the_way = path.with_suffix(".away")
    in_the_way.touch()
    in_the_way.rename(path)
    fleet.kill("bus")
    return path


def test_a_worker_is_stopped_and_started_and_the_broker_goes_and_comes(tmp_path):
    fleet = Fleet(tmp_path, "--set", "workers.heartbeat=1s")
    fleet.start()
    run = run_script("workers.mjs", f"http://127.0.0.1:{fleet.port}", fleet.password)
    try:
        for line in run.stdout:
            print(line, end="")
            if line.strip() == "kill the broker":
                break
        in_the_way = kill_the_broker_for_long(fleet)
        run.stdin.write(f"killed {int(time.time() * 1000)}\n")
        run.stdin.flush()
        for line in run.stdout:
            print(line, end="")
            if line.strip() == "the banner is on every page":
                break
        in_the_way.unlink()
        fleet.wait_for(lambda: broker_answers(fleet), 60)
        output = run.communicate(f"back {int(time.time() * 1000)}\n", timeout=RUN_MAX_S)[0]
        print(output)
        assert run.returncode == 0
        assert output.splitlines()[-1] == "all is whole"
    finally:
        run.kill()
        run.wait()
        fleet.stop()
