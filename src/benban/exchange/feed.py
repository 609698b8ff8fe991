"""Signed deltas: what a subscriber adds and drops, in order, and until when it may rely on it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from benban.errors import BenbanError
from benban.errors.exchange import FeedRefusedError
from benban.exchange.fit import required_hash
from benban.model.fingerprint import Pdq
from benban.seal.canonical import JsonValue, canonical_json, parse_canonical
from benban.seal.note import key_id, public_key_of

# After that nobody knows what was withdrawn meanwhile: everything that was taken must rest.
MAXIMUM_AGE = timedelta(hours=24)
MOST_CHANGES = 10_000
MAX_PAGE_BYTES = 4 << 20
_PURPOSE = b"benban/v1/exchange-delta\x00"
_SIGNATURE_DIGITS = 128
_MEMBERS = frozenset(
    {"v", "exchange", "member", "after", "through", "mark", "made_at", "items", "has_more"}
)
_ITEM = frozenset({"number", "pdq", "quality", "is_negative"})
# Of clocks of two machines.
AHEAD = timedelta(minutes=5)
_NUMBER = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """
    What became of one hash.

    Attributes:
        number: the member's own opaque number of it.
        pdq: to match from now on; None: to be dropped at once, with all that was made of it.
        is_negative: near it nothing matches.
    """

    number: str
    pdq: Pdq | None
    is_negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """
    Everything that changed for one member after one change through another.

    Attributes:
        exchange: key id of the exchange.
        member: whom it is for; another's numbers are other numbers.
        after, through: numbers of changes; the next delta begins after ``through``.
        mark: of ``through``; sent back with it, it shows whether it is still that change.
        made_at: UTC; not to be relied on 24 hours later.
        items: in the order of changes, at most one for each hash.
        has_more: the next delta is there already.
    """

    exchange: str
    member: str
    after: int
    through: int
    mark: str
    made_at: datetime
    items: tuple[FeedItem, ...]
    has_more: bool


def signed_delta(delta: Delta, private_key: bytes) -> bytes:
    """
    Return the page: a line of canonical JSON, and a line with its signature in hexadecimal.

    Args:
        delta: at most 10,000 items.
        private_key: 32 bytes, Ed25519, of the exchange.

    Raises:
        ValueError: too many items, or another key than the one that is named.
    """
    if len(delta.items) > MOST_CHANGES or key_id(public_key_of(private_key)) != delta.exchange:
        message = "too many items, or another key"
        raise ValueError(message)
    said = canonical_json(
        {
            "v": 1,
            "exchange": delta.exchange,
            "member": delta.member,
            "after": delta.after,
            "through": delta.through,
            "mark": delta.mark,
            "made_at": int(delta.made_at.timestamp()),
            "items": [_written(item) for item in delta.items],
            "has_more": delta.has_more,
        }
    )
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(_PURPOSE + said)
    return said + b"\n" + signature.hex().encode() + b"\n"


def read_delta(untrusted: bytes, *, public_key: bytes, member: str) -> Delta:
    """
    Return what a page says, of whatever time and place in the order.

    Args:
        untrusted: the whole page.
        public_key: 32 bytes, of the exchange, from somewhere else than the page.
        member: for whom it must be.

    Raises:
        FeedRefusedError: BB-959; ``why`` is layout or signature.
    """
    said = _required_signed(untrusted, public_key)
    try:
        delta = _parsed(parse_canonical(said))
    except (BenbanError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise FeedRefusedError("not the layout of a delta", why="layout") from error
    if delta.exchange != key_id(public_key) or delta.member != member:
        raise FeedRefusedError("for another member, or of another exchange", why="signature")
    return delta


def open_delta(
    untrusted: bytes, *, public_key: bytes, member: str, after: int, now: datetime
) -> Delta:
    """
    Return a delta that may be taken over.

    Args:
        untrusted: the whole page.
        public_key: 32 bytes, of the exchange, from somewhere else than the page.
        member: who takes it over.
        after: the number through which was taken over before; 0 at the beginning.
        now: aware UTC.

    Raises:
        FeedRefusedError: BB-959; ``why`` is layout, signature, order or age.
    """
    delta = read_delta(untrusted, public_key=public_key, member=member)
    # An old page played back would bring a withdrawn hash to life again.
    if delta.after != after or delta.through < after:
        raise FeedRefusedError("not the next one", why="order")
    require_fresh(delta.made_at, now)
    return delta


def require_fresh(made_at: datetime, now: datetime) -> None:
    """
    Return if what was taken over with a delta may still be relied on.

    Raises:
        FeedRefusedError: BB-959, ``why`` is age.
    """
    if not made_at - AHEAD <= now < made_at + MAXIMUM_AGE:
        raise FeedRefusedError("past its greatest age, or of a time to come", why="age")


def _required_signed(untrusted: bytes, public_key: bytes) -> bytes:
    said, _, rest = untrusted.partition(b"\n")
    signature = rest.removesuffix(b"\n")
    if len(untrusted) > MAX_PAGE_BYTES or len(signature) != _SIGNATURE_DIGITS:
        raise FeedRefusedError("not two lines", why="layout")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            bytes.fromhex(signature.decode()), _PURPOSE + said
        )
    except (InvalidSignature, ValueError) as error:
        raise FeedRefusedError("the signature does not fit", why="signature") from error
    return said


def _written(item: FeedItem) -> JsonValue:
    return {
        "number": item.number,
        "pdq": None if item.pdq is None else item.pdq.hex,
        "quality": 0 if item.pdq is None else item.pdq.quality,
        "is_negative": item.is_negative,
    }


def _parsed(value: JsonValue) -> Delta:
    if not isinstance(value, Mapping) or set(value) != _MEMBERS or value["v"] != 1:
        raise FeedRefusedError("not the members of a delta", why="layout")
    untrusted = value["items"]
    if not isinstance(untrusted, Sequence) or isinstance(untrusted, str):
        raise FeedRefusedError("not a list", why="layout")
    if len(untrusted) > MOST_CHANGES:
        raise FeedRefusedError("too many items", why="layout")
    items = tuple(_item(one) for one in untrusted)
    # Which of two words is the last one would be the reader's to guess.
    if len({one.number for one in items}) != len(items):
        raise FeedRefusedError("a hash twice", why="layout")
    return Delta(
        exchange=_text(value["exchange"]),
        member=_text(value["member"]),
        after=_count(value["after"]),
        through=_count(value["through"]),
        mark=_number(value["mark"]),
        made_at=datetime.fromtimestamp(_count(value["made_at"]), UTC),
        items=items,
        has_more=value["has_more"] is True,
    )


def _item(value: JsonValue) -> FeedItem:
    if not isinstance(value, Mapping) or set(value) != _ITEM:
        raise FeedRefusedError("not an item", why="layout")
    pdq = value["pdq"]
    return FeedItem(
        number=_number(value["number"]),
        # An exchange takes no other hash, so none comes of it: a flat one would match strangers.
        pdq=None if pdq is None else required_hash(_text(pdq), _count(value["quality"])),
        is_negative=value["is_negative"] is True,
    )


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise FeedRefusedError("not text", why="layout")
    return value


def _number(value: JsonValue) -> str:
    number = _text(value)
    if not _NUMBER.fullmatch(number):
        raise FeedRefusedError("not 32 digits", why="layout")
    return number


def _count(value: JsonValue) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FeedRefusedError("not a count", why="layout")
    return value
