"""One message of ``result.json``: raw bytes to a :class:`Message`, every field as it may come."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from benban.unpack.parts import MediaRef, Message, Reason, Source, Span

_KINDS = {"message": False, "service": True, "unsupported": False}
# tdesktop writes control characters as "\x1F", which is not JSON; an escaped backslash before it
# is not meant.
_HEX_ESCAPE = re.compile(rb"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")
# In place of a path where a file was left out; its name may stand before it.
_LEFT_OUT = re.compile(
    r"\((?:File|Photo|Video) (?:not included|exceeds maximum size|unavailable|is too large)"
)
_LEAVES_ITS_FOLDER = re.compile(r"[\x00-\x1f\\]|^/|(?:^|/)\.{1,2}(?:/|$)|^[A-Za-z]:")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ALONE = {"sticker", "voice_message", "video_message"}
# Seconds since 1970 that a calendar of four digits can show.
_LATEST_UNIXTIME = 253_402_300_799


class UnreadableError(Exception):
    """Raised inside the room only: a message that becomes an :class:`Unread`."""

    def __init__(self, reason: Reason) -> None:
        """Keep the typed reason."""
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the document lies; paths in it begin at its folder (empty, or with ``/`` behind)."""

    source: Source
    folder: str


def read_message(
    raw: bytes, *, place: Place, position: int, offset_bytes: int, topics: Mapping[str, str]
) -> Message:
    """
    Return the message that *raw* holds.

    Raises:
        UnreadableError: not JSON, not a message, or a field of a type that no version writes.
    """
    fields = _Fields(_object(decode(raw)))
    kind = fields.text("type")
    if kind not in _KINDS:
        raise UnreadableError(Reason.UNKNOWN_KIND if kind else Reason.WRONG_TYPE)
    is_service = _KINDS[kind]
    at_shown, seconds = fields.text("date"), fields.name("date_unixtime")
    sender_key = fields.name("actor_id" if is_service else "from_id")
    media = tuple(_media(fields, place))
    text, spans = _text(fields)
    reply_to = fields.name("reply_to_message_id")
    is_of_album = media and fields.text("media_type") not in _ALONE
    return Message(
        position=position,
        offset_bytes=offset_bytes,
        key=fields.name("id", needed=True),
        at_shown=at_shown,
        at=_utc(seconds),
        sender=fields.text("actor" if is_service else "from"),
        sender_key=sender_key,
        text=_service_text(fields, text) if is_service else _shown_text(fields, text),
        spans=(*spans, *_further_spans(fields)),
        media=media,
        reply_to=reply_to,
        forwarded_from=fields.text("forwarded_from") or fields.text("saved_from"),
        topic=topics.get(reply_to, ""),
        # No version writes which messages were sent as one; they share sender and second.
        album=f"{sender_key}/{seconds or at_shown}" if is_of_album else "",
        is_service=is_service,
        raw=raw,
    )


def topic_of(raw: bytes) -> dict[str, str]:
    """Return the topic that a service message opens or renames, by its id; empty if none."""
    try:
        fields = _Fields(_object(decode(raw)))
        action = fields.text("action")
        if action == "topic_created":
            return {fields.name("id", needed=True): fields.text("title")}
        if action == "topic_edit" and fields.text("new_title"):
            return {fields.name("reply_to_message_id"): fields.text("new_title")}
    except UnreadableError:
        pass
    return {}


def decode(raw: bytes) -> object:
    """
    Return the value of *raw*, made of dict, list, str, int, float, bool and None.

    Raises:
        UnreadableError: not JSON; NaN and Infinity are not. A key that stands twice is refused:
            two programs would read two different things.
    """
    try:
        return _decode(raw)
    except (ValueError, RecursionError):
        mended = _HEX_ESCAPE.sub(rb"\1\\u00\2", raw)
    try:
        return _decode(mended)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(Reason.NOT_PARSED) from error


def _decode(raw: bytes) -> object:
    decoded: object = json.loads(
        raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse
    )
    return decoded


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError(Reason.DUPLICATE_KEY)
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not a number that JSON knows")


def _object(decoded: object) -> dict[str, object]:
    if not isinstance(decoded, dict):
        raise UnreadableError(Reason.WRONG_TYPE)
    return decoded


def _clean(text: str) -> str:
    # Half of a pair stands for nothing and could not be stored.
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


class _Fields:
    """Values by name, each of the types that some version writes."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def has(self, key: str) -> bool:
        return self._values.get(key) is not None

    def text(self, key: str) -> str:
        value = self._values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise UnreadableError(Reason.WRONG_TYPE)
        return _clean(value)

    def name(self, key: str, *, needed: bool = False) -> str:
        """A number or a text that names something."""
        value = self._values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is None and needed:
            raise UnreadableError(Reason.WRONG_TYPE)
        return self.text(key)

    def count(self, key: str) -> int | None:
        value = self._values.get(key)
        is_count = isinstance(value, int) and not isinstance(value, bool)
        return value if is_count and isinstance(value, int) and value >= 0 else None

    def part(self, key: str) -> "_Fields":
        value = self._values.get(key)
        return _Fields({} if value is None else _object(value))

    def items(self, key: str) -> list[object]:
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise UnreadableError(Reason.WRONG_TYPE)
        return value


def _utc(seconds: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{1,12}", seconds) or int(seconds) > _LATEST_UNIXTIME:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _text(fields: _Fields) -> tuple[str, tuple[Span, ...]]:
    try:
        return fields.text("text"), ()
    except UnreadableError:
        pieces = [_piece(one) for one in fields.items("text")]
    spans = tuple(span for span in pieces if span.kind not in {"", "plain"})
    return "".join(span.text for span in pieces), spans


def _piece(item: object) -> Span:
    if isinstance(item, str):
        return Span(kind="", text=_clean(item))
    fields = _Fields(_object(item))
    target = fields.text("href") or fields.name("user_id")
    return Span(kind=fields.text("type"), text=fields.text("text"), target=target)


def _further_spans(fields: _Fields) -> Iterator[Span]:
    if bot := fields.text("via_bot"):
        yield Span(kind="via_bot", text=bot)
    for row in fields.items("inline_bot_buttons"):
        for button in row if isinstance(row, list) else ():
            one = _Fields(_object(button))
            is_address = one.text("type") in {"url", "auth", "web_view", "simple_web_view"}
            target = one.text("data") if is_address else ""
            yield Span(kind="button", text=one.text("text"), target=target)


def _shown_text(fields: _Fields, text: str) -> str:
    shown = [text] if text else []
    poll, invoice = fields.part("poll"), fields.part("invoice_information")
    if fields.has("poll"):
        shown.append(_name_of_text(poll, "question"))
        shown += [
            f"- {_name_of_text(_Fields(_object(one)), 'text')}" for one in poll.items("answers")
        ]
    if fields.has("invoice_information"):
        shown += [invoice.text("title"), invoice.text("description")]
        shown.append(f"{invoice.name('amount')} {invoice.text('currency')}".strip())
    shown += [fields.text(key) for key in ("game_title", "game_link", "place_name", "address")]
    return "\n".join(one for one in shown if one)


def _name_of_text(fields: _Fields, key: str) -> str:
    # Later versions write formatted questions and answers as lists of pieces.
    try:
        return fields.text(key)
    except UnreadableError:
        return "".join(_piece(one).text for one in fields.items(key))


def _service_text(fields: _Fields, text: str) -> str:
    # Whom it is about (members, inviter) is not said: they are other people.
    what = [fields.text("action"), fields.text("information_text")]
    what += [fields.text(key) for key in ("title", "new_title", "reason_domain", "gift_code")]
    if fields.has("amount"):
        what.append(f"{_amount(fields)} {fields.text('currency')}".strip())
    said = ": ".join(one for one in what if one)
    return f"{said}\n{text}" if text else said


def _amount(fields: _Fields) -> str:
    try:
        return fields.name("amount")
    except UnreadableError:
        return ""


def _media(fields: _Fields, place: Place) -> Iterator[MediaRef]:
    if fields.has("photo"):
        size = fields.count("photo_file_size")
        yield _reference(fields.text("photo"), size, "image/jpeg", place)
    if fields.has("file"):
        mime, own_name = fields.text("mime_type"), fields.text("file_name")
        found = _reference(fields.text("file"), fields.count("file_size"), mime, place, own_name)
        yield found
        if found.reason is not None and fields.has("thumbnail"):
            # The only trace of a video that was left out.
            size = fields.count("thumbnail_file_size")
            thumbnail = _reference(fields.text("thumbnail"), size, "image/jpeg", place)
            if thumbnail.reason is None:
                yield thumbnail


def _reference(
    path: str, size_bytes: int | None, media_type: str, place: Place, own_name: str = ""
) -> MediaRef:
    left_out = _LEFT_OUT.search(path)
    name = own_name or (path[: left_out.start()].strip() if left_out else path.rpartition("/")[2])
    entry_name, reason = None, None
    if left_out:
        reason = Reason.NOT_INCLUDED
    elif _LEAVES_ITS_FOLDER.search(path):
        reason = Reason.ESCAPE
    elif place.source.find(place.folder + path) is None:
        reason = Reason.MISSING
    else:
        entry_name = place.folder + path
    return MediaRef(
        name=name,
        size_bytes=size_bytes,
        media_type_claimed=media_type,
        entry_name=entry_name,
        reason=reason,
    )
