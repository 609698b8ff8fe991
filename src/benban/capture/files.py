"""A file the person has becomes a spooled part; its metadata is read by others, never trusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Generic

from benban.capture.media_types import SNIFF_BYTES, media_type_of_name, sniff_media_type
from benban.capture.ports import PartT, Spool
from benban.capture.read_back import read_back
from benban.errors import EmptyFileError, FileUnreadableError
from benban.seal.digests import chunks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFile(Generic[PartT]):
    """
    A file in the spool, byte for byte.

    Attributes:
        media_type: by the first bytes, ``application/octet-stream`` if they say nothing.
        claimed_media_type: by the name; empty if the name claims nothing.
    """

    part: PartT
    media_type: str
    claimed_media_type: str

    @property
    def is_renamed(self) -> bool:
        """Whether the name claims another kind of file than the bytes show."""
        return self.claimed_media_type not in {"", self.media_type}


def take_file(stream: BinaryIO, name: str, spool: Spool[PartT]) -> TakenFile[PartT]:
    """
    Return the bytes of *stream* in the spool with what they are and what their name claims.

    Args:
        stream: read from where it stands to its end.
        name: the file's own name; only its extension is looked at, it is never used as a path.
        spool: where the bytes go, encrypted.

    Raises:
        FileUnreadableError: BB-002, it broke off while it was read.
        EmptyFileError: BB-211.
        SpoolDamagedError: BB-213, what was read back is not what was written.
    """
    chunks = _chunks_of_given(stream, name)
    first = next(chunks, b"")
    if not first:
        raise EmptyFileError
    part = spool.open_part()
    try:
        part.write(first)
        for chunk in chunks:
            part.write(chunk)
        spooled = part.finish()
    finally:
        part.discard()
    read_back(spooled)
    return TakenFile(
        part=spooled,
        media_type=sniff_media_type(first[:SNIFF_BYTES]),
        claimed_media_type=media_type_of_name(name),
    )


def _chunks_of_given(stream: BinaryIO, name: str) -> Iterator[bytes]:
    # A stick that is pulled out, a file in the cloud that does not come: half of it is not it.
    try:
        yield from chunks_of(stream)
    except OSError as error:
        raise FileUnreadableError(name=name) from error
