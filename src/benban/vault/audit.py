"""
Who saw what: ``audit.db``, a chain of entries to which one can only add.

Whoever has the vault's key and may write the disk can write the chain anew; a head that is kept
elsewhere shows it. Source: docs/reference/vault-format-v1.md section 13.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from benban.errors import BenbanError, RoleRefusedError, VaultDamagedError
from benban.model.clock import Clock
from benban.model.people import Person, Role
from benban.model.report import Check
from benban.seal.canonical import canonical_json, parse_canonical
from benban.vault.database import Database, bytes_of, number_of
from benban.vault.index import stamp
from benban.vault.reporting import SHORTER, failed, passed
from benban.vault.schema import AUDIT_SQL, lay_tables

PART = "audit.db"
_PREFIX = b"benban/vault/v1/audit\x00"
# The name of an act or the pattern of a page: no letter of a person's words goes through.
_WHAT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /{}<>:._-]{0,119}|/[A-Za-z0-9/{}<>:._-]{0,119}")
_CASE = re.compile(r"case-[0-9a-f]{16}|")
_USER = re.compile(r"[0-9a-f]{16}|")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """
    One entry.

    Attributes:
        by: user id of who did it.
        what: pattern of a page, or the name of an act.
        case_id: empty when it was about none.
        about: user id of a colleague it was about; empty when it was about none.
    """

    position: int
    at: datetime
    by: str
    what: str
    case_id: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """How many entries there are, and the digest of the last: kept elsewhere, it shows a loss."""

    count: int
    digest: str


class Audit:
    """The entries, for one person who is in; their own name stands under what they note."""

    def __init__(self, database: Database, *, vault_id: str, clock: Clock, person: Person) -> None:
        self._database = database
        self._first = first_digest(vault_id)
        self._clock = clock
        self._person = person

    def note(self, what: str, case_id: str = "", *, about: str = "") -> None:
        """
        Add an entry; it lasts when this returns.

        Args:
            what: pattern of a page or name of an act; never anything that somebody typed.
            case_id: of the case it is about.
            about: user id of the colleague it is about.

        Raises:
            ValueError: it is none of that; a mistake of the calling code.
        """
        with self._database.transaction():
            head = self._last()
            view = View(
                position=head[0] + 1,
                at=self._clock.now(),
                by=self._person.user_id,
                what=what,
                case_id=case_id,
                about=about,
            )
            if not _is_proper(view):
                raise ValueError("not the name of an act or a page")
            entry = _entry(view)
            self._database.execute(
                "INSERT INTO entries VALUES (?, ?, ?)",
                (view.position, entry, chained(head[1], entry)),
            )

    def entries(self, after: int = 0, limit: int = 100) -> tuple[View, ...]:
        """
        Return entries in order.

        Args:
            after: position of the last one that is known.
            limit: how many at most.

        Raises:
            RoleRefusedError: BB-460, only auditors read who saw what.
        """
        if self._person.role is not Role.AUDITOR:
            raise RoleRefusedError
        rows = self._database.rows(
            "SELECT entry FROM entries WHERE position > ? ORDER BY position LIMIT ?",
            (after, max(0, limit)),
        )
        return tuple(_view(bytes_of(entry)) for (entry,) in rows)

    def of_case(self, case_id: str) -> tuple[View, ...]:
        """Return the entries about one case, in order; asked by who has its key."""
        rows = self._database.rows(
            "SELECT entry FROM entries WHERE instr(entry, ?) > 0 ORDER BY position",
            (case_id.encode(),),
        )
        found = tuple(_view(bytes_of(entry)) for (entry,) in rows)
        return tuple(one for one in found if one.case_id == case_id)

    def head(self) -> AuditHead:
        """Return count and digest, to be kept elsewhere."""
        count, digest = self._last()
        return AuditHead(count=count, digest=digest.hex())

    def check(self, known: AuditHead | None = None) -> tuple[Check, ...]:
        """
        Return what was changed, removed or exchanged; one check that passed when nothing was.

        Args:
            known: a head of before; without it a shorter end cannot be seen.
        """
        return tuple(self._problems(known)) or (passed("audit", PART),)

    def close(self) -> None:
        """Close this person's handle."""
        self._database.close()

    def _problems(self, known: AuditHead | None) -> Iterator[Check]:
        try:
            for problem in self._database.problems():
                yield failed("audit", PART, problem)
            digest, expected, is_known = self._first, 1, known is None or not known.count
            for row in self._database.rows(
                "SELECT position, entry, digest FROM entries ORDER BY 1"
            ):
                position, entry, kept = number_of(row[0]), bytes_of(row[1]), bytes_of(row[2])
                digest = chained(digest, entry)
                if position != expected or kept != digest or not _is_whole(entry, position):
                    yield failed("audit", PART, f"entry {expected} was changed or removed")
                    return
                if known is not None and known.count == position:
                    is_known = known.digest == digest.hex()
                expected += 1
        except BenbanError as error:
            yield failed("audit", PART, error.detail)
            return
        if not is_known:
            yield failed("audit", PART, "entries that were there before are missing", SHORTER)

    def _last(self) -> tuple[int, bytes]:
        row = self._database.row(
            "SELECT position, digest FROM entries ORDER BY position DESC LIMIT 1"
        )
        return (0, self._first) if row is None else (number_of(row[0]), bytes_of(row[1]))


def lay_audit(database: Database) -> None:
    """Make the tables."""
    with database.transaction():
        lay_tables(database, AUDIT_SQL)


def first_digest(vault_id: str) -> bytes:
    """Return what the first entry is chained to."""
    return hashlib.sha256(_PREFIX + vault_id.encode()).digest()


def chained(before: bytes, entry: bytes) -> bytes:
    """Return the digest of an entry after the digest of the one before."""
    return hashlib.sha256(_PREFIX + before + entry).digest()


def _is_proper(view: View) -> bool:
    """Return whether nothing in it is anything that somebody typed."""
    return bool(
        _WHAT.fullmatch(view.what) and _CASE.fullmatch(view.case_id) and _USER.fullmatch(view.about)
    )


def _is_whole(entry: bytes, position: int) -> bool:
    """Return whether these are the very bytes of an entry that :meth:`Audit.note` can write."""
    # A chain shows what was changed after it was written; not that what was chained is an entry.
    try:
        view = _view(entry)
        is_same = _entry(view) == entry
    except (BenbanError, ValueError, OverflowError):
        return False
    is_signed = bool(view.by) and bool(_USER.fullmatch(view.by))
    return is_same and is_signed and _is_proper(view) and view.position == position


def _entry(view: View) -> bytes:
    return canonical_json(
        {
            "v": 1,
            "position": view.position,
            "at": stamp(view.at),
            "by": view.by,
            "what": view.what,
            "case": view.case_id,
            "about": view.about,
        }
    )


def _view(entry: bytes) -> View:
    content = parse_canonical(entry)
    if not isinstance(content, Mapping):
        raise VaultDamagedError("not an entry", part=PART)
    said = {name: str(content.get(name, "")) for name in ("at", "by", "what", "case", "about")}
    try:
        return View(
            position=int(str(content.get("position", 0))),
            at=datetime.fromisoformat(said["at"]),
            by=said["by"],
            what=said["what"],
            case_id=said["case"],
            about=said["about"],
        )
    except ValueError as error:
        raise VaultDamagedError("not an entry", part=PART) from error
