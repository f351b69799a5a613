"""The dashboard in a real browser against a running decnet: what a person sees of an attack, also over a crash of a process."""
import json
import os
import pathlib
import secrets
import signal
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from browser import missing, run_script

CHOSEN_PASSWORD = "a few words do well"
LIVE_AGAIN_MAX_MS = 5_000
BACK_MAX_S = 30
RUN_MAX_S = 420


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


class Dashboard:
    """Runs of web/e2e against the fleet, and the attacks they wait for."""

    def __init__(self, fleet):
        self.fleet = fleet
        self.base = f"http://127.0.0.1:{fleet.port}"
        self.password = fleet.password
        places = [place for place in fleet.places("http") if self.answers_as_wordpress(place)]
        assert places, "no decky of the fleet shows a WordPress"
        self.place = places[0]

    @staticmethod
    def answers_as_wordpress(place):
        try:
            with urllib.request.urlopen(f"http://{place[0]}:{place[1]}/wp-login.php", timeout=10) as answer:
                return b'name="pwd"' in answer.read()
        except urllib.error.HTTPError:
            return False

    def attempt(self, name):
        """One login that a decky refuses: the form of WordPress."""
        form = urllib.parse.urlencode({"log": name, "pwd": f"secret of {name}", "wp-submit": "Log In", "testcookie": "1"})
        with urllib.request.urlopen(f"http://{self.place[0]}:{self.place[1]}/wp-login.php", form.encode(), timeout=10) as answer:
            assert answer.status == 200

    def run(self, script, **variables):
        return run_script(script, self.base, self.password, **variables)

    def livez(self):
        try:
            with urllib.request.urlopen(f"{self.base}/livez", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def process(self, name):
        """The process number of one of the supervisor's children; None while it is away."""
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except (OSError, IndexError):
                continue
            if parent == self.fleet.process.pid and words[1:3] == [b"process", name.encode()]:
                return int(folder.name)
        return None


@pytest.fixture(scope="module")
def dashboard(fleet):
    return Dashboard(fleet)


def lines_until(run, wanted):
    """Reads the run's lines up to the wanted one; all of them are shown with the test."""
    for line in run.stdout:
        print(line, end="")
        if line.strip() == wanted:
            return
    pytest.fail(f"the run ended with {run.wait()} before it said {wanted!r}")


@pytest.fixture(scope="module")
def signed_in(dashboard, tmp_path_factory):
    """The whole run: first password, a login attempt arrives, its attacker, its credential, axe on every page in both schemes."""
    touched = tmp_path_factory.mktemp("dashboard") / "touched"
    name = f"seen-{secrets.token_hex(3)}"
    run = dashboard.run("live.mjs", DECNET_NEW_PASSWORD=CHOSEN_PASSWORD, DECNET_PRINCIPAL=name, DECNET_TOUCH_FILE=str(touched))
    try:
        lines_until(run, "ready")
        touched.write_text(str(int(time.time() * 1000)))
        dashboard.attempt(name)
        output = run.communicate(timeout=RUN_MAX_S)[0]
        print(output)
    finally:
        run.kill()
        run.wait()
    dashboard.password = CHOSEN_PASSWORD
    return run.returncode, output


def test_an_attempt_is_seen_and_its_attacker_and_credential_are_found(signed_in):
    for line in ("the attempt is in the feed", "the attacker is open", "the credential is found"):
        assert line in signed_in[1]


def test_axe_finds_nothing_on_any_page_in_both_schemes(signed_in):
    code, output = signed_in
    for scheme in ("dark", "light"):
        assert any(line.startswith(f"axe {scheme}: ") and line.endswith(" 0 violations") for line in output.splitlines())
    assert code == 0


@pytest.mark.parametrize("ended,times", [(("api",), 1), (("bus",), 1), (("api", "bus"), 1), (("api",), 5)], ids=["api", "bus", "api-and-bus", "api-again-and-again"])
def test_a_page_left_open_misses_nothing_when_processes_are_killed(dashboard, signed_in, ended, times):
    prefix = f"open-{secrets.token_hex(3)}"
    attempts = 0

    def attack(times):
        nonlocal attempts
        for _ in range(times):
            attempts += 1
            dashboard.attempt(f"{prefix}-{attempts}")

    run = dashboard.run("left-open.mjs", DECNET_PREFIX=prefix)
    try:
        lines_until(run, "ready")
        attack(3)
        for _ in range(times):  # Each time the supervisor waits longer before it starts the process again.
            before = {name: dashboard.process(name) for name in ended}
            assert all(before.values()), before
            for pid in before.values():
                os.kill(pid, signal.SIGKILL)
            attack(10 // times)  # Nobody listens, or only half of decnet does.
            dashboard.fleet.wait_for(lambda: all(dashboard.process(name) not in (None, before[name]) for name in ended), BACK_MAX_S)
        dashboard.fleet.wait_for(dashboard.livez, BACK_MAX_S)
        back_at = time.time() * 1000
        attack(7)
        output = run.communicate(f"check {attempts}\n", timeout=RUN_MAX_S)[0]
        print(output)
    finally:
        run.kill()
        run.wait()
    assert run.returncode == 0
    phases = json.loads(output.splitlines()[0])["phases"]
    assert phases[-1]["phase"] == "live"
    if "api" in ended:
        assert [step["phase"] for step in phases].count("live") >= 2, "the page did not notice the crash"
        assert phases[-1]["at"] - back_at <= LIVE_AGAIN_MAX_MS
    stored = dashboard.fleet.events(type="login.attempt", q=prefix)
    assert len(stored) == attempts
