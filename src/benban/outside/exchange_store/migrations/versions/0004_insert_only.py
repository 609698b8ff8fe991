"""
Lines of the audit are put in and read, never changed: in SQLite, too.

In PostgreSQL the program's role has no right to change one. SQLite knows no roles: there a trigger
refuses what the program, or somebody in a hurry, would do by mistake; who owns the file can take
the trigger away, and is found by ``exchange check``.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

_REFUSES = """CREATE TRIGGER audit_no_{verb} BEFORE {event}
    BEGIN SELECT RAISE(ABORT, 'lines of the audit are only put in'); END"""
# INSERT OR REPLACE deletes without a word to the trigger of DELETE.
_IS_THERE = "SELECT 1 FROM audit WHERE member = NEW.member AND number = NEW.number"
_EVENTS = {
    "UPDATE": "UPDATE ON audit",
    "DELETE": "DELETE ON audit",
    "REPLACE": f"INSERT ON audit WHEN EXISTS ({_IS_THERE})",
}


def upgrade() -> None:
    """Bring the tables to this form."""
    if op.get_bind().dialect.name == "sqlite":
        for verb, event in _EVENTS.items():
            op.execute(_REFUSES.format(verb=verb, event=event))
