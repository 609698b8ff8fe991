"""
The parts of a MIME message, read line by line: where each lies, and its content as a stream.

Source: RFC 5322 section 2.1, RFC 2045 section 6, RFC 2046 section 5.1, RFC 2047, RFC 2231.
"""

import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import partial
from typing import BinaryIO

from benban.unpack.http_body import PullReader
from benban.unpack.inline import decode_uu_line
from benban.unpack.parts import Reason
from benban.unpack.warc_records import Cursor, Opener, limited

_LARGEST_HEAD_BYTES = 1 << 20
_MOST_FIELDS = 2000
_MOST_PARTS = 10_000
# Mail programs nest four deep, six when a mail was forwarded; forty is made to exhaust something.
_DEEPEST = 20
_PIECE_BYTES = 1 << 16
# RFC 2046 section 5.1.1: a boundary has at most 70 characters; with blanks behind it some more.
_LONGEST_DELIMITER = 256
# Never registered, and written all the same.
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# The standard library follows brackets in a field by calling itself for each.
_BROKEN_HEADER = (
    RecursionError,
    HeaderParseError,
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """
    The head of a message or of a part.

    Attributes:
        fields: names and values in their order, unfolded, not decoded.
        raw: its exact bytes.
        is_whole: the empty line that ends it is there.
    """

    fields: tuple[tuple[str, str], ...]
    raw: bytes = field(repr=False)
    is_whole: bool = True

    def value(self, name: str) -> str:
        """Return the first field called *name*, not decoded; empty when there is none."""
        return next((value for key, value in self.fields if key.lower() == name), "")

    def shown(self, name: str) -> str:
        """Return the first field called *name* as a reader sees it, in one line."""
        return shown(self.value(name))

    @property
    def media_type(self) -> str:
        """The type it claims, in lower case; ``text/plain`` when it claims none."""
        return self._content_type().get_content_type()

    @property
    def charset(self) -> str:
        """The character set it claims; empty when it claims none."""
        return _text_of(partial(self._content_type().get_param, "charset", ""))

    @property
    def boundary(self) -> str:
        """What stands between its parts; empty when it has none."""
        return _text_of(partial(self._content_type().get_param, "boundary", ""))

    @property
    def file_name(self) -> str:
        """The name of an attachment as it is shown, untrusted; empty when it has none."""
        message = self._content_type()
        message["Content-Disposition"] = self.value("content-disposition") or "inline"
        return shown(_text_of(partial(message.get_filename, "")))

    @property
    def is_attachment(self) -> bool:
        """Whether it says that it is one, or has a file's name."""
        said = self.value("content-disposition").strip().lower()
        return said.startswith("attachment") or bool(self.file_name)

    def _content_type(self) -> Message:
        message = Message()
        message["Content-Type"] = _CONTROLS.sub(" ", self.value("content-type")) or "text/plain"
        return message


@dataclass(frozen=True, slots=True, kw_only=True)
class MimePart:
    """
    A part that holds no others, or a place where reading stopped.

    Attributes:
        offset_bytes: where its content begins in the file.
        packed_bytes: how many bytes of the file its content takes.
        open: gives the content without its transfer encoding.
        fault: why nothing further can be said; ``TRUNCATED`` for a part that ends with the file.
    """

    head: Head
    offset_bytes: int
    packed_bytes: int
    open: Opener = field(repr=False, compare=False)
    fault: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MimeMessage:
    """The head of a message and its parts, one by one."""

    head: Head
    parts: Iterator[MimePart] = field(repr=False, compare=False)


def read_mime(open_file: Opener, start: int, end: int) -> MimeMessage:
    """
    Return the message that lies from *start* to *end* in a file.

    Args:
        open_file: gives the file from its beginning; several may be open at once.
        start: where its head begins.
        end: where it ends; the size of the file for a whole one.
    """
    walk = _Walk(open_file, start, end)
    head = walk.first_head()
    return MimeMessage(head=head, parts=walk.parts(head))


def sender_of(head: Head) -> tuple[str, str]:
    """Return name and address of who a message says it is from, as a reader sees them."""
    said = head.value("from")
    try:
        name, address = parseaddr(said)
    except _BROKEN_HEADER:
        name, address = said, ""
    return shown(name), shown(address)


def shown(untrusted: str) -> str:
    """Return a field as a reader sees it: words decoded, in one line, no control characters."""
    try:
        text = str(make_header(decode_header(untrusted)))
    except _BROKEN_HEADER:
        text = untrusted
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_CONTROLS.sub(" ", text).split())


class _Walk:
    """One pass over the lines of a message."""

    def __init__(self, open_file: Opener, start: int, end: int) -> None:
        self._open_file = open_file
        self._file = Cursor(open_file)
        self._file.go_to(start)
        self._at, self._end = start, end
        self._count = 0
        self._found: tuple[bytes, bool] = (b"", True)

    def first_head(self) -> Head:
        """Return the head of the message; the file is opened anew for its parts."""
        with self._file:
            return self._head()

    def _head(self) -> Head:
        raw: list[bytes] = []
        size = 0
        is_whole = False
        while not is_whole and size < _LARGEST_HEAD_BYTES and (line := self._line()):
            is_whole = line in {b"\r\n", b"\n"}
            raw += [] if is_whole else [line]
            size += len(line)
        return Head(fields=_fields(raw), raw=b"".join(raw), is_whole=is_whole)

    def parts(self, head: Head) -> Iterator[MimePart]:
        with Cursor(self._open_file) as self._file:
            self._file.go_to(self._at)
            yield from self._parts(head, (), is_outermost=True)

    def _parts(
        self, head: Head, around: tuple[bytes, ...], *, is_outermost: bool = False
    ) -> Iterator[MimePart]:
        boundary = head.boundary if head.media_type.startswith("multipart/") else ""
        delimiter = b"--" + boundary.encode("utf-8", "replace")
        if not boundary or len(delimiter) > _LONGEST_DELIMITER:
            yield self._leaf(head, around, is_outermost=is_outermost)
            return
        if len(around) >= _DEEPEST:
            start = self._at
            self._pass_to(around)
            yield self._part(head, start, Reason.TOO_DEEP)
            return
        inside = (*around, delimiter)
        start = self._at
        self._pass_to(inside)
        if self._found[0] == b"":
            yield self._part(head, start, Reason.TRUNCATED)
        while self._found == (delimiter, False):
            self._count += 1
            if self._count > _MOST_PARTS:
                yield self._part(head, self._at, Reason.TOO_MANY)
                self._found = (b"", True)
                return
            yield from self._parts(self._head(), inside)
        if self._found == (delimiter, True):
            # Behind its end an outer part goes on.
            self._pass_to(around)

    def _leaf(self, head: Head, around: tuple[bytes, ...], *, is_outermost: bool) -> MimePart:
        start = self._at
        size = self._pass_to(around)
        is_cut = self._found[0] == b"" and not (is_outermost and head.is_whole)
        return self._part(head, start, Reason.TRUNCATED if is_cut else None, size)

    def _part(
        self, head: Head, start: int, fault: Reason | None, size: int | None = None
    ) -> MimePart:
        taken = self._at - start if size is None else size
        encoding = head.value("content-transfer-encoding").strip().lower()
        return MimePart(
            head=head,
            offset_bytes=start,
            packed_bytes=taken,
            open=partial(_open, self._open_file, (start, taken), encoding),
            fault=fault,
        )

    def _pass_to(self, delimiters: tuple[bytes, ...]) -> int:
        """Go on behind the next line that is one of *delimiters*; return the content's size."""
        start, content_end = self._at, self._at
        self._found = (b"", True)
        is_start = True
        while line := self._line():
            if is_start and line.startswith(b"--"):
                found = _delimiter(line, delimiters)
                if found is not None:
                    self._found = found
                    return max(0, content_end - start)
            is_start = line.endswith(b"\n")
            # The line end before a delimiter belongs to the delimiter.
            content_end = self._at - (2 if line.endswith(b"\r\n") else 1 if is_start else 0)
        return self._at - start

    def _line(self) -> bytes:
        line = self._file.readline(min(_PIECE_BYTES, self._end - self._at))
        self._at += len(line)
        return line


def _delimiter(line: bytes, delimiters: tuple[bytes, ...]) -> tuple[bytes, bool] | None:
    said = line.rstrip()
    for delimiter in reversed(delimiters):
        if said == delimiter:
            return delimiter, False
        if said == delimiter + b"--":
            return delimiter, True
    return None


def _fields(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, list[str]]] = []
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        name, colon, value = text.partition(":")
        if fields and text[:1] in {" ", "\t"}:
            # Joined once at the end: a head of nothing but folded lines is not copied for each.
            fields[-1][1].append(text.strip())
        elif colon and len(fields) < _MOST_FIELDS:
            fields.append((name.strip(), [value.strip()]))
    return tuple((name, " ".join(pieces)) for name, pieces in fields)


def _text_of(ask: "partial[object]") -> str:
    # A parameter may come as (charset, language, value), or be written in a set nobody knows.
    try:
        found = ask()
    except _BROKEN_HEADER:
        return ""
    if isinstance(found, tuple):
        return str(found[-1])
    return found if isinstance(found, str) else ""


def _open(open_file: Opener, place: tuple[int, int], encoding: str) -> BinaryIO:
    start, size = place
    file = Cursor(open_file)
    file.go_to(start)
    packed = limited(file, size)
    if encoding == "base64":
        return io.BufferedReader(_Base64(packed), _PIECE_BYTES)
    if encoding == "quoted-printable":
        return io.BufferedReader(_Quoted(packed), _PIECE_BYTES)
    if encoding in _UUENCODE:
        return io.BufferedReader(_Uuencoded(packed), _PIECE_BYTES)
    return packed


class _Base64(PullReader):
    """What base64 stands for; line ends and anything else that is no base64 are passed over."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(self._next, packed.close)
        self._packed = packed
        self._rest_of_four = b""

    def _next(self) -> bytes:
        while piece := self._packed.read(_PIECE_BYTES):
            letters = self._rest_of_four + _NOT_BASE64.sub(b"", piece)
            whole = len(letters) - len(letters) % 4
            self._rest_of_four = letters[whole:]
            if whole:
                return binascii.a2b_base64(letters[:whole])
        last, self._rest_of_four = self._rest_of_four, b""
        return binascii.a2b_base64(last + b"=" * (-len(last) % 4)) if len(last) > 1 else b""


class _Quoted(PullReader):
    """What quoted-printable stands for."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(self._next, packed.close)
        self._packed = packed

    def _next(self) -> bytes:
        while line := self._packed.readline(_PIECE_BYTES):
            # A line that was cut may end inside "=3D": the end of it is read as well.
            while len(line) >= _PIECE_BYTES and line[-1:] != b"\n" and b"=" in line[-2:]:
                more = self._packed.read(1)
                if not more:
                    break
                line += more
            plain = binascii.a2b_qp(line)
            if plain:
                return plain
        return b""


class _Uuencoded(PullReader):
    """What uuencode stands for between the line that announces it and the one that ends it."""

    def __init__(self, packed: BinaryIO) -> None:
        super().__init__(self._next, packed.close)
        self._packed = packed
        self._is_inside = False

    def _next(self) -> bytes:
        while line := self._packed.readline(_PIECE_BYTES):
            if not self._is_inside:
                self._is_inside = line.startswith(b"begin ")
                continue
            if line.rstrip() == b"end":
                return b""
            plain = decode_uu_line(line)
            if plain:
                return plain
        return b""
