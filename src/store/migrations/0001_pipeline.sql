-- What comes out of the ingest log. Times are microseconds UTC.
--
-- A page that a batch makes dirty costs more than the rows in it, so what grows with the traffic grows at the end of its
-- tree: rows are numbered by the sequence, roll-ups begin with their block or their time. README.md has the measurements.

-- What every commit reads and writes. One row.
CREATE TABLE state(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  next_seq INTEGER NOT NULL,      -- The next number of the sequence that events and changes share.
  horizon_seq INTEGER NOT NULL,   -- Everything below it may have gone by retention.
  log_position INTEGER NOT NULL,  -- Of the ingest log, behind the last line stored.
  generation INTEGER NOT NULL     -- Counts up with every writing transaction: whoever caches rows compares it.
) STRICT;
INSERT INTO state VALUES (1, 1, 1, 0, 0);

-- Short texts that repeat: types, deckies, services, protocols, addresses of deckies, kinds.
CREATE TABLE words(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;

-- Senders, and how far each has been stored.
CREATE TABLE origins(id INTEGER PRIMARY KEY, origin INTEGER NOT NULL UNIQUE, last_seq INTEGER NOT NULL) STRICT;

-- One source address each. The last six bytes of `uuid` are `id`, so that no index is needed to find it.
CREATE TABLE attackers(
  id INTEGER PRIMARY KEY, ip TEXT NOT NULL UNIQUE, uuid BLOB NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  events INTEGER NOT NULL, sessions INTEGER NOT NULL, credentials INTEGER NOT NULL, deckies INTEGER NOT NULL,
  files INTEGER NOT NULL, severity INTEGER NOT NULL,
  types TEXT NOT NULL             -- Events of each type: "<word>=<count>", joined by blanks.
) STRICT;
CREATE INDEX attackers_last_seen ON attackers(last_seen);

-- Sums of what retention took, so that counters can still be recounted.
CREATE TABLE attackers_gone(
  attacker INTEGER PRIMARY KEY, events INTEGER NOT NULL, sessions INTEGER NOT NULL, credentials INTEGER NOT NULL,
  files INTEGER NOT NULL, attempts INTEGER NOT NULL
) STRICT;

-- Which attacker touched which service of which decky.
CREATE TABLE touches(
  attacker INTEGER NOT NULL, decky INTEGER NOT NULL, service INTEGER NOT NULL, PRIMARY KEY (attacker, decky, service)
) STRICT, WITHOUT ROWID;

-- `id` is the sequence number of the session's first event.
CREATE TABLE sessions(
  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, attacker INTEGER NOT NULL, decky INTEGER NOT NULL,
  service INTEGER NOT NULL, proto INTEGER NOT NULL, src_port INTEGER NOT NULL, dst_port INTEGER NOT NULL,
  started_at INTEGER NOT NULL, ended_at INTEGER, duration_ms INTEGER, bytes_in INTEGER NOT NULL,
  bytes_out INTEGER NOT NULL, events INTEGER NOT NULL, logins INTEGER NOT NULL, commands INTEGER NOT NULL,
  files INTEGER NOT NULL, end_reason INTEGER NOT NULL, last_seq INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_started ON sessions(started_at);
CREATE INDEX sessions_attacker ON sessions(attacker, started_at);
CREATE TABLE sessions_gone(
  session INTEGER PRIMARY KEY, events INTEGER NOT NULL, logins INTEGER NOT NULL, commands INTEGER NOT NULL,
  files INTEGER NOT NULL
) STRICT;

-- `fields` is one JSON object: what belongs to the type. 0 stands for none in the other columns.
CREATE TABLE events(
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, severity INTEGER NOT NULL, type INTEGER NOT NULL,
  decky INTEGER NOT NULL, service INTEGER NOT NULL, attacker INTEGER NOT NULL, session INTEGER NOT NULL,
  src_port INTEGER NOT NULL, dst_port INTEGER NOT NULL, dst_ip INTEGER NOT NULL, proto INTEGER NOT NULL,
  origin INTEGER NOT NULL, origin_seq INTEGER NOT NULL, fields TEXT NOT NULL
) STRICT;
-- Few rows: the list of what needs attention.
CREATE INDEX events_severe ON events(seq) WHERE severity <= 4;

-- 1,024 numbers of the sequence are a block. With these two, a time range or an attacker finds its events without an index
-- on them: by a look at each block.
CREATE TABLE blocks(
  block INTEGER PRIMARY KEY, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, events INTEGER NOT NULL
) STRICT;
CREATE TABLE visits(
  block INTEGER NOT NULL, attacker INTEGER NOT NULL, decky INTEGER NOT NULL, events INTEGER NOT NULL,
  critical INTEGER NOT NULL, PRIMARY KEY (block, attacker, decky)
) STRICT, WITHOUT ROWID;

-- For rates and totals; `credentials` were first captured in that minute.
CREATE TABLE minutes(
  minute INTEGER PRIMARY KEY, events INTEGER NOT NULL, critical INTEGER NOT NULL, credentials INTEGER NOT NULL
) STRICT;
-- For facets; a slot is ten minutes.
CREATE TABLE tally(
  slot INTEGER NOT NULL, decky INTEGER NOT NULL, service INTEGER NOT NULL, type INTEGER NOT NULL,
  severity INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (slot, decky, service, type, severity)
) STRICT, WITHOUT ROWID;
-- For the fleet's page.
CREATE TABLE hits(
  hour INTEGER NOT NULL, decky INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (hour, decky)
) STRICT, WITHOUT ROWID;
CREATE TABLE last_hits(decky INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;

-- A principal with a secret. `secret_key` is the first eight bytes of `sha256`: whoever asks for all that used one secret
-- starts here.
CREATE TABLE pairs(
  id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, secret_key INTEGER NOT NULL, principal TEXT NOT NULL,
  sha256 BLOB NOT NULL, secret BLOB NOT NULL, crack_format TEXT, crack_line TEXT
) STRICT;
CREATE INDEX pairs_secret ON pairs(secret_key, principal);

-- A pair used on one service of one decky from one source. `source` is the attackers row of the address, known at capture;
-- `attacker` is who it is laid at, and may be filled in afterwards.
CREATE TABLE credentials(
  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL, source INTEGER NOT NULL, attacker INTEGER, decky INTEGER NOT NULL,
  service INTEGER NOT NULL, pair INTEGER NOT NULL, attempts INTEGER NOT NULL, accepted_count INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  UNIQUE (source, decky, service, pair)
) STRICT;
CREATE INDEX credentials_last_seen ON credentials(last_seen);

-- `key` is a 64-bit hash of kind and value.
CREATE TABLE fingerprints(
  id INTEGER PRIMARY KEY, key INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL, raw TEXT NOT NULL,
  attackers INTEGER NOT NULL, count INTEGER NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL
) STRICT;
CREATE INDEX fingerprints_key ON fingerprints(key);
CREATE TABLE attacker_fingerprints(
  attacker INTEGER NOT NULL, fingerprint INTEGER NOT NULL, count INTEGER NOT NULL, first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL, PRIMARY KEY (attacker, fingerprint)
) STRICT, WITHOUT ROWID;

-- `seq` is that of the event that brought the file.
CREATE TABLE files(
  seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL,
  attacker INTEGER NOT NULL, decky INTEGER NOT NULL, service INTEGER NOT NULL, session INTEGER NOT NULL,
  at INTEGER NOT NULL, truncated INTEGER NOT NULL
) STRICT;
CREATE INDEX files_attacker ON files(attacker);

CREATE TABLE changes(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, topic TEXT NOT NULL, payload TEXT NOT NULL) STRICT;

CREATE TABLE rejected(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, line BLOB NOT NULL
) STRICT;
