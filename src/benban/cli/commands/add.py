"""``benban add``: an address, a file, or something seen whose address is not known."""

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from benban.capture.attended import Attended, sighting_hosts
from benban.capture.media_types import UNKNOWN
from benban.capture.ports import Browser
from benban.casework.add_files import add_files
from benban.casework.fingerprints import (
    Measured,
    find_case_copies,
    fingerprint_exhibits,
)
from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, TakenIn, take_in
from benban.casework.videos import ReadVideo, read_videos
from benban.casework.whole_page import WholePageWish
from benban.cli.attendant import Keyboard
from benban.cli.commands.case import exhibit_json
from benban.cli.files import open_given
from benban.cli.options import common_options, is_interactive
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import answer_options, ask_line, ask_yes, tell
from benban.cli.reports import ask_reports, read_said
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.witnessing import is_witness, set_beside, witness_options
from benban.cli.words import Words
from benban.errors import AttachNotConfirmedError, BenbanError, NeverCapturedError
from benban.model.exhibit import Capture, Exhibit
from benban.model.sighting import Address, Sighting, SightingKind
from benban.remedies.mixed import is_never_captured
from benban.wiring_case import (
    CaseStore,
    Vault,
    catalogue,
    opened_browser,
    opened_fence,
    system_clock,
)


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("add", help=words("cli.add.help"))
    @click.argument("case")
    @click.argument("things", nargs=-1, metavar="[FILE]...")
    @click.option("--from", "source", help=words("cli.add.o.from"))
    @click.option(
        "--kind",
        type=click.Choice([kind.value for kind in SightingKind]),
        help=words("cli.add.o.kind"),
    )
    @click.option("--seen-at", help=words("cli.add.o.seen-at"))
    @click.option("--seen-on", default="", help=words("cli.add.o.seen-on"))
    @click.option("--by", "seen_by", default="", help=words("cli.add.o.by"))
    @click.option("--whole-page", is_flag=True, help=words("cli.add.o.whole-page"))
    @click.option("--reason", default="", help=words("cli.add.o.reason"))
    @click.option("--own-browser", is_flag=True, help=words("cli.add.o.own-browser"))
    @click.option("--visit", type=click.Choice(["yes", "no"]), help=words("cli.add.o.visit"))
    @common_options(words)
    def add(case: str, things: tuple[str, ...], **given: Any) -> int:
        options = take_vault_options(given)
        out = take_out(words, given)
        if is_witness(words, given):
            set_beside(out, options, case, things, given)
            return 0
        said = read_said(out, things, given)
        # The vault first: nobody should answer questions for a passphrase that does not open.
        with opened_case(words, options, case) as (vault, store):
            reports = ask_reports(out, said, given)
            whole_page = _whole_page(out, given) if given["whole_page"] else None
            adding = _Adding(out, vault, store, whole_page)
            adding.is_attended = given["own_browser"]
            return adding.run(reports, said.files, given["visit"])

    add.params += [*witness_options(words), *answer_options(words)]
    return add


def _whole_page(out: Out, given: dict[str, Any]) -> WholePageWish:
    """Say what a whole page may hold, and return the wish with its reason; none is made up."""
    out.warn("cli.add.whole-page-others")
    typed = str(given["reason"]).strip()
    if not typed and is_interactive():
        typed = ask_line(out.words("cli.add.ask-whole-page-reason"))
    return WholePageWish(reason=typed, catalogue=catalogue())


class _Adding:
    """One run of the command over an open case."""

    def __init__(
        self, out: Out, vault: Vault, store: CaseStore, whole_page: WholePageWish | None
    ) -> None:
        self.whole_page = whole_page
        self.is_attended = False
        self.words = out.words
        self.out = out
        self.vault = vault
        self.store = store
        self.clock = system_clock()
        self.captures: list[Capture] = []
        self.files: list[Exhibit] = []
        self.videos: tuple[ReadVideo, ...] = ()
        self.errors: list[BenbanError] = []

    def run(
        self, reports: Sequence[SightingReport], paths: Sequence[Path], visit: str | None
    ) -> int:
        """Do all that can be done and return 1 if something could not; each is explained."""
        taken = [take_in(self.store, report, self.clock) for report in reports]
        for one in taken:
            self.out.say("cli.add.taken" if one.is_new else "cli.add.joined", id=one.sighting.id)
        for path in paths:
            self._keep_file(taken[0].sighting, path)
        for one in taken:
            if one.sighting.address is not None:
                self._visit(one.sighting, visit)
        measured = self._measure()
        self._report(taken, measured)
        for error in self.errors:
            self.out.explain(error)
        return 1 if self.errors else 0

    def _keep_file(self, sighting: Sighting, path: Path) -> None:
        try:
            with ExitStack() as streams:
                given = open_given(streams, path)
                (exhibit,) = add_files(self.store, sighting, [given], self.clock)
        except BenbanError as error:
            # The others are still to be kept.
            self._note(error)
            return
        self.files.append(exhibit)
        self.out.say("cli.add.file-kept", id=exhibit.id, digest=exhibit.sha256.hex)
        claimed, found = exhibit.claimed_media_type, exhibit.media_type
        if claimed not in {"", found} and found != UNKNOWN:
            self.out.say("cli.add.renamed", claimed=claimed, found=found)

    def _visit(self, sighting: Sighting, visit: str | None) -> None:
        if sighting.address is None:
            return
        if is_never_captured(sighting.address, catalogue()):
            # Said before anybody is asked to agree to what will not happen.
            self._note(NeverCapturedError())
            return
        if not ask_yes(self.words, "cli.add.ask-visit", visit, host=sighting.address.host):
            self.out.say("cli.add.not-visited")
            return
        self.out.say("cli.add.visiting", host=sighting.address.host)
        try:
            with self._browser(sighting.address) as browser:
                capture = preserve_address(
                    self.store,
                    sighting,
                    browser,
                    clock=self.clock,
                    choose_media=self._choose_media,
                    whole_page=self.whole_page,
                    catalogue=catalogue(),
                )
        except BenbanError as error:
            # The address is kept; the failed attempt stands in the log.
            self._note(error)
            return
        self.captures.append(capture)
        self.out.say("cli.add.captured", kept=len(capture.exhibits))
        for missing in capture.missing:
            what = self.words.known("dossier.missing", "dossier.step", missing.what)
            reason = self.words.known("dossier.reason", missing.reason)
            self.out.say("cli.add.missing", what=what, reason=reason)
        for withheld in capture.withheld:
            self.out.say("cli.add.withheld", count=withheld.count)

    def _browser(self, address: Address) -> AbstractContextManager[Browser]:
        """
        Give the browser: hidden, or a window for the person who logs in.

        Raises:
            AttachNotConfirmedError: BB-218, nobody is there to confirm a tab.
        """
        if not self.is_attended:
            return opened_browser(self.vault)
        if not is_interactive():
            raise AttachNotConfirmedError("nobody to ask")
        opened = address.raw if "://" in address.raw else f"https://{address.raw}"
        attended = Attended(
            address=opened, hosts=sighting_hosts(address), attendant=Keyboard(self.words)
        )
        return opened_browser(self.vault, attended=attended)

    def _choose_media(self, addresses: tuple[str, ...]) -> tuple[str, ...]:
        if not addresses or not is_interactive():
            return ()
        self.out.warn("cli.add.choose-media")
        for number, address in enumerate(addresses, 1):
            tell(f"  {number}  {one_line(address)}")
        wanted = self._numbers()
        while beyond := sorted(one for one in wanted if not 1 <= one <= len(addresses)):
            numbers = ", ".join(map(str, beyond))
            tell(self.words("cli.choose.no-such-number", numbers=numbers, count=len(addresses)))
            wanted = self._numbers()
        return tuple(one for number, one in enumerate(addresses, 1) if number in wanted)

    def _numbers(self) -> frozenset[int]:
        typed = ask_line(self.words("cli.add.choose-numbers"))
        return frozenset(int(part) for part in re.findall(r"\d{1,9}", typed))

    def _measure(self) -> Measured | None:
        try:
            with opened_fence() as fence:
                done = fingerprint_exhibits(self.store, fence)
                videos = read_videos(self.store, fence)
        except BenbanError as error:
            self._note(error)
            return None
        self.videos = videos.read
        for video in videos.read:
            self.out.say("cli.add.video", id=video.exhibit_id, frames=video.facts.found_frames)
        measured = replace(done, unmeasured=(*done.unmeasured, *videos.unread))
        unread_videos = {one.exhibit_id for one in videos.unread}
        for one in measured.unmeasured:
            is_video = one.exhibit_id in unread_videos
            said = "cli.add.unread-video" if is_video else "cli.add.unmeasured"
            self.out.say(said, id=one.exhibit_id, code=one.error.code)
            self.out.say(one.error.code, **one.error.params)
            self.out.say(one.error.next_step, **one.error.params)
        for exhibit_id in _partly_read(measured):
            self.out.say("cli.add.partly-read", id=exhibit_id)
        return measured

    def _report(self, taken: Sequence[TakenIn], measured: Measured | None) -> None:
        copies = find_case_copies(self.store) if measured else ()
        new = {one.id for one in self.files} | {i for one in self.captures for i in one.exhibits}
        for match in copies:
            if new.isdisjoint({match.exhibit_id, match.other_id}):
                continue
            self.out.say("cli.add.copy", one=match.exhibit_id, other=match.other_id)
        if not all(one.sighting.answers.all_yes for one in taken):
            self.out.say("cli.add.text-only")
        self.out.say("cli.add.next", case=self.store.case.id)
        kept: dict[str, Exhibit] = {one.id: one for one in self.store.all(Exhibit)}
        self.out.document(
            {
                "sightings": [one.sighting.id for one in taken],
                "files": [exhibit_json(exhibit) for exhibit in self.files],
                "captures": [capture_json(one, kept) for one in self.captures],
                "copies": [
                    {"one": one.exhibit_id, "other": one.other_id, "bits": one.distance_bits}
                    for one in copies
                ],
                "videos": [video_json(one) for one in self.videos],
                **_measured_json(measured),
                **self._errors_json(),
            }
        )

    def _note(self, error: BenbanError) -> None:
        # Ten files without room for them are one thing to be told, not ten.
        if (error.code, error.params) not in [(one.code, one.params) for one in self.errors]:
            self.errors.append(error)

    def _errors_json(self) -> dict[str, Json]:
        said = [self.out.error_json(error) for error in self.errors]
        return {"error": said[0], "errors": said} if said else {}


def _partly_read(measured: Measured) -> list[str]:
    return [one.exhibit_id for one in measured.fingerprints if not one.picture.is_whole]


def _measured_json(measured: Measured | None) -> dict[str, Json]:
    if measured is None:
        return {}
    return {
        "unmeasured": [
            {"exhibit": one.exhibit_id, "code": one.error.code} for one in measured.unmeasured
        ],
        "partly_read": _partly_read(measured),
    }


def video_json(video: ReadVideo) -> dict[str, Json]:
    """Return the facts of a video as the commands print them."""
    facts = video.facts
    return {
        "exhibit": video.exhibit_id,
        "container": facts.container.value,
        "codec": facts.codec,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "claimed_duration_ms": facts.claimed_duration_ms,
        "found_duration_ms": facts.found_duration_ms,
        "claimed_frame_rate": facts.claimed_frame_rate,
        "claimed_frames": facts.claimed_frames,
        "found_frames": facts.found_frames,
        "is_counted_whole": facts.is_counted_whole,
        "is_shown": facts.is_shown,
        "has_sound": facts.has_sound,
    }


def capture_json(capture: Capture, kept: dict[str, Exhibit]) -> dict[str, Json]:
    """Return the capture as the commands print it."""
    return {
        "status": capture.status,
        "final_address": capture.final_address,
        "artefacts": [exhibit_json(kept[one]) for one in capture.exhibits if one in kept],
        "steps": [
            {"name": step.name, "outcome": step.outcome.value, "reason": step.reason}
            for step in capture.steps
        ],
        "missing": [{"what": one.what, "reason": one.reason} for one in capture.missing],
        "withheld": [{"reason": one.reason, "count": one.count} for one in capture.withheld],
        "counters": [
            {"name": one.name, "text": one.text, "value": one.value} for one in capture.counters
        ],
    }
