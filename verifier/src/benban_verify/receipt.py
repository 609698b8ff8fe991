"""
The receipt: what somebody else was given on the day, compared with the dossier.

Source: docs/reference/log-format.md, Receipt.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from benban_verify.limits import MAX_SAFE_INTEGER
from benban_verify.note import ORIGIN, decode_base64

_RECEIPT: Final = re.compile(
    rf"benban receipt v1\norigin: (?P<origin>{ORIGIN})\nsize: (?P<size>0|[1-9][0-9]{{0,15}})\n"
    r"root: (?P<root>[A-Za-z0-9+/=]{44})\nkey: (?P<key>(?:[a-z2-7]{4}-){7}[a-z2-7]{4})\n"
    r"date: (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    r"(?P<demonstration>demonstration: yes\n)?",
    re.ASCII,
)
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt's values; ``root`` is 32 bytes."""

    origin: str
    size: int
    root: bytes
    key_id: str
    given_at: datetime
    is_demonstration: bool


def parse_receipt(untrusted: bytes) -> Receipt | None:
    """
    Return the receipt in *untrusted*, or None when it is none.

    Blanks, tabs and CR at the ends of lines, empty lines around and a byte order mark are forgiven:
    receipts travel through chats and mail. Everything else must be exact.
    """
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = [line.strip(" \t\r") for line in text.strip("\ufeff \t\r\n").split("\n")]
    match = _RECEIPT.fullmatch("\n".join(lines) + "\n")
    if match is None:
        return None
    root = decode_base64(match["root"])
    given_at = _time(match["date"])
    size = int(match["size"])
    if root is None or len(root) != _HASH_BYTES or given_at is None or size > MAX_SAFE_INTEGER:
        return None
    return Receipt(
        origin=match["origin"],
        size=size,
        root=root,
        key_id=match["key"],
        given_at=given_at,
        is_demonstration=match["demonstration"] is not None,
    )


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
