"""Small exports for tests: made by hand under vectors/imports, or put together here."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

from benban.unpack.parts import ConversationReader, Message, Part, Reason, Unread
from benban.unpack.source import Given, folder_source, single_source
from benban.unpack.telegram_html import TelegramHtml
from benban.unpack.telegram_json import TelegramJson

VECTORS = Path(__file__).resolve().parents[3] / "vectors" / "imports" / "telegram"
CHAT = '{"name": "Nhóm", "type": "private_group", "id": 1, "messages": ['


def layout(name: str) -> Given:
    return folder_source(VECTORS / name)


def reader_of(name: str) -> ConversationReader:
    return TelegramHtml() if name.startswith("html") else TelegramJson()


def read(name: str) -> list[Part]:
    return list(reader_of(name).parts(layout(name)))


def messages_of(parts: Sequence[Part]) -> dict[str, Message]:
    return {part.key: part for part in parts if isinstance(part, Message)}


def one_chat(*items: str, end: str = "]}") -> Given:
    """Return a ``result.json`` whose messages are these texts."""
    document = CHAT + ",".join(items) + end
    return single_source(io.BytesIO(document.encode()), "result.json")


def message(number: int, text: object = "chào", **more: object) -> str:
    """Return a message as a later version writes it."""
    fields = {
        "id": number,
        "type": "message",
        "date": "2026-11-20T20:00:00",
        "date_unixtime": str(1_795_200_000 + number),
        "from": "Ai đó",
        "from_id": "user1",
        "text": text,
    }
    return json.dumps(fields | more, ensure_ascii=False)


def reasons(parts: Sequence[Part]) -> list[Reason | str]:
    """Return what became of each part: the key of a message, or why it was not read."""
    return [
        part.reason if isinstance(part, Unread) else part.key
        for part in parts
        if isinstance(part, Message | Unread)
    ]
