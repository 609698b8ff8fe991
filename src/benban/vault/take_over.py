"""
Take over a case from another vault: verified whole before it is kept, under new keys afterwards.

Source: docs/reference/hand-over-format.md.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import BinaryIO

from benban.errors import (
    BenbanError,
    CaseAlreadyHereError,
    DiskFailedError,
    DiskFullError,
    HandOverDamagedError,
    HandOverOtherError,
    OriginalOfOtherCaseError,
    VaultDamagedError,
)
from benban.model.case import Capacity
from benban.model.contents import CaseContents
from benban.model.custody import EventDraft, EventKind, Field
from benban.model.exhibit import Original
from benban.model.ids import CaseId
from benban.model.standing import StandingPermission
from benban.seal.canonical import JsonValue, parse_canonical
from benban.seal.key_change import key_change_fields
from benban.seal.note import is_origin, key_id, public_key_of
from benban.vault.case_opening import NewLog, open_case_database
from benban.vault.case_store import CaseStore
from benban.vault.contents import contents_of
from benban.vault.hand_over import FORMAT, MANIFEST_NAME, why_not_whole
from benban.vault.index import CaseEntry, CaseState
from benban.vault.keys import (
    KEY_BYTES,
    KeyUse,
    commitment,
    compartment_of,
    fresh_key,
    subkey,
)
from benban.vault.schema import CASE_SQL
from benban.vault.settings import Settings
from benban.vault.vault import Vault
from benban.vault.watching import Watch, unwatched
from benban.vault.writing import PROGRAM, CasePlaces, OpenCase

_MANIFEST_BYTES = 64 << 20
_PIECE_BYTES = 1 << 20
_CASE_ID = re.compile(r"case-[0-9a-f]{16}")
_NAME = re.compile(r"case\.db|log/head|blobs/([0-9a-f]{2})/\1[0-9a-f]{30}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenPart:
    """One file of a hand-over as it comes; read once, in order."""

    name: str
    size_bytes: int
    stream: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCase:
    """
    What a hand-over holds; nothing of it is kept yet.

    Attributes:
        opens_allegations: their key came along.
        log_key_id: of the key that signed its log so far.
        manifest_sha256: hex; the manifest names the digest of every file, so this is one of all.
    """

    case_id: CaseId
    contents: CaseContents
    opens_allegations: bool
    log_key_id: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    entry: CaseEntry
    case_key: bytes
    allegation_key: bytes
    files: Mapping[str, tuple[int, str]]
    sha256: str


def look_into_case(vault: Vault, parts: Iterator[GivenPart], watch: Watch = unwatched) -> GivenCase:
    """
    Return what a hand-over holds, verified whole; the vault is as it was before.

    Raises:
        HandOverDamagedError: BB-417, not a hand-over, or not whole, or not what it says.
        CaseAlreadyHereError: BB-418, this vault has it already.
        OriginalOfOtherCaseError: BB-111, a photo of it serves another case here (HARM 11).
        DiskFullError: BB-410.
    """
    manifest = _manifest(parts)
    with _laid(vault, manifest, parts, manifest.entry, watch) as places:
        given = _given(places, manifest)
        vault.entered.take_back_case(given.case_id)
    return given


def take_over_case(
    vault: Vault,
    parts: Iterator[GivenPart],
    capacity: Capacity,
    *,
    looked_at: str = "",
    watch: Watch = unwatched,
) -> CaseStore:
    """
    Return a case of another vault, open, after all of it was verified.

    Until the last step the index calls it "being made": whatever breaks off is removed.

    Args:
        vault: that takes it.
        parts: of the hand-over, in order.
        capacity: in which the new holder acts.
        looked_at: digest of the manifest that somebody saw and said yes to; empty for none.
        watch: told of each piece; what it raises ends it, and nothing is left behind.

    Raises:
        HandOverDamagedError: BB-417, not a hand-over, or not whole, or not what it says.
        HandOverOtherError: BB-052, another one than was looked at.
        CaseAlreadyHereError: BB-418, this vault has it already.
        OriginalOfOtherCaseError: BB-111, a photo of it serves another case here (HARM 11).
        DiskFullError: BB-410; nothing is left behind.
    """
    vault.require_cases()
    manifest = _manifest(parts)
    if looked_at and manifest.sha256 != looked_at:
        raise HandOverOtherError
    case_id = manifest.entry.case_id
    entered = vault.entered
    key, log = fresh_key(), NewLog()
    entry = replace(
        manifest.entry,
        key_commitment=commitment(key),
        log_key_commitment=commitment(log.public_key),
    )
    with _laid(vault, manifest, parts, entry, watch) as places:
        _change_keys(places, manifest, key, log, capacity)
        entered.write_case_key(case_id, key)
        if manifest.allegation_key:
            Settings(entered).set(compartment_of(case_id), manifest.allegation_key, case_key=key)
        entered.index.settle_case(case_id)
    return vault.open_case(case_id)


@contextmanager
def _laid(
    vault: Vault,
    manifest: _Manifest,
    parts: Iterator[GivenPart],
    entry: CaseEntry,
    watch: Watch,
) -> Iterator[CasePlaces]:
    """Give where the case lies, written and verified; it goes again on any error in the body."""
    case_id, entered = entry.case_id, vault.entered
    if entered.index.case(case_id) is not None:
        raise CaseAlreadyHereError
    total = sum(size for size, _ in manifest.files.values())
    entered.disk.require_free(entered.folder.path, total)
    try:
        entry = replace(entry, state=CaseState.CREATING)
        entered.index.announce_case(entry, entered.clock.now())
        places = replace(vault.case_places_under(case_id, manifest.case_key))
        _write(places, manifest, parts, watch)
        _require_whole(places, manifest, watch)
        _require_free_photos(vault, places, manifest)
        yield places
    except Exception:
        with suppress(DiskFullError, DiskFailedError, VaultDamagedError):
            entered.take_back_case(case_id)
        raise


def _given(places: CasePlaces, manifest: _Manifest) -> GivenCase:
    database = open_case_database(places, manifest.entry)
    try:
        opened = OpenCase(places, database)
        return GivenCase(
            case_id=manifest.entry.case_id,
            contents=contents_of(opened.documents, opened.case, entries=opened.head().size),
            opens_allegations=bool(manifest.allegation_key),
            log_key_id=key_id(opened.log_public_key),
            manifest_sha256=manifest.sha256,
        )
    finally:
        database.close()


def _manifest(parts: Iterator[GivenPart]) -> _Manifest:
    first = next(parts, None)
    if first is None or first.name != MANIFEST_NAME or first.size_bytes > _MANIFEST_BYTES:
        raise HandOverDamagedError("no manifest")
    raw = first.stream.read(first.size_bytes)
    try:
        content = parse_canonical(raw)
        if not isinstance(content, Mapping) or content["format"] != FORMAT or content["v"] != 1:
            raise HandOverDamagedError("not a manifest of version 1")
        case_id, origin = str(content["case"]), str(content["origin"])
        listed = content["files"]
        if not _CASE_ID.fullmatch(case_id) or not is_origin(origin):
            raise HandOverDamagedError("not the name of a case")
        if not isinstance(listed, Mapping):
            raise HandOverDamagedError("no list of files")
        case_key = bytes.fromhex(str(content["case_key"]))
        log_key = bytes.fromhex(str(content["log_key_commitment"]))
        allegation_key = bytes.fromhex(str(content.get("allegation_key", "")))
        files = {name: _listed(name, said) for name, said in listed.items()}
    except (KeyError, ValueError, BenbanError) as error:
        if isinstance(error, HandOverDamagedError):
            raise
        raise HandOverDamagedError("the manifest cannot be read") from error
    if {len(case_key), len(log_key), len(allegation_key) or KEY_BYTES} != {KEY_BYTES}:
        raise HandOverDamagedError("not a key")
    entry = CaseEntry(
        case_id=CaseId(case_id),
        state=CaseState.LIVE,
        key_commitment=commitment(case_key),
        log_key_commitment=log_key,
        origin=origin,
    )
    return _Manifest(
        entry=entry,
        case_key=case_key,
        allegation_key=allegation_key,
        files=files,
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _listed(name: str, said: JsonValue) -> tuple[int, str]:
    size = said.get("size_bytes") if isinstance(said, Mapping) else None
    sha256 = said.get("sha256") if isinstance(said, Mapping) else None
    is_right = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    if not _NAME.fullmatch(name) or not is_right or not _HEX.fullmatch(str(sha256)):
        raise HandOverDamagedError("a file that no case has")
    return int(str(size)), str(sha256)


def _write(
    places: CasePlaces, manifest: _Manifest, parts: Iterator[GivenPart], watch: Watch
) -> None:
    left = dict(manifest.files)
    done, total = 0, sum(size for size, _ in manifest.files.values())
    disk = places.disk
    disk.make_folder(places.folder.path)
    for part in parts:
        size, sha256 = left.pop(part.name, (-1, ""))
        if size != part.size_bytes:
            raise HandOverDamagedError("a file that is not listed, or of another size")
        target = places.folder.path / part.name
        disk.make_folder(target.parent)
        found = hashlib.sha256()
        with disk.create(target) as file:
            for piece in iter(lambda: part.stream.read(_PIECE_BYTES), b""):  # noqa: B023 - read here
                found.update(piece)
                file.write(piece)
                done += len(piece)
                watch(done, total)
            file.flush()
        if found.hexdigest() != sha256:
            raise HandOverDamagedError("a file was changed")
    if left:
        raise HandOverDamagedError("a file is missing")
    disk.make_folder(places.folder.blobs)
    for folder in sorted({path for path in places.folder.path.rglob("*") if path.is_dir()}):
        disk.flush_folder(folder)


def _require_whole(places: CasePlaces, manifest: _Manifest, watch: Watch) -> None:
    """Read every byte and every leaf before anything of it is believed."""
    # First: a view or a trigger of somebody else's making must not run in this vault.
    _require_schema(places, manifest)
    if why_not_whole(places, manifest.entry, watch=watch):
        raise HandOverDamagedError("the case is not whole")


def _require_schema(places: CasePlaces, manifest: _Manifest) -> None:
    try:
        database = open_case_database(places, manifest.entry)
    except VaultDamagedError as error:
        raise HandOverDamagedError("the case is not whole") from error
    try:
        found = {str(row[0]) for row in database.rows("SELECT sql FROM sqlite_master") if row[0]}
    except VaultDamagedError as error:
        raise HandOverDamagedError("the case is not whole") from error
    finally:
        database.close()
    found -= {"CREATE TABLE sqlite_sequence(name,seq)"}
    if found != {one.strip() for one in CASE_SQL.split(";\n") if one.strip()}:
        raise HandOverDamagedError("another schema")


def _require_free_photos(vault: Vault, places: CasePlaces, manifest: _Manifest) -> None:
    database = open_case_database(places, manifest.entry)
    try:
        photos = OpenCase(places, database).documents.all(Original)
    finally:
        database.close()
    if any(vault.cases_with_original(one.sha256) for one in photos):
        raise OriginalOfOtherCaseError


def _change_keys(
    places: CasePlaces, manifest: _Manifest, key: bytes, log: NewLog, capacity: Capacity
) -> None:
    """Let both keys sign the change, then encrypt the database under a key of this vault."""
    database = open_case_database(places, manifest.entry)
    try:
        opened = OpenCase(places, database)
        head, old = opened.head(), opened.log_private_key
        fields = key_change_fields(
            opened.origin,
            head.size,
            head.root,
            old_private_key=old,
            new_private_key=log.private_key,
        )
        with opened.transaction():
            opened.append(
                EventDraft(
                    kind=EventKind.KEY_CHANGED,
                    subject=manifest.entry.case_id,
                    fields=tuple(_plain(name, value) for name, value in fields.items()),
                )
            )
            opened.append(
                EventDraft(
                    kind=EventKind.TAKEN_OVER,
                    subject=manifest.entry.case_id,
                    fields=(
                        _plain("old_key_id", key_id(public_key_of(old))),
                        _plain("new_key_id", key_id(log.public_key)),
                        _plain("entries", str(head.size)),
                    ),
                )
            )
            _withdraw_permissions(opened)
            _state_capacity(opened, capacity)
            database.execute("UPDATE keeper SET log_private_key = ?", (log.private_key,))
        database.rekey(subkey(key, KeyUse.DATABASE))
        # The old head is under the old key.
        OpenCase(replace(places, key=key), database).write_head()
    finally:
        database.close()


def _withdraw_permissions(opened: OpenCase) -> None:
    """Withdraw what was allowed elsewhere: whoever takes it over was never asked (promise 1)."""
    now = opened.places.clock.now()
    for one in opened.documents.all(StandingPermission):
        if one.revoked_at is None:
            opened.documents.save([replace(one, revoked_at=now)])
            opened.append(
                EventDraft(
                    kind=EventKind.STANDING_REVOKED,
                    subject=one.id,
                    fields=(_plain("act", one.act.value),),
                ),
                PROGRAM,
            )


def _state_capacity(opened: OpenCase, capacity: Capacity) -> None:
    """Let the new holder's own capacity stand: that of the giver is not theirs (HARM 9)."""
    opened.documents.save([replace(opened.case, capacity=capacity)])
    opened.append(
        EventDraft(
            kind=EventKind.CAPACITY_STATED,
            subject=opened.case.id,
            fields=(_plain("capacity", capacity.value),),
        )
    )


def _plain(name: str, value: str) -> Field:
    return Field(name=name, value=value, is_sensitive=False)
