"""The card of an exchange: what it is called, its key, and where it takes a hash back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from benban.errors import BenbanError
from benban.errors.sharing import ExchangeCardError
from benban.seal.canonical import canonical_json, parse_canonical

MAX_CARD_BYTES = 2_048
_KIND = "benban/exchange-card"
_MEMBERS = frozenset({"v", "kind", "name", "key", "withdraw_at"})
_LONGEST_NAME = 80
_KEY = re.compile(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){7}")
# No account in it and nothing that a reader could take for another host.
_ADDRESS = re.compile(r"https://[a-z0-9.-]{1,200}(?::[0-9]{1,5})?(?:/[!-~]{0,200})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeCard:
    """
    What an exchange says of itself; people compare the key with one they got another way.

    Attributes:
        name: one line, at most 80 characters.
        key: key id of the exchange, eight groups of four.
        withdraw_at: https address of the page that takes withdrawals.
    """

    name: str
    key: str
    withdraw_at: str


def card_bytes(card: ExchangeCard) -> bytes:
    """
    Return the file that an exchange hands out.

    Raises:
        ExchangeCardError: BB-970, a value that no card has.
    """
    written = canonical_json(
        {
            "v": 1,
            "kind": _KIND,
            "name": card.name,
            "key": card.key,
            "withdraw_at": card.withdraw_at,
        }
    )
    read_card(written)
    return written


def read_card(untrusted: bytes) -> ExchangeCard:
    """
    Return what a card says; nothing of it is believed or opened.

    Raises:
        ExchangeCardError: BB-970.
    """
    if len(untrusted) > MAX_CARD_BYTES:
        raise ExchangeCardError("too long")
    try:
        # An editor's line end changes nothing.
        value = parse_canonical(untrusted.rstrip(b"\r\n"))
    except (BenbanError, ValueError) as error:
        raise ExchangeCardError("not the layout of a card") from error
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        raise ExchangeCardError("not the members of a card")
    if value["v"] is True or value["v"] != 1 or value["kind"] != _KIND:
        raise ExchangeCardError("another kind or version")
    card = ExchangeCard(
        name=_text(value["name"]),
        key=_text(value["key"]),
        withdraw_at=_text(value["withdraw_at"]),
    )
    # What nobody sees, or what turns the line around, is no part of a name.
    is_name = card.name.isprintable() and card.name.strip() == card.name
    if not is_name or not 1 <= len(card.name) <= _LONGEST_NAME:
        raise ExchangeCardError("not a name")
    if not _KEY.fullmatch(card.key) or not _ADDRESS.fullmatch(card.withdraw_at):
        raise ExchangeCardError("not a key id, or not an https address")
    return card


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ExchangeCardError("not text")
    return value
