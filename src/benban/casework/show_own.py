"""One's own ordinary photos, small, while they are sorted: never of others, never under 18."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from benban.casework.events import event, open_field, sealed_field
from benban.casework.show import ShownPicture
from benban.errors import (
    FileUnreadableError,
    NotStoredError,
    PermitRefusedError,
    UnveilReasonMissingError,
)
from benban.fingerprint.ports import Decoder
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.own_photo import AuditedPhoto
from benban.model.sighting import Answer
from benban.seal.digests import sha256_of
from benban.vault import CaseStore

# A thousand photos take ten minutes; who walks away is asked again.
OWN_GRANT_LIFETIME = timedelta(minutes=15)
# Enough to know which photo it is, too little to look into it.
_MAX_SIDE_PX = 480
# A photo of a telephone is a tenth of it; nothing larger is taken into memory for a small picture.
MOST_BYTES = 64 * 1024 * 1024
_ACT = "show own photos"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPhotosGrant:
    """Leave to see the photos of an audit for a while; logged by :func:`grant_own_photos`."""

    log_position: int


def grant_own_photos(store: CaseStore, adult: Answer, reason: str) -> OwnPhotosGrant:
    """
    Log that somebody wants to see the photos of an audit, and return the grant.

    One entry for all of them: what was looked at stands in no log, only that it was begun.

    Raises:
        PermitRefusedError: BB-101, whoever it is about did not say that they are 18 or older.
        UnveilReasonMissingError: BB-109.
    """
    if adult is not Answer.YES:
        raise PermitRefusedError
    if not reason.strip():
        raise UnveilReasonMissingError
    about = sealed_field("reason", reason.strip())
    entry = store.record(event(EventKind.ATTEMPT, "", open_field("act", _ACT), about))
    return OwnPhotosGrant(log_position=entry.position)


def is_own_grant_live(store: CaseStore, grant: OwnPhotosGrant, clock: Clock) -> bool:
    """Return whether *grant* stands in this case's log and its time is not over."""
    events = store.events()
    if not 0 <= grant.log_position < len(events):
        return False
    logged = events[grant.log_position]
    acts = [one.value for one in logged.fields if one.name == "act"]
    if logged.kind is not EventKind.ATTEMPT or acts != [_ACT] or logged.at is None:
        return False
    # By the log's own time; a clock that was set back opens nothing.
    return logged.at <= clock.now() < logged.at + OWN_GRANT_LIFETIME


def own_picture(
    store: CaseStore,
    photo: AuditedPhoto,
    grant: OwnPhotosGrant,
    opened: Callable[[], BinaryIO],
    *,
    decoder: Decoder,
    clock: Clock,
) -> ShownPicture:
    """
    Return a photo of an audit, at most 480 px, read from where it lies; nothing of it is kept.

    What lies in the case as an exhibit comes veiled, also when it lies among one's own photos.

    Raises:
        NotStoredError: BB-412, no live grant, or the photo is another person's.
        FileUnreadableError: BB-002, it is not there any more, or larger than a photo.
        PictureError family: BB-3xx, it could not be read safely.
    """
    if photo.is_others or not is_own_grant_live(store, grant, clock):
        raise NotStoredError("no leave to see it", what=photo.id)
    data = _read(photo, opened)
    digest = sha256_of(data)
    if any(one.sha256 == digest for one in store.all(Exhibit)):
        veiled = decoder.veil(io.BytesIO(data), _MAX_SIDE_PX)
        return ShownPicture(png=veiled, is_veiled=True)
    return ShownPicture(png=decoder.unveil(io.BytesIO(data), _MAX_SIDE_PX), is_veiled=False)


def _read(photo: AuditedPhoto, opened: Callable[[], BinaryIO]) -> bytes:
    try:
        with opened() as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileUnreadableError(name=photo.name) from error
    if len(data) > MOST_BYTES:
        raise FileUnreadableError(name=photo.name)
    return data
