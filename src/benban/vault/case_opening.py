"""Make a case folder, open one, and mend what an interruption left (format section 9)."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benban.errors import BenbanError, DiskFailedError, DiskFullError, VaultDamagedError
from benban.model.case import Case
from benban.model.custody import EventDraft, EventKind, Field
from benban.model.exhibit import Capture, Exhibit, Original, interrupted
from benban.model.imported import Import
from benban.model.sighting import Sighting
from benban.seal.merkle import tree_root
from benban.seal.note import fresh_origin, public_key_of
from benban.seal.visit_record import visit_fields
from benban.vault.blobs import Role
from benban.vault.database import SCHEMA_VERSION, Database, bytes_of, text_of
from benban.vault.documents import Documents
from benban.vault.forgetting import covers_pictures, has_pictures, originals_go, what_goes
from benban.vault.index import CaseEntry
from benban.vault.keys import KeyUse, commitment, fresh_key, subkey
from benban.vault.log import Head, read_head
from benban.vault.rules import has_owner
from benban.vault.schema import CASE_SQL, lay_tables
from benban.vault.writing import PROGRAM, CasePlaces, OpenCase

_DATABASE = "case.db"
_FINISHED = Field(name="reason", value="finished after an interruption", is_sensitive=False)


class NewLog:
    """Name and key of a log that is about to be made."""

    def __init__(self) -> None:
        self.origin = fresh_origin()
        self.private_key = fresh_key()

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the Ed25519 public key."""
        return public_key_of(self.private_key)


def make_case(places: CasePlaces, case: Case, log: NewLog) -> None:
    """Lay a case folder with its first event; nothing refers to it yet."""
    places.disk.make_folder(places.folder.path)
    places.disk.make_folder(places.folder.blobs)
    places.disk.make_folder(places.folder.head.parent)
    key = subkey(places.key, KeyUse.DATABASE)
    database = Database.new(places.folder.database, key, places.disk)
    try:
        with database.transaction():
            lay_tables(database, CASE_SQL)
            database.execute("INSERT INTO keeper VALUES (?, ?)", (log.origin, log.private_key))
            Documents(database).save([case])
        opened = OpenCase(places, database)
        with opened.transaction():
            opened.append(
                EventDraft(
                    kind=EventKind.CASE_OPENED,
                    subject=case.id,
                    fields=(
                        _plain("capacity", case.capacity.value),
                        _plain("demonstration", "yes" if case.is_demonstration else "no"),
                    ),
                )
            )
        if not places.folder.head.exists():
            # A first head that is missing could not be told from one that was taken away.
            opened.write_head()
    finally:
        database.close()
    for folder in (places.folder.path, places.folder.path.parent):
        places.disk.flush_folder(folder)


def open_case(places: CasePlaces, entry: CaseEntry) -> OpenCase:
    """
    Return an open case after mending what an interruption left.

    Raises:
        VaultDamagedError: BB-406, the database is missing, damaged or another case's.
    """
    database = open_case_database(places, entry)
    try:
        opened = OpenCase(places, database)
        _mend(opened, _damage(opened))
    except BaseException:
        database.close()
        raise
    return opened


def finish_interrupted(places: CasePlaces, entry: CaseEntry) -> None:
    """
    Mend a case that was open when the program was stopped, unless commits were lost.

    A loss is left as it is for :func:`open_case`: the person may first want to look, or to put a
    backup back.

    Raises:
        VaultDamagedError: BB-406.
    """
    database = open_case_database(places, entry)
    try:
        opened = OpenCase(places, database)
        if _damage(opened) is None:
            _mend(opened, None)
    finally:
        database.close()


def open_case_database(places: CasePlaces, entry: CaseEntry) -> Database:
    """
    Return the database of a case, checked against the index; nothing is mended.

    Raises:
        VaultDamagedError: BB-406.
    """
    part = f"cases/{entry.case_id}/{_DATABASE}"
    # SQLite would make an empty database in the place of a missing one.
    if not places.folder.database.is_file() or not places.folder.database.stat().st_size:
        raise VaultDamagedError("missing", part=part)
    try:
        database = _database(places)
    except VaultDamagedError as error:
        raise VaultDamagedError(error.detail, part=part) from error
    try:
        _require_identity(database, entry, part)
    except BaseException:
        database.close()
        raise
    return database


def damaged_pages(places: CasePlaces) -> tuple[str, ...]:
    """Return what is wrong with a database that does not open as this case's; may be nothing."""
    if not places.folder.database.is_file() or not places.folder.database.stat().st_size:
        return ()
    try:
        database = _database(places)
    except BenbanError:
        return ()
    try:
        return database.problems()
    finally:
        database.close()


def _database(places: CasePlaces) -> Database:
    key = subkey(places.key, KeyUse.DATABASE)
    return Database(places.folder.database, key, places.disk)


def _require_identity(database: Database, entry: CaseEntry, part: str) -> None:
    try:
        version = database.row("PRAGMA user_version")
        row = database.row("SELECT origin, log_private_key FROM keeper")
        case = Documents(database).maybe(Case, entry.case_id)
    except VaultDamagedError as error:
        raise VaultDamagedError(error.detail, part=part) from error
    if version != (SCHEMA_VERSION,) or row is None or case is None:
        raise VaultDamagedError("not this case's database", part=part)
    log_key = commitment(public_key_of(bytes_of(row[1])))
    if (text_of(row[0]), log_key) != (entry.origin, entry.log_key_commitment):
        raise VaultDamagedError("not the log that the index commits to", part=part)


def _mend(opened: OpenCase, damage: EventDraft | None) -> None:
    with suppress(DiskFullError, DiskFailedError):
        # Whoever was stopped while forgetting left the old pages, and with them keys, in the log.
        opened.database.truncate_wal()
    opened.blobs.unlink_destroyed()
    unnamed = opened.blobs.unnamed_files()
    if damage is None:
        _bring_head_up(opened)
        _remove_unnamed(opened, unnamed)
    else:
        _set_aside(opened, unnamed, damage)
    _forget_closed(opened)
    _drop_ownerless(opened)
    _end_visits(opened)


def _damage(opened: OpenCase) -> EventDraft | None:
    """Return what has to be said when commits were lost; None when the log is whole."""
    try:
        noted = read_head(opened.places.folder.head, key=opened.head_key, origin=opened.origin)
    except VaultDamagedError as error:
        return _event(EventKind.DAMAGE_FOUND, _plain("part", f"log/head {error.detail}"))
    if is_prefix(noted, opened.log.leaves()):
        return None
    return _event(
        EventKind.DAMAGE_FOUND,
        _plain("part", "log"),
        _plain("head_size", str(noted.size)),
        _plain("head_root", noted.root.hex()),
        _plain("database_size", str(opened.head().size)),
    )


def _bring_head_up(opened: OpenCase) -> None:
    noted = read_head(opened.places.folder.head, key=opened.head_key, origin=opened.origin)
    if noted != opened.head():
        with suppress(DiskFullError, DiskFailedError):
            opened.write_head()


def is_prefix(noted: Head, leaves: Sequence[bytes]) -> bool:
    """Return whether *noted* is the head of the beginning of *leaves*."""
    return noted.size <= len(leaves) and tree_root(leaves[: noted.size]) == noted.root


def _remove_unnamed(opened: OpenCase, files: Sequence[Path]) -> None:
    # Left by an interruption between the rename and the commit: nobody has their key.
    for path in files:
        opened.places.disk.unlink(path)
    if files:
        _report(opened, _event(EventKind.RECOVERED, _plain("removed_parts", str(len(files)))))


def _set_aside(opened: OpenCase, files: Sequence[Path], damage: EventDraft) -> None:
    # Commits were lost: a backup of the database may still hold the keys of these files. They are
    # moved first. With the report the head is written anew, and from then on nothing would tell
    # them from what an interruption left, which is removed.
    disk, folder = opened.places.disk, opened.places.folder
    if not files:
        _report(opened, damage)
        return
    disk.make_folder(folder.lost)
    for path in files:
        disk.rename(path, folder.lost / path.name)
    for place in (folder.lost, folder.path):
        disk.flush_folder(place)
    moved = _event(EventKind.RECOVERED, _plain("set_aside_parts", str(len(files))))
    _report(opened, damage, moved)


def _forget_closed(opened: OpenCase) -> None:
    # Answers were changed and the program was stopped before the pictures went (HARM 2).
    allowed = {
        sighting.id for sighting in opened.documents.all(Sighting) if sighting.answers.all_yes
    }
    if opened.is_marked_minor():
        allowed = set()
    closed = [
        exhibit
        for exhibit in opened.documents.all(Exhibit)
        if has_pictures(exhibit) and exhibit.sighting_id not in allowed
    ]
    # A digest that covers pictures goes as well, also where none of them was kept.
    told = [
        one.sighting_id
        for one in opened.documents.all(Import)
        if covers_pictures(one) and one.sighting_id not in allowed
    ]
    for sighting_id in dict.fromkeys([*(exhibit.sighting_id for exhibit in closed), *told]):
        ids = [exhibit.id for exhibit in closed if exhibit.sighting_id == sighting_id]
        going = what_goes(opened.kept(), ids, for_minor=True, sighting_id=sighting_id)
        counted = _plain("exhibits", str(len(going.exhibits)))
        marked = _event(EventKind.MINOR_MARKED, counted, _FINISHED, subject=sighting_id)
        opened.destroy(going, marked, PROGRAM)
    originals = [one.id for one in opened.documents.all(Original)]
    if originals and not opened.allows_originals():
        counted = _plain("originals", str(len(originals)))
        forgotten = _event(EventKind.FORGOTTEN, counted, _FINISHED)
        opened.destroy(originals_go(opened.kept(), originals), forgotten, PROGRAM)


def _drop_ownerless(opened: OpenCase) -> None:
    ownerless = [
        blob
        for blob in opened.blobs.all()
        if blob.role is Role.DERIVED and not has_owner(opened, blob.owner)
    ]
    if ownerless:
        with opened.database.transaction():
            opened.blobs.destroy(ownerless)
        opened.database.truncate_wal()
        opened.blobs.unlink_destroyed()


def _end_visits(opened: OpenCase) -> None:
    # Last: what a closed sighting does not allow is gone by now and is not named.
    for noted in opened.documents.all(Capture):
        if noted.is_under_way:
            ended = interrupted(noted, opened.documents.all(Exhibit))
            fields = (_plain("act", "visit"), *visit_fields(ended))
            # On a full disk the case opens all the same; the next opening does it.
            with suppress(DiskFullError, DiskFailedError), opened.transaction():
                opened.documents.save([ended])
                opened.append(_event(EventKind.RECOVERED, *fields, subject=ended.id), PROGRAM)


def _report(opened: OpenCase, *events: EventDraft) -> None:
    with opened.transaction():
        for event in events:
            opened.append(event, PROGRAM)


def _event(kind: EventKind, *fields: Field, subject: str = "") -> EventDraft:
    return EventDraft(kind=kind, subject=subject, fields=fields)


def _plain(name: str, value: str) -> Field:
    return Field(name=name, value=value, is_sensitive=False)
