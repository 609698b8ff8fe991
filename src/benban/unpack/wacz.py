"""
A WACZ that anybody made: its archives, and whether its listing says the truth about them.

Source: specs.webrecorder.net/wacz/1.1.1, sections 4 and 5.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count, dropwhile

import msgspec

from benban.errors import ImportDamagedError
from benban.unpack.claims import Claim, compare_digest
from benban.unpack.inline import Inline, split_inline
from benban.unpack.parts import DigestState, Entry, ImportFormat, Part, Reason, Source, Unread
from benban.unpack.warc import Earlier, archive_parts, date_of

_LISTING, _SEAL, _PAGES = "datapackage.json", "datapackage-digest.json", "pages/pages.jsonl"
# Indexes and lists of pages are text; a list of pages may bring the small picture of a site along.
_TEXT_ENDINGS = (".json", ".jsonl", ".cdx", ".cdxj")
_ARCHIVES, _ENDINGS = "archive/", (".warc", ".warc.gz")
_LARGEST_LISTING_BYTES = 32 << 20
# A page's whole text may stand in its line.
_LARGEST_LINE_BYTES = 32 << 20
_MOST_PAGES = 100_000
_JSON = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPage:
    """A page as the package lists it; the list is a claim of whoever made it."""

    address: str
    at: datetime | None
    title: str


class WaczReader:
    """Reads a web archive package."""

    format = ImportFormat.WACZ

    def recognises(self, source: Source) -> bool:
        """Return whether *source* has a listing and at least one archive."""
        return source.find(_LISTING) is not None and any(map(_is_archive, source.entries()))

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield what is wrong with the listing, then the parts of each archive."""
        yield from dropwhile(lambda part: part.position < start_at, _parts(source))

    def claims(self, source: Source) -> Sequence[Claim]:
        """Return every digest that the package claims for one of its files; none is checked yet."""
        found = []
        for name, claimed in _listed(source).items():
            entry = source.find(name)
            if entry is not None and claimed:
                found.append(_claim(entry, claimed, covers_media=_may_hold_media(entry)))
        seal = _object(source, _SEAL) or {}
        listing, sealed = source.find(_LISTING), seal.get("hash")
        if listing is not None and isinstance(sealed, str):
            found.append(_claim(listing, sealed, covers_media=False))
        if "signedData" in seal:
            # Whose key it is, the package itself cannot show; nothing here rests on it.
            found.append(
                Claim(
                    where="signature",
                    claimed="",
                    covers_media=False,
                    check=lambda: DigestState.NOT_CHECKED,
                )
            )
        return found

    def pages(self, source: Source) -> tuple[SavedPage, ...]:
        """Return the pages that the package lists, as far as the list can be read."""
        entry = source.find(_PAGES)
        lines = _lines(entry) if entry is not None else iter(())
        found = [page for line in lines if (page := _page(line)) is not None]
        return tuple(found)


def _parts(source: Source) -> Iterator[Part]:
    positions = count()
    for where, reason in _faults(source):
        yield Unread(position=next(positions), offset_bytes=0, where=where, reason=reason)
    offset = 0
    # A package may refer from one of its archives to another.
    earlier = Earlier()
    for entry in source.entries():
        if _is_archive(entry):
            yield from archive_parts(entry.open, positions, offset_bytes=offset, earlier=earlier)
            offset += entry.size_bytes


def _faults(source: Source) -> Iterator[tuple[str, Reason]]:
    if not isinstance((_object(source, _LISTING) or {}).get("resources"), list):
        yield "the package's listing", Reason.NOT_PARSED
    else:
        listed = _listed(source)
        there = {entry.name for entry in source.entries()} - {_LISTING, _SEAL}
        # Names are untrusted and may be addresses: only how many is said.
        yield from (("a file that is listed", Reason.MISSING) for _ in listed.keys() - there)
        yield from (("a file in the package", Reason.NOT_LISTED) for _ in there - listed.keys())
    if source.find(_SEAL) is None:
        yield "the digest of the listing", Reason.MISSING
    pages = source.find(_PAGES)
    if pages is None:
        yield "the list of pages", Reason.MISSING
    elif not _is_page_list(pages):
        yield "the list of pages", Reason.NOT_PARSED


def _is_page_list(entry: Entry) -> bool:
    number = 0
    for number, line in enumerate(_lines(entry), start=1):
        found = _decoded(line)
        if not isinstance(found, Mapping) or not isinstance(
            found.get("format" if number == 1 else "url"), str
        ):
            return False
    return number > 1


def _listed(source: Source) -> dict[str, str]:
    resources = (_object(source, _LISTING) or {}).get("resources")
    listed: dict[str, str] = {}
    for one in resources if isinstance(resources, list) else ():
        path, claimed = (one.get("path"), one.get("hash")) if isinstance(one, dict) else ("", "")
        if isinstance(path, str) and path:
            listed[path] = claimed if isinstance(claimed, str) else ""
    return listed


def _may_hold_media(entry: Entry) -> bool:
    """Return whether a picture may lie in a file: it is an archive, or a picture stands in it."""
    if _is_archive(entry) or not entry.name.lower().endswith(_TEXT_ENDINGS):
        return True
    try:
        with entry.open() as file:
            return any(isinstance(piece, Inline) for piece in split_inline(file))
    except (OSError, ImportDamagedError):
        return True


def _claim(entry: Entry, claimed: str, *, covers_media: bool) -> Claim:
    return Claim(
        where=entry.name,
        claimed=claimed,
        covers_media=covers_media,
        check=partial(_check, entry, claimed),
    )


def _check(entry: Entry, claimed: str) -> DigestState:
    # Version 1.0 wrote the bare value of SHA-256.
    return compare_digest(claimed if ":" in claimed else f"sha256:{claimed}", entry.open())


def _object(source: Source, name: str) -> dict[str, object] | None:
    entry = source.find(name)
    if entry is None or entry.size_bytes > _LARGEST_LISTING_BYTES:
        return None
    try:
        with entry.open() as file:
            found = _decoded(file.read(_LARGEST_LISTING_BYTES))
    except (OSError, ImportDamagedError):
        return None
    return found if isinstance(found, dict) else None


def _decoded(data: bytes) -> object:
    """Return the value of some JSON; None where it is none, or nested beyond reason."""
    try:
        found: object = _JSON.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return found


def _lines(entry: Entry) -> Iterator[bytes]:
    try:
        with entry.open() as file:
            for _ in range(_MOST_PAGES):
                line = file.readline(_LARGEST_LINE_BYTES)
                if not line:
                    return
                if line.strip():
                    yield line
    except (OSError, ImportDamagedError):
        yield b""


def _page(line: bytes) -> SavedPage | None:
    found = _decoded(line)
    if not isinstance(found, dict) or not isinstance(found.get("url"), str):
        return None
    title, at = found.get("title"), found.get("ts")
    return SavedPage(
        address=found["url"],
        at=date_of(at) if isinstance(at, str) else None,
        title=title if isinstance(title, str) else "",
    )


def _is_archive(entry: Entry) -> bool:
    return entry.name.startswith(_ARCHIVES) and entry.name.lower().endswith(_ENDINGS)
