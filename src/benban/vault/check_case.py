"""Check one case: its database, its log from the first leaf, its head and its contents."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benban.errors import BenbanError, ContentDamagedError, VaultDamagedError
from benban.model.custody import CustodyEvent, EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.ids import CaseId
from benban.model.report import Check
from benban.seal.leaf import check_openings, leaf_hash, parse_record
from benban.seal.note import public_key_of
from benban.vault.blobs import Blob, Blobs, Role
from benban.vault.case_opening import damaged_pages, is_prefix, open_case_database
from benban.vault.database import Database, Row, bytes_of, number_of
from benban.vault.documents import STORED_TYPES, Documents
from benban.vault.index import CaseEntry
from benban.vault.keys import KeyUse, subkey
from benban.vault.log import HEAD_PART, CustodyLog, Head, read_head
from benban.vault.reporting import (
    DAMAGED,
    EXTRA,
    MISSING,
    NOT_READ,
    SHORTER,
    failed,
    not_done,
    passed,
)
from benban.vault.stream import Failure, sealed_size
from benban.vault.watching import Watch, unwatched
from benban.vault.writing import CasePlaces

_PIECE_BYTES = 1 << 20
# What file managers drop into any folder; not worth a word.
DROPPINGS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCase:
    """What a receipt is compared with."""

    case_id: CaseId
    origin: str
    public_key: bytes
    leaves: tuple[bytes, ...]


def check_case(
    places: CasePlaces,
    entry: CaseEntry,
    *,
    read: bool,
    watch: Watch = unwatched,
    again: frozenset[str] | None = None,
) -> tuple[tuple[Check, ...], CheckedCase | None]:
    """
    Return the checks of one case and what a receipt is compared with; nothing is mended.

    Args:
        places: where it lies, and its key.
        entry: what it must be.
        read: decrypt every content; else its size and place only.
        watch: told of each piece that was read.
        again: subjects of the contents to read; None reads all. Whoever looks a second time, while
            nobody may write, reads what was wrong and no more.
    """
    name = f"cases/{entry.case_id}"
    try:
        database = open_case_database(places, entry)
    except BenbanError as error:
        part = f"{name}/case.db"
        pages = damaged_pages(places)
        return (
            failed("database", part, error.detail),
            *(failed("database", part, page) for page in pages),
        ), None
    try:
        return _Checking(places, entry, database, watch).run(read=read, again=again)
    finally:
        database.close()


class _Checking:
    def __init__(
        self, places: CasePlaces, entry: CaseEntry, database: Database, watch: Watch
    ) -> None:
        self._watch = watch
        self._read = self._total = 0
        self._ended_by: BenbanError | None = None
        self._places = places
        self._entry = entry
        self._name = f"cases/{entry.case_id}"
        self._database = database
        self._log = CustodyLog(database, places.clock)
        self._blobs = Blobs(database, places.folder, places.disk, places.tmp)

    def run(
        self, *, read: bool, again: frozenset[str] | None
    ) -> tuple[tuple[Check, ...], CheckedCase | None]:
        checks = list(self._pages())
        try:
            # The head first: an act that ends in between must not look like a loss.
            head = self._noted_head()
            leaves = self._log.leaves()
            key = bytes_of(self._database.rows("SELECT log_private_key FROM keeper")[0][0])
            checks += self._records()
            checks += self._head(head, leaves)
            checks += self._values()
            checks += self._contents(read=read, again=again)
        except BenbanError as error:
            if error is self._ended_by:
                # Somebody stopped the check: that is no damage.
                raise
            checks.append(failed("database", f"{self._name}/case.db", error.detail))
            return tuple(checks), None
        checked = CheckedCase(
            case_id=self._entry.case_id,
            origin=self._entry.origin,
            public_key=public_key_of(key),
            leaves=leaves,
        )
        return tuple(checks), checked

    def _pages(self) -> Iterator[Check]:
        problems = self._database.problems()
        for problem in problems:
            yield failed("database", f"{self._name}/case.db", problem)
        if not problems:
            yield passed("database", f"{self._name}/case.db")

    def _records(self) -> Iterator[Check]:
        name = f"{self._name} log"
        wrong = [
            number_of(row[0])
            for row in self._database.rows(
                "SELECT position, leaf, salt, record FROM log ORDER BY position"
            )
            if row[3] is not None and not self._is_record(row)
        ]
        for position in wrong:
            yield failed("log", name, f"entry {position} is not what its leaf stands for")
        for event in self._readable(wrong):
            if event.kind is EventKind.DAMAGE_FOUND:
                yield failed("continuity", name, _loss(event), SHORTER)
        if not wrong:
            yield passed("log", name)

    def _is_record(self, row: Row) -> bool:
        position, leaf, salt, record = row
        try:
            if leaf_hash(bytes_of(salt), bytes_of(record)) != bytes_of(leaf):
                return False
            opened = self._log.opening(number_of(position)).fields.values()
            check_openings(parse_record(bytes_of(record)), tuple(opened))
        except BenbanError:
            return False
        return True

    def _readable(self, wrong: Sequence[int]) -> Iterator[CustodyEvent]:
        return iter(()) if wrong else iter(self._log.events())

    def _noted_head(self) -> Head | VaultDamagedError:
        try:
            return read_head(
                self._places.folder.head,
                key=subkey(self._places.key, KeyUse.LOG_HEAD),
                origin=self._entry.origin,
            )
        except VaultDamagedError as error:
            return error

    def _head(self, noted: Head | VaultDamagedError, leaves: tuple[bytes, ...]) -> Iterator[Check]:
        name = f"{self._name}/{HEAD_PART}"
        if isinstance(noted, VaultDamagedError):
            yield failed("head", name, noted.detail)
        elif noted.size > len(leaves):
            lost = noted.size - len(leaves)
            yield failed("head", name, f"the log is {lost} entries shorter", SHORTER)
        elif not is_prefix(noted, leaves):
            yield failed("head", name, "the log has other entries", SHORTER)
        else:
            yield passed("head", name)

    def _values(self) -> Iterator[Check]:
        documents = Documents(self._database)
        for kind in STORED_TYPES:
            try:
                documents.all(kind)
            except VaultDamagedError as error:
                yield failed("values", f"{self._name} {kind.__name__}", error.detail)

    def _contents(self, *, read: bool, again: frozenset[str] | None) -> Iterator[Check]:
        blobs = self._blobs.all()
        yield from self._without_content(blobs)
        damaged = 0
        self._total = sum(blob.size_bytes for blob in blobs)
        for blob in blobs:
            subject = f"{self._name} {blob.role.value} {blob.owner} {blob.kind}".rstrip()
            failure = self._failure(blob, read=read and (again is None or subject in again))
            if failure is not None:
                damaged += 1
                message_id = MISSING if failure is Failure.MISSING else DAMAGED
                yield failed("content", subject, failure.value, message_id)
        yield from self._extra(blobs)
        if not read:
            yield not_done("contents", self._name, "sizes compared, not read", NOT_READ)
        elif not damaged:
            yield passed("contents", self._name, f"{len(blobs)} read")

    def _extra(self, blobs: Sequence[Blob]) -> Iterator[Check]:
        folder = self._places.folder
        known = {folder.blob(blob.name) for blob in blobs} | {folder.head}
        known |= {folder.database.with_name(f"case.db{end}") for end in ("", "-wal", "-shm")}
        for path in sorted(folder.path.rglob("*")):
            is_set_aside = path.is_dir() or path.parent == folder.lost
            if is_set_aside or path in known or path.name in DROPPINGS:
                continue
            if not self._blobs.is_to_go(path.name):
                shown = path.relative_to(folder.path).as_posix()
                yield failed("extra", f"{self._name}/{shown}", "nothing names it", EXTRA)

    def _without_content(self, blobs: Sequence[Blob]) -> Iterator[Check]:
        by_owner = {(blob.role, blob.owner): blob for blob in blobs}
        documents = Documents(self._database)
        wanted: list[tuple[Role, Exhibit | Original]] = []
        wanted += [(Role.EXHIBIT, one) for one in documents.all(Exhibit)]
        wanted += [(Role.ORIGINAL, one) for one in documents.all(Original) if one.is_kept]
        for role, item in wanted:
            blob = by_owner.get((role, item.id))
            name = f"{self._name} {role.value} {item.id}"
            if blob is None:
                yield failed("content", name, "no content belongs to it", MISSING)
            elif blob.sha256.hex() != item.sha256.hex or blob.size_bytes != item.size_bytes:
                yield failed("content", name, "another content belongs to it")

    def _failure(self, blob: Blob, *, read: bool) -> Failure | None:
        path = self._places.folder.blob(blob.name)
        try:
            if not read:
                is_right = path.stat().st_size == sealed_size(blob.size_bytes)
                return None if is_right else Failure.LENGTH
            found = hashlib.sha256()
            with self._blobs.open_blob(blob) as stream:
                while piece := stream.read(_PIECE_BYTES):
                    found.update(piece)
                    self._tell(len(piece))
        except FileNotFoundError:
            return Failure.MISSING
        except OSError:
            return Failure.UNREADABLE
        except ContentDamagedError as error:
            return Failure(error.params["failure"])
        return None if found.digest() == blob.sha256 else Failure.DIGEST

    def _tell(self, size_bytes: int) -> None:
        self._read += size_bytes
        try:
            self._watch(min(self._read, self._total), self._total)
        except BenbanError as error:
            self._ended_by = error
            raise


def _loss(event: CustodyEvent) -> str:
    values = {field.name: field.value for field in event.fields}
    if "head_size" in values:
        lost = int(values["head_size"]) - int(values["database_size"])
        return f"{max(lost, 0)} entries were lost before entry {event.position}"
    return f"{values.get('part', 'a part')} before entry {event.position}"
