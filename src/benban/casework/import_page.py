"""
Take what is about the person out of a page that somebody saved (HARM 1).

Its texts are kept with the pictures in them taken out, the media that the person picked byte for
byte; everything else is left where it is and counted.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from benban.capture.place import without_fragment
from benban.casework.import_intake import (
    Intake,
    Outcome,
    counted,
    ends_import,
    opened_intake,
    read_as_saved,
    reason_of,
)
from benban.casework.page_packing import SUPPLIED, PackedPage, Packing, require_sound
from benban.casework.page_sorting import PageText, SortedParts, claims_of, sort_parts
from benban.errors import BenbanError, ImportUnknownError, NothingReadableError
from benban.model.clock import Clock
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Claimed, Import
from benban.model.sighting import Sighting
from benban.unpack.html_text import text_of_html, title_of_html
from benban.unpack.inline import plain_text
from benban.unpack.page_readers import PAGE_READERS
from benban.unpack.parts import DigestState, Reader, Resource
from benban.unpack.wacz import WaczReader
from benban.vault import CaseStore, SpooledPart

_LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMedia:
    """
    One picture or other media of a saved page, for choosing; it was not opened.

    Attributes:
        position: what is given back when it is chosen.
        address: as the file writes it, untrusted.
        media_type: as claimed; empty if nothing is.
        size_bytes: None if it is not known unread.
    """

    position: int
    address: str
    media_type: str
    size_bytes: int | None
    at: datetime | None


def listed_media(resource: Resource, position: int) -> ListedMedia:
    """Return *resource* for choosing, without pictures in its words."""
    packed = f" ({resource.packed_as})" if resource.packed_as else ""
    return ListedMedia(
        position=position,
        address=plain_text(resource.address),
        media_type=plain_text(resource.media_type_claimed + packed),
        size_bytes=resource.size_bytes,
        at=resource.at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    resource: Resource
    part: SpooledPart
    media_type: str


@contextmanager
def opened_page(
    store: CaseStore, sighting: Sighting, path: Path, clock: Clock
) -> Iterator["PageImport"]:
    """
    Give an import of the saved page at *path* into *sighting*, digested as received.

    Raises:
        FileUnreadableError: BB-002.
        ImportUnknownError: BB-801, it is no saved page.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
        ImportCutError: BB-810, its end is missing.
        ImportDamagedError: BB-803.
        NothingReadableError: BB-833.
    """
    with opened_intake(store, sighting, path, clock, read_as_saved) as intake:
        if intake.reader not in PAGE_READERS:
            raise ImportUnknownError
        yield PageImport(intake)


class PageImport:
    """One import of a saved page; made by :func:`opened_page`."""

    def __init__(self, intake: Intake[Reader]) -> None:
        self._intake = intake
        self._found = sort_parts(intake.reader.parts(intake.source))
        self._main = _main_text(intake, self._found)
        if not self._found.texts and not self._found.media:
            raise NothingReadableError
        intake.done("read")

    @property
    def is_text_only(self) -> bool:
        """Whether no picture will be kept."""
        return self._intake.permit is None

    @property
    def media(self) -> tuple[ListedMedia, ...]:
        """The media from which the person picks; none without a permit."""
        if self.is_text_only:
            return ()
        return tuple(listed_media(one, one.position) for one in self._found.media)

    def keep(self, chosen: Collection[int]) -> Import:
        """
        Keep the texts and the chosen media; return the record of it.

        Args:
            chosen: positions from :attr:`media`.

        Raises:
            ImportChangedError: BB-808, it is not what was received any more; nothing was kept.
            PackageDamagedError: BB-522, the package that was written does not hold together.
        """
        self._intake.require_permit()
        found = self._found
        picked = [one for one in found.media if one.position in chosen and not self.is_text_only]
        taken, missing = self._spool(picked)
        claimed = self._claims()
        self._intake.require_unchanged()
        text = self._readable()
        exhibits = [self._adopt_text(text)]
        if not self.is_text_only:
            exhibits += self._adopt_page(taken)
        self._intake.done("kept")
        return self._intake.record(
            Outcome(
                part_count=found.part_count,
                chosen_count=len(picked),
                around_count=len(found.texts),
                exhibits=exhibits,
                withheld=(
                    ("no-permit" if self.is_text_only else "other-people", self._left(len(picked))),
                    ("inline-pictures", found.inline_withheld),
                ),
                missing=missing,
                not_read=counted(found.not_read),
                claimed=claimed,
                text=text,
            )
        )

    # --- inside ---------------------------------------------------------------------------

    def _left(self, taken_count: int) -> int:
        return len(self._found.media) - taken_count + self._found.unlisted

    def _spool(self, picked: Sequence[Resource]) -> tuple[list[_Chosen], list[str]]:
        taken: list[_Chosen] = []
        missing: list[str] = []
        for one in picked:
            try:
                file = self._intake.take(one, "")
            except BenbanError as error:
                if ends_import(error):
                    raise
                # Damaged inside: said, and the others are still kept.
                missing.append(reason_of(error))
                continue
            taken.append(
                _Chosen(
                    resource=one,
                    part=file.part,
                    media_type=file.media_type,
                )
            )
        return taken, missing

    def _claims(self) -> list[Claimed]:
        """Compare claimed digests; without a permit those of texts without a picture in them."""
        parts = [
            replace(one.resource, check_digest=None)
            if self.is_text_only and one.taken_count
            else one.resource
            for one in self._found.texts
        ]
        claimed = list(claims_of(parts if self.is_text_only else [*parts, *self._found.media]))
        reader = self._intake.reader
        source = self._intake.source
        for claim in reader.claims(source) if isinstance(reader, WaczReader) else ():
            is_open = claim.covers_media and self.is_text_only
            state = DigestState.NOT_CHECKED if is_open else claim.check()
            claimed.append(Claimed(where=plain_text(claim.where), state=state.value, count=1))
        return claimed

    def _adopt_text(self, text: bytes) -> Exhibit:
        part = self._intake.spool(lambda sink: sink.write(text))
        return self._intake.known(part) or self._intake.adopt(
            part, ExhibitKind.DOM_TEXT, media_type="text/plain", address=self._address()
        )

    def _adopt_page(self, taken: Sequence[_Chosen]) -> list[Exhibit]:
        if not taken and not self._found.texts:
            return []
        page = self._intake.adopt(
            self._spool_package(taken),
            ExhibitKind.IMPORTED_PAGE,
            media_type="application/wacz",
            name=self._intake.source.name,
            address=self._address(),
            contains_media=bool(taken),
        )
        # Each anew, also when the same picture was kept before: who forgets it must find the page.
        return [page] + [
            self._intake.adopt(
                one.part,
                ExhibitKind.SUPPLIED_FILE,
                media_type=one.media_type,
                claimed=one.resource.media_type_claimed,
                address=one.resource.address,
                derived_from=(page.id,),
                contains_media=True,
            )
            for one in taken
        ]

    def _spool_package(self, taken: Sequence[_Chosen]) -> SpooledPart:
        with ExitStack() as opened:
            packing = Packing(imported_at=self._intake.started_at, facts=self._facts(taken))
            for text in self._found.texts:
                packing.add(text.resource, BytesIO(text.body))
            for one in taken:
                packing.add(one.resource, opened.enter_context(one.part.open()))
            page = self._packed_page(taken)
            part = self._intake.spool(lambda sink: packing.write(sink, page))
        with part.open() as file:
            require_sound(file)
        return part

    def _packed_page(self, taken: Sequence[_Chosen]) -> PackedPage:
        if self._main is None:
            return PackedPage(resource=taken[0].resource, title="", text="")
        return PackedPage(
            resource=self._main.resource,
            title=self._title(),
            text=_text_of(self._main),
        )

    def _facts(self, taken: Sequence[_Chosen]) -> tuple[tuple[str, str], ...]:
        return (
            ("benban-import-format", self._intake.reader.format.value),
            ("benban-media-withheld", str(self._left(len(taken)))),
            ("benban-inline-pictures-withheld", str(self._found.inline_withheld)),
            ("benban-revisits", str(self._revisits(taken))),
        )

    def _revisits(self, taken: Sequence[_Chosen]) -> int:
        """Return how many of what is kept brought again what was received before."""
        texts = sum(one.resource.is_revisit for one in self._found.texts)
        return texts + sum(one.resource.is_revisit for one in taken)

    def _readable(self) -> bytes:
        """Return the page as text: what the file says of itself, then what a reader sees."""
        said = self._main.resource.at if self._main else None
        lines = [
            SUPPLIED,
            f"format: {self._intake.reader.format.value}",
            f"address, as the file says: {_in_one_line(self._address()) or '-'}",
            f"saved at, as the file says: {said.isoformat(timespec='seconds') if said else '-'}",
            f"title: {self._title()}",
        ]
        for one in self._found.texts:
            if one.is_html or one is self._main:
                lines += ["", f"--- {_in_one_line(one.resource.address)}", _text_of(one)]
        return ("\n".join(lines) + "\n").encode("utf-8", "replace")

    def _title(self) -> str:
        is_page = self._main is not None and self._main.is_html
        return title_of_html(self._main.text)[:_LONGEST_TITLE] if self._main and is_page else ""

    def _address(self) -> str:
        return self._main.resource.address if self._main else ""


def _main_text(intake: Intake[Reader], found: SortedParts) -> PageText | None:
    """Return the text that is the page: the first that the file lists, else the first in it."""
    reader, source = intake.reader, intake.source
    named = [one.address for one in reader.pages(source)] if isinstance(reader, WaczReader) else []
    for address in named:
        for one in found.texts:
            if one.is_html and without_fragment(one.resource.address) == without_fragment(address):
                return one
    pages = [one for one in found.texts if one.is_html and one.resource.status in {None, 200}]
    return next(iter((*pages, *found.texts)), None)


def _text_of(one: PageText) -> str:
    return text_of_html(one.text) if one.is_html else one.text


def _in_one_line(untrusted: str) -> str:
    return " ".join(plain_text(untrusted).split())
