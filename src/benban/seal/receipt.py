"""
Receipts: a few lines to be handed over the same day (EVIDENCE 2).

Source: docs/reference/log-format.md, "Receipt".
"""

import base64
import re
from datetime import UTC, datetime

from benban.errors import NoteMalformedError, ReceiptMalformedError
from benban.model.custody import Receipt
from benban.seal.digests import as_sha256, digest_bytes
from benban.seal.note import is_origin, parse_root, parse_size

_TITLE = "benban receipt v1"
_NAMES = ("origin", "size", "root", "key", "date")
_DEMONSTRATION = "demonstration: yes"
_KEY_ID = re.compile(r"[a-z2-7]{4}(?:-[a-z2-7]{4}){7}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DATE_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def receipt_text(receipt: Receipt) -> str:
    """Return the text of *receipt*, lines ended by LF; its QR code holds exactly this."""
    lines = [
        _TITLE,
        f"origin: {receipt.origin}",
        f"size: {receipt.size}",
        f"root: {base64.b64encode(digest_bytes(receipt.root)).decode()}",
        f"key: {receipt.key_id}",
        f"date: {receipt.given_at.astimezone(UTC).strftime(_DATE_FORMAT)}",
    ]
    if receipt.is_demonstration:
        lines.append(_DEMONSTRATION)
    return "".join(f"{line}\n" for line in lines)


def parse_receipt(untrusted_text: str) -> Receipt:
    """
    Return what a receipt says.

    White space at both ends of the text and of its lines is passed over: receipts travel through
    chats and mail. Everything else must be as it was written.

    Raises:
        ReceiptMalformedError: BB-508, not a receipt of version 1.
    """
    lines = [line.strip(" \t\r") for line in untrusted_text.strip("\ufeff \t\r\n").split("\n")]
    is_demonstration = lines[-1] == _DEMONSTRATION
    if is_demonstration:
        lines.pop()
    if lines[0] != _TITLE or len(lines) != 1 + len(_NAMES):
        raise ReceiptMalformedError("not the lines of a receipt")
    values = {}
    for name, line in zip(_NAMES, lines[1:], strict=True):
        found, separator, values[name] = line.partition(": ")
        if found != name or not separator:
            raise ReceiptMalformedError("a line is missing or out of order")
    if not is_origin(values["origin"]) or not _KEY_ID.fullmatch(values["key"]):
        raise ReceiptMalformedError("not an origin or not a key id")
    try:
        size, root = parse_size(values["size"]), parse_root(values["root"])
    except NoteMalformedError as error:
        raise ReceiptMalformedError("not a size or not a root") from error
    return Receipt(
        origin=values["origin"],
        size=size,
        root=as_sha256(root),
        key_id=values["key"],
        given_at=_parsed_date(values["date"]),
        is_demonstration=is_demonstration,
    )


def _parsed_date(untrusted_text: str) -> datetime:
    if not _DATE.fullmatch(untrusted_text):
        raise ReceiptMalformedError("not a date in UTC")
    try:
        return datetime.strptime(untrusted_text, _DATE_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise ReceiptMalformedError("not a date") from error
