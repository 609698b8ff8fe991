"""An index of the few hashes that wait for people: held and disputed ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WAITING = "state IN ('held', 'disputed')"


def upgrade() -> None:
    """Bring the tables to this form."""
    op.create_index(
        *("hashes_waiting", "hashes", ["state", "change"]),
        postgresql_where=sa.text(_WAITING),
        sqlite_where=sa.text(_WAITING),
    )
