"""Go through a conversation once: hold the ticked parts and those around them, count the rest."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from benban.model.imported import NotRead
from benban.unpack.parts import Message, Part, Unread

# HARM 1 and 14: ten either side of what was ticked, and not more.
AROUND = 10
# Far above what concerns one person; whoever ticks a whole group takes the pictures of others.
MOST_TICKED = 200
_PROGRESS_EVERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """
    One reading of a conversation.

    Attributes:
        parts: ticked ones and those around them, in their order.
        ticked: positions of ticked parts that are there.
        part_count: of the whole conversation.
        other_media: pictures and files of all messages that were not ticked.
    """

    parts: tuple[Part, ...]
    ticked: frozenset[int]
    part_count: int
    other_media: int
    not_read: tuple[NotRead, ...]


def read_extract(
    parts: Iterable[Part], ticked: Collection[int], on_progress: Callable[[int], None]
) -> Counted:
    """Return what is kept of *parts* and what was counted of the others."""
    wanted = {near for one in ticked for near in range(one - AROUND, one + AROUND + 1)}
    kept: list[Part] = []
    count = other_media = 0
    not_read: Counter[tuple[str, str]] = Counter()
    for part in parts:
        if count % _PROGRESS_EVERY == 0:
            on_progress(part.offset_bytes)
        count += 1
        if part.position in wanted:
            kept.append(part)
        if isinstance(part, Unread):
            not_read[part.where, part.reason.value] += 1
        elif isinstance(part, Message) and part.position not in ticked:
            other_media += len(part.media)
    return Counted(
        parts=tuple(kept),
        ticked=frozenset(part.position for part in kept if part.position in ticked),
        part_count=count,
        other_media=other_media,
        not_read=tuple(
            NotRead(where=where, reason=reason, count=many)
            for (where, reason), many in sorted(not_read.items())
        ),
    )
