"""What a service answers: kept word for word as an exhibit, and joined to its notice."""

from dataclasses import replace
from typing import BinaryIO

from benban.casework.events import event, open_field, sealed_field
from benban.errors import ImportDamagedError, ImportUnknownError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import NoticeId, new_exhibit_id
from benban.model.remedy import Notice, NoticeState, Reply
from benban.notices.state import add_reply
from benban.unpack.inline import plain_text
from benban.unpack.mail import MailReader
from benban.unpack.parts import Message
from benban.unpack.source import single_source
from benban.vault import CaseStore


def keep_reply(
    store: CaseStore, notice_id: NoticeId, reply: Reply, outcome: NoticeState, clock: Clock
) -> Notice:
    """
    Return the notice with the service's answer kept verbatim, also as an exhibit of its sighting.

    Args:
        store: of the case.
        notice_id: sent.
        reply: its text; pictures written into it are taken out, a mark stands in their place.
        outcome: see ``notices.state.add_reply``.
        clock: for the exhibit.

    Raises:
        NotStoredError: BB-412; NoticeStepError: BB-606, this outcome cannot follow.
    """
    notice = store.get(Notice, notice_id)
    # Text alone is kept without a permit (HARM 3); a picture inside it would be none.
    said = replace(reply, text=plain_text(reply.text))
    add_reply(notice, said, outcome)
    kept = _adopt(store, notice, said.text, clock)
    answered = add_reply(notice, replace(said, exhibit_id=kept.id), outcome)
    store.record(
        event(
            EventKind.NOTICE_ANSWERED,
            answered.id,
            open_field("state", answered.state.value),
            open_field("exhibit", kept.id),
            sealed_field("reply", said.text),
            sealed_field("ticket", said.ticket),
        ),
        save=[answered],
    )
    return answered


def reply_of_mail(stream: BinaryIO, name: str) -> str:
    """
    Return the text of a saved mail (``.eml``): who, when, about what, and what was written.

    What is attached to it is named and not kept.

    Raises:
        ImportUnknownError: BB-801, it is no mail. ImportDamagedError: BB-803.
    """
    reader = MailReader()
    source = single_source(stream, name)
    if not reader.recognises(source):
        raise ImportUnknownError
    message = next((one for one in reader.parts(source) if isinstance(one, Message)), None)
    if message is None:
        raise ImportDamagedError
    head = (
        f"From: {message.sender} <{message.sender_key}>",
        f"Date: {message.at_shown}",
        f"Subject: {message.topic}",
        f"Message-ID: <{message.key}>",
        *(f"In-Reply-To: <{one}>" for one in (message.reply_to,) if one),
        *(f"Attachment, not kept: {one.name or one.media_type_claimed}" for one in message.media),
    )
    return "\n".join((*head, "", message.text))


def _adopt(store: CaseStore, notice: Notice, text: str, clock: Clock) -> Exhibit:
    part = store.spool("reply").open_part()
    part.write(text.encode("utf-8", "replace"))
    spooled = part.finish()
    exhibit = Exhibit(
        id=new_exhibit_id(),
        kind=ExhibitKind.REPLY,
        sighting_id=notice.sighting_id,
        media_type="text/plain",
        claimed_media_type="",
        size_bytes=spooled.size_bytes,
        sha256=spooled.sha256,
        sha512=spooled.sha512,
        taken_in_at=clock.now(),
    )
    return store.adopt(spooled, exhibit, None)
