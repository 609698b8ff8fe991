"""One block of ``messages.html``: raw bytes to a :class:`Message`, by the classes of its tags."""

import posixpath
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from html import unescape
from urllib.parse import unquote

from benban.unpack.parts import MediaRef, Message, Reason, Span
from benban.unpack.telegram_message import Place

# What people write stands escaped: no "<" or ">" is inside a tag, so each is looked at once.
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]{0,20})"""
    r"""(?P<attributes>(?:[^<>"']++|"[^"<>]*+"|'[^'<>]*+')*?)(?P<empty>/?)>"""
)
_ATTRIBUTE = re.compile(r"""([A-Za-z][A-Za-z-]{0,30})=(?:"([^"<>]*+)"|'([^'<>]*+)')""")
_VOID = {"br", "img", "meta", "link", "hr", "input", "wbr"}
_AT = re.compile(r"(\d{2})\.(\d{2})\.(\d{4}) (\d{2}):(\d{2}):(\d{2})(?: UTC([+-])(\d{2}):(\d{2}))?")
_GO_TO = re.compile(r"#go_to_message(-?\d+)")
_MARKED = {
    "strong": "bold",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_CALLED = {
    "ShowMentionName": "mention_name",
    "ShowHashtag": "hashtag",
    "ShowBotCommand": "bot_command",
    "ShowCashtag": "cashtag",
    "ShowBankCard": "bank_card",
}
_WRAPS = {
    "photo_wrap": "image/jpeg",
    "video_file_wrap": "",
    "animated_wrap": "",
    "sticker_wrap": "",
}
# Media whose file may be there; all others (a poll, a place, a call) are words.
_FILES = {"media_photo", "media_video", "media_file", "media_audio_file", "media_voice_message"}
# Another person's card: their number is not part of what is read.
_CARDS = {"media_contact", "media_call"}
_LEFT_OUT = re.compile(r"not included|exceeds maximum size|unavailable|too large", re.IGNORECASE)
_ELSEWHERE = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:|^//")
_DEEPEST = 64


@dataclass(slots=True)
class _Found:
    # What grows is held in pieces: a text that is copied for each tag takes quadratic time.
    key: str = ""
    at_shown: str = ""
    sender: list[str] = field(default_factory=list)
    forwarded_from: list[str] = field(default_factory=list)
    reply_to: str = ""
    text: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_service: bool = False
    is_too_deep: bool = False
    spans: list[Span] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)


def read_block(
    raw: bytes, *, place: Place, position: int, offset_bytes: int, joined_to: str
) -> Message | None:
    """
    Return the message that *raw* holds; None if it is not laid out as one.

    Args:
        raw: from its ``<div class="message ...">`` to the end of that.
        place: where its page lies.
        position: among the parts of this reading.
        offset_bytes: where it begins, counted through all pages.
        joined_to: the sender of the block before, where this one has none of its own.
    """
    found = _parse(raw)
    if not found.key or found.is_too_deep:
        return None
    media = tuple(_reference(one, place) for one in found.files)
    sender = _name_of(found.sender) or joined_to
    return Message(
        position=position,
        offset_bytes=offset_bytes,
        key=found.key,
        at_shown=found.at_shown,
        at=_utc(found.at_shown),
        sender=sender,
        sender_key="",
        text="\n".join(filter(None, (_tidied("".join(found.text)), "\n".join(found.words)))),
        spans=tuple(found.spans),
        media=media,
        reply_to=found.reply_to,
        forwarded_from=_name_of(found.forwarded_from),
        album=f"{sender}/{found.at_shown}" if media and found.at_shown else "",
        is_service=found.is_service,
        raw=raw,
    )


def sender_of(raw: bytes) -> str:
    """Return who a block says it is from; empty if it does not say."""
    return _name_of(_parse(raw).sender) if raw else ""


def read_header(start: bytes) -> str:
    """Return the name above a page, from its first bytes."""
    _, is_there, rest = start.partition(b'<div class="text bold">')
    name = rest.partition(b"<")[0] if is_there else b""
    return _tidied(unescape(name.decode("utf-8", errors="replace")))


def _parse(raw: bytes) -> _Found:
    parser = _BlockParser()
    parser.feed(raw.decode("utf-8", errors="replace"))
    return parser.found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A tag that is open: its classes, and how many pieces of text came before it."""

    tag: str
    classes: frozenset[str]
    text_from: int
    kind: str
    target: str


class _BlockParser:
    """
    Collects what a block says; never fails, and takes time in proportion to the block.

    Python's own HTML parser needs minutes for 64 KiB of tags that never close (measured); the
    markup here is written by one program, which escapes what people write.
    """

    def __init__(self) -> None:
        self.found = _Found()
        self._open: list[_Open] = []
        self._is_dated = False

    def feed(self, text: str) -> None:
        position = 0
        for found in _TAG.finditer(text):
            if found.start() > position:
                self._data(unescape(text[position : found.start()]))
            position = found.end()
            tag, is_end, is_empty = found["tag"].lower(), bool(found["end"]), bool(found["empty"])
            if not is_end:
                self._start(tag, _attributes(found["attributes"]))
            if is_end or (is_empty and tag not in _VOID):
                self._end(tag)
        self._data(unescape(text[position:]))

    def _start(self, tag: str, values: dict[str, str]) -> None:
        classes = frozenset(values.get("class", "").split())
        if not self._open:
            self._begin(values, classes)
        if tag == "br":
            self._data("\n")
        if tag in _VOID:
            return
        if len(self._open) > _DEEPEST:
            self.found.is_too_deep = True
            return
        kind, target = self._meant(tag, values, classes)
        opened = _Open(
            tag=tag, classes=classes, text_from=len(self.found.text), kind=kind, target=target
        )
        self._open.append(opened)
        self._note(tag, values, classes)

    def _end(self, tag: str) -> None:
        while self._open:
            opened = self._open.pop()
            if opened.kind and self._is_in("text"):
                said = "".join(self.found.text[opened.text_from :])
                self.found.spans.append(Span(kind=opened.kind, text=said, target=opened.target))
            if opened.tag == tag:
                return

    def _data(self, data: str) -> None:
        if self._is_in("reactions") or self._is_in("userpic_wrap"):
            return
        shown = data if data == "\n" else data.strip("\n")
        if self._is_in("text"):
            self.found.text.append(shown)
        elif self._is_in("from_name"):
            self._name(data)
        elif self._is_in("media") or self._is_in("media_poll"):
            self._describe(data.strip())
        elif self.found.is_service and self._is_in("details"):
            self.found.text.append(shown)

    def _begin(self, values: dict[str, str], classes: frozenset[str]) -> None:
        found = re.fullmatch(r"message(-?\d+)", values.get("id", ""))
        self.found.key = found[1] if found and "message" in classes else ""
        self.found.is_service = "service" in classes

    def _note(self, tag: str, values: dict[str, str], classes: frozenset[str]) -> None:
        if "date" in classes and not self._is_in("from_name") and not self._is_dated:
            self.found.at_shown, self._is_dated = values.get("title", ""), True
        if self._is_in("reply_to") and (to := _GO_TO.search(values.get("href", ""))):
            self.found.reply_to = to[1]
        if self._is_in("reactions"):
            return
        for wrap in classes & set(_WRAPS):
            href = values.get("href", "")
            self.found.files.append({"href": href, "type": _WRAPS[wrap], "name": ""})
        if "media" in classes and classes & _FILES:
            self.found.files.append({"href": values.get("href", ""), "type": "", "name": ""})
        if tag == "a" and any("bot_button" in one for each in self._open for one in each.classes):
            self.found.spans.append(Span(kind="button", text="", target=values.get("href", "")))

    def _meant(self, tag: str, values: dict[str, str], classes: frozenset[str]) -> tuple[str, str]:
        if not self._is_in("text"):
            return "", ""
        if tag == "a":
            return _link(values)
        if "spoiler" in classes:
            return "spoiler", ""
        return _MARKED.get(tag, ""), ""

    def _name(self, data: str) -> None:
        # Behind a forwarded name stands the time of the original, in a tag of its own.
        if "from_name" not in self._open[-1].classes:
            return
        if self._is_in("forwarded"):
            self.found.forwarded_from.append(data)
        else:
            self.found.sender.append(data)

    def _describe(self, data: str) -> None:
        classes = frozenset(one for each in self._open for one in each.classes)
        if not data or classes & _CARDS:
            return
        if not classes & _FILES or not self.found.files:
            # Without a file that was named before, it describes none.
            self.found.words.append(data)
            return
        file = self.found.files[-1]
        inner = self._open[-1].classes
        if "title" in inner:
            file["name"] = data
        elif "description" in inner:
            file["description"] = data

    def _is_in(self, name: str) -> bool:
        return any(name in one.classes for one in self._open)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, quoted, other in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape(quoted or other))
    return found


def _link(values: dict[str, str]) -> tuple[str, str]:
    href, called = values.get("href", ""), values.get("onclick", "")
    for name, kind in _CALLED.items():
        if name in called:
            return kind, ""
    if href.startswith("mailto:"):
        return "email", ""
    if href.startswith("tel:"):
        return "phone", ""
    return ("text_link", href) if href else ("", "")


def _reference(file: dict[str, str], place: Place) -> MediaRef:
    href = file["href"]
    name = file["name"] or href.rpartition("/")[2]
    entry_name, reason = None, Reason.MISSING
    if not href or _LEFT_OUT.search(file.get("description", "")):
        reason = Reason.NOT_INCLUDED
    elif _ELSEWHERE.search(href) or href.startswith("/") or "\\" in href or "\0" in href:
        reason = Reason.ESCAPE
    else:
        entry_name, reason = _resolved(href, place)
    return MediaRef(
        name=name,
        size_bytes=None,
        media_type_claimed=file["type"],
        entry_name=entry_name,
        reason=None if entry_name else reason,
    )


def _resolved(href: str, place: Place) -> tuple[str | None, Reason]:
    # Pages of a whole account lie two folders deep and begin their paths with "../../".
    for written in (href, unquote(href)):
        path = posixpath.normpath(place.folder + written)
        if path.startswith(("../", "/")) or path == "..":
            return None, Reason.ESCAPE
        if place.source.find(path) is not None:
            return path, Reason.MISSING
    return None, Reason.MISSING


def _utc(shown: str) -> datetime | None:
    found = _AT.fullmatch(shown)
    if found is None or found[7] is None:
        return None
    day, month, year, hour, minute, second = (int(found[place]) for place in range(1, 7))
    offset = timedelta(hours=int(found[8]), minutes=int(found[9]))
    try:
        zone = timezone(offset if found[7] == "+" else -offset)
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return local.astimezone(timezone.utc)  # noqa: UP017 - the zone built above is of this class
    except (ValueError, OverflowError):
        return None


def _name_of(pieces: list[str]) -> str:
    return "".join(one.rstrip() for one in pieces).strip()


def _tidied(text: str) -> str:
    return text.strip("\n ")
