"""
Lines of the audit are put in and read, never changed: in SQLite, too.

In PostgreSQL the program's role has no right to change one. SQLite knows no roles: there a trigger
refuses what the program, or somebody in a hurry, would do by mistake; who owns the file can take
the trigger away, and is found by ``exchange check``.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

_REFUSES = """CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit
    BEGIN SELECT RAISE(ABORT, 'lines of the audit are only put in'); END"""


def upgrade() -> None:
    """Bring the tables to this form."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(_REFUSES.format(verb=verb))
