"""Texts and chosen media of a saved page as one WACZ of our own writer, labelled as imported."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

from benban import __version__
from benban.errors import ExchangeMalformedError, PackageDamagedError
from benban.model.report import CheckResult
from benban.seal.exchange import BodyForm, Exchange, Note, required_address
from benban.seal.exchange import Resource as PackedResource
from benban.seal.sinks import ByteSink
from benban.seal.wacz import WaczPage, write_wacz
from benban.seal.wacz_check import check_wacz
from benban.unpack.inline import plain_text
from benban.unpack.parts import Resource

SUPPLIED = "supplied by the reporter, unsigned"
_UNKNOWN = "application/octet-stream"
# The web is younger than the first; a year beyond the second is a slip or a trap.
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
# Chromium follows addresses of 2 MiB; none that somebody published is a tenth of that.
_LONGEST_ADDRESS = 1 << 16
_LONGEST_FIELD = 1 << 16
_FIELDS_CHARACTERS = 1 << 19
# RFC 6838 section 4.2: two names of at most 127 characters.
_LONGEST_TYPE = 255
_NO_LONGER_TRUE = frozenset({"transfer-encoding", "content-length"})
# A method is a word (RFC 9110 section 9.1); whatever else stands there is not written down as one.
_LONGEST_METHOD = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """What the package lists as its page."""

    resource: Resource
    title: str
    text: str


@dataclass(slots=True, kw_only=True)
class Packing:
    """
    Parts of a saved page on their way into a package.

    A part with a status of HTTP is written as an answer, any other as a resource: nothing is made
    up. What cannot be written down as it stands is replaced, and the number of times is noted.

    Attributes:
        imported_at: stands where a part states no time of its own.
        facts: named values for the note in the package.
    """

    imported_at: datetime
    facts: Sequence[tuple[str, str]] = ()
    exchanges: list[Exchange] = field(default_factory=list)
    resources: list[PackedResource] = field(default_factory=list)
    replaced: int = 0
    undated: int = 0
    places: dict[int, tuple[str, datetime]] = field(default_factory=dict)

    def add(self, resource: Resource, body: BinaryIO) -> None:
        """Take one part; *body* stays open until the package is written."""
        address, at = self._address(resource), self._time(resource)
        self.places[resource.position] = (address, at)
        if resource.status is None:
            claimed = resource.media_type_claimed.partition(";")[0].strip()
            is_short = len(claimed) <= _LONGEST_TYPE
            self.replaced += not is_short
            media_type = (claimed if is_short else "") or _UNKNOWN
            self.resources.append(
                PackedResource(address=address, media_type=media_type, body=body, made_at=at)
            )
            return
        method = resource.method.upper()
        is_word = method.isascii() and method.isalpha() and len(method) <= _LONGEST_METHOD
        self.replaced += not is_word
        self.exchanges.append(
            Exchange(
                method=method if is_word else "GET",
                address=address,
                request_fields=self._fields(resource.request_fields),
                status=resource.status,
                reason="",
                response_fields=self._fields(_fields_of(resource)),
                body=body,
                body_form=BodyForm.WIRE if resource.packed_as else BodyForm.DECODED,
                started_at=at,
            )
        )

    def write(self, sink: ByteSink, page: PackedPage) -> None:
        """
        Write the package to *sink*.

        Args:
            sink: need not seek.
            page: one of the parts that were added.
        """
        address, at = self.places[page.resource.position]
        note = Note(
            address=address,
            fields=(
                ("benban-import", SUPPLIED),
                *self.facts,
                ("benban-values-replaced", str(self.replaced)),
                ("benban-times-not-stated", str(self.undated)),
            ),
            made_at=self.imported_at,
        )
        write_wacz(
            sink,
            exchanges=sorted(self.exchanges, key=lambda one: one.started_at),
            resources=self.resources,
            pages=[WaczPage(address=address, at=at, title=page.title, text=page.text)],
            made_at=self.imported_at,
            software=f"benban {__version__}",
            notes=[note],
        )

    def _address(self, resource: Resource) -> str:
        with suppress(ExchangeMalformedError):
            address = resource.address
            if len(address) <= _LONGEST_ADDRESS and plain_text(address) == address:
                return required_address(address)
        self.replaced += 1
        return f"urn:benban:import:{resource.position}"

    def _time(self, resource: Resource) -> datetime:
        if resource.at is not None and _FIRST_YEAR <= resource.at.year <= _LAST_YEAR:
            return resource.at
        self.undated += 1
        return self.imported_at

    def _fields(self, fields: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        kept: list[tuple[str, str]] = []
        room = _FIELDS_CHARACTERS
        for name, value in fields:
            size = len(name) + len(value)
            if size > min(room, _LONGEST_FIELD):
                self.replaced += 1
                continue
            room -= size
            left = plain_text(name), plain_text(value)
            self.replaced += left != (name, value)
            kept.append(left)
        return tuple(kept)


def require_sound(package: BinaryIO) -> None:
    """
    Return if the independent check finds no fault in *package*.

    Raises:
        PackageDamagedError: BB-522.
    """
    report = check_wacz(package)
    faults = [check.name for check in report.checks if check.result is not CheckResult.PASS]
    if faults:
        raise PackageDamagedError(" ".join(faults))


def _fields_of(resource: Resource) -> Sequence[tuple[str, str]]:
    if not resource.packed_as:
        return resource.response_fields
    # What is still packed is written with its encoding; its chunks were joined by the reader, and
    # its length is counted anew.
    return [
        (f"X-Orig-{name}" if name.lower() in _NO_LONGER_TRUE else name, value)
        for name, value in resource.response_fields
    ]
