"""
Digests that somebody else wrote beside some bytes, compared with the bytes themselves.

Source: WARC 1.1 section 5.8 (``algorithm:value``, base 32 or hexadecimal), WACZ 1.1.1 section 5.2.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from benban.errors import ImportDamagedError
from benban.seal.digests import chunks_of
from benban.unpack.parts import DigestState

# MD5 and SHA-1 only tell whether somebody's own claim fits: nothing of ours rests on them.
_KNOWN = frozenset({"md5", "sha1", "sha224", "sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    What a package says about one of its files.

    Attributes:
        where: the file, in the package's own words.
        claimed: as the package writes it.
        covers_media: pictures may lie in the file: it is not digested without a permit.
        check: compares the claim with the bytes.
    """

    where: str
    claimed: str
    covers_media: bool
    check: Callable[[], DigestState] = field(repr=False, compare=False)


def compare_digest(claimed: str, content: BinaryIO) -> DigestState:
    """
    Return how *claimed* stands to *content*, which is read to its end.

    Args:
        claimed: ``algorithm:value``; the value in hexadecimal, base 32 or base 64.
        content: from its beginning.
    """
    name, _, value = claimed.strip().partition(":")
    name = name.lower().replace("-", "")
    if not value:
        return DigestState.NOT_CLAIMED
    if name not in _KNOWN:
        return DigestState.NOT_CHECKED
    digest = hashlib.new(name, usedforsecurity=False)
    try:
        with content:
            for chunk in chunks_of(content):
                digest.update(chunk)
    except (OSError, ImportDamagedError):
        return DigestState.DIFFERS
    agrees = any(hmac.compare_digest(one, digest.digest()) for one in _values(value))
    return DigestState.AGREES if agrees else DigestState.DIFFERS


def joined(states: Sequence[DigestState]) -> DigestState:
    """Return one state for several claims about the same bytes: the worst that was seen."""
    for state in (DigestState.DIFFERS, DigestState.AGREES, DigestState.NOT_CHECKED):
        if state in states:
            return state
    return DigestState.NOT_CLAIMED


def _values(value: str) -> Iterable[bytes]:
    text = value.strip()
    for read in (bytes.fromhex, _base32, base64.b64decode):
        try:
            yield read(text)
        except (ValueError, binascii.Error):
            continue


def _base32(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
