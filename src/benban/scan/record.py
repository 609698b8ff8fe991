"""A file to look at, and the one row that is said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    A file, or something in an archive or a table.

    Attributes:
        path: of the file in the source, untrusted.
        within: 0-based position in it; None where the file itself is meant.
        address: that an archive claims for it; empty elsewhere.
        open: gives its bytes from their beginning, each time anew; may raise ``OSError`` or a
            ``BenbanError``.
        problem: the code of why there is nothing to open; empty where there is.
    """

    path: str
    within: int | None = None
    address: str = ""
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanMatchFound:
    """
    What the bank holds near a picture; hashed exactly.

    Attributes:
        number: of the nearest, in the bank that was scanned against.
        distance_bits: of the nearest, over the eight orientations.
        count: how many numbers lie within the border.
        sha256: of the file, hex.
        at_ms: of a film, the time of the frame that is nearest; None for a picture.
    """

    number: int
    distance_bits: int
    count: int
    sha256: str
    at_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRecord:
    """
    What is said of one file; there is one for each, also for what cannot be read.

    Attributes:
        path, within, address: as in :class:`Item`.
        media_type: from the bytes; empty where they are no picture that can be read, and no film.
        match: None where nothing is near.
        problem: the code of why it could not be looked at, or not to its end; empty where it was.
    """

    path: str
    within: int | None
    address: str
    media_type: str = ""
    match: ScanMatchFound | None = None
    problem: str = ""
