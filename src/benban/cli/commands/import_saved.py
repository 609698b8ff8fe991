"""Saved pages, posts, mails and pictures on the terminal: lists without previews, and a choice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benban.casework.import_page import ListedMedia, opened_page
from benban.casework.import_posts import PostImport, opened_posts
from benban.casework.saved_kind import SavedKind
from benban.cli.commands.import_report import report_import
from benban.cli.options import is_interactive
from benban.cli.out import Json, Out
from benban.cli.questions import ask_line, tell
from benban.cli.ticking import Ticking, listing_json, read_ticks
from benban.errors import NoSuchMediaError, UsageError
from benban.model.imported import Import
from benban.model.sighting import Sighting
from benban.wiring_case import CaseStore, system_clock

# One JSON document stays readable; the next one begins where it ended.
_MOST_LISTED = 500
_NONE = "none"


class SavedImporting:
    """One run of ``benban import`` on something that is no export of a messenger."""

    def __init__(self, out: Out, store: CaseStore, sighting: Sighting) -> None:
        self.out = out
        self.words = out.words
        self.store = store
        self.sighting = sighting

    def run(
        self, kind: SavedKind, path: Path, ticks: tuple[int, ...], given: dict[str, Any]
    ) -> int:
        """List, ask, keep and measure; return 1 if something could not be done."""
        self.out.say("cli.import.reading")
        if kind is SavedKind.PAGE:
            return self._page(path, given["media"])
        return self._posts(path, ticks, given)

    def _page(self, path: Path, said: str | None) -> int:
        with opened_page(self.store, self.sighting, path, system_clock()) as page:
            self._warn(is_text_only=page.is_text_only)
            places = self._places(page.media, said)
            if places is None:
                self.out.document({"sighting": self.sighting.id, "media": media_json(page.media)})
                return 0
            done = page.keep([page.media[place].position for place in places])
        return self._report(done)

    def _posts(self, path: Path, ticks: tuple[int, ...], given: dict[str, Any]) -> int:
        with opened_posts(self.store, self.sighting, path, system_clock()) as posts:
            self._warn(is_text_only=posts.is_text_only)
            if not ticks and is_interactive():
                ticks = Ticking(self.words, posts, posts.chat).ask()
            elif not ticks:
                return self._list(posts, given["list_from"])
            listed = posts.media(ticks)
            places = self._places(listed, given["media"] or (None if is_interactive() else _NONE))
            done = posts.keep(ticks, [listed[place].position for place in places or ()])
        return self._report(done)

    def _warn(self, *, is_text_only: bool) -> None:
        if is_text_only:
            self.out.warn("cli.add.text-only")

    def _list(self, posts: PostImport, number: int) -> int:
        if not self.out.is_json:
            raise UsageError(reason=self.words("cli.import.ticks-needed"))
        parts = listing_json(posts.listing(posts.chat, start_at=number - 1), _MOST_LISTED)
        self.out.document({"sighting": self.sighting.id, "messages": parts})
        return 0

    def _places(self, listed: Sequence[ListedMedia], said: str | None) -> tuple[int, ...] | None:
        """Return which of *listed* were chosen; None to print the list as a document instead."""
        if said is not None and said.strip().lower() == _NONE:
            return ()
        if not listed:
            if said is not None:
                self.out.warn("cli.choose.nothing-to-choose")
            return ()
        if said is None and not is_interactive():
            if self.out.is_json:
                return None
            raise UsageError(reason=self.words("cli.import.media-needed"))
        if said is None:
            return self._asked(listed)
        places = read_ticks(self.words, said)
        beyond = _beyond(places, listed)
        if beyond:
            raise NoSuchMediaError(numbers=beyond, count=len(listed))
        return places

    def _asked(self, listed: Sequence[ListedMedia]) -> tuple[int, ...]:
        places = read_ticks(self.words, self._ask(listed))
        while beyond := _beyond(places, listed):
            tell(self.words("cli.choose.no-such-number", numbers=beyond, count=len(listed)))
            places = read_ticks(self.words, ask_line(self.words("cli.add.choose-numbers")))
        return places

    def _ask(self, listed: Sequence[ListedMedia]) -> str:
        self.out.warn("cli.add.choose-media")
        for number, one in enumerate(listed, 1):
            size = "" if one.size_bytes is None else f"{one.size_bytes} B"
            facts = "  ".join(fact for fact in (one.media_type, size) if fact)
            tell(f"  {number}  {one.address}  {facts}")
        return ask_line(self.words("cli.add.choose-numbers"))

    def _report(self, done: Import) -> int:
        self.out.say("cli.import.saved-kept", count=len(done.exhibits))
        return report_import(self.out, self.store, done)


def _beyond(places: Sequence[int], listed: Sequence[ListedMedia]) -> str:
    """Return the numbers that the list does not have, as they are typed; empty when it has all."""
    return ", ".join(str(place + 1) for place in places if place >= len(listed))


def media_json(listed: Sequence[ListedMedia]) -> list[Json]:
    """Return media as the documents list them; numbers as they are chosen by ``--media``."""
    return [
        {
            "number": number,
            "address": one.address,
            "media_type": one.media_type,
            "size_bytes": one.size_bytes,
        }
        for number, one in enumerate(listed, 1)
    ]
