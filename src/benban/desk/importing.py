"""The work of an import: it reads, waits until somebody ticked, and keeps that."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from benban.casework.import_conversation import opened_import
from benban.casework.import_page import ListedMedia, opened_page
from benban.casework.import_posts import opened_posts
from benban.casework.saved_kind import SavedKind
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.measuring import measure
from benban.desk.readings import Listed, Reading
from benban.model.ids import SightingId
from benban.model.sighting import Sighting
from benban.unpack.parts import Chat
from benban.wiring_case import CaseStore


def importing(
    desk: Desk, case_id: str, sighting: Sighting, path: Path, kind: SavedKind
) -> Callable[[Progress], str]:
    """Return the work that takes what lies at *path* into a place of a case."""
    ways = {SavedKind.CONVERSATION: _conversation, SavedKind.POSTS: _posts, SavedKind.PAGE: _page}

    def work(progress: Progress) -> str:
        progress.say("desk.export.reading")
        with desk.case(case_id) as store:
            one = store.get(Sighting, SightingId(sighting.id))
            ways[kind](desk, store, one, path, progress)
            if one.answers.all_yes:
                measure(store, progress)
        return f"/c/{case_id}/s/{sighting.id}"

    return work


def _conversation(
    desk: Desk, store: CaseStore, sighting: Sighting, path: Path, progress: Progress
) -> None:
    with opened_import(store, sighting, path, desk.clock) as doing:
        read = _ticked(desk, sighting, store.case.id, doing, doing.chats(), progress)
        total = doing.total_bytes
        doing.keep(
            read.chosen,
            tuple(read.ticked),
            lambda offset: progress.say("desk.export.keeping", done=offset, total=total),
        )


def _posts(
    desk: Desk, store: CaseStore, sighting: Sighting, path: Path, progress: Progress
) -> None:
    with opened_posts(store, sighting, path, desk.clock) as doing:
        read = _ticked(desk, sighting, store.case.id, doing, (doing.chat,), progress)
        ticked = tuple(read.ticked)
        doing.keep(ticked, _chosen(doing.media(ticked), progress))


def _page(desk: Desk, store: CaseStore, sighting: Sighting, path: Path, progress: Progress) -> None:
    with opened_page(store, sighting, path, desk.clock) as doing:
        doing.keep(_chosen(doing.media, progress))


def _ticked(
    desk: Desk,
    sighting: Sighting,
    case_id: str,
    doing: Listed,
    chats: Sequence[Chat],
    progress: Progress,
) -> Reading:
    """Let pages read in it until somebody says that this is to be kept; return what was ticked."""
    reading = Reading(
        case_id=case_id,
        sighting_id=sighting.id,
        job_id=progress.job_id,
        doing=doing,
        chats=tuple(chats),
    )
    if len(reading.chats) <= 1:
        reading.choose(0)
    desk.readings.open(reading)
    try:
        progress.wait_at(f"/c/{case_id}/reading/{progress.job_id}")
    finally:
        desk.readings.close(progress.job_id)
    return reading


def _chosen(media: Sequence[ListedMedia], progress: Progress) -> Collection[int]:
    """Return the positions of the pictures that the person wants kept; none is opened for it."""
    if not media:
        return ()
    named = {
        f"{number}. {one.address} {one.media_type} {_size(one)}".strip(): one.position
        for number, one in enumerate(media, 1)
    }
    return [named[one] for one in progress.ask(tuple(named))]


def _size(one: ListedMedia) -> str:
    return "" if one.size_bytes is None else f"{one.size_bytes} B"
