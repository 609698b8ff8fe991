"""
The tables of the exchange.

Times are whole microseconds since 1970, UTC: one form in both databases, and ordered as numbers.
Hashes are searched, so their columns are not encrypted by us; the volume must be.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

# SQLite knows no lists; there each key is a row of its own (``hash_pieces``).
_PIECES = ARRAY(Integer).with_variant(Text, "sqlite")

# Rows that wait for people: few among very many.
_WAITING = "state IN ('held', 'disputed')"
WAITING = f"hashes.{_WAITING}"

metadata = MetaData()

members = Table(
    "members",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret", LargeBinary(32), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("is_stopped", Boolean, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("member", ForeignKey("members.id"), nullable=False, index=True),
    Column("digest", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("networks", Text, nullable=False),
)

banks = Table(
    "banks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("ordinal", Integer, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("rule", String(16), nullable=False),
    Column("owner", ForeignKey("members.id"), nullable=False),
    Column("is_closed", Boolean, nullable=False),
    Column("next_count", BigInteger, nullable=False),
)

bank_readers = Table(
    "bank_readers",
    metadata,
    Column("bank", ForeignKey("banks.id"), primary_key=True),
    Column("member", ForeignKey("members.id"), primary_key=True, index=True),
    # Of a new row it is always said; the default is for those that stood before it was asked.
    Column("hands_in", Boolean, nullable=False, server_default=true()),
)

hashes = Table(
    "hashes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("bank", ForeignKey("banks.id"), nullable=False),
    Column("state", String(16), nullable=False),
    # Both are empty in a tombstone.
    Column("pdq", String(64)),
    Column("pieces", _PIECES),
    Column("quality", SmallInteger),
    Column("provenance", String(32), nullable=False),
    Column("attested_by", ForeignKey("members.id"), nullable=False),
    Column("consent_leaf", String(64), nullable=False, unique=True),
    Column("consent_key", String(64), nullable=False),
    Column("attested_at", BigInteger, nullable=False),
    Column("active_from", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("confirmed_by", String(40)),
    Column("confirmed_at", BigInteger),
    Column("disputed_by", String(40)),
    Column("dispute_reason", String(32)),
    Column("disputed_at", BigInteger),
    # Who doubted it ever, with the reason: a list of pairs as JSON.
    Column("doubts", Text),
    Column("office_kept_at", BigInteger),
    # When the clock does something next; empty in a tombstone.
    Column("due_at", BigInteger),
    Column("change", BigInteger, nullable=False),
    Index("hashes_due", "due_at"),
    Index(
        *("hashes_waiting", "state", "change"),
        postgresql_where=text(_WAITING),
        sqlite_where=text(_WAITING),
    ),
    # What a member did lately: its confirmations and its doubts are few among all hashes.
    Index(
        *("hashes_confirmed", "confirmed_by", "confirmed_at"),
        postgresql_where=text("confirmed_by IS NOT NULL"),
        sqlite_where=text("confirmed_by IS NOT NULL"),
    ),
    Index(
        *("hashes_doubted", "disputed_by", "disputed_at"),
        postgresql_where=text("disputed_by IS NOT NULL"),
        sqlite_where=text("disputed_by IS NOT NULL"),
    ),
    Index("hashes_by_member", "attested_by", "attested_at"),
    Index("hashes_by_bank", "bank", "attested_at"),
    Index("hashes_pieces", "pieces", postgresql_using="gin").ddl_if(dialect="postgresql"),
)

# SQLite's way to the pieces: what PostgreSQL's GIN index holds.
hash_pieces = Table(
    "hash_pieces",
    metadata,
    Column("piece", Integer, primary_key=True),
    Column("hash_id", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

changes = Table(
    "changes",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("act", String(16), nullable=False),
    Column("hash_id", ForeignKey("hashes.id"), nullable=False),
    Column("bank", String(40), nullable=False),
)

counters = Table(
    "counters",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Of consents that nobody handed in yet; gone when the consent is too old to be handed in.
early_withdrawals = Table(
    "early_withdrawals",
    metadata,
    Column("leaf", String(64), primary_key=True),
    Column("signature", String(128), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("member", String(40), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("deed", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("asked", BigInteger, nullable=False),
    Column("found", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)

remembered = Table(
    "remembered",
    metadata,
    Column("actor", String(64), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("act", String(32), nullable=False),
    Column("particulars", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("agreed_by", Text),
    UniqueConstraint("digest", "proposed_at"),
)
