"""
Ticked messages with those around them as one text, without the names of others (HARM 1, 14).

The layout is docs/reference/import-format.md; it is for ever. Without pictures in it, also where a
hostile export writes them into its text.
"""

import base64
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from benban.casework.mentions import Said, is_bot, mask_accounts, offers_something
from benban.model.ids import ExhibitId
from benban.seal.canonical import JsonValue, canonical_json
from benban.unpack.inline import plain_text, without_inline
from benban.unpack.parts import Chat, ImportFormat, Message, Part, Unread

LAYOUT = "benban/conversation"
MASK = "[…]"
_SHORTEST_NAME = 2
# Who reacted or read is nobody's matter: in JSON a list, in HTML a block at a message's end.
# Names may hold any bracket; of bytes that are no JSON, no more is searched than the first items.
_REACTED_JSON = re.compile(
    rb'"recent"\s*:\s*\[(?:[^\[\]"]++|"(?:[^"\\]++|\\.)*+"){0,20000}+\]', re.DOTALL
)
_REACTED_HTML = b'<span class="reactions">'
_CLOSE, _CLOSE_OF = b"</div>", b"<div"
_PHONE = re.compile(r"(?<![\w+])\+?\d(?:[ .-]?\d){8,13}(?!\w)")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{0,190}\w")
_PERSONAL_CHATS = {"personal_chat", "bot_chat"}
_PERSONAL_SPANS = {"mention", "mention_name", "phone", "email"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """
    What became of one picture or file of a ticked message.

    Attributes:
        state: ``kept``, or the stable id of the reason why not.
        exhibit: it was kept as; None if it was not.
    """

    state: str
    exhibit: ExhibitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """
    What is kept of one conversation.

    Attributes:
        parts: ticked ones and those around them, in their order.
        ticked: positions of the ticked ones.
        fates: what became of each of a ticked message's media, by the message's position.
    """

    format: ImportFormat
    chat: Chat
    parts: Sequence[Part]
    ticked: Collection[int]
    fates: Mapping[int, Sequence[Fate]] = field(default_factory=dict)


def conversation_json(extract: Extract) -> bytes:
    """Return the text as canonical JSON (RFC 8785)."""
    posters = _posters(extract)
    others = _Others(extract, posters)
    return canonical_json(
        {
            "v": 1,
            "layout": LAYOUT,
            "format": extract.format.value,
            "supplied": "by the reporter, unsigned",
            "chat": _chat(extract.chat, posters),
            "parts": [_part(extract, part, others) for part in extract.parts],
        }
    )


def _posters(extract: Extract) -> frozenset[tuple[str, str]]:
    return frozenset(
        (part.sender_key, part.sender)
        for part in extract.parts
        if isinstance(part, Message) and part.position in extract.ticked
    )


def _chat(chat: Chat, posters: Collection[tuple[str, str]]) -> JsonValue:
    # The name of a conversation of two is the name of a person.
    is_personal = chat.kind in _PERSONAL_CHATS
    is_named = not is_personal or chat.name in {name for _, name in posters}
    return {"kind": plain_text(chat.kind), "name": plain_text(chat.name) if is_named else MASK}


class _Others:
    """Numbers for those who posted nothing that was ticked, and their names, to be left out."""

    def __init__(self, extract: Extract, posters: Collection[tuple[str, str]]) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._posters = posters
        kept = {name for _, name in posters}
        names: set[str] = set()
        for part in extract.parts:
            if not isinstance(part, Message):
                continue
            who = (part.sender_key, part.sender)
            if who not in posters and any(who):
                self._numbers.setdefault(who, len(self._numbers) + 1)
            names |= {part.sender} if who not in posters else set()
            if part.position not in extract.ticked:
                names |= {part.forwarded_from, *_called_by_name(part)}
        longest_first = sorted((one for one in names - kept if len(one) >= _SHORTEST_NAME), key=len)
        words = "|".join(re.escape(one) for one in reversed(longest_first))
        self._names = re.compile(rf"(?<!\w)(?:{words})(?!\w)") if words else None

    def number(self, message: Message) -> int | None:
        return self._numbers.get((message.sender_key, message.sender))

    def is_poster(self, message: Message) -> bool:
        return (message.sender_key, message.sender) in self._posters

    def masked(self, text: str) -> str:
        return self._names.sub(MASK, text) if self._names else text


def _called_by_name(message: Message) -> set[str]:
    # A mention of somebody without an account's name is a link below their own; of who sells
    # something it stays.
    if offers_something(_said(message)):
        return set()
    return {one.text for one in message.spans if one.kind == "mention_name"}


def _said(message: Message) -> Said:
    return Said(text=message.text, targets=tuple(one.target for one in message.spans))


def _part(extract: Extract, part: Part, others: _Others) -> JsonValue:
    is_ticked = part.position in extract.ticked
    if isinstance(part, Message):
        said = _ticked(part) if is_ticked else _around(part, others)
        return {**said, "media": _media(extract, part)}
    raw = part.raw if isinstance(part, Unread) and is_ticked else None
    reason = part.reason.value if isinstance(part, Unread) else "unknown-kind"
    return {
        "position": part.position,
        "ticked": is_ticked,
        "unread": reason,
        **({} if raw is None else _raw(raw)),
    }


def _ticked(message: Message) -> dict[str, JsonValue]:
    return {
        **_common(message, is_ticked=True),
        "sender": plain_text(message.sender),
        "sender_key": plain_text(message.sender_key),
        "forwarded_from": plain_text(message.forwarded_from),
        "text": plain_text(message.text),
        "spans": [
            {
                "kind": plain_text(one.kind),
                "text": plain_text(one.text),
                "target": plain_text(one.target),
            }
            for one in message.spans
        ],
        **_raw(message.raw),
    }


def _around(message: Message, others: _Others) -> dict[str, JsonValue]:
    is_offer, is_poster = offers_something(_said(message)), others.is_poster(message)
    text = others.masked(plain_text(message.text))
    if not is_offer:
        text = _MAIL.sub(MASK, _PHONE.sub(MASK, _masked_handles(text)))
    if message.is_service and not message.sender_key:
        # A page writes "A invited B" as one sentence: nothing tells the names from the rest.
        text = MASK
    spans = [
        {
            "kind": plain_text(one.kind),
            "text": others.masked(plain_text(one.text)),
            "target": plain_text(one.target)
            if is_offer
            else _masked_handles(plain_text(one.target)),
        }
        for one in message.spans
        if is_offer or one.kind not in _PERSONAL_SPANS
    ]
    return {
        **_common(message, is_ticked=False),
        "sender": plain_text(message.sender) if is_poster else MASK,
        "sender_key": plain_text(message.sender_key) if is_poster else "",
        "other": others.number(message),
        "forwarded_from": MASK if message.forwarded_from else "",
        "text": text,
        "spans": spans,
    }


def _masked_handles(text: str) -> str:
    words = re.split(r"(\s+)", text)
    return "".join(
        word if is_bot(word.rstrip(".,;:!?")) else mask_accounts(word, MASK) for word in words
    )


def _common(message: Message, *, is_ticked: bool) -> dict[str, JsonValue]:
    return {
        "position": message.position,
        "ticked": is_ticked,
        "key": plain_text(message.key),
        "at_shown": plain_text(message.at_shown),
        "at": message.at.strftime("%Y-%m-%dT%H:%M:%SZ") if message.at else None,
        "reply_to": plain_text(message.reply_to),
        "topic": plain_text(message.topic),
        "service": message.is_service,
    }


def _media(extract: Extract, message: Message) -> JsonValue:
    if message.position not in extract.ticked:
        return [{"name": MASK, "state": "withheld", "exhibit": None} for _ in message.media]
    fates = extract.fates.get(message.position, ())
    return [
        {"name": plain_text(one.name), "state": fate.state, "exhibit": fate.exhibit}
        for one, fate in zip(message.media, fates, strict=True)
    ]


def _raw(raw: bytes) -> dict[str, JsonValue]:
    """The exact bytes but for pictures written into them and the names of who reacted."""
    pieces, pictures = without_inline(BytesIO(raw))
    left, json_lists = _REACTED_JSON.subn(b'"recent":"benban-withheld"', b"".join(pieces))
    left, html_blocks = _without_reactions(left)
    said: dict[str, JsonValue] = {"raw_withheld": len(pictures) + json_lists + html_blocks}
    try:
        return {**said, "raw": left.decode("utf-8")}
    except UnicodeDecodeError:
        return {**said, "raw_base64": base64.b64encode(left).decode("ascii")}


def _without_reactions(raw: bytes) -> tuple[bytes, int]:
    # They stand last in a block, before its body and the block itself are closed.
    start = raw.find(_REACTED_HTML)
    end = len(raw)
    for _ in range(2):
        inner = raw[:end].rstrip()
        end = len(inner) - len(_CLOSE) if inner.endswith(_CLOSE) else end
    if not raw.startswith(_CLOSE_OF) or not 0 <= start < end:
        return raw, 0
    return raw[:start] + b"<!--benban-withheld-->" + raw[end:], 1
