"""One post of a feed of forty, visited with a real browser and kept in a real vault."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from benban.casework.preserve import preserve_address
from benban.model.exhibit import Capture, Exhibit, ExhibitKind
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.testing.platform import PlatformSimulator
from tests.harm.scenes import a_case, new_vault, reported, ticking
from tests.harm.witness import Witness

CHOSEN = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """
    What one visit asked for and kept.

    Attributes:
        contents: of every exhibit as read back from the vault, packages unpacked too.
        paths: everything that was asked of the site, in order.
    """

    capture: Capture
    exhibits: tuple[Exhibit, ...]
    contents: tuple[bytes, ...]
    paths: tuple[str, ...]
    endpoint: tuple[str, int]
    witness: Witness

    @property
    def media_paths(self) -> tuple[str, ...]:
        return tuple(path for path in self.paths if path.startswith("/file/"))

    def everything(self) -> bytes:
        return b"".join(self.contents)


def visit_feed(folder: Path) -> Visit:
    """Take in the address of one post in the feed, and preserve it."""
    witness = Witness()
    with PlatformSimulator() as site, new_vault(folder / "kho", ticking()) as vault:
        number = site.number_of(CHOSEN)
        with (
            vault.create_case(a_case()) as store,
            vault.temporary_folder("browser") as profiles,
        ):
            sighting = reported(store, ticking(), address=site.feed_address(number))
            browser = ChromiumBrowser(
                program=find_browser(),
                temp_folder=profiles,
                resolver=SystemResolver(),
                clock=SystemClock(),
                allowed=frozenset({Endpoint(host=site.host, port=site.port)}),
            )
            with witness:
                capture = preserve_address(
                    store, sighting, browser, clock=SystemClock(), choose_media=lambda _seen: ()
                )
            exhibits = store.all(Exhibit)
            contents: list[bytes] = []
            for exhibit in exhibits:
                with store.open_exhibit(exhibit.id) as stream:
                    contents.append(stream.read())
                if exhibit.kind is ExhibitKind.WACZ:
                    contents.append(_unpacked(contents[-1]))
        return Visit(
            capture=capture,
            exhibits=exhibits,
            contents=tuple(contents),
            paths=tuple(seen.path for seen in site.requests()),
            endpoint=(site.host, site.port),
            witness=witness,
        )


def _unpacked(wacz: bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wacz)) as package:
        for name in package.namelist():
            data = package.read(name)
            found.write(data)
            if name.startswith("archive/"):
                for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True):
                    found.write(record.raw_stream.read())
    return found.getvalue()
