-- What deckies remember of their peers: changed files, passwords, history.
CREATE TABLE memories(
  id INTEGER PRIMARY KEY, decky TEXT NOT NULL, topic TEXT NOT NULL, peer TEXT NOT NULL, memory BLOB NOT NULL,
  at INTEGER NOT NULL, UNIQUE (decky, topic, peer)
) STRICT;
CREATE INDEX memories_at ON memories(at);
