"""The shared inside of an open case: transactions, the log's head, contents put in place."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from benban.errors import DiskFailedError, DiskFullError
from benban.model.case import Case
from benban.model.clock import Clock
from benban.model.custody import CustodyEvent, EventDraft, EventKind, Field
from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin, CopyMatch, Direction
from benban.model.fingerprint import OriginalFingerprint, QuestionedFingerprint
from benban.model.imported import Import
from benban.model.own_photo import AuditedPhoto
from benban.model.photo_ages import PHOTO_AGES_ID, PhotoAges, opens_photos
from benban.model.sighting import Sighting
from benban.model.witness import Witness
from benban.seal.note import public_key_of
from benban.vault.blobs import Blobs, Role
from benban.vault.database import Database, bytes_of, text_of
from benban.vault.disk import Disk
from benban.vault.documents import Documents
from benban.vault.forgetting import Going, Kept, forgotten_positions
from benban.vault.keys import KeyUse, subkey
from benban.vault.layout import CaseFolder
from benban.vault.log import CustodyLog, Frontier, Head, write_head
from benban.vault.ports import Workplace, nothing_known
from benban.vault.spool import SpooledPart

PERSON = "person"
PROGRAM = "program"
# Records of something kept or given away say who worked, on what and with which programs
# (SWGDE 21-F-001; ISO/IEC 27037: auditable, repeatable).
_WITH_WORKPLACE = frozenset(
    {
        EventKind.ADOPTED,
        EventKind.ORIGINAL_ADDED,
        EventKind.CAPTURED,
        EventKind.DOSSIER_SEALED,
        EventKind.HANDED_OVER,
        EventKind.TAKEN_OVER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePlaces:
    """
    What an open case needs of its vault.

    Attributes:
        key: the case key, 32 bytes.
        tmp: the vault's ``tmp/``.
        give_up_ballast: frees room on a full disk; False when there is none left.
        operator: pseudonym of the user who works here, another one in each case: the key id over
            their public key and the case's id.
        workplace: device and programs.
        names_operator: in every event of a person; else where the records ask for it.
    """

    folder: CaseFolder
    key: bytes
    tmp: Path
    disk: Disk
    clock: Clock
    give_up_ballast: Callable[[], bool]
    operator: str = ""
    workplace: Workplace = nothing_known
    names_operator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """
    Content made from an exhibit, an original or a comparison; it goes when that goes.

    Attributes:
        owner: id of what it was made from.
        kind: e.g. ``veiled``, ``descriptors``; one of a kind for each owner.
    """

    owner: str
    kind: str
    data: bytes


class OpenCase:
    """A case database that is open, with its log and contents; shared by all its stores."""

    def __init__(
        self, places: CasePlaces, database: Database, beside: "OpenCase | None" = None
    ) -> None:
        """
        Keep what the stores work on.

        Args:
            places: of the person who works here.
            database: of the case.
            beside: the same case, open by the same connection; one log has one end.
        """
        self.places = places
        self.database = database
        self.documents = Documents(database)
        self.log = CustodyLog(database, places.clock)
        self.blobs = Blobs(database, places.folder, places.disk, places.tmp)
        self.appended: list[bytes] = []
        if beside is None:
            self.frontier = Frontier(self.log.leaves())
        else:
            self.frontier, self.appended = beside.frontier, beside.appended
        row = database.rows("SELECT origin, log_private_key FROM keeper")[0]
        self.origin = text_of(row[0])
        self.log_private_key = bytes_of(row[1])

    def beside(self, places: CasePlaces) -> "OpenCase":
        """Return the same open case for a person: their name in the log, their way out."""
        return OpenCase(places, self.database.share(), self)

    @property
    def case(self) -> Case:
        """The case itself."""
        return self.documents.all(Case)[0]

    @property
    def log_public_key(self) -> bytes:
        """The 32 bytes of the log's Ed25519 public key."""
        return public_key_of(self.log_private_key)

    @property
    def head_key(self) -> bytes:
        """The key of ``log/head``."""
        return subkey(self.places.key, KeyUse.LOG_HEAD)

    def head(self) -> Head:
        """Return size and root of the log as it stands."""
        with self.database.held():
            return self.frontier.head()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the body one transaction and, when it lasts, bring ``log/head`` up to it."""
        with self.database.held():
            try:
                with self.database.transaction():
                    yield
            except BaseException:
                self.appended.clear()
                raise
            for leaf in self.appended:
                self.frontier.add(leaf)
            self.appended.clear()
            # The commit stands and the caller must not repeat it. A head that lags is a state the
            # format allows; the next act or the next opening writes it.
            with suppress(DiskFullError, DiskFailedError):
                self.write_head()

    def append(self, event: EventDraft, actor: str = PERSON) -> CustodyEvent:
        """Write an event as the next leaf of the running transaction."""
        if event.kind in _WITH_WORKPLACE:
            event = replace(event, fields=(*event.fields, *self._workplace_fields(event)))
        elif self.places.names_operator and actor == PERSON:
            operator = Field(name="operator", value=self.places.operator, is_sensitive=False)
            event = replace(event, fields=(*event.fields, operator))
        position = self.frontier.head().size + len(self.appended)
        written = self.log.append(event, position, actor)
        self.appended.append(bytes.fromhex(written.leaf_sha256.hex))
        if event.kind is EventKind.MINOR_MARKED and event.subject in {"", self.case.id}:
            self.database.execute(
                "INSERT OR IGNORE INTO marks (kind, subject, position) VALUES (?, ?, ?)",
                (event.kind.value, event.subject, position),
            )
        return written

    def _workplace_fields(self, event: EventDraft) -> tuple[Field, ...]:
        said = {field.name for field in event.fields}
        operator = Field(name="operator", value=self.places.operator, is_sensitive=False)
        known = (operator, *self.places.workplace())
        return tuple(field for field in known if field.value and field.name not in said)

    def is_marked_minor(self) -> bool:
        """Return whether the whole case was marked: somebody may be under 18."""
        return (
            self.database.row("SELECT 1 FROM marks WHERE kind = ?", (EventKind.MINOR_MARKED.value,))
            is not None
        )

    def allows_originals(self) -> bool:
        """Return whether declared photos may be kept: the age answers speak of them as well."""
        ages = self.documents.maybe(PhotoAges, PHOTO_AGES_ID)
        return not self.is_marked_minor() and opens_photos(self.documents.all(Sighting), ages)

    def write_head(self) -> None:
        """
        Write ``log/head``.

        Raises:
            DiskFullError: BB-410.
            DiskFailedError: BB-411.
        """
        write_head(
            self.places.folder.head,
            self.frontier.head(),
            key=self.head_key,
            origin=self.origin,
            disk=self.places.disk,
            staging=self.places.tmp / f"head-{secrets.token_hex(16)}",
        )

    @contextmanager
    def placed(self, part: SpooledPart) -> Iterator[str]:
        """Put a part in place for the body, which writes its row; take it back if that fails."""
        name = self.blobs.place(part)
        try:
            yield name
        except Exception:
            self.blobs.take_back(name)
            raise

    @contextmanager
    def placed_derived(
        self, derived: Sequence[Derived]
    ) -> Iterator[tuple[tuple[str, SpooledPart], ...]]:
        """Encrypt and place derived content for the body; take it back if that fails."""
        placed: list[tuple[str, SpooledPart]] = []
        try:
            for one in derived:
                part = self.blobs.spooled(one.data)
                placed.append((self.blobs.place(part), part))
            yield tuple(placed)
        except Exception:
            for name, _ in placed:
                self.blobs.take_back(name)
            raise

    def destroy(self, going: Going, event: EventDraft, actor: str = PERSON) -> None:
        """
        Destroy what goes and write *event*; on a full disk the ballast makes room.

        Raises:
            DiskFullError: BB-410.
            DiskFailedError: BB-411; the next opening ends what was begun.
        """
        self._with_ballast(lambda: self._destroy_once(going, event, actor))
        # Old pages, and with them keys, stand in the write-ahead log until it is cut.
        self._with_ballast(self.database.truncate_wal)
        self.blobs.unlink_destroyed()

    def forget_photos(self) -> None:
        """
        Destroy the list of the person's own photos; no record ever described it.

        Raises:
            DiskFullError: BB-410.
            DiskFailedError: BB-411; called again, it ends what was begun.
        """
        self._with_ballast(self._clear_photos)
        self._with_ballast(self.database.truncate_wal)

    def kept(self) -> Kept:
        """Return what forgetting has to look at."""
        return Kept(
            exhibits=self.documents.all(Exhibit),
            originals=self.documents.all(Original),
            allows_originals=self.allows_originals(),
            questioned=self.documents.all(QuestionedFingerprint),
            declared=self.documents.all(OriginalFingerprint),
            findings=self.documents.all(CommonOrigin),
            directions=self.documents.all(Direction),
            copies=self.documents.all(CopyMatch),
            imports=self.documents.all(Import),
            witnesses=self.documents.all(Witness),
        )

    def _clear_photos(self) -> None:
        with self.database.transaction():
            self.documents.clear(AuditedPhoto)

    def _with_ballast(self, act: Callable[[], None]) -> None:
        try:
            act()
        except DiskFullError:
            if not self.places.give_up_ballast():
                raise
            act()

    def _destroy_once(self, going: Going, event: EventDraft, actor: str) -> None:
        with self.transaction():
            self.documents.remove(
                [
                    *going.exhibits,
                    *going.originals,
                    *going.questioned,
                    *going.declared,
                    *going.findings,
                    *going.directions,
                    *going.copies,
                ]
            )
            self.documents.save([*going.imports, *going.witnesses])
            self.blobs.destroy([one for one in self.blobs.all() if one.owner in going.owners])
            self.log.forget_records(forgotten_positions(self.log.events(), going.owners))
            self.log.forget_values(going.values)
            if event.kind is EventKind.MINOR_MARKED:
                # The list of one's own photos, and what groups them, is kept of adults alone.
                self.documents.clear(AuditedPhoto)
            self.append(event, actor)

    def keep_derived(self, derived: Derived, name: str, part: SpooledPart) -> None:
        """Write the row of placed derived content in the running transaction."""
        old = self.blobs.maybe(Role.DERIVED, derived.owner, derived.kind)
        self.blobs.destroy([] if old is None else [old])
        self.blobs.add(name, part, Role.DERIVED, derived.owner, derived.kind)
