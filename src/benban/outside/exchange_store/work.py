"""One transaction of the exchange, the same statements in SQLite and PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from benban.errors.exchange import (
    HashUnknownError,
    NothingSuchError,
    ProofUsedError,
    TwiceAtOnceError,
)
from benban.exchange.audit import AuditEntry, AuditLine, ChainEnd
from benban.exchange.keys import ApiKey
from benban.exchange.ports import Heads, Member, Remembered, SharedBank
from benban.exchange.two_people import Proposal
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    Change,
    HashId,
    HashState,
    MemberId,
    SharedHash,
    hash_id,
)
from benban.outside.exchange_store.bank_rows import bank_values, keep_readers, read_banks
from benban.outside.exchange_store.counted import (
    attested_since,
    confirmed_since,
    disputed_since,
)
from benban.outside.exchange_store.early import early_of, keep_early
from benban.outside.exchange_store.lines import add_lines, ends_of, length_of, lines_after
from benban.outside.exchange_store.near import by_pieces, keep_pieces, near_waiting, wanted_near
from benban.outside.exchange_store.rows import (
    as_number,
    as_time,
    hash_in,
    hash_values,
    key_in,
    key_values,
    member_in,
    member_values,
    pieces_kept,
    proposal_in,
    proposal_values,
)
from benban.outside.exchange_store.tables import (
    WAITING,
    api_keys,
    bank_readers,
    banks,
    changes,
    counters,
    hashes,
    members,
    proposals,
    remembered,
)

_CHANGE, _SETTING = "change", "setting"


class Work:
    """
    What stands in ``exchange.ports.Transaction``; made by the store, for one transaction.

    Args:
        connection: with a transaction begun, and, in PostgreSQL, as the part and member asked for.
        member: whose rows may be seen; None for the matcher and the operator, who see all. In
            PostgreSQL the database holds to it as well.
    """

    def __init__(self, connection: Connection, member: MemberId | None) -> None:
        self._connection, self._member = connection, member
        self._is_sqlite = connection.dialect.name == "sqlite"

    def take_turn(self) -> None:
        """Return when no other writer is at work; what is read from here on is the newest."""
        # SQLite's writers wait at BEGIN IMMEDIATE already.
        if not self._is_sqlite:
            turn = select(counters.c.value).where(counters.c.name == _CHANGE)
            self._connection.execute(turn.with_for_update())

    def heads(self) -> Heads:
        """Return how far the system of record is."""
        rows = self._connection.execute(select(counters.c.name, counters.c.value))
        values = {row.name: row.value for row in rows}
        return Heads(change=values[_CHANGE], setting=values[_SETTING])

    def members(self) -> tuple[Member, ...]:
        """Return every member that may be seen."""
        wanted = select(members).order_by(members.c.id)
        if self._member is not None:
            wanted = wanted.where(members.c.id == self._member)
        return tuple(member_in(row) for row in self._connection.execute(wanted))

    def keep_member(self, member: Member) -> None:
        """Keep a new member, or what changed of one."""
        self._keep(members, member_values(member), members.c.id == member.id)
        self._count(_SETTING)

    def api_keys(self) -> tuple[ApiKey, ...]:
        """Return every key that may be seen, ended ones too."""
        wanted = select(api_keys).order_by(api_keys.c.id)
        if self._member is not None:
            wanted = wanted.where(api_keys.c.member == self._member)
        return tuple(key_in(row) for row in self._connection.execute(wanted))

    def keep_key(self, key: ApiKey) -> None:
        """Keep a new key, or what changed of one."""
        self._keep(api_keys, key_values(key), api_keys.c.id == key.id)
        self._count(_SETTING)

    def banks(self) -> tuple[SharedBank, ...]:
        """Return every bank that may be seen."""
        found = read_banks(self._connection)
        return tuple(one for one in found if self._member is None or self._member in one.readers)

    def keep_bank(self, bank: SharedBank) -> None:
        """Keep a new bank, or what changed of one."""
        self._keep(banks, bank_values(bank), banks.c.id == bank.id, only_new={"next_count": 0})
        keep_readers(self._connection, bank)
        self._count(_SETTING)

    def tell_again(self, bank: BankId, at: datetime) -> None:
        """Give every hash of a bank that answers a change, in the order of numbers."""
        answers = (hashes.c.bank == bank, hashes.c.state == HashState.ACTIVE.value)
        count = self._connection.execute(select(func.count()).where(*answers)).scalar_one()
        if not count:
            return
        before = self._count(_CHANGE, count) - count
        told = select(
            before + func.row_number().over(order_by=hashes.c.id),
            literal(as_number(at)),
            literal(Act.TELL_AGAIN.value),
            hashes.c.id,
            hashes.c.bank,
        ).where(*answers)
        names = ["number", "at", "act", "hash_id", "bank"]
        self._connection.execute(insert(changes).from_select(names, told))

    def next_id(self, bank: BankId) -> HashId:
        """Return a number that no hash of the bank had before."""
        counted = (
            update(banks)
            .where(banks.c.id == bank)
            .values(next_count=banks.c.next_count + 1)
            .returning(banks.c.ordinal, banks.c.next_count)
        )
        row = self._connection.execute(counted).first()
        if row is None:
            raise HashUnknownError("no such bank")
        return hash_id(row.ordinal, row.next_count)

    def keep_hash(self, shared: SharedHash, act: Act, at: datetime) -> SharedHash:
        """Return a hash as it is kept now, with the number of its change."""
        number = self._count(_CHANGE)
        values = {**hash_values(shared), "change": number}
        pieces = pieces_kept(shared)
        if not self._is_sqlite:
            values["pieces"] = pieces or None
        try:
            self._keep_read(values, shared)
        except IntegrityError as error:
            raise ProofUsedError from error
        if self._is_sqlite:
            keep_pieces(self._connection, shared.id, pieces)
        self._connection.execute(
            insert(changes).values(
                number=number,
                at=as_number(at),
                act=act.value,
                hash_id=shared.id,
                bank=shared.bank,
            )
        )
        return self.hash_of(shared.id)

    def hash_of(self, number: HashId) -> SharedHash:
        """Return a hash."""
        return self._one(hashes.c.id == number)

    def hash_by_leaf(self, leaf: str) -> SharedHash:
        """Return the hash to which a consent belongs."""
        return self._one(hashes.c.consent_leaf == leaf)

    def keep_early(self, leaf: str, signature: bytes, at: datetime) -> None:
        """Keep a withdrawal of a consent that nobody handed in yet."""
        keep_early(self._connection, leaf, signature, at)

    def early_of(self, leaf: str) -> tuple[bytes, ...]:
        """Return the signatures of the withdrawals of a leaf that came before its hash."""
        return early_of(self._connection, leaf)

    def near_in_database(self, pdq_hex: str, radius_bits: int) -> tuple[HashId, ...]:
        """Return the active hashes within *radius_bits* (0 .. 31) of a hash, by number."""
        wanted = wanted_near(pdq_hex, is_sqlite=self._is_sqlite)
        asked = {"asked": pdq_hex, "radius": radius_bits}
        with by_pieces(self._connection):
            rows = self._connection.execute(self._seen(wanted), asked).all()
        return tuple(HashId(row.id) for row in rows)

    def near_waiting(self, pdq_hex: str, radius_bits: int) -> int:
        """Return how many hashes near one wait to answer (quarantine, disputed), in all banks."""
        return near_waiting(self._connection, pdq_hex, radius_bits)

    def attested_since(
        self, since: datetime, *, by: MemberId | None = None, bank: BankId | None = None
    ) -> int:
        """Return how many hashes were attested since then."""
        return attested_since(self._connection, since, by=by, bank=bank)

    def disputed_since(self, since: datetime, by: MemberId) -> int:
        """Return how many hashes a member disputed since then, other than those that were kept."""
        return disputed_since(self._connection, since, by)

    def confirmed_since(self, since: datetime, by: MemberId, of: MemberId) -> int:
        """Return how many hashes that another member handed in a member confirmed since then."""
        return confirmed_since(self._connection, since, by, of)

    def due(self, now: datetime, most: int) -> tuple[SharedHash, ...]:
        """Return hashes of which a time has passed, the longest ago first."""
        wanted = select(hashes).where(hashes.c.due_at <= as_number(now))
        rows = self._connection.execute(wanted.order_by(hashes.c.due_at).limit(most))
        return tuple(hash_in(row) for row in rows)

    def waiting(self, state: HashState, most: int) -> tuple[SharedHash, ...]:
        """Return hashes that wait for people (held, disputed), the longest first."""
        # The index's own words, so that both databases see that it holds all of them.
        wanted = select(hashes).where(text(WAITING), hashes.c.state == state.value)
        rows = self._connection.execute(self._seen(wanted).order_by(hashes.c.change).limit(most))
        return tuple(hash_in(row) for row in rows)

    def changes(self, after: int, most: int) -> tuple[Change, ...]:
        """Return the changes after a number, in order."""
        wanted = (
            select(
                changes,
                banks.c.rule,
                banks.c.is_closed,
                hashes.c.pdq,
                hashes.c.quality,
                hashes.c.state,
            )
            .join(hashes, hashes.c.id == changes.c.hash_id)
            .join(banks, banks.c.id == changes.c.bank)
            .where(changes.c.number > after)
        )
        rows = self._connection.execute(self._seen(wanted).order_by(changes.c.number).limit(most))
        return tuple(_change_in(row) for row in rows)

    def active(self, after: HashId | None, most: int) -> tuple[tuple[HashId, str], ...]:
        """Return number and hash of those that answer, in the order of numbers."""
        wanted = select(hashes.c.id, hashes.c.pdq).where(hashes.c.state == HashState.ACTIVE.value)
        if after is not None:
            wanted = wanted.where(hashes.c.id > after)
        rows = self._connection.execute(self._seen(wanted).order_by(hashes.c.id).limit(most))
        return tuple((HashId(row.id), row.pdq) for row in rows)

    def add_audit(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries to the chain of each member."""
        add_lines(self._connection, entries)

    def audit(self, member: MemberId, after: int, most: int) -> tuple[AuditLine, ...]:
        """Return the lines of a member after a number, in order."""
        if self._member not in (None, member):
            return ()
        return lines_after(self._connection, member, after, most)

    def audit_length(self, member: MemberId) -> int:
        """Return the number of the last line of a member; 0 before the first."""
        return length_of(self._connection, member)

    def audit_ends(self) -> Mapping[MemberId, ChainEnd]:
        """Return the last line of every chain of a member that may be seen, and of the people's."""
        return ends_of(self._connection, self._member)

    def remembered(self, actor: str, key: str) -> Remembered | None:
        """Return what was answered to the same request before."""
        row = self._connection.execute(
            select(remembered).where(remembered.c.actor == actor, remembered.c.key == key)
        ).first()
        if row is None:
            return None
        return Remembered(request=row.request, status=row.status, body=row.body)

    def remember(self, actor: str, key: str, answer: Remembered, at: datetime) -> None:
        """Keep what is answered; the second of two at once fails and is rolled back."""
        try:
            self._connection.execute(
                insert(remembered).values(
                    actor=actor,
                    key=key,
                    request=answer.request,
                    status=answer.status,
                    body=answer.body,
                    at=as_number(at),
                )
            )
        except IntegrityError as error:
            raise TwiceAtOnceError from error

    def has_answers_before(self, at: datetime) -> bool:
        """Return whether an answer from before is still remembered."""
        old = select(remembered.c.key).where(remembered.c.at < as_number(at)).limit(1)
        return self._connection.execute(old).first() is not None

    def forget_answers_before(self, at: datetime) -> None:
        """Forget them; whoever sends the same request again is a new one."""
        self._connection.execute(delete(remembered).where(remembered.c.at < as_number(at)))

    def proposals(self) -> Sequence[Proposal]:
        """Return the acts that wait for another person, oldest first."""
        wanted = select(proposals).where(proposals.c.agreed_by.is_(None))
        rows = self._connection.execute(wanted.order_by(proposals.c.proposed_at))
        return tuple(proposal_in(row) for row in rows)

    def keep_proposal(self, proposal: Proposal) -> None:
        """Keep a proposal, or that it was agreed to."""
        values = proposal_values(proposal)
        if proposal.agreed_by is None:
            self._connection.execute(insert(proposals).values(values))
            return
        # Once only: of two who agree at the same time the second one finds nothing waiting.
        is_waiting = (proposals.c.id == proposal.id) & proposals.c.agreed_by.is_(None)
        if not self._connection.execute(
            update(proposals).where(is_waiting).values(values)
        ).rowcount:
            raise NothingSuchError(what=proposal.id)

    def _one(self, which: ColumnElement[bool]) -> SharedHash:
        row = self._connection.execute(self._seen(select(hashes).where(which))).first()
        if row is None:
            raise HashUnknownError("none, or not one that may be seen")
        return hash_in(row)

    def _seen(self, wanted: Select[Any]) -> Select[Any]:
        # The database's own rule says the same in PostgreSQL; SQLite has none.
        if self._member is None:
            return wanted
        mine = select(bank_readers.c.bank).where(bank_readers.c.member == self._member)
        return wanted.where(hashes.c.bank.in_(mine))

    def _keep(
        self,
        table: Table,
        values: Mapping[str, object],
        which: ColumnElement[bool],
        only_new: Mapping[str, object] | None = None,
    ) -> None:
        changed = self._connection.execute(update(table).where(which).values(dict(values)))
        if not changed.rowcount:
            self._connection.execute(insert(table).values({**values, **(only_new or {})}))

    def _keep_read(self, values: Mapping[str, object], shared: SharedHash) -> None:
        if not shared.change:
            self._connection.execute(insert(hashes).values(dict(values)))
            return
        # Only over what was read: a withdrawal that came between must not be written over.
        is_as_read = (hashes.c.id == shared.id) & (hashes.c.change == shared.change)
        changed = self._connection.execute(update(hashes).where(is_as_read).values(dict(values)))
        if not changed.rowcount:
            raise TwiceAtOnceError

    def _count(self, name: str, by: int = 1) -> int:
        # One row for all: who changes something waits for who does now, so that the numbers stand
        # in the order in which they can be read.
        counted = (
            update(counters)
            .where(counters.c.name == name)
            .values(value=counters.c.value + by)
            .returning(counters.c.value)
        )
        number: int = self._connection.execute(counted).scalar_one()
        return number


def _change_in(row: Any) -> Change:  # noqa: ANN401 - a row of a join
    is_answering = row.state == HashState.ACTIVE.value and row.pdq is not None and not row.is_closed
    return Change(
        number=row.number,
        at=as_time(row.at),
        act=Act(row.act),
        hash_id=HashId(row.hash_id),
        bank=BankId(row.bank),
        rule=BankRule(row.rule),
        pdq=Pdq(hex=row.pdq, quality=row.quality) if is_answering else None,
    )
