"""A conversation on the terminal: numbers in front of messages, and the person types which."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from benban.cli.out import Json
from benban.cli.questions import ask_line, ask_number, tell
from benban.cli.words import Words
from benban.errors import ChatNotChosenError, NoConversationError, UsageError
from benban.unpack.parts import Chat, Message, Part, Unread

_ON_A_PAGE = 15
_SNIPPET_CHARACTERS = 90
# Whole numbers only: 12345678912 is not 123456789 and 12.
_RANGE = re.compile(r"(?<!\d)(\d{1,9})(?!\d)(?:\s*[-–]\s*(\d{1,9})(?!\d))?")
# A range typed by mistake (1-999999999) must not fill the memory.
_LONGEST_RANGE = 1_000


def choose_chat(words: Words, chats: Sequence[Chat], said: int | None, *, can_ask: bool) -> Chat:
    """
    Return the conversation that was said or chosen.

    Raises:
        ChatNotChosenError: BB-806, there are several and nobody can be asked, or no such number.
        NoConversationError: BB-811, there is none.
    """
    if not chats:
        raise NoConversationError
    if said is not None:
        if not 1 <= said <= len(chats):
            raise ChatNotChosenError
        return chats[said - 1]
    if len(chats) == 1:
        return chats[0]
    if not can_ask:
        raise ChatNotChosenError
    tell(words("cli.import.ask-chat"))
    return chats[ask_number(words, [_chat_line(words, chat) for chat in chats])]


def read_ticks(words: Words, text: str) -> tuple[int, ...]:
    """
    Return the positions of the numbers in *text*, such as ``12, 14-16``.

    Raises:
        UsageError: BB-001, something in it is no number.
    """
    if re.sub(r"[\s,;]", "", _RANGE.sub("", text)):
        raise UsageError(reason=words("cli.import.ticks-unclear"))
    found: dict[int, None] = {}
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        if first < 1 or not first <= last < first + _LONGEST_RANGE:
            raise UsageError(reason=words("cli.import.ticks-unclear"))
        found |= dict.fromkeys(range(first - 1, last))
    return tuple(found)


class Listed(Protocol):
    """What can be gone through for ticking."""

    def listing(self, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts from one position on; nothing of them is kept."""
        ...


@dataclass(slots=True)
class Ticking:
    """Shows page after page and collects what the person ticks."""

    words: Words
    doing: Listed
    chat: Chat
    ticked: dict[int, None] = field(default_factory=dict)

    def ask(self) -> tuple[int, ...]:
        """Return the ticked positions, in the order in which they were typed."""
        tell(self.words("cli.import.how"))
        following = self._show(0, "")
        while True:
            typed = ask_line(self.words("cli.import.ask", count=len(self.ticked)))
            if typed in {".", "x"}:
                return tuple(self.ticked)
            following = self._follow(typed, following)

    def _follow(self, typed: str, following: int) -> int:
        """Do what was typed, and return where the next page begins."""
        if not typed:
            return self._show(following, "")
        if typed.startswith("/"):
            return self._show(following, typed[1:].strip().casefold())
        if typed.startswith(">"):
            number = _RANGE.fullmatch(typed[1:].strip())
            return self._show(max(0, int(number[1]) - 1) if number else following, "")
        try:
            self.ticked |= dict.fromkeys(read_ticks(self.words, typed))
        except UsageError:
            tell(self.words("cli.import.ticks-unclear"))
        return following

    def _show(self, at: int, wanted: str) -> int:
        page = self._page(at, wanted)
        for part in page:
            tell(self._line(part))
        if not page:
            tell(self.words("cli.import.end"))
        return page[-1].position + 1 if page else at

    def _page(self, at: int, wanted: str) -> list[Part]:
        parts = self.doing.listing(self.chat, start_at=at)
        if wanted:
            parts = (part for part in parts if wanted in _words_of(part).casefold())
        return list(islice(parts, _ON_A_PAGE))

    def _line(self, part: Part) -> str:
        mark = "✓" if part.position in self.ticked else " "
        return f"{mark}{part.position + 1:>7}  {describe(self.words, part)}"


def describe(words: Words, part: Part) -> str:
    """Return one line for a part: when, who, the beginning of what was said, what hangs on it."""
    if isinstance(part, Unread):
        return words(
            "cli.import.unread", reason=words.known("dossier.import-reason", part.reason.value)
        )
    if not isinstance(part, Message):
        return ""
    text = " ".join(part.text.split())
    if len(text) > _SNIPPET_CHARACTERS:
        text = f"{text[:_SNIPPET_CHARACTERS]}…"
    media = len(part.media)
    hanging = words("cli.import.media", count=media) if media else ""
    who = part.sender or ("–" if part.is_service else "?")
    return "  ".join(one for one in (part.at_shown, f"{who}: {text}", hanging) if one)


def listing_json(parts: Iterable[Part], most: int) -> list[Json]:
    """Return at most *most* parts as the documents print them; numbers as they are ticked."""
    return list(_rows(islice(parts, most)))


def _rows(parts: Iterable[Part]) -> Iterator[Json]:
    for part in parts:
        if isinstance(part, Message):
            yield {
                "number": part.position + 1,
                "at": part.at_shown,
                "sender": part.sender,
                "text": part.text,
                "media": len(part.media),
                "album": part.album,
                "service": part.is_service,
            }
        elif isinstance(part, Unread):
            yield {"number": part.position + 1, "unread": part.reason.value}


def _words_of(part: Part) -> str:
    return f"{part.sender} {part.text}" if isinstance(part, Message) else ""


def _chat_line(words: Words, chat: Chat) -> str:
    return chat.name or words("cli.import.chat-unnamed")
