"""
Set a second capture, made elsewhere under another key, beside ours (EVIDENCE 4).

The other dossier was verified by the independent verifier before this is called; nothing of its
content is kept, only what its sealed inventory says.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from benban.casework.events import event, open_field, sealed_field
from benban.errors import BenbanError, WitnessIsOwnError, WitnessRefusedError
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
from benban.vault import CaseStore

_STORED = 0
_MEMBER_BYTES = 96 << 20
_INVENTORY, _PROOFS, _NOTE = "data/inventory.json", "proofs.json", "checkpoint.note"


def add_witness(
    store: CaseStore, name: str, dossier: BinaryIO, roots: Sequence[bytes], clock: Clock
) -> Witness:
    """
    Keep what another dossier says of the same thing and return it.

    Args:
        store: of our case.
        name: what the person calls whoever made it.
        dossier: seekable; a zip that the verifier did not refuse.
        roots: time-stamp roots known here; a stamp under another one shows no time.
        clock: of the program.

    Raises:
        WitnessRefusedError: BB-116, not a dossier after all.
        WitnessIsOwnError: BB-117, made by this very case.
    """
    sha256 = measure(chunks_of(dossier)).sha256
    try:
        files = _Files(dossier)
        inventory, proofs = files.json(_INVENTORY), files.json(_PROOFS)
        origin, key = str(proofs["origin"]), str(proofs["verifier_key"])
        public_key = public_key_in(key, origin)
        items = tuple(_item(one) for one in _list(inventory["exhibits"]))
        made_at = datetime.fromisoformat(str(inventory["made_at"]))
        note = files.read(_NOTE)
    except (BenbanError, KeyError, TypeError, ValueError, zlib.error) as error:
        raise WitnessRefusedError from error
    if origin == store.origin or public_key == store.public_key:
        raise WitnessIsOwnError
    ours = store.all(Exhibit)
    same = tuple(
        (one.id, other.subject) for one in ours for other in items if one.sha256 == other.sha256
    )
    if not all(one.answers.all_yes for one in store.all(Sighting)):
        # A digest of a picture stands under the same answers as the picture (HARM 2).
        paired = {subject for _, subject in same}
        items = tuple(one for one in items if one.subject in paired)
    witness = Witness(
        id=new_witness_id(),
        name=name,
        origin=origin,
        key_id=key_id(public_key),
        dossier_id=str(inventory["dossier_id"]),
        made_at=made_at,
        added_at=clock.now(),
        dossier_sha256=sha256,
        items=items,
        addresses=_addresses(proofs),
        stamped_at=_stamped_at(files, note, roots),
        same=same,
    )
    logged = event(
        EventKind.WITNESS_ADDED,
        witness.id,
        open_field("exhibits", len(items)),
        open_field("same", len(witness.same)),
        sealed_field("name", name),
        sealed_field("dossier_sha256", sha256.hex),
        sealed_field("included", " ".join(dict.fromkeys(one for one, _ in witness.same))),
    )
    store.record(logged, save=[witness])
    return witness


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
