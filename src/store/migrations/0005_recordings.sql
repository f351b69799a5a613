-- Recordings of terminals, and what a session's page asks for.
ALTER TABLE sessions ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;     -- Logins that were let in.
ALTER TABLE sessions ADD COLUMN segments INTEGER NOT NULL DEFAULT 0;     -- Of its recordings.
ALTER TABLE sessions ADD COLUMN recorded_ms INTEGER NOT NULL DEFAULT 0;  -- The longest recording.
ALTER TABLE sessions_gone ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions_gone ADD COLUMN segments INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sessions_recorded ON sessions(started_at) WHERE segments > 0;

-- `seq` is that of the event that brought the segment.
CREATE TABLE segments(
  seq INTEGER PRIMARY KEY, session INTEGER NOT NULL, recording INTEGER NOT NULL, segment INTEGER NOT NULL,
  sha256 TEXT NOT NULL, size INTEGER NOT NULL, duration_ms INTEGER NOT NULL, at INTEGER NOT NULL,
  final INTEGER NOT NULL, truncated INTEGER NOT NULL
) STRICT;
CREATE INDEX segments_session ON segments(session, recording, segment);

-- Where the commands of a session are: whoever searches them need not walk the events in between.
CREATE TABLE commands(session INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (session, seq)) STRICT, WITHOUT ROWID;

INSERT INTO commands SELECT e.session, e.seq FROM events e JOIN words w ON w.id = e.type AND w.text = 'command'
  WHERE e.session != 0 ORDER BY e.session, e.seq;
UPDATE sessions SET accepted = c.n FROM (
  SELECT e.session, count(*) AS n FROM events e INDEXED BY events_severe JOIN words w ON w.id = e.type
  AND w.text = 'login.attempt' WHERE e.severity <= 4 AND e.session != 0 GROUP BY e.session) c WHERE c.session = sessions.id;
