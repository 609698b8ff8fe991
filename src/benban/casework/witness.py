"""
Set a second capture, made elsewhere, beside ours (EVIDENCE 4).

Here a dossier: it was verified by the independent verifier before this is called, and nothing of
its content is kept, only what its sealed inventory says. The recording of another program is read
by :mod:`benban.casework.witness_recording`.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from benban.casework.events import event, open_field, sealed_field
from benban.errors import (
    BenbanError,
    WitnessIsOwnError,
    WitnessKnownError,
    WitnessRefusedError,
    WitnessSameVaultError,
)
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import Digest, DigestAlgorithm, new_witness_id
from benban.model.sighting import Sighting
from benban.model.witness import Witness, WitnessItem
from benban.seal.digests import chunks_of, measure
from benban.seal.note import key_id, public_key_in
from benban.seal.tsp import check_token
from benban.seal.zip_structure import ZipMember, read_zip_structure
from benban.vault import CaseStore, Vault

_STORED = 0
_MEMBER_BYTES = 96 << 20
_INVENTORY, _PROOFS, _NOTE = "data/inventory.json", "proofs.json", "checkpoint.note"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDossier:
    """
    A dossier that somebody else made, as it was handed over.

    Attributes:
        name: what the person calls whoever made it.
        file: seekable; a zip that the verifier did not refuse.
        roots: time-stamp roots known here; a stamp under another one shows no time.
    """

    name: str
    file: BinaryIO
    roots: Sequence[bytes] = ()


def add_witness(vault: Vault, store: CaseStore, given: GivenDossier, clock: Clock) -> Witness:
    """
    Keep what another dossier says of the same thing and return it.

    Args:
        vault: of the case; what another of its cases made was not made elsewhere.
        store: of our case.
        given: the other dossier.
        clock: of the program.

    Raises:
        WitnessRefusedError: BB-116, not a dossier after all.
        WitnessIsOwnError: BB-117, made by this very case.
        WitnessSameVaultError: BB-451, made by another case of this vault.
        WitnessKnownError: BB-453, set beside already.
    """
    other = _read(given)
    _require_elsewhere(vault, store, other)
    same = tuple(
        (ours.id, theirs.subject)
        for ours in store.all(Exhibit)
        for theirs in other.items
        if ours.sha256 == theirs.sha256
    )
    items = other.items
    if not is_open(store):
        # A digest of a picture stands under the same answers as the picture (HARM 2).
        paired = {subject for _, subject in same}
        items = tuple(one for one in items if one.subject in paired)
    witness = Witness(
        id=new_witness_id(),
        name=given.name,
        origin=other.origin,
        key_id=key_id(other.public_key),
        dossier_id=other.dossier_id,
        made_at=other.made_at,
        added_at=clock.now(),
        dossier_sha256=other.sha256,
        items=items,
        addresses=other.addresses,
        stamped_at=other.stamped_at,
        same=same,
    )
    return keep_witness(store, witness)


def keep_witness(store: CaseStore, witness: Witness) -> Witness:
    """
    Return *witness*, kept in the act that logs it.

    Raises:
        WitnessKnownError: BB-453, the same file is set beside already: it would count twice.
    """
    digest = witness.dossier_sha256
    if digest is not None and any(one.dossier_sha256 == digest for one in store.all(Witness)):
        raise WitnessKnownError
    logged = event(
        EventKind.WITNESS_ADDED,
        witness.id,
        open_field("witness_form", witness.form.value),
        open_field("exhibits", len(witness.items)),
        open_field("same", len(witness.same)),
        sealed_field("name", witness.name),
        *([sealed_field("dossier_sha256", digest.hex)] if digest else []),
        sealed_field("included", " ".join(dict.fromkeys(one for one, _ in witness.same))),
    )
    store.record(logged, save=[witness])
    return witness


def is_open(store: CaseStore) -> bool:
    """Return whether every age answer of the case is yes; where nobody was asked, none is."""
    sightings = store.all(Sighting)
    return bool(sightings) and all(one.answers.all_yes for one in sightings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What the other dossier says."""

    sha256: Digest
    origin: str
    public_key: bytes
    dossier_id: str
    made_at: datetime
    items: tuple[WitnessItem, ...]
    addresses: tuple[str, ...]
    stamped_at: datetime | None


def _read(given: GivenDossier) -> _Read:
    sha256 = measure(chunks_of(given.file)).sha256
    try:
        files = _Files(given.file)
        inventory, proofs = files.json(_INVENTORY), files.json(_PROOFS)
        origin = str(proofs["origin"])
        return _Read(
            sha256=sha256,
            origin=origin,
            public_key=public_key_in(str(proofs["verifier_key"]), origin),
            dossier_id=str(inventory["dossier_id"]),
            made_at=datetime.fromisoformat(str(inventory["made_at"])),
            items=tuple(_item(one) for one in _list(inventory["exhibits"])),
            addresses=_addresses(proofs),
            stamped_at=_stamped_at(files, files.read(_NOTE), given.roots),
        )
    except (BenbanError, KeyError, TypeError, ValueError, zlib.error) as error:
        raise WitnessRefusedError from error


def _require_elsewhere(vault: Vault, store: CaseStore, other: _Read) -> None:
    """Refuse what the same hands made: another key alone does not make another witness."""
    if other.origin == store.origin or other.public_key == store.public_key:
        raise WitnessIsOwnError
    if vault.keeps_log(other.origin, other.public_key):
        raise WitnessSameVaultError


class _Files:
    """The few small files that are read out of the zip; its structure is checked first."""

    def __init__(self, dossier: BinaryIO) -> None:
        self._dossier = dossier
        self._members = {one.name.partition("/")[2]: one for one in read_zip_structure(dossier)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        member = self._members[name]
        if max(member.size_bytes, member.packed_bytes) > _MEMBER_BYTES:
            raise WitnessRefusedError("a file is too large")
        packed = _packed(self._dossier, member)
        if member.method == _STORED:
            return packed
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        return inflater.decompress(packed, _MEMBER_BYTES)

    def json(self, name: str) -> Mapping[str, object]:
        document = json.loads(self.read(name))
        if not isinstance(document, dict):
            raise WitnessRefusedError("not an object")
        return document


def _packed(dossier: BinaryIO, member: ZipMember) -> bytes:
    dossier.seek(member.data_offset)
    return dossier.read(member.packed_bytes)


def _item(said: object) -> WitnessItem:
    if not isinstance(said, dict):
        raise WitnessRefusedError("not an item")
    return WitnessItem(
        subject=str(said["subject"]),
        kind=str(said["kind"]),
        media_type=str(said["media_type"]),
        size_bytes=int(said["size_bytes"]),
        sha256=Digest(algorithm=DigestAlgorithm.SHA256, hex=str(said["sha256"])),
        taken_in_at=datetime.fromisoformat(str(said["taken_in_at"])),
    )


def _addresses(proofs: Mapping[str, object]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for record in _list(proofs["records"]):
        opened = record.get("opened") if isinstance(record, dict) else None
        address = opened.get("address") if isinstance(opened, dict) else None
        if isinstance(address, dict) and address.get("value"):
            found[str(address["value"])] = None
    return tuple(found)


def _stamped_at(files: _Files, note: bytes, roots: Sequence[bytes]) -> datetime | None:
    times = []
    for name in files.names:
        if not name.startswith("tsa-") or not name.endswith(".tsr"):
            continue
        try:
            facts = check_token(files.read(name), note=note, nonce=None, roots=roots)
        except BenbanError:
            continue
        times.append(facts.time_at)
    return min(times, default=None)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise WitnessRefusedError("not a list")
    return value
