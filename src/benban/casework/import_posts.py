"""
Take ticked posts or mails out of an archive or a mailbox: those alone, none beside them.

Their text is kept with pictures in it taken out; of what hangs on them only what the person picked.
"""

import base64
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from benban.casework.import_intake import (
    Intake,
    Outcome,
    counted,
    ends_import,
    opened_intake,
    read_as_saved,
    reason_of,
)
from benban.casework.import_page import ListedMedia, listed_media
from benban.casework.import_reading import MOST_TICKED
from benban.casework.page_packing import SUPPLIED
from benban.casework.page_sorting import claims_of, kept_text
from benban.errors import (
    BenbanError,
    ImportUnknownError,
    NothingTickedError,
    TooManyTickedError,
)
from benban.model.clock import Clock
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.model.sighting import Sighting
from benban.seal.canonical import JsonValue, canonical_json
from benban.unpack.inline import plain_text, without_inline
from benban.unpack.page_readers import POST_READERS
from benban.unpack.parts import (
    Chat,
    MediaRef,
    Message,
    Part,
    Reader,
    Reason,
    Resource,
    Source,
    Unread,
)
from benban.vault import CaseStore

LAYOUT = "benban/posts"
_ABSENT = frozenset({Reason.MISSING, Reason.NOT_INCLUDED})


@dataclass(slots=True)
class _Post:
    """A ticked post or mail with what belongs to it, and how many pictures its texts lost."""

    message: Message
    texts: list[tuple[str, str]] = field(default_factory=list)
    media: list[Resource] = field(default_factory=list)
    fates: list[JsonValue] = field(default_factory=list)
    taken_count: int = 0


@dataclass(slots=True, kw_only=True)
class _Read:
    posts: list[_Post] = field(default_factory=list)
    not_read: list[Unread] = field(default_factory=list)
    message_count: int = 0
    other_media: int = 0


@contextmanager
def opened_posts(
    store: CaseStore, sighting: Sighting, path: Path, clock: Clock
) -> Iterator["PostImport"]:
    """
    Give an import of posts or mails at *path* into *sighting*, digested as received.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801, it holds no posts or mails.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
        ImportCutError: BB-810, its end is missing.
        ImportDamagedError: BB-803.
    """
    with opened_intake(store, sighting, path, clock, read_as_saved) as intake:
        if intake.reader not in POST_READERS:
            raise ImportUnknownError
        yield PostImport(intake)


class PostImport:
    """One import of posts or mails; made by :func:`opened_posts`."""

    def __init__(self, intake: Intake[Reader]) -> None:
        self._intake = intake

    @property
    def is_text_only(self) -> bool:
        """Whether no picture will be kept."""
        return self._intake.permit is None

    @property
    def chat(self) -> Chat:
        """The one list that there is, for a face that shows conversations."""
        return Chat(key="", name=self._intake.source.name, kind=self._intake.reader.format.value)

    def listing(self, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield messages and what could not be read, for ticking; nothing of them is kept."""
        del chat
        for part in self._intake.reader.parts(self._intake.source, start_at=start_at):
            if not isinstance(part, Resource):
                yield part

    def media(self, ticked: Collection[int]) -> tuple[ListedMedia, ...]:
        """
        Return what hangs on the ticked ones, from which the person picks; none without a permit.

        Raises:
            TooManyTickedError: BB-809.
        """
        if self.is_text_only:
            return ()
        listed = [one for post in self._read(ticked).posts for one in post.media]
        return tuple(listed_media(one, number) for number, one in enumerate(listed))

    def keep(self, ticked: Collection[int], chosen: Collection[int]) -> Import:
        """
        Keep the ticked posts as text and the chosen media; return the record of it.

        Args:
            ticked: positions of messages.
            chosen: positions from :meth:`media` of the same ticked ones.

        Raises:
            NothingTickedError: BB-807.
            TooManyTickedError: BB-809.
            ImportChangedError: BB-808, it is not what was received any more; nothing was kept.
        """
        self._intake.require_permit()
        found = self._read(ticked)
        if not found.posts:
            raise NothingTickedError
        self._intake.done("read")
        # Without a permit no picture is digested, not even for a comparison.
        media = [] if self.is_text_only else [one for post in found.posts for one in post.media]
        claimed = list(claims_of(media))
        exhibits, missing, withheld = self._keep_media(found, chosen)
        text = self._written(found)
        part = self._intake.spool(lambda sink: sink.write(text))
        exhibits.insert(
            0,
            self._intake.known(part)
            or self._intake.adopt(part, ExhibitKind.SAVED_POSTS, media_type="application/json"),
        )
        self._intake.done("kept")
        others = found.message_count - len(found.posts)
        return self._intake.record(
            Outcome(
                part_count=found.message_count,
                chosen_count=len(found.posts),
                exhibits=exhibits,
                withheld=(
                    ("not-chosen", others),
                    ("media-of-others", found.other_media),
                    ("inline-pictures", sum(post.taken_count for post in found.posts)),
                    ("no-permit" if self.is_text_only else "media-not-chosen", withheld),
                ),
                missing=missing,
                not_read=counted(found.not_read),
                claimed=claimed,
                text=text,
            )
        )

    # --- inside ---------------------------------------------------------------------------

    def _read(self, ticked: Collection[int]) -> _Read:
        if len(ticked) > MOST_TICKED:
            raise TooManyTickedError(most=MOST_TICKED)
        found = _Read()
        current: _Post | None = None
        for part in self._intake.reader.parts(self._intake.source):
            if isinstance(part, Unread):
                found.not_read.append(part)
            elif isinstance(part, Message):
                found.message_count += 1
                current = _post(part, self._intake.source) if part.position in ticked else None
                found.posts += [current] if current else []
                found.other_media += 0 if current else len(part.media)
            elif current is not None:
                _take(part, current)
        return found

    def _keep_media(
        self, found: _Read, chosen: Collection[int]
    ) -> tuple[list[Exhibit], list[str], int]:
        taken = []
        missing: list[str] = []
        number = withheld = 0
        for post in found.posts:
            missing += [one.value for one in _absent(post.message.media)]
            for one in post.media:
                if self.is_text_only or number not in chosen:
                    withheld += 1
                    post.fates.append(_fate(one, "withheld"))
                else:
                    try:
                        taken.append((post, one, self._intake.take(one, one.address)))
                    except BenbanError as error:
                        if ends_import(error):
                            raise
                        missing.append(reason_of(error))
                        post.fates.append(_fate(one, reason_of(error)))
                number += 1
        self._intake.require_unchanged()
        exhibits = []
        for post, one, file in taken:
            kept = self._intake.known(file.part) or self._intake.adopt(
                file.part,
                ExhibitKind.SUPPLIED_FILE,
                media_type=file.media_type,
                claimed=one.media_type_claimed,
                address=one.address,
                contains_media=True,
            )
            exhibits.append(kept)
            post.fates.append(_fate(one, "kept", kept.id))
        return exhibits, missing, withheld

    def _written(self, found: _Read) -> bytes:
        return canonical_json(
            {
                "v": 1,
                "layout": LAYOUT,
                "format": self._intake.reader.format.value,
                "supplied": SUPPLIED,
                "posts": [_post_json(post) for post in found.posts],
            }
        )


def _post(message: Message, source: Source) -> _Post:
    post = _Post(message)
    for one in message.media:
        entry = source.find(one.entry_name) if one.entry_name else None
        if entry is not None:
            post.media.append(
                Resource(
                    position=message.position,
                    offset_bytes=0,
                    address=one.name,
                    at=message.at,
                    method="GET",
                    status=None,
                    request_fields=(),
                    response_fields=(),
                    media_type_claimed=one.media_type_claimed,
                    size_bytes=entry.size_bytes,
                    open=entry.open,
                )
            )
    return post


def _take(resource: Resource, post: _Post) -> None:
    """Put a part of a mail where it belongs: read as text, or listed as what hangs on it."""
    found = kept_text(resource)
    if found is None:
        post.media.append(resource)
    else:
        post.texts.append((resource.media_type_claimed, found.text))
        post.taken_count += found.taken_count


def _absent(media: Sequence[MediaRef]) -> list[Reason]:
    return [one.reason for one in media if one.reason and one.reason in _ABSENT]


def _fate(resource: Resource, state: str, exhibit_id: str = "") -> JsonValue:
    return {
        "name": plain_text(resource.address),
        "type": plain_text(resource.media_type_claimed),
        "state": state,
        "exhibit": exhibit_id,
    }


def _post_json(post: _Post) -> JsonValue:
    message = post.message
    raw, _ = without_inline(BytesIO(message.raw))
    return {
        "key": plain_text(message.key),
        "at_shown": plain_text(message.at_shown),
        "at": message.at.isoformat() if message.at else None,
        "sender": plain_text(message.sender),
        "sender_key": plain_text(message.sender_key),
        "topic": plain_text(message.topic),
        "reply_to": plain_text(message.reply_to),
        "text": plain_text(message.text),
        "links": [
            {"shown": plain_text(one.text), "to": plain_text(one.target)} for one in message.spans
        ],
        # Of a mail its head, of a post its whole entry; exact but for pictures in it.
        "raw": base64.b64encode(b"".join(raw)).decode("ascii"),
        "texts": [
            {"type": plain_text(kind), "text": plain_text(text)} for kind, text in post.texts
        ],
        "media": list(post.fates),
    }
