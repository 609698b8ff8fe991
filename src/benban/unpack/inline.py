"""
Pictures and media written into text: where they lie, and the text without them (HARM 1).

Found are ``data:`` addresses of pictures and media and of whatever is packed in base 64 (a page in
a page may hold pictures too), and runs of base 64 that begin as a picture or a film does, as
services put them into JSON. Whoever hides a picture in another way is not found out here.
Source: RFC 2397; RFC 4648 section 4.
"""

import binascii
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Protocol
from urllib.parse import unquote_to_bytes

from benban.unpack.http_body import PullReader
from benban.unpack.warc_records import Cursor, Opener, limited

MARK = b"data:,benban-withheld"

_PIECE_BYTES = 1 << 18
# Longer than any beginning below, so that none is cut in two.
_LOOK_BYTES = 1024
_SLASH = rb"(?:/|\\/|(?i:\\u002F|%2F|&\#x2F;|&\#47;|&sol;))"
_LETTER = rb"(?:[A-Za-z0-9+_\-]|" + _SLASH + rb")"
# Base 64 that goes on is no beginning; behind an escape (\n, \u003d, %3D) it begins all the same.
_NOT_INSIDE = (
    rb"(?:(?<![A-Za-z0-9+/_\-])|(?<=\\[nrtbf])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4})"
    rb"|(?<=%[0-9a-f]{2})|(?<=%25[0-9a-f]{2}))"
)
# The longest of those escapes: so much is held back of what was passed over already.
_BEHIND_BYTES = 6
_BREAK = rb"(?:[ \t\r\n]|\\[rnt]|%0[AD]|%20|&\#1[03];|&\#x[AD];)+(?=[A-Za-z0-9+/_\-]{16})"
_BEGINNINGS = re.compile(
    rb"data(?:%3A|:|&\#58;|&colon;)[ \t\r\n]{0,3}"
    rb"(?P<type>[a-z0-9.+\-]{0,60}(?:" + _SLASH + rb"[a-z0-9.+\-]{0,60})?)"
    # RFC 2397 allows any parameters; browsers read on behind those that they do not know. Where
    # one ends is never a choice: "data:" before a row of "%3B" would take for ever.
    rb"(?P<rest>(?:(?:%3B|;)(?:[^,;<>\r\n%]|%(?!3B|2C)){0,60}){0,12}?)"
    rb"(?P<packed>(?:%3B|;)[ ]{0,3}base64[ ]{0,3})?(?:%2C|,)"
    # The first bytes of JPEG, PNG, GIF, RIFF, ISO media files, Matroska, Ogg, BMP, TIFF and
    # JPEG XL, in base 64.
    rb"|"
    + _NOT_INSIDE
    + rb"(?P<bare>(?-i:(?:"
    + _SLASH
    + rb"|_)9j(?:"
    + _SLASH
    + rb"|_)"
    + _LETTER
    + rb"|iVBORw0KGg[o-r]|R0lGOD[dl]h|UklGR"
    + _LETTER
    + rb"{6}XRUJQ"
    rb"|AAAA"
    + _LETTER
    + rb"[GWm2]Z0eX|GkXfo[0-9A-Za-z+/]|T2dnUw|Qk[0-3]"
    + _LETTER
    + rb"{5}AAAA|SUkqA|TU0AK|AAAADEpYTCAN))"
    # uuencode: a line that announces it, then one of its lines, which know no small letters.
    rb"|(?:(?<![^\n\">])|(?<=\\n))(?P<uu>(?-i:begin) [0-7]{3,4} [^\r\n\\<>]{1,255}+"
    rb"(?P<break>\r?\n|(?:\\r)?\\n)(?=(?-i:[!-`](?:&[a-z]{2,4};|[ -`]){4,90}?)(?P=break)))",
    re.IGNORECASE,
)
# Each beginning holds one of these; looked for first, as they are found five times as fast. Rows of
# "A" are frequent in what is packed: there, what must follow is looked for, too.
_HINTS = re.compile(
    rb"[dD][aA][tT][aA][%:&]|9j|iVBORw0|R0lGOD|UklGR|AAAA(?=.{2,7}Z0eX|DEpYTCAN)|GkXfo|T2dnUw|Qk[0-3]|SUkqA|TU0AK"
    rb"|begin [0-7]"
)
# A slash stands before "9j", in as many bytes as its spellings have; the longest is tried first.
_SLASH_BYTES = (6, 5, 3, 2, 1)
_UU_ENTITY = rb"&(?:amp|lt|gt|quot|\#[0-9]{1,3});|"
_UU = re.compile(rb"(?:" + _UU_ENTITY + rb"[ -`\r\n])*+")
# In JSON: up to the quote that ends the text.
_UU_ESCAPED = re.compile(rb"(?:\\(?:[\"\\/nr]|u00[0-9A-Fa-f]{2})|[ !#-\[\]-`])*+")
_BASE_64 = re.compile(
    rb"(?:[A-Za-z0-9+/=_\-]++|%2B|%2F|%3D|\\/|\\u002F|&\#x2F;|&\#47;|&sol;|&\#43;|&\#61;|"
    + _BREAK
    + rb")*+",
    re.IGNORECASE,
)
# A drawing in open text ends at its first "<" or blank: what is left of it is markup.
_OPEN_TEXT = re.compile(rb"(?:[A-Za-z0-9+/=%._~:,\-]++|\\/)*+")
_LEAST_BARE_BYTES = 64
_SHOWS_OR_PLAYS = (b"image", b"video", b"audio")
_FONTS = (b"font", b"application/font", b"application/x-font", b"application/vnd.ms-font")
_ESCAPED_SLASH = re.compile(_SLASH, re.IGNORECASE)
_ESCAPES = (
    (_ESCAPED_SLASH, b"/"),
    (re.compile(rb"\\[rnt]|&\#1[03];|&\#x[AD];", re.IGNORECASE), b""),
    (re.compile(rb"&\#43;"), b"+"),
    (re.compile(rb"&\#61;"), b"="),
)


class Readable(Protocol):
    """What can be read from where it stands."""

    def read(self, size: int, /) -> bytes:
        """Return at most *size* bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """
    A picture or media written into a text.

    Attributes:
        start, end: of its content in the text.
        media_type: as the text claims; empty when it claims none.
        is_packed: in base 64.
        is_uu: in uuencode, as old mails write it.
    """

    start: int
    end: int
    media_type: str
    is_packed: bool
    is_uu: bool = False


def split_inline(text: Readable) -> Iterator[bytes | Inline]:
    """
    Yield *text* in pieces: bytes that may be kept, and where a picture or media was.

    Args:
        text: read once to its end, never held whole.
    """
    yield from _Scan(text).pieces()


def without_inline(text: Readable) -> tuple[Iterator[bytes], list[Inline]]:
    """Return the pieces of *text* with a mark for each picture, and a list that fills meanwhile."""
    taken: list[Inline] = []

    def pieces() -> Iterator[bytes]:
        for piece in split_inline(text):
            if isinstance(piece, Inline):
                taken.append(piece)
                yield MARK
            else:
                yield piece

    return pieces(), taken


def plain_text(untrusted: str) -> str:
    """Return a name, an address or any other short text with a mark for each picture in it."""
    pieces, _ = without_inline(io.BytesIO(untrusted.encode("utf-8", "replace")))
    return b"".join(pieces).decode("utf-8", "replace")


def open_inline(open_text: Opener, found: Inline) -> BinaryIO:
    """Return the content of what was found, from its beginning."""
    file = Cursor(open_text)
    file.go_to(found.start)
    written = limited(file, found.end - found.start)
    return io.BufferedReader(PullReader(partial(_decode, written, found), written.close))


def decode_uu_line(line: bytes) -> bytes:
    """Return what a line of uuencode stands for; nothing for one that is none."""
    line = line.rstrip(b"\r\n")
    if not line:
        return b""  # the standard library makes zeros of it
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        pass
    # Some programs write more behind a line than its length says.
    size = (line[0] - 32) % 64
    try:
        return binascii.a2b_uu(line[: 1 + (size * 4 + 5) // 3])
    except binascii.Error:
        return b""


class _Scan:
    """A place in a text that moves onward over a buffer of at most some pieces."""

    def __init__(self, text: Readable) -> None:
        self._text = text
        self._buffer = b""
        # Where it stands in the buffer, and where the buffer begins in the text.
        self._at = self._base = 0
        self._is_ended = False

    @property
    def _place(self) -> int:
        return self._base + self._at

    @property
    def _left(self) -> int:
        return len(self._buffer) - self._at

    def pieces(self) -> Iterator[bytes | Inline]:
        while self._fill() or self._left:
            match = self._find()
            if match is None:
                yield self._give(max(0, self._left - (0 if self._is_ended else _LOOK_BYTES)))
                if self._is_ended:
                    return
                continue
            if match.start() > self._at:
                yield self._give(match.start() - self._at)
            # With little behind it, more is read before it is judged how far it goes.
            if self._left < _LOOK_BYTES and not self._is_ended:
                continue
            yield from self._taken(match)

    def _find(self) -> re.Match[bytes] | None:
        at = self._at
        while hint := _HINTS.search(self._buffer, at):
            # One may begin inside another, as in "R0lGODATA:".
            at = hint.start() + 1
            backs = _SLASH_BYTES if hint[0] == b"9j" else (0,)
            for back in backs:
                start = hint.start() - back
                match = _BEGINNINGS.match(self._buffer, start) if start >= self._at else None
                if match and (match["bare"] or match["uu"] or _is_withheld(match)):
                    return match
        return None

    def _taken(self, match: re.Match[bytes]) -> Iterator[bytes | Inline]:
        """Take what begins where this stands."""
        is_bare, is_uu = match["bare"] is not None, match["uu"] is not None
        is_packed = is_bare or match["packed"] is not None
        written = b"" if is_bare else _ESCAPED_SLASH.sub(b"/", match["type"] or b"")
        self._give(0 if is_bare else match.end() - match.start())
        start = self._place
        small = self._buffer[self._at : self._at + _LEAST_BARE_BYTES]
        self._pass(_run_behind(match))
        if is_bare and self._place - start < _LEAST_BARE_BYTES:
            yield small[: self._place - start]
            return
        yield Inline(
            start=start,
            end=self._place,
            media_type=written.decode("ascii", "replace").lower(),
            is_packed=is_packed,
            is_uu=is_uu,
        )

    def _pass(self, run: re.Pattern[bytes]) -> None:
        while True:
            found = run.match(self._buffer, self._at)
            end = found.end() if found else self._at
            if self._is_ended or end < len(self._buffer) - _LOOK_BYTES:
                self._give(end - self._at)
                return
            # Up to here it goes on; what is looked at next begins inside it.
            self._give(max(0, min(end, len(self._buffer) - _LOOK_BYTES) - self._at))
            self._fill()

    def _fill(self) -> bool:
        if not self._is_ended and self._left < _PIECE_BYTES:
            piece = self._text.read(_PIECE_BYTES)
            self._is_ended = not piece
            # What stands right before it decides whether a picture may begin here.
            done = max(0, self._at - _BEHIND_BYTES)
            self._buffer = self._buffer[done:] + piece
            self._base += done
            self._at -= done
        return not self._is_ended

    def _give(self, size: int) -> bytes:
        given = self._buffer[self._at : self._at + size]
        self._at += size
        return given


def _run_behind(match: re.Match[bytes]) -> re.Pattern[bytes]:
    """Return what the content looks like that begins behind *match*."""
    if match["uu"] is not None:
        return _UU_ESCAPED if match["break"].startswith(b"\\") else _UU
    return _OPEN_TEXT if match["bare"] is None and match["packed"] is None else _BASE_64


def _is_withheld(match: re.Match[bytes]) -> bool:
    media_type = match["type"].lower()
    if media_type.startswith(_SHOWS_OR_PLAYS):
        return True
    return match["packed"] is not None and not media_type.startswith(_FONTS)


def _decode(written: BinaryIO, found: Inline) -> bytes:
    # Whole: the person picked it, and a text that holds it is of limited size.
    data = written.read()
    if found.is_uu:
        return b"".join(map(decode_uu_line, data.splitlines()))
    for escaped, plain in _ESCAPES:
        data = escaped.sub(plain, data)
    data = unquote_to_bytes(data)
    if not found.is_packed:
        return data
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data.translate(bytes.maketrans(b"-_", b"+/")))
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
