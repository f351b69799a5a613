-- Who may look, and what they did.
CREATE TABLE users(
  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, username TEXT NOT NULL UNIQUE, role TEXT NOT NULL,
  password_hash TEXT NOT NULL, created_at INTEGER NOT NULL, last_login_at INTEGER, must_change_password INTEGER NOT NULL,
  disabled INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE TABLE web_sessions(
  id_sha256 TEXT PRIMARY KEY, user_uuid BLOB NOT NULL, csrf_token TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL, source_ip TEXT NOT NULL
) STRICT;
CREATE INDEX web_sessions_user ON web_sessions(user_uuid);
CREATE TABLE tokens(
  id INTEGER PRIMARY KEY, uuid BLOB NOT NULL UNIQUE, created_by BLOB NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
  token_sha256 TEXT NOT NULL UNIQUE, prefix TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER,
  last_used_at INTEGER
) STRICT;
CREATE TABLE audit(
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, action TEXT NOT NULL,
  target TEXT NOT NULL, detail TEXT NOT NULL, source_ip TEXT NOT NULL, outcome TEXT NOT NULL
) STRICT;
CREATE TABLE idempotency(
  key TEXT PRIMARY KEY, request_sha256 TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL,
  body BLOB NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX idempotency_at ON idempotency(at);
