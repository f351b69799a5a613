"""Deckies whose options and accounts are known beforehand, where the demo fleet's are drawn anew for each store.

A persona is a pure function of its seed (src/persona/persona.h): these seeds will have these accounts for ever.
"""
import dataclasses
import sqlite3
import uuid

DEPLOYED_AT_US = 1_790_000_000_000_000


@dataclasses.dataclass(frozen=True)
class Known:
    name: str
    offset: int  # Of the address in the fleet's network.
    seed: int
    service: str
    port: int
    options: dict
    user: str
    password: str
    archetype: str = "file-server"

    def place(self, fleet):
        return f"{fleet.network.rsplit('.', 1)[0]}.{self.offset}", self.port


OPEN = {"anonymous": "yes", "writable": "yes", "tls": "yes"}
VSFTPD = Known("ftp-02", 30, 30064771299, "ftp", 21, {"server": "vsftpd", **OPEN}, "ftpuser", "letmein")
PROFTPD = Known("file-20", 31, 30064771227, "ftp", 21, {"server": "proftpd", **OPEN}, "scan", "letmein")
REDIS = Known("nas-16", 32, 30064771264, "redis", 6379, {"auth": "password"}, "ftpuser", "welcome1")
REDIS_OPEN = Known("nas-15", 33, 30064771193, "redis", 6379, {"auth": "open", "module_command": "yes", "protected_configs": "yes"},
                   "backup", "letmein")
SSH = Known("file-18", 34, 30064771080, "ssh", 22, {}, "root", "passw0rd")
TELNET = Known("file-11", 38, 30064771090, "telnet", 23, {}, "root", "654321")
MARIADB = Known("sql-19", 35, 30064771079, "mysql", 3306, {"server": "mariadb"}, "lars.dahl", "Passw0rd!", "database-server")
MYSQL = Known("db-18", 36, 30064771080, "mysql", 3306, {"server": "mysql"}, "mysql", "password", "database-server")
MARIADB_LURE = Known("sql-08", 37, 30064771073, "mysql", 3306, {"server": "mariadb", "lure_file": "/etc/passwd"}, "backup", "password",
                     "database-server")
ALL = (VSFTPD, PROFTPD, REDIS, REDIS_OPEN, SSH, TELNET, MARIADB, MYSQL, MARIADB_LURE)


def plant(fleet):
    """Writes the deckies into a store that has none yet, so that no demo fleet is made."""
    (fleet.data / "decnet").mkdir(exist_ok=True)
    fleet.command("db", "migrate")
    with sqlite3.connect(fleet.data / "decnet/decnet.sqlite") as store:
        for number, decky in enumerate(ALL, 1):
            store.execute("INSERT INTO deckies VALUES (?, ?, ?, ?, ?, ?, ?, 1, 'pending', '')",
                          (number, decky.name, uuid.uuid5(uuid.NAMESPACE_DNS, decky.name).bytes, decky.archetype, decky.seed, decky.place(fleet)[0],
                           DEPLOYED_AT_US))
            store.execute("INSERT INTO decky_services VALUES (?, 0, ?, ?)", (number, decky.service, decky.port))
            store.executemany("INSERT INTO decky_options VALUES (?, 0, ?, ?)", [(number, *option) for option in decky.options.items()])
    store.close()
