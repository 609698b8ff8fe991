"""
Set the recording of another program beside ours: a WACZ or WARC that somebody made elsewhere.

Nothing of its content is kept. Of what it holds only the addresses of this case are noted, and the
digests of what is byte for byte the same as here; of other people's pictures in it there is no
trace. Nobody signed it that benban could check: when and by whom it was made is what it says.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benban.capture.place import without_fragment
from benban.casework.import_opening import opened_export
from benban.casework.page_sorting import claims_of
from benban.casework.places import places_of, plain_address
from benban.casework.witness import is_open, keep_witness
from benban.errors import (
    ImportDamagedError,
    ImportUnknownError,
    WitnessKnownError,
    WitnessRefusedError,
    WitnessUnrelatedError,
)
from benban.model.clock import Clock
from benban.model.exhibit import Capture, Exhibit
from benban.model.ids import ExhibitId, new_witness_id
from benban.model.imported import Import
from benban.model.sighting import Sighting
from benban.model.witness import Witness, WitnessForm, WitnessItem
from benban.seal.digests import Measured, measure_file
from benban.unpack.inline import plain_text
from benban.unpack.parts import DigestState, Part, Resource, Source
from benban.unpack.reading import reader_for
from benban.unpack.wacz import WaczReader
from benban.unpack.warc import WarcReader
from benban.vault import CaseStore

_DIFFERS = DigestState.DIFFERS.value
# HTTP: from here on the answer is an error (RFC 9110 section 15.5).
_FIRST_ERROR = 400


def add_recording(store: CaseStore, name: str, path: Path, clock: Clock) -> Witness:
    """
    Keep what a web archive of another program says of the same thing and return it.

    Without a yes to every age answer no picture in it is hashed: then addresses alone are compared.

    Args:
        store: of our case.
        name: what the person calls whoever made it.
        path: a WACZ or WARC file.
        clock: of the program.

    Raises:
        WitnessRefusedError: BB-116, no web archive.
        WitnessUnrelatedError: BB-452, no address and no byte of this case is in it.
        WitnessKnownError: BB-453, kept in this case, imported into it or set beside already.
        ImportChangedError: BB-808, it changed while it was read.
        FileUnreadableError: BB-002.
        ImportEncryptedError, ImportTooLargeError, ImportUnsafeError: BB-802, BB-804, BB-805.
    """
    with opened_export(path, is_digested=is_open(store)) as handed:
        reader = _reader(handed.source)
        received = handed.received
        _require_unknown(store, received)
        looking = _Looking(store, is_hashing=received is not None)
        looking.through(reader.parts(handed.source))
        if received is not None:
            looking.check_listing(reader, handed.source)
            handed.require_unchanged()
    if not looking.addresses and not looking.items:
        raise WitnessUnrelatedError
    witness = Witness(
        id=new_witness_id(),
        name=name,
        origin="",
        key_id="",
        dossier_id="",
        made_at=min(looking.times, default=None),
        added_at=clock.now(),
        dossier_sha256=received.sha256 if received else None,
        items=tuple(looking.items),
        addresses=tuple(looking.addresses),
        same=tuple(looking.same),
        form=WitnessForm.RECORDING,
        format=reader.format.value,
        differing=looking.differing if received else None,
        unread=looking.unread,
    )
    return keep_witness(store, witness)


def _reader(source: Source) -> WaczReader | WarcReader:
    try:
        reader = reader_for(source)
    except ImportUnknownError as error:
        raise WitnessRefusedError from error
    if not isinstance(reader, WaczReader | WarcReader):
        raise WitnessRefusedError("no web archive")
    return reader


def _require_unknown(store: CaseStore, received: Measured | None) -> None:
    """Refuse a file that this case holds: what was taken out of it is the same as itself."""
    if received is None:
        return
    known = {one.sha256 for one in store.all(Exhibit)} | {one.sha256 for one in store.all(Import)}
    if received.sha256 in known:
        raise WitnessKnownError


@dataclass(slots=True)
class _Looking:
    """One reading of the recording, and what of it concerns this case."""

    store: CaseStore
    is_hashing: bool
    addresses: dict[str, None] = field(default_factory=dict)
    items: list[WitnessItem] = field(default_factory=list)
    same: list[tuple[ExhibitId, str]] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    differing: int = 0
    unread: int = 0
    _exhibits: tuple[Exhibit, ...] = ()
    _places: frozenset[str] = frozenset()

    def through(self, parts: Iterable[Part]) -> None:
        """Look at every part once; a claimed digest is compared where pictures may be hashed."""
        self._exhibits = self.store.all(Exhibit) if self.is_hashing else ()
        self._places = places_of(self.store.all(Sighting), self.store.all(Capture))
        looked_at = self._looked_at(parts)
        if self.is_hashing:
            self._count((one.state, one.count) for one in claims_of(looked_at))
            return
        for _ in looked_at:
            pass

    def check_listing(self, reader: WaczReader | WarcReader, source: Source) -> None:
        """Compare what a package's own list claims of its files."""
        if isinstance(reader, WaczReader):
            self._count((one.check().value, 1) for one in reader.claims(source))

    def _count(self, states: Iterable[tuple[str, int]]) -> None:
        self.differing += sum(count for state, count in states if state == _DIFFERS)

    def _looked_at(self, parts: Iterable[Part]) -> Iterator[Resource]:
        for part in parts:
            if isinstance(part, Resource):
                self._look(part)
                yield part
            else:
                self.unread += 1

    def _look(self, one: Resource) -> None:
        # An answer that there is nothing shows nothing of the place.
        is_answer = one.status is None or one.status < _FIRST_ERROR
        is_place = is_answer and plain_address(one.address) in self._places
        if is_place:
            self.addresses[plain_text(without_fragment(one.address))] = None
        if (self._pair(one) or is_place) and one.at is not None:
            self.times.append(one.at)

    def _pair(self, one: Resource) -> bool:
        """Return whether *one* is byte for byte an item of this case; noted once."""
        if one.packed_as:
            # Its bytes are there and cannot be compared with what was packed into them.
            self.unread += 1
            return False
        sized = [it for it in self._exhibits if one.size_bytes in {None, it.size_bytes}]
        measured = _measured(one) if sized else None
        if measured is None:
            self.unread += bool(sized)
            return False
        found = [it for it in sized if it.sha256 == measured.sha256]
        if found and all(measured.sha256 != item.sha256 for item in self.items):
            subject = f"record {one.position}"
            self.same += [(it.id, subject) for it in found]
            self.items.append(
                WitnessItem(
                    subject=subject,
                    kind="record",
                    media_type=found[0].media_type,
                    size_bytes=measured.size_bytes,
                    sha256=measured.sha256,
                    taken_in_at=one.at,
                )
            )
        return bool(found)


def _measured(one: Resource) -> Measured | None:
    try:
        with one.open() as content:
            return measure_file(content)
    except (OSError, ImportDamagedError):
        return None
