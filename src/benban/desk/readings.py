"""Exports that lie open while somebody ticks messages; nothing of what is read is kept here."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from benban.desk.fold import folded
from benban.errors import ChatNotChosenError, NoConversationError
from benban.unpack.parts import Chat, Message, Part

ON_A_PAGE = 30
# A word that does not occur in a channel of many years is not looked for in one breath.
_MOST_LOOKED_AT = 20_000


class Listed(Protocol):
    """What is gone through for ticking."""

    @property
    def is_text_only(self) -> bool:
        """Whether no picture will be kept."""
        ...

    def listing(self, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts from one position on; nothing of them is kept."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """
    One page of a conversation.

    Attributes:
        parts: those on it.
        start: position from which was read.
        following: where the next page begins; None at the end.
    """

    parts: tuple[Part, ...]
    start: int
    following: int | None


@dataclass(slots=True, kw_only=True)
class Reading:
    """
    One export that lies open, and what was ticked in it so far.

    Attributes:
        case_id, sighting_id: into which it is read.
        job_id: of the work that holds it open.
        chat: the conversation that was chosen; None while there are several and none was.
        start: where the page that is looked at begins.
        wanted: the word that is looked for, folded; empty for none.
        shows_replies: whether what others answered is unfolded (HARM 10).
    """

    case_id: str
    sighting_id: str
    job_id: str
    doing: Listed
    chats: tuple[Chat, ...]
    chat: int | None = None
    start: int = 0
    wanted: str = ""
    shows_replies: bool = False
    ticked: dict[int, None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_over: bool = False

    @property
    def chosen(self) -> Chat:
        """
        The conversation that was chosen.

        Raises:
            ChatNotChosenError: BB-806.
        """
        if self.chat is None:
            raise ChatNotChosenError
        return self.chats[self.chat]

    def choose(self, number: int) -> None:
        """
        Read this conversation from now on; what was ticked in another is forgotten.

        Raises:
            NoConversationError: BB-811, there is none.
            ChatNotChosenError: BB-806, no such number.
        """
        if not self.chats:
            raise NoConversationError
        if not 0 <= number < len(self.chats):
            raise ChatNotChosenError
        self.chat, self.start, self.wanted = number, 0, ""
        self.shows_replies = False
        self.ticked.clear()

    def leaf(self) -> Leaf:
        """
        Return the page that is looked at.

        Raises:
            ChatNotChosenError: BB-806.
            ImportDamagedError family: BB-8xx, it cannot be read on.
        """
        with self._lock:
            if self._is_over:
                raise ChatNotChosenError
            return self._leaf(self.doing.listing(self.chosen, start_at=self.start))

    def tick(self, shown: tuple[int, ...], ticked: tuple[int, ...]) -> None:
        """Take over what stands on a page: what is ticked there, and what is not any more."""
        for position in shown:
            if position in ticked:
                self.ticked[position] = None
            else:
                self.ticked.pop(position, None)

    def end(self) -> None:
        """Let nobody read in it any more: it is about to be kept, or closed."""
        with self._lock:
            self._is_over = True

    def _leaf(self, parts: Iterator[Part]) -> Leaf:
        found: list[Part] = []
        looked_at = self.start
        for part in islice(parts, _MOST_LOOKED_AT):
            looked_at = part.position + 1
            if not self.wanted or self.wanted in folded(_words_of(part)):
                found.append(part)
                if len(found) == ON_A_PAGE:
                    break
        more = next(parts, None)
        return Leaf(
            parts=tuple(found), start=self.start, following=looked_at if more is not None else None
        )


class Readings:
    """All exports that lie open; they are closed with the keys."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readings: dict[str, Reading] = {}

    def open(self, reading: Reading) -> None:
        """Let pages read in it."""
        with self._lock:
            self._readings[reading.job_id] = reading

    def get(self, job_id: str) -> Reading | None:
        """Return the export that a job holds open; None when it is closed."""
        with self._lock:
            return self._readings.get(job_id)

    def close(self, job_id: str) -> None:
        """Let no page read in it any more."""
        with self._lock:
            reading = self._readings.pop(job_id, None)
        if reading is not None:
            reading.end()

    def forget(self) -> None:
        """Close all of them for pages; the work that holds them open ends by itself."""
        with self._lock:
            self._readings.clear()


def _words_of(part: Part) -> str:
    return f"{part.at_shown} {part.sender} {part.text}" if isinstance(part, Message) else ""
