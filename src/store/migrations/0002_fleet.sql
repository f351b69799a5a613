-- The fleet as it shall be and as it is, and what deckies keep.
CREATE TABLE deckies(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, uuid BLOB NOT NULL, archetype TEXT NOT NULL, seed INTEGER NOT NULL,
  ip TEXT NOT NULL, deployed_at INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE decky_services(
  decky INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, port INTEGER NOT NULL, PRIMARY KEY (decky, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE decky_options(
  decky INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (decky, place, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE decky_states(
  decky INTEGER NOT NULL, place INTEGER NOT NULL, service TEXT NOT NULL, port INTEGER NOT NULL,
  actual_port INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (decky, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE decky_secrets(
  decky BLOB NOT NULL, purpose TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (decky, purpose)
) STRICT, WITHOUT ROWID;
CREATE TABLE service_states(
  decky TEXT NOT NULL, service TEXT NOT NULL, port INTEGER NOT NULL, state BLOB NOT NULL,
  PRIMARY KEY (decky, service, port)
) STRICT;
CREATE TABLE settings(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
