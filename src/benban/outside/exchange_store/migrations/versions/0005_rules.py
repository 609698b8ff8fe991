"""Who may do what: what is kept of decisions about a hash."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    """Bring the tables to this form."""
    op.add_column("hashes", sa.Column("office_kept_at", sa.BigInteger(), nullable=True))
