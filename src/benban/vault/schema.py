"""The tables of both databases; printed word for word in docs/reference/vault-format-v1.md."""

from benban.vault.database import SCHEMA_VERSION, Database

INDEX_SQL = """\
CREATE TABLE users (user_id TEXT PRIMARY KEY, public_key BLOB NOT NULL, role TEXT NOT NULL, added_at TEXT NOT NULL) STRICT;
CREATE TABLE slots (slot_id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users, kind TEXT NOT NULL,
  file_sha256 BLOB, next_sha256 BLOB) STRICT;
CREATE TABLE cases (case_id TEXT PRIMARY KEY, added_at TEXT NOT NULL, state TEXT NOT NULL,
  key_commitment BLOB NOT NULL, log_key_commitment BLOB NOT NULL, origin TEXT NOT NULL) STRICT;
CREATE TABLE unlocks (position INTEGER PRIMARY KEY, at TEXT NOT NULL, failed_before INTEGER NOT NULL) STRICT;
CREATE TABLE numbers (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
"""  # noqa: E501 - a table reads as one line

# Made with the first setting: a vault without one stays byte for byte what version 1 lays.
SETTINGS_SQL = (
    "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT"
)

# Of a shared vault only.
PEOPLE_SQL = """\
CREATE TABLE people (user_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, state TEXT NOT NULL,
  added_at TEXT NOT NULL, invited_by TEXT NOT NULL, invitation TEXT NOT NULL) STRICT;
CREATE TABLE holders (case_id TEXT NOT NULL, user_id TEXT NOT NULL, file_sha256 BLOB NOT NULL,
  added_at TEXT NOT NULL, added_by TEXT NOT NULL, PRIMARY KEY (case_id, user_id)) STRICT;
CREATE TABLE unlinks (path TEXT PRIMARY KEY) STRICT;
"""  # noqa: E501 - a table reads as one line

AUDIT_SQL = """\
CREATE TABLE entries (position INTEGER PRIMARY KEY, entry BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
"""  # noqa: E501 - a table reads as one line

CASE_SQL = """\
CREATE TABLE keeper (origin TEXT NOT NULL, log_private_key BLOB NOT NULL) STRICT;
CREATE TABLE items (seq INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, id TEXT NOT NULL, json BLOB NOT NULL,
  UNIQUE (type, id)) STRICT;
CREATE TABLE log (position INTEGER PRIMARY KEY, leaf BLOB NOT NULL, salt BLOB, record BLOB) STRICT;
CREATE TABLE openings (position INTEGER NOT NULL REFERENCES log, name TEXT NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (position, name)) STRICT;
CREATE TABLE blobs (name TEXT PRIMARY KEY, role TEXT NOT NULL, owner TEXT NOT NULL, kind TEXT NOT NULL, key BLOB NOT NULL,
  size_bytes INTEGER NOT NULL, sha256 BLOB NOT NULL, UNIQUE (role, owner, kind)) STRICT;
CREATE TABLE unlinks (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE marks (kind TEXT NOT NULL, subject TEXT NOT NULL, position INTEGER NOT NULL REFERENCES log,
  PRIMARY KEY (kind, subject)) STRICT;
"""  # noqa: E501 - a table reads as one line


def lay_tables(database: Database, sql: str) -> None:
    """Make all tables of *sql* in the running transaction."""
    for statement in sql.split(";\n"):
        if statement.strip():
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
