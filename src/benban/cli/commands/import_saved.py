"""Saved pages, posts, mails and pictures on the terminal: lists without previews, and a choice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.import_page import ListedMedia, opened_page
from benban.casework.import_posts import PostImport, opened_posts
from benban.casework.saved_kind import SavedKind
from benban.cli.commands.case import exhibit_json
from benban.cli.options import is_interactive
from benban.cli.out import Json, Out
from benban.cli.questions import ask_line, tell
from benban.cli.ticking import Ticking, listing_json, read_ticks
from benban.errors import BenbanError, UsageError
from benban.model.exhibit import Exhibit
from benban.model.imported import Import
from benban.model.sighting import Sighting
from benban.wiring_case import CaseStore, opened_fence, system_clock

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
        if not listed or (said is not None and said.strip().lower() == _NONE):
            return ()
        if said is None and not is_interactive():
            if self.out.is_json:
                return None
            raise UsageError(reason=self.words("cli.import.media-needed"))
        if said is None:
            said = self._ask(listed)
        return tuple(place for place in read_ticks(self.words, said) if place < len(listed))

    def _ask(self, listed: Sequence[ListedMedia]) -> str:
        self.out.warn("cli.add.choose-media")
        for number, one in enumerate(listed, 1):
            size = "" if one.size_bytes is None else f"{one.size_bytes} B"
            facts = "  ".join(fact for fact in (one.media_type, size) if fact)
            tell(f"  {number}  {one.address}  {facts}")
        return ask_line(self.words("cli.add.choose-numbers"))

    def _report(self, done: Import) -> int:
        kept = {one.id: one for one in self.store.all(Exhibit)}
        self._say(done)
        unmeasured = self._measure()
        self.out.document(
            {
                **saved_json(done),
                "exhibits": [exhibit_json(kept[one]) for one in done.exhibits if one in kept],
                "unmeasured": list(unmeasured),
            }
        )
        return 0

    def _say(self, done: Import) -> None:
        self.out.say("cli.import.saved-kept", count=len(done.exhibits))
        for withheld in done.withheld:
            self.out.say(f"cli.import.withheld.{withheld.reason}", count=withheld.count)
        for one in done.not_read:
            reason = self.words.known("dossier.import-reason", one.reason)
            self.out.say("cli.import.not-read", count=one.count, reason=reason)
        for missing in done.missing:
            reason = self.words.known("dossier.import-reason", missing.reason)
            self.out.say("cli.import.missing", reason=reason)
        differ = sum(one.count for one in done.claimed if one.state == "differs")
        if differ:
            self.out.warn("cli.import.claims-differ", count=differ)
        if done.sha256 is not None:
            self.out.say("cli.import.digest", digest=done.sha256.hex)
        self.out.say("cli.import.next", case=self.store.case.id)

    def _measure(self) -> tuple[str, ...]:
        try:
            with opened_fence() as fence:
                done = fingerprint_exhibits(self.store, fence)
        except BenbanError as error:
            # What was kept is kept; it can be measured another day.
            self.out.explain(error)
            return ()
        for one in done.unmeasured:
            self.out.say("cli.add.unmeasured", id=one.exhibit_id, code=one.error.code)
        return tuple(one.exhibit_id for one in done.unmeasured)


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


def saved_json(done: Import) -> dict[str, Json]:
    """Return the import as the commands print it."""
    return {
        "import": done.id,
        "sighting": done.sighting_id,
        "format": done.format,
        "digest_covers": done.digest_covers,
        "sha256": done.sha256.hex if done.sha256 else None,
        "size_bytes": done.size_bytes,
        "parts": done.part_count,
        "chosen": done.chosen_count,
        "withheld": [{"reason": one.reason, "count": one.count} for one in done.withheld],
        "not_read": [
            {"where": one.where, "reason": one.reason, "count": one.count} for one in done.not_read
        ],
        "missing": [{"what": one.what, "reason": one.reason} for one in done.missing],
        "claimed_digests": [
            {"where": one.where, "state": one.state, "count": one.count} for one in done.claimed
        ],
    }
