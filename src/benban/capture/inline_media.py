"""
Pictures written into text (``data:`` addresses) are taken out before the text is kept (HARM 1).

Services write blurred previews of every post into their pages that way. What stands around them
stays byte for byte; the number taken out is counted.
"""

import quopri
from email import message_from_bytes, policy
from email.message import Message
from io import BytesIO

from benban.unpack.inline import without_inline


def withhold_inline(body: bytes) -> tuple[bytes, int]:
    """Return *body* without inline pictures and media, and how many were taken out."""
    pieces, taken = without_inline(BytesIO(body))
    left = b"".join(pieces)
    return left, len(taken)


def withhold_from_mhtml(mhtml: bytes) -> tuple[bytes, int]:
    """
    Return a page saved as MHTML without pictures and media, and how many were taken out.

    Args:
        mhtml: as the browser makes it: parts with quoted-printable or base64 content.
    """
    message = message_from_bytes(mhtml, policy=policy.compat32)
    taken = sum(_withhold_from_part(part) for part in message.walk())
    return (message.as_bytes() if taken else mhtml), taken


def _withhold_from_part(part: Message) -> int:
    if part.is_multipart():
        return 0
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return 0
    if part.get_content_maintype() in {"image", "video", "audio"}:
        _replace_payload(part, b"")
        return 1
    left, taken = withhold_inline(payload)
    if taken:
        _replace_payload(part, left)
    return taken


def _replace_payload(part: Message, payload: bytes) -> None:
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quopri.encodestring(payload).decode("ascii"))
