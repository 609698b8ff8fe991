"""A picture in a form, for exchanges whose operator turned hashing on; kept in memory only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from benban.errors.exchange import MediaRefusedError, RequestMalformedError, TooManyRequestsError
from benban.model.fingerprint import Pdq

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

# Larger than what any platform gives back of a photo; a whole process holds few of them at once.
MOST_PICTURE_BYTES = 16 << 20
# Lines of the form around the picture.
MOST_FORM_BYTES = MOST_PICTURE_BYTES + (64 << 10)
# 64 MiB in each process; the fence takes one after the other.
MOST_UPLOADS = 4
_PICTURE_FIELD = b"photo"


class Hasher(Protocol):
    """
    Makes the hash of a picture; an exchange has none unless its operator turned hashing on.

    Whatever does it decodes in the fence and keeps nothing (``outside.fence_hasher``).
    """

    def hashed(self, untrusted_picture: bytes) -> Pdq:
        """
        Return the hash with its quality.

        Raises:
            BenbanError: what the fence says of a picture that cannot be read.
        """
        ...


class Uploads:
    """Pictures that are in memory at once, of one process; asked in its loop alone."""

    def __init__(self, most: int = MOST_UPLOADS) -> None:
        self._most, self._taken = most, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """
        Return while one picture is read and hashed.

        Raises:
            TooManyRequestsError: BB-966, as many as may be are at it.
        """
        if self._taken >= self._most:
            raise TooManyRequestsError(seconds=1)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


async def picture_of(request: Request) -> bytes:
    """
    Return the one picture of a form, as HMA's clients send it.

    Read here and not by Starlette: that would lay a large part into a file.

    Raises:
        MediaRefusedError: BB-968, another field than ``photo``: films are not hashed.
        RequestMalformedError: BB-967, no such form, more than one part, or too long.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise RequestMalformedError("not a form with a file")
    parts = _Parts()
    parser = MultipartParser(options[b"boundary"], parts.callbacks(), max_size=MOST_FORM_BYTES + 1)
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > MOST_FORM_BYTES:
                raise RequestMalformedError("too long")
            parser.write(piece)
        parser.finalize()
    except (FormParserError, ClientDisconnect) as error:
        raise RequestMalformedError("not a form") from error
    return parts.picture()


class _Parts:
    """What the parser says, part by part."""

    def __init__(self) -> None:
        self._name, self._value = bytearray(), bytearray()
        self._count, self._field = 0, b""
        self._content = bytearray()
        self._is_whole = False

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_begin": self._header_begin,
            "on_header_field": lambda data, start, end: self._name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_part_data": lambda data, start, end: self._content.extend(data[start:end]),
            "on_end": self._end,
        }

    def picture(self) -> bytes:
        """Return the only part."""
        if self._count != 1 or not self._is_whole or not self._content:
            raise RequestMalformedError("not exactly one file")
        if self._field != _PICTURE_FIELD:
            raise MediaRefusedError("another field than photo")
        return bytes(self._content)

    def _begin(self) -> None:
        self._count += 1
        if self._count > 1:
            raise RequestMalformedError("more than one part")

    def _header_begin(self) -> None:
        self._name, self._value = bytearray(), bytearray()

    def _header_end(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            self._field = parse_options_header(bytes(self._value))[1].get(b"name", b"")

    def _end(self) -> None:
        self._is_whole = True
