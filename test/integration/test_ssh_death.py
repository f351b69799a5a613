"""An engine dies by kill -9 in the middle of a session: whoever comes back with the same password finds what they left."""
import sqlite3
import time

from test_ssh import login, terminal, typed  # noqa: F401  (login is a fixture)


def remembered_at(fleet):
    """When core last kept a shell's memory."""
    with sqlite3.connect(f"file:{fleet.data}/decnet/decnet.sqlite?mode=ro", uri=True) as store:
        return store.execute("SELECT max(at) FROM memories WHERE topic = 'shell'").fetchone()[0] or 0


def test_a_file_outlives_the_engine_that_dies_under_its_session(known, login):
    client, channel = terminal(login)
    typed(channel, "mkdir -p /srv/.k && echo kept''safe > /srv/.k/file; cat /srv/.k/file", "keptsafe")
    written = int(time.time() * 1e6)
    def kept():
        typed(channel, "date +%N >> /srv/.k/log; echo mo''re", "more")  # What has not changed is not kept again.
        return remembered_at(known) > written
    known.wait_for(kept)
    engines = {name: pid for name, pid in known.children().items() if name.startswith("engine")}
    for name in engines:
        known.kill(name)
    while channel.recv(65536):  # The connection ends with its engine.
        pass
    client.close()
    known.wait_for(lambda: {name: pid for name, pid in known.children().items() if name in engines}.keys() == engines.keys())
    assert known.wait_for(lambda: login.ssh("cat /srv/.k/file", check=False) == "keptsafe\n" or None)
    assert not set(engines.values()) & set(known.children().values())
