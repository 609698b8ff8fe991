"""Who may do what: decisions about a hash, and the hashes that wait to answer found by nearness."""

import sqlalchemy as sa
from alembic import op

from benban.outside.exchange_store.row_security import HANDS_IN

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the tables to this form."""
    # Whoever read a bank handed in to it: so it stays until two people say otherwise.
    op.add_column(
        "bank_readers",
        sa.Column("hands_in", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    for name in ("office_kept_at", "confirmed_at"):
        op.add_column("hashes", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("hashes", sa.Column("doubts", sa.Text(), nullable=True))
    for name, by, at in (
        ("hashes_confirmed", "confirmed_by", "confirmed_at"),
        ("hashes_doubted", "disputed_by", "disputed_at"),
    ):
        is_done = sa.text(f"{by} IS NOT NULL")
        op.create_index(name, "hashes", [by, at], postgresql_where=is_done, sqlite_where=is_done)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_OPEN_DOUBTS.format(array="json_array", text=""))
        _find_waiting_of_sqlite()
        return
    op.execute(HANDS_IN)
    # The owner is under row-level security as well: for this transaction it is not.
    op.execute("ALTER TABLE hashes NO FORCE ROW LEVEL SECURITY")
    op.execute(_OPEN_DOUBTS.format(array="json_build_array", text="::text"))
    op.execute(_FIND_WAITING)
    op.execute("ALTER TABLE hashes FORCE ROW LEVEL SECURITY")


# Of a dispute that was decided the reason was not kept: that member may doubt once more.
_OPEN_DOUBTS = """UPDATE hashes SET doubts = {array}({array}(disputed_by, dispute_reason)){text}
    WHERE disputed_by IS NOT NULL AND dispute_reason IS NOT NULL"""
# Bit 20: waits to answer. Bits 16 to 19: which piece. The rest: its sixteen bits of the hash.
_FIND_WAITING = """UPDATE hashes SET pieces = ARRAY(
    SELECT (1 << 20) | (piece << 16) | ('x' || substr(pdq, 4 * piece + 1, 4))::bit(16)::int
    FROM generate_series(0, 15) AS piece ORDER BY piece)
    WHERE state IN ('quarantine', 'disputed') AND pdq IS NOT NULL"""


def _find_waiting_of_sqlite() -> None:
    connection = op.get_bind()
    hashes = sa.table("hashes", sa.column("id"), sa.column("pdq"), sa.column("state"))
    waits = hashes.c.state.in_(["quarantine", "disputed"])
    rows = [
        {"piece": 1 << 20 | at << 16 | int(pdq[4 * at : 4 * at + 4], 16), "hash_id": number}
        for number, pdq in connection.execute(sa.select(hashes.c.id, hashes.c.pdq).where(waits))
        for at in range(16)
    ]
    if rows:
        pieces = sa.table("hash_pieces", sa.column("piece"), sa.column("hash_id"))
        connection.execute(sa.insert(pieces), rows)
