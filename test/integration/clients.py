"""Real clients, and what their visits left behind."""
import hashlib
import subprocess

DEMO_OFFSETS = {"nginx": 10, "apache": 11, "wordpress": 12, "phpmyadmin": 13}  # As in src/fleet/demo.cc.


def run(*words, stdin=None, seconds=60, check=True):
    """What the client printed, both streams together."""
    done = subprocess.run([str(word) for word in words], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds,
                          text=True, errors="replace")
    assert not check or done.returncode == 0, f"{words}: {done.returncode}: {done.stdout}"
    return done.stdout


def demo_ip(fleet, what):
    return f"{fleet.network.rsplit('.', 1)[0]}.{DEMO_OFFSETS[what]}"


def name_of(fleet, ip):
    return next(decky["name"] for decky in fleet.deckies() if decky["ip"] == ip)


def attempts(fleet, decky, principal):
    """The login.attempt events of a principal on a decky, oldest first."""
    found = fleet.events(type="login.attempt", decky=decky)
    return [event["fields"] for event in reversed(found) if event["fields"].get("principal", "") == principal]


def credential(fleet, decky, principal, kind, count=1):
    """The one row that a principal left on a decky, once it counts that many attempts (None: any)."""
    def look():
        rows = fleet.api(f"/credentials?limit=200&decky={decky}&principal={principal}&secret_kind={kind}")["data"]
        return rows if len(rows) == 1 and count in (None, rows[0]["attempts"]) else None
    return fleet.wait_for(look)[0]


def secret(fleet, row):
    return fleet.api(f"/credentials/{row['uuid']}/secret")


def captured(fleet, decky, content):
    """The event about a file; its bytes come out of the API as they went in."""
    digest = hashlib.sha256(content).hexdigest()
    def look():
        return [event for event in fleet.events(type="file.captured", decky=decky) if event["fields"]["sha256"] == digest]
    event = fleet.wait_for(look)[0]
    assert int(event["fields"]["size"]) == len(content)
    rows = fleet.wait_for(lambda: [row for row in fleet.api("/files?limit=200")["data"] if row["sha256"] == digest and row["stored"]])
    assert rows[0]["decky"] == decky
    assert download(fleet, digest) == content
    return event


def download(fleet, digest):
    return subprocess.run(["curl", "-fsS", "--unix-socket", str(fleet.data / "decnet/run/api.sock"),
                           f"http://decnet/api/v1/files/{digest}/content"], stdout=subprocess.PIPE, timeout=30, check=True).stdout


def ended_session(fleet, event):
    """The session of an event, once it is over."""
    uuid = event["session_uuid"]
    fleet.wait_for_event(type="session.ended", session_uuid=uuid)
    return fleet.api(f"/sessions/{uuid}")
