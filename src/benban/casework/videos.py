"""Read in the fence what the videos of a case claim and hold; a video has no fingerprint yet."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from benban.casework.events import event, open_field, sealed_field
from benban.casework.fingerprints import Unmeasured
from benban.errors import BenbanError, FenceUnavailableError, NotStoredError
from benban.fingerprint.ports import Decoder
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId
from benban.model.video import VideoFacts
from benban.vault import CaseStore, Derived

# Derived content goes with its exhibit when that is forgotten.
_DERIVED_KIND = "video-facts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadVideo:
    """One video with its facts."""

    exhibit_id: ExhibitId
    facts: VideoFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class VideosRead:
    """The videos read in this run, and what could not be read."""

    read: tuple[ReadVideo, ...]
    unread: tuple[Unmeasured, ...]


def read_videos(store: CaseStore, decoder: Decoder) -> VideosRead:
    """
    Read the facts of every video that has none yet.

    A video that cannot be read safely stays kept; the reason stands in the log.

    Raises:
        FenceUnavailableError: BB-306, nothing can be read on this computer now.
    """
    read: list[ReadVideo] = []
    unread: list[Unmeasured] = []
    for exhibit in _unread_videos(store):
        try:
            with store.open_exhibit(exhibit.id) as video:
                facts = decoder.probe_video(video)
        except BenbanError as error:
            act, reason = open_field("act", "read video"), open_field("reason", error.code)
            store.record(event(EventKind.ATTEMPT_FAILED, exhibit.id, act, reason))
            if isinstance(error, FenceUnavailableError):
                raise
            unread.append(Unmeasured(exhibit_id=exhibit.id, error=error))
            continue
        # Sealed: the log binds what a dossier prints, without telling it.
        stored = msgspec.json.encode(facts)
        store.record(
            event(EventKind.VIDEO_READ, exhibit.id, sealed_field("facts", stored.decode("ascii"))),
            derived=[Derived(owner=exhibit.id, kind=_DERIVED_KIND, data=stored)],
        )
        read.append(ReadVideo(exhibit_id=exhibit.id, facts=facts))
    return VideosRead(read=tuple(read), unread=tuple(unread))


def video_facts(store: CaseStore, exhibit: Exhibit) -> VideoFacts | None:
    """Return the facts of a video exhibit; None when it has none."""
    if not is_video(exhibit):
        return None
    try:
        stored = store.get_derived(exhibit.id, _DERIVED_KIND)
    except NotStoredError:
        return None
    return msgspec.json.decode(stored, type=VideoFacts)


def is_video(exhibit: Exhibit) -> bool:
    """Return whether an exhibit is a video of the item itself, or calls itself one."""
    is_named_so = exhibit.claimed_media_type.startswith("video/")
    is_picture = exhibit.media_type.startswith("image/")
    is_found_so = exhibit.media_type.startswith("video/")
    return exhibit.kind.is_questioned_media and (is_found_so or (is_named_so and not is_picture))


def _unread_videos(store: CaseStore) -> Iterator[Exhibit]:
    for exhibit in store.all(Exhibit):
        if is_video(exhibit) and video_facts(store, exhibit) is None:
            yield exhibit
