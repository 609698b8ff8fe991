"""
What crosses between the calling process and the fenced one.

Every message is its length (4 bytes, big endian) and that many bytes. A request is a msgpack
:class:`Request`, then for each picture chunks and an empty chunk. An answer is a msgpack
:class:`Answer`.
"""

import struct
from typing import BinaryIO

import msgspec

from benban.fingerprint.ports import PairFinding

CHUNK_BYTES = 1 << 20
# A phone's photo comes as one piece, which neither side has to put together again.
PICTURE_CHUNK_BYTES = 8 << 20
REQUEST_BYTES = 4 << 20

_LENGTH = struct.Struct(">I")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is asked.

    Attributes:
        act: names a method of ``Decoder``.
        pictures: how many streams follow.
        window_bytes: size of a video of which pieces can be asked for; 0 when there is none. Of
            several, their sum: they lie one behind the other.
        video_bytes: the size of each, where there are several.
        mark: a line to draw on a safer copy.
        is_hashed: one's own photo may be hashed, to group it.
    """

    act: str
    pictures: int
    window_bytes: int = 0
    video_bytes: tuple[int, ...] = ()
    max_side_px: int = 0
    finding: PairFinding | None = None
    mark: str = ""
    is_hashed: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    An error *code* with its named values, or in *body* what the act returns.

    Or, before either, in *piece* the position and size of the next piece of the video that is
    wanted; it comes as one message.
    """

    piece: tuple[int, int] | None = None
    code: str = ""
    params: dict[str, str | int] = msgspec.field(default_factory=dict)
    body: bytes = b""


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What confines the process that serves requests."""

    in_force: tuple[str, ...]


def write_message(out: BinaryIO, payload: bytes) -> None:
    """Write one message."""
    out.write(_LENGTH.pack(len(payload)))
    out.write(payload)


def read_message(source: BinaryIO, limit: int) -> bytes | None:
    """
    Return the next message, None at the end of the stream.

    Raises:
        EOFError: the stream ended inside a message, or the message is longer than *limit*.
    """
    head = source.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size or (size := _LENGTH.unpack(head)[0]) > limit:
        raise EOFError
    payload = source.read(size)
    if len(payload) < size:
        raise EOFError
    return payload
