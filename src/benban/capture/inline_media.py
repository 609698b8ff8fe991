"""
Pictures written into text (``data:`` addresses) are taken out before the text is kept (HARM 1).

Services write blurred previews of every post into their pages that way. What stands around them
stays byte for byte; the number taken out is counted.
"""

import quopri
import re
from email import message_from_bytes, policy
from email.message import Message

# A tiny marker that is itself a valid, empty address of the same kind.
_MARK = rb"data:,benban-withheld"
# Slashes may be escaped as JSON does it, lines be broken as in a letter. A drawing in open SVG text
# ends at its first "<" or blank: what is left of it is markup and no picture.
_SLASH = rb"(?:/|\\/|\\u002F|%2F|&#47;|&\#x2F;|&sol;)"
_BREAK = rb"(?:[ \t\r\n]|\\[rnt]|%0[AD]|&\#1[03];|&\#x[AD];)+(?=[A-Z0-9+/]{16})"
_NAMED = (
    rb"data:(?:image|video|audio)"
    + _SLASH
    + rb"[a-z0-9.+\-]+(?:;[a-z0-9=\-]+)*,(?:[A-Za-z0-9+/=%._~:,\-]|\\/|\\u002F|"
    + _BREAK
    + rb")*"
)
# A browser shows base64 for what it is, whatever stands before it: JPEG, PNG, GIF, WebP, MP4.
_BARE = (
    rb"(?<![A-Za-z0-9+/_\-])(?-i:[/_]9j[/_]|\\/9j\\/|iVBORw0KGgo|R0lGOD[dl]h|UklGR|AAAA.GZ0eX)"
    rb"(?:[A-Za-z0-9+/=_\-]|\\/|\\u002F|" + _BREAK + rb"){40,}"
)
_INLINE = re.compile(_NAMED + rb"|" + _BARE, re.IGNORECASE)


def withhold_inline(body: bytes) -> tuple[bytes, int]:
    """Return *body* without inline pictures and media, and how many were taken out."""
    return _INLINE.subn(_MARK, body)


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
