"""Files that come with a form: from the wire straight to who keeps them, nothing in between."""

import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from benban.casework.originals import GivenFile
from benban.errors import BenbanError, FormTooLargeError, FormUnknownError

_MULTIPART = b"multipart/form-data"
_MOST_FIELD_BYTES = 1024 * 1024
_MOST_PARTS = 2000
_FOLDERS = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class _Begin:
    name: str
    is_chosen: bool


class _End:
    pass


class Arriving:
    """
    A form with files, read while it arrives: the fields before the first file, then each file.

    No byte of a file is kept here: who wants a file reads it when it is its turn.
    """

    def __init__(self, content_type: str, next_chunk: Callable[[], bytes]) -> None:
        """
        Take a form apart.

        Args:
            content_type: untrusted, with its boundary.
            next_chunk: waits for more and returns it, empty at the end; raises ``OSError`` when
                the browser went away.

        Raises:
            FormUnknownError: BB-013, not a form with files.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != _MULTIPART or not boundary:
            raise FormUnknownError
        self._next_chunk = next_chunk
        self._parts = _Parts()
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._parts.begin,
                    "on_header_field": self._parts.header_name,
                    "on_header_value": self._parts.header_value,
                    "on_header_end": self._parts.header_end,
                    "on_headers_finished": self._parts.headers_end,
                    "on_part_data": self._parts.data,
                    "on_part_end": self._parts.end,
                    "on_end": self._parts.form_end,
                },
            )
        except FormParserError as error:
            raise FormUnknownError from error
        self._is_over = False
        self._broken: BenbanError | None = None

    def fields(self) -> tuple[tuple[str, str], ...]:
        """
        Return what stands before the first file.

        Raises:
            FormTooLargeError: BB-012.
            FormUnknownError: BB-013, it broke off or is no form.
        """
        try:
            while not self._parts.events and self._more():
                pass
        except OSError as error:
            raise FormUnknownError from error
        if not self._parts.events and not self._parts.is_whole:
            raise self._broken or FormUnknownError()
        return tuple(self._parts.fields)

    def files(self) -> Iterator[GivenFile]:
        """
        Give each file that was chosen; what is not read of one is passed over.

        Raises:
            FormTooLargeError: BB-012, FormUnknownError: BB-013: what came before is given first.
        """
        for given, broken in self.each():
            if broken is not None:
                raise broken
            yield given

    def each(self) -> Iterator[tuple[GivenFile, BenbanError | None]]:
        """Give each file as :meth:`files` does; at the end why the rest could not be read."""
        try:
            while (event := self._next()) is not None:
                if isinstance(event, _Begin):
                    stream = io.BufferedReader(_OneFile(self))
                    # A field in which nothing was chosen comes as a file without any name.
                    if event.is_chosen:
                        yield GivenFile(stream=stream, name=event.name), None
        except OSError:
            self._broken = self._broken or FormUnknownError()
        if self._broken is not None:
            yield GivenFile(stream=io.BytesIO(), name=""), self._broken

    def pass_over(self) -> None:
        """Let the rest arrive and vanish: a browser that still sends reads no answer."""
        try:
            while self._next() is not None or (self._broken and self._more_to_drop()):
                pass
        except OSError:
            return

    def read_piece(self) -> bytes:
        """
        Return more of the file whose turn it is; empty at its end.

        Raises:
            OSError: it broke off: half of a file is not it.
        """
        while not self._parts.events:
            if not self._more():
                raise OSError("broken off")
        if not isinstance(self._parts.events[0], bytes):
            return b""
        piece = self._parts.events.popleft()
        return piece if isinstance(piece, bytes) else b""

    def _next(self) -> "_Begin | _End | bytes | None":
        while not self._parts.events:
            if not self._more():
                return None
        return self._parts.events.popleft()

    def _more(self) -> bool:
        """Take in one more chunk and return whether there was one."""
        if self._is_over:
            return False
        chunk = self._next_chunk()
        try:
            if chunk:
                self._parser.write(chunk)
            else:
                self._is_over = True
                self._parser.finalize()
        except (FormParserError, FormTooLargeError) as error:
            # The parser knows no more where it is; what it told before stays true.
            self._is_over = True
            self._broken = error if isinstance(error, FormTooLargeError) else FormUnknownError()
        return bool(self._parts.events) or not self._is_over

    def _more_to_drop(self) -> bool:
        return bool(self._next_chunk())


class _OneFile(io.RawIOBase):
    """The file whose turn it is, as a stream that cannot be wound back."""

    def __init__(self, arriving: Arriving) -> None:
        super().__init__()
        self._arriving = arriving
        self._left = b""
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override] # the stubs' Buffer is 3.12's
        if not self._left and not self._is_over:
            self._left = self._arriving.read_piece()
            self._is_over = not self._left
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)


class _Parts:
    """What the parser calls; it knows which part is a field and which a file."""

    def __init__(self) -> None:
        self.fields: list[tuple[str, str]] = []
        self.events: deque[_Begin | _End | bytes] = deque()
        self.is_whole = False
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._field = ""
        self._is_file = False
        self._typed = bytearray()
        self._typed_bytes = 0
        self._count = 0

    def begin(self) -> None:
        self._count += 1
        if self._count > _MOST_PARTS:
            raise FormTooLargeError
        self._headers = {}

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options
        self._typed = bytearray()
        if self._is_file:
            self.events.append(_Begin(_own_name(name := options[b"filename"]), bool(name)))

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.events.append(data[start:end])
            return
        self._typed_bytes += end - start
        if self._typed_bytes > _MOST_FIELD_BYTES:
            raise FormTooLargeError
        self._typed += data[start:end]

    def end(self) -> None:
        if self._is_file:
            self.events.append(_End())
            return
        # A text area sends line ends of its own.
        text = self._typed.decode("utf-8", "replace").replace("\r\n", "\n")
        self.fields.append((self._field, text))

    def form_end(self) -> None:
        self.is_whole = True


def _own_name(raw: bytes) -> str:
    """Return the file's own name without folders; browsers write three signs as numbers in it."""
    name = _FOLDERS.split(raw.decode("utf-8", "replace"))[-1]
    for sign, number in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        name = name.replace(number, sign)
    return "".join(one for one in name if one.isprintable())
