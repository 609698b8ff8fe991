"""Withdrawals of consents that nobody handed in yet."""

import sqlalchemy as sa
from alembic import op

from benban.outside.exchange_store.row_security import EARLY

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the tables to this form."""
    op.create_table(
        "early_withdrawals",
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("leaf", "signature"),
    )
    op.create_index("ix_early_withdrawals_at", "early_withdrawals", ["at"])
    if op.get_bind().dialect.name == "postgresql":
        for statement in EARLY:
            op.execute(statement)
