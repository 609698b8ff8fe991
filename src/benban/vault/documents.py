"""
Values of the model as stored JSON: one table of which types are kept and what their id is.

Source: docs/reference/vault-format-v1.md section 6, ``items``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar, cast

import msgspec

from benban.errors import VaultDamagedError
from benban.model.allegation import SealedAllegation
from benban.model.case import Case
from benban.model.consent import CapacityDocument, Consent
from benban.model.custody import Checkpoint, RevocationAnswer, RevocationList, TimestampToken
from benban.model.damage import Damage
from benban.model.exhibit import Capture, Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction
from benban.model.fingerprint import OriginalFingerprint, QuestionedFingerprint
from benban.model.hash_sharing import HashSharing
from benban.model.imported import Import
from benban.model.note import Note
from benban.model.own_photo import AuditedPhoto
from benban.model.photo_ages import PHOTO_AGES_ID, PhotoAges
from benban.model.remedy import Notice, Plan
from benban.model.routes import HostFacts, LinkAnswer, SourcePhoto
from benban.model.sighting import Sighting
from benban.model.standing import StandingPermission
from benban.model.watch import Look, Offer, Place
from benban.model.witness import Witness
from benban.vault.database import Database, bytes_of

StoredCheckpoint = Checkpoint
Storable: TypeAlias = (
    Case
    | Sighting
    | Capture
    | Exhibit
    | Original
    | QuestionedFingerprint
    | OriginalFingerprint
    | CommonOrigin
    | Direction
    | CopyMatch
    | Plan
    | Notice
    | TimestampToken
    | Checkpoint
    | Import
    | RevocationAnswer
    | RevocationList
    | StandingPermission
    | Witness
    | LinkAnswer
    | SourcePhoto
    | HostFacts
    # Papers, consent, allegations, damage.
    | Consent
    | CapacityDocument
    | Damage
    | SealedAllegation
    | Place
    | Look
    | Offer
    | Note
    | AuditedPhoto
    | PhotoAges
    | HashSharing
)
T = TypeVar("T", bound=Storable)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[T]):
    name: str
    type: type[T]
    id_of: Callable[[T], str]


# The name stands in the database for ever, whatever the class is called later.
_KINDS: tuple[_Kind[Storable], ...] = cast(
    "tuple[_Kind[Storable], ...]",
    (
        _Kind("Case", Case, lambda one: one.id),
        _Kind("Sighting", Sighting, lambda one: one.id),
        _Kind("Capture", Capture, lambda one: one.id),
        _Kind("Exhibit", Exhibit, lambda one: one.id),
        _Kind("Original", Original, lambda one: one.id),
        _Kind("QuestionedFingerprint", QuestionedFingerprint, lambda one: one.exhibit_id),
        _Kind("OriginalFingerprint", OriginalFingerprint, lambda one: one.original_id),
        _Kind("CommonOrigin", CommonOrigin, lambda one: one.id),
        _Kind("Direction", Direction, lambda one: one.comparison_id),
        _Kind("CopyMatch", CopyMatch, lambda one: f"{one.exhibit_id}|{one.other_id}"),
        _Kind("Plan", Plan, lambda one: one.sighting_id),
        _Kind("Notice", Notice, lambda one: one.id),
        _Kind(
            "TimestampToken",
            TimestampToken,
            lambda one: f"{one.authority}|{one.checkpoint_size}",
        ),
        _Kind("Checkpoint", Checkpoint, lambda one: str(one.size)),
        _Kind("Import", Import, lambda one: one.id),
        _Kind(
            "RevocationList",
            RevocationList,
            lambda one: f"{one.authority}|{one.checkpoint_size}|{one.certificate.hex}",
        ),
        _Kind(
            "RevocationAnswer",
            RevocationAnswer,
            lambda one: f"{one.authority}|{one.checkpoint_size}|{one.certificate.hex}",
        ),
        _Kind("StandingPermission", StandingPermission, lambda one: one.id),
        _Kind("Witness", Witness, lambda one: one.id),
        # Plan.
        _Kind("LinkAnswer", LinkAnswer, lambda one: one.to.value),
        _Kind("SourcePhoto", SourcePhoto, lambda one: one.sighting_id),
        _Kind("HostFacts", HostFacts, lambda one: one.host),
        _Kind("Consent", Consent, lambda one: one.id),
        _Kind("CapacityDocument", CapacityDocument, lambda one: one.id),
        _Kind("Damage", Damage, lambda one: one.id),
        _Kind("SealedAllegation", SealedAllegation, lambda one: one.id),
        _Kind("Place", Place, lambda one: one.id),
        _Kind("Look", Look, lambda one: one.id),
        _Kind("Offer", Offer, lambda one: one.id),
        _Kind("Note", Note, lambda one: one.id),
        _Kind("AuditedPhoto", AuditedPhoto, lambda one: one.id),
        _Kind("PhotoAges", PhotoAges, lambda _: PHOTO_AGES_ID),
        _Kind("HashSharing", HashSharing, lambda one: one.id),
    ),
)
_BY_TYPE: dict[type, _Kind[Storable]] = {kind.type: kind for kind in _KINDS}
STORED_TYPES: tuple[type[Storable], ...] = tuple(kind.type for kind in _KINDS)


def stored_id(item: Storable) -> str:
    """Return the id under which *item* is kept."""
    return _BY_TYPE[type(item)].id_of(item)


def encoded(item: Storable) -> bytes:
    """
    Return *item* as JSON that reads back as exactly this value.

    Raises:
        ValueError: JSON cannot hold it: an infinite number, a lone surrogate; a mistake of the
            calling code.
    """
    stored = msgspec.json.encode(item)
    try:
        again = msgspec.json.decode(stored, type=type(item))
    except msgspec.MsgspecError as error:
        raise ValueError("the value cannot be stored") from error
    # An infinite number is written as null; where None is allowed nobody would ever notice.
    if again != item:
        raise ValueError("the value cannot be stored exactly")
    return stored


def decoded(kind: type[T], stored: bytes) -> T:
    """
    Return the value of stored JSON.

    Raises:
        VaultDamagedError: BB-406, not a value of this type.
    """
    try:
        return msgspec.json.decode(stored, type=kind)
    except (msgspec.MsgspecError, ValueError) as error:
        part = _BY_TYPE[kind].name
        raise VaultDamagedError("a stored value does not fit its type", part=part) from error


class Documents:
    """The ``items`` table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, kind: type[T]) -> tuple[T, ...]:
        """Return every value of this type, oldest first."""
        rows = self._database.rows(
            "SELECT json FROM items WHERE type = ? ORDER BY seq", (_BY_TYPE[kind].name,)
        )
        return tuple(decoded(kind, bytes_of(stored)) for (stored,) in rows)

    def maybe(self, kind: type[T], item_id: str) -> T | None:
        """Return the value with this id; None if there is none."""
        row = self._database.row(
            "SELECT json FROM items WHERE type = ? AND id = ?", (_BY_TYPE[kind].name, item_id)
        )
        return None if row is None else decoded(kind, bytes_of(row[0]))

    def save(self, items: Sequence[Storable]) -> None:
        """Write values in the running transaction; one with the same id is replaced in place."""
        for item in items:
            self._database.execute(
                "INSERT INTO items (type, id, json) VALUES (?, ?, ?)"
                " ON CONFLICT (type, id) DO UPDATE SET json = excluded.json",
                (_BY_TYPE[type(item)].name, stored_id(item), encoded(item)),
            )

    def add(self, item: Storable) -> None:
        """
        Write a new value in the running transaction.

        Raises:
            ValueError: the id is taken; a mistake of the calling code.
        """
        if self.maybe(type(item), stored_id(item)) is not None:
            raise ValueError("the id is taken")
        self.save([item])

    def remove(self, items: Sequence[Storable]) -> None:
        """Remove values in the running transaction; one not there is no error."""
        for item in items:
            self._database.execute(
                "DELETE FROM items WHERE type = ? AND id = ?",
                (_BY_TYPE[type(item)].name, stored_id(item)),
            )

    def clear(self, kind: type[T]) -> None:
        """Remove every value of one type in the running transaction."""
        self._database.execute("DELETE FROM items WHERE type = ?", (_BY_TYPE[kind].name,))
