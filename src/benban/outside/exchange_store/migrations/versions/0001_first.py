"""The first tables, and in PostgreSQL who may see which rows."""

import sqlalchemy as sa
from alembic import op

from benban.outside.exchange_store.row_security import STATEMENTS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring the tables to this form."""
    op.create_table(
        "audit",
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("deed", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("member", "number"),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "members",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", "proposed_at"),
    )
    op.create_table(
        "remembered",
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
    )
    op.create_index("ix_remembered_at", "remembered", ["at"])

    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("networks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_api_keys_member", "api_keys", ["member"])

    op.create_table(
        "banks",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("next_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ordinal"),
    )
    op.create_table(
        "bank_readers",
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank"],
            ["banks.id"],
        ),
        sa.ForeignKeyConstraint(
            ["member"],
            ["members.id"],
        ),
        sa.PrimaryKeyConstraint("bank", "member"),
    )
    op.create_index("ix_bank_readers_member", "bank_readers", ["member"])

    op.create_table(
        "hashes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pdq", sa.String(length=64), nullable=True),
        sa.Column(
            "pieces", sa.ARRAY(sa.Integer()).with_variant(sa.Text(), "sqlite"), nullable=True
        ),
        sa.Column("quality", sa.SmallInteger(), nullable=True),
        sa.Column("provenance", sa.String(length=32), nullable=False),
        sa.Column("attested_by", sa.String(length=40), nullable=False),
        sa.Column("consent_leaf", sa.String(length=64), nullable=False),
        sa.Column("consent_key", sa.String(length=64), nullable=False),
        sa.Column("attested_at", sa.BigInteger(), nullable=False),
        sa.Column("active_from", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("disputed_by", sa.String(length=40), nullable=True),
        sa.Column("dispute_reason", sa.String(length=32), nullable=True),
        sa.Column("disputed_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attested_by"],
            ["members.id"],
        ),
        sa.ForeignKeyConstraint(
            ["bank"],
            ["banks.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("consent_leaf"),
    )
    op.create_index("hashes_by_bank", "hashes", ["bank", "attested_at"])
    op.create_index("hashes_by_member", "hashes", ["attested_by", "attested_at"])
    op.create_index("hashes_due", "hashes", ["due_at"])

    op.create_table(
        "changes",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("hash_id", sa.BigInteger(), nullable=False),
        sa.Column("bank", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["hash_id"],
            ["hashes.id"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    counters = sa.table("counters", sa.column("name"), sa.column("value"))
    op.bulk_insert(counters, [{"name": "change", "value": 0}, {"name": "setting", "value": 0}])
    if op.get_bind().dialect.name == "sqlite":
        _pieces_of_sqlite()
        return
    op.create_index("hashes_pieces", "hashes", ["pieces"], postgresql_using="gin")
    for statement in STATEMENTS:
        op.execute(statement)


def _pieces_of_sqlite() -> None:
    op.create_table(
        "hash_pieces",
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("hash_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("piece", "hash_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_hash_pieces_hash_id", "hash_pieces", ["hash_id"])
