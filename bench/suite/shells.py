"""A decnet with several ssh deckies whose login is known."""
import contextlib
import pathlib
import sqlite3
import subprocess
import tempfile
import uuid

from suite.decnet import LIFTED, NETWORK, Decnet

# A persona is a pure function of its seed (src/persona/persona.h): this one has this account for ever.
SEED, USER, PASSWORD = 30064771080, "root", "passw0rd"
DEPLOYED_AT_US = 1_790_000_000_000_000
LOGIN = ("--user", USER, "--password", PASSWORD)
FIRST_ADDRESS = 40


def plant(context, count):
    """A store with that many ssh deckies."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="planted-", dir=context.scratch))
    subprocess.run([context.binary, "--data-dir", folder, "db", "migrate"], check=True, capture_output=True)
    file = folder / "decnet.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as store, store:
        for number in range(1, count + 1):
            name, ip = f"file-{number:02}", f"{NETWORK.rsplit('.', 2)[0]}.0.{FIRST_ADDRESS + number}"
            store.execute("INSERT INTO deckies VALUES (?, ?, ?, 'file-server', ?, ?, ?, 1, 'pending', '')",
                          (number, name, uuid.uuid5(uuid.NAMESPACE_DNS, name).bytes, SEED, ip, DEPLOYED_AT_US))
            store.execute("INSERT INTO decky_services VALUES (?, 0, 'ssh', 22)", (number,))
    with contextlib.closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def start(context, count, settings=None):
    return Decnet(context.binary, context.scratch, settings or LIFTED, plant(context, count))


def targets(decnet):
    return ",".join(place for _, place in decnet.places("ssh"))
