"""What may be asked for and what may be read while a page is loaded without media (HARM 1)."""

import re
from collections.abc import Mapping

from benban.capture.media_types import (
    SNIFF_BYTES,
    has_picture_inside,
    is_picture_or_media,
    media_type_of_address,
    sniff_media_type,
)

# Source: Chrome DevTools Protocol, Network.ResourceType. "Other" is what a favicon and a prefetch
# are; nothing a reader sees depends on it.
_PICTURE_RESOURCES = frozenset({"Image", "Media", "Other", "Prefetch"})
_PARTIAL = 206
_TEXTS = re.compile(r"text/|application/(?:[\w.+-]*[+.-])?(?:json|javascript|xml)\b", re.IGNORECASE)
_NEVER_ASKED_FOR = frozenset({"Ping", "CSPViolationReport", "Manifest", "SignedExchange"})


def is_media_request(resource: str, address: str, fields: Mapping[str, str]) -> bool:
    """
    Return whether a request is for a picture or media, judged before it is sent.

    Args:
        resource: the protocol's resource type.
        address: of the request.
        fields: header fields as the protocol tells them before sending.
    """
    if resource in _PICTURE_RESOURCES:
        return True
    lower = {name.lower(): value for name, value in fields.items()}
    if is_picture_or_media(lower.get("accept", "").split(",")[0]):
        return True
    return is_picture_or_media(media_type_of_address(address))


def is_needless_request(resource: str, fields: Mapping[str, str]) -> bool:
    """Return whether a request serves nobody who reads the page: beacons, prefetches, reports."""
    purposes = {name.lower(): value for name, value in fields.items()}
    is_prefetch = "prefetch" in purposes.get("sec-purpose", purposes.get("purpose", ""))
    return resource in _NEVER_ASKED_FOR or is_prefetch


def is_media_answer(content_type: str) -> bool:
    """Return whether an answer's own Content-Type makes it a picture or media."""
    return is_picture_or_media(content_type)


def is_piece_of_media(status: int | None, content_type: str) -> bool:
    """
    Return whether an answer is a stretch of something that is not text.

    Players ask for films so. A stretch from the middle has no mark by which it could be known.
    """
    return status == _PARTIAL and not _TEXTS.match(content_type.strip())


def is_media_body(body: bytes) -> bool:
    """Return whether *body* is or carries pictures or media whatever its Content-Type said."""
    return is_picture_or_media(sniff_media_type(body[:SNIFF_BYTES])) or has_picture_inside(body)
