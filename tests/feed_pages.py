"""Signed pages of an exchange's changes, made without an exchange."""

from datetime import UTC, datetime, timedelta

from benban.exchange.feed import Delta, FeedItem, signed_delta
from benban.model.fingerprint import Pdq
from benban.seal.note import key_id, public_key_of

KEY = bytes(range(7, 39))
PUBLIC = public_key_of(KEY)
MEMBER = "mem-0123456789abcdef"
API_KEY = "bbx_" + "0" * 16 + "_" + "a" * 52


def number(seed: int) -> str:
    """Return the exchange's number of a hash."""
    return f"{seed:02x}" * 16


def item(seed: int, pdq_hex: str | None, *, is_negative: bool = False) -> FeedItem:
    """Return that a hash came, or without one that it went."""
    pdq = None if pdq_hex is None else Pdq(hex=pdq_hex, quality=90)
    return FeedItem(number=number(seed), pdq=pdq, is_negative=is_negative)


def page(
    after: int,
    through: int,
    *items: FeedItem,
    mark: str = "",
    age: timedelta = timedelta(0),
    has_more: bool = False,
    key: bytes = KEY,
    member: str = MEMBER,
) -> bytes:
    """Return a page signed with *key*, made so long ago."""
    delta = Delta(
        exchange=key_id(public_key_of(key)),
        member=member,
        after=after,
        through=through,
        mark=mark or f"{through:032x}",
        made_at=datetime.now(UTC) - age,
        items=items,
        has_more=has_more,
    )
    return signed_delta(delta, key)
