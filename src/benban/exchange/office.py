"""The deeds of an exchange: each one transaction, with its change and its line in the audit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from benban.bank.words import as_words
from benban.errors.exchange import (
    ActRefusedError,
    HashUnknownError,
    ProofRefusedError,
    TooManyRequestsError,
    WithdrawalRefusedError,
)
from benban.exchange.attestation import OLDEST_CONSENT, Consented, check_proof, read_proof
from benban.exchange.audit import AuditEntry
from benban.exchange.flood import (
    MOST_CONFIRMS_A_DAY,
    MOST_DISPUTES_A_DAY,
    FloodLimits,
    Seen,
    holding,
)
from benban.exchange.life import QUARANTINE, RETENTION, Wish, after, due, was_released
from benban.exchange.matcher import RADIUS_BITS, Counter, Matcher
from benban.exchange.ports import Part, SharedBank, Store, Transaction, Who
from benban.exchange.withdrawal import Withdrawal, read_withdrawal, require_withdrawal
from benban.model.clock import Clock
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    ConfirmReason,
    DisputeReason,
    HashId,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
)

# What belongs to a deed: the answer that is remembered for the same request.
Also = Callable[[Transaction, SharedHash], None]

_OPERATOR = Who(part=Part.OPERATOR)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_DUE_AT_ONCE = 500
# As long as a proof is taken: who repeats a request later has a new one.
_REMEMBERED = OLDEST_CONSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who does something: a member, by one of its keys or one of its people."""

    member: MemberId
    actor: str


class Office:
    """
    What members, the person and the clock do with shared hashes.

    Args:
        store: the system of record.
        matcher: of this node; asked how much lies near a new hash.
        counter: raised before a deed is confirmed, so that the next question knows of it.
        clock: of the program.
        exchange: key id of this exchange.
        limits: of the flood hold.
    """

    def __init__(
        self,
        store: Store,
        matcher: Matcher,
        counter: Counter,
        *,
        clock: Clock,
        exchange: str,
        limits: FloodLimits,
    ) -> None:
        self._store, self._matcher, self._counter = store, matcher, counter
        self._clock, self._exchange, self._limits = clock, exchange, limits

    def attest(
        self,
        caller: Caller,
        untrusted_proof: bytes,
        *,
        bank: BankId,
        provenance: Provenance,
        also: Also | None = None,
    ) -> SharedHash:
        """
        Return a hash as it stands after a member handed it in.

        Args:
            caller: who hands in.
            untrusted_proof: as it came.
            bank: one to which the member may hand in.
            provenance: as the member says.
            also: done in the same transaction, at its end.

        Raises:
            ProofRefusedError: BB-952.
            ProofUsedError: BB-953.
            AgeNotShownError: BB-954; nothing of it is kept, nor in the audit.
            HashRefusedError: BB-951.
            HashUnknownError: BB-956, no such bank for this member.
            ActRefusedError: BB-955, the member only reads it.
            MatcherBehindError: BB-965.
            RecordUnavailableError: BB-962.
        """
        now = self._clock.now()
        said = check_proof(read_proof(untrusted_proof), exchange=self._exchange, now=now)
        near_active = self._matcher.near_active(as_words([said.pdq.hex]))

        def deed(work: Transaction) -> tuple[SharedHash, Act]:
            open_banks = {one.id: one for one in work.banks() if not one.is_closed}
            if bank not in open_banks:
                raise HashUnknownError("no such bank")
            _require_fit_for(open_banks[bank], caller, provenance)
            self._require_not_withdrawn(work, said)
            seen = Seen(
                per_member_a_day=work.attested_since(now - _DAY, by=caller.member),
                per_bank_an_hour=work.attested_since(now - _HOUR, bank=bank),
                # Read in our turn: of a crowd that hands in at once each sees those before.
                near_living=near_active + work.near_waiting(said.pdq.hex, RADIUS_BITS),
            )
            shared = self._new(caller, said, work.next_id(bank), bank, provenance)
            is_held = holding(seen, self._limits) is not None
            return replace(shared, state=HashState.HELD) if is_held else shared, Act.ATTEST

        return self._do(Who(part=Part.MEMBER, member=caller.member), caller, deed, also=also)

    def act(
        self,
        caller: Caller,
        number: HashId,
        act: Act,
        *,
        reason: DisputeReason | ConfirmReason | None = None,
        also: Also | None = None,
    ) -> SharedHash:
        """
        Return a hash after a member confirmed, disputed, decided about, renewed or withdrew it.

        Args:
            caller: who does it.
            number: of the hash.
            act: what is done.
            reason: of a dispute why; of a confirmation how the member knows the case.
            also: done in the same transaction, at its end.

        Raises:
            ActRefusedError: BB-955.
            HashUnknownError: BB-956.
            TooManyRequestsError: BB-966, more disputes than anybody has in a day, or more of one
                other member's hashes confirmed than anybody looks at.
            RecordUnavailableError: BB-962.
        """
        now = self._clock.now()
        wish = Wish(act=act, at=now, by=caller.member, reason=reason)

        def deed(work: Transaction) -> tuple[SharedHash, Act]:
            shared = work.hash_of(number)
            _require_bounds(work, shared, wish, caller.member)
            return after(shared, wish), act

        who, said = Who(part=Part.MEMBER, member=caller.member), reason.value if reason else ""
        return self._do(who, caller, deed, reason=said, also=also)

    def withdraw_for_person(self, untrusted: bytes) -> SharedHash | None:
        """
        Return the tombstone of a hash that the person took back; the same a second time.

        None: nobody handed it in yet. It is kept, and nobody can any more.

        Raises:
            WithdrawalRefusedError: BB-958.
            TooManyRequestsError: BB-966, too many came that belong to nothing here.
            RecordUnavailableError: BB-962.
        """
        withdrawal = read_withdrawal(untrusted)
        wish = Wish(act=Act.WITHDRAW, at=self._clock.now())

        def deed(work: Transaction) -> tuple[SharedHash, Act | None]:
            shared = work.hash_by_leaf(withdrawal.leaf)
            require_withdrawal(withdrawal, consent_key=shared.consent_key, exchange=self._exchange)
            if shared.state is HashState.TOMBSTONE:
                return shared, None
            return after(shared, wish), Act.WITHDRAW

        if withdrawal.exchange != self._exchange:
            raise WithdrawalRefusedError("for another exchange")
        try:
            return self._do(_OPERATOR, None, deed)
        except HashUnknownError:
            with self._store.within(_OPERATOR) as work:
                work.take_turn()
                try:
                    work.hash_by_leaf(withdrawal.leaf)
                except HashUnknownError:
                    work.keep_early(withdrawal.leaf, withdrawal.signature, self._clock.now())
                    return None
        # It was handed in between the two.
        return self._do(_OPERATOR, None, deed)

    def keep_strange(self, withdrawal: Withdrawal) -> None:
        """
        Keep what a stranger signed for a consent that is used here, as if it were not.

        It never counts. Were it not kept, its sender would learn that the consent is used: of one
        that is not, only so many are kept.

        Raises:
            TooManyRequestsError: BB-966, as :meth:`withdraw_for_person`.
            RecordUnavailableError: BB-962.
        """
        with self._store.within(_OPERATOR) as work:
            work.take_turn()
            work.keep_early(withdrawal.leaf, withdrawal.signature, self._clock.now())

    def _require_not_withdrawn(self, work: Transaction, said: Consented) -> None:
        for signature in work.early_of(said.leaf):
            taken_back = Withdrawal(leaf=said.leaf, exchange=self._exchange, signature=signature)
            try:
                require_withdrawal(taken_back, consent_key=said.key, exchange=self._exchange)
            except WithdrawalRefusedError:
                # Anybody may send one; it counts only with the key of the consent.
                continue
            raise ProofRefusedError("taken back before it was handed in", why="withdrawn")

    def tick(self) -> int:
        """
        Return how many hashes the clock changed; called often, it never does too much at once.

        Raises:
            RecordUnavailableError: BB-962.
        """
        now = self._clock.now()
        with self._store.within(_OPERATOR) as work:
            waiting = work.due(now, _DUE_AT_ONCE)
            has_old = work.has_answers_before(now - _REMEMBERED)
        if has_old:
            with self._store.within(_OPERATOR) as work:
                work.take_turn()
                work.forget_answers_before(now - _REMEMBERED)
        for one in waiting:
            deed = self._by_clock(one.id, is_crowded=self._is_crowded(one, now))
            self._do(_OPERATOR, None, deed)
        return len(waiting)

    def _is_crowded(self, shared: SharedHash, now: datetime) -> bool:
        """Return whether a hash that would answer from now on lies near very many that do."""
        if due(shared, now) is not Act.ACTIVATE or was_released(shared) or shared.pdq is None:
            return False
        # One after the other: each sees those that the clock let answer a moment before.
        return self._matcher.near_active(as_words([shared.pdq.hex])) >= self._limits.near_living

    def _by_clock(
        self, number: HashId, *, is_crowded: bool
    ) -> Callable[[Transaction], tuple[SharedHash, Act | None]]:
        def deed(work: Transaction) -> tuple[SharedHash, Act | None]:
            # Read again: another node's clock may have been first.
            now, shared = self._clock.now(), work.hash_of(number)
            act = due(shared, now)
            if act is None:
                return shared, None
            # Nobody else knows the case, and who said so is no member any more: people look.
            is_stopped = act is Act.ACTIVATE and _is_stopped(work, shared.attested_by)
            if is_stopped or (act is Act.ACTIVATE and is_crowded):
                act = Act.HOLD
            return after(shared, Wish(act=act, at=now)), act

        return deed

    def _new(
        self,
        caller: Caller,
        said: Consented,
        number: HashId,
        bank: BankId,
        provenance: Provenance,
    ) -> SharedHash:
        now = self._clock.now()
        return SharedHash(
            id=number,
            bank=bank,
            state=HashState.QUARANTINE,
            pdq=said.pdq,
            provenance=provenance,
            attested_by=caller.member,
            consent_leaf=said.leaf,
            consent_key=said.key,
            attested_at=now,
            active_from=now + QUARANTINE,
            expires_at=now + RETENTION,
        )

    def _do(
        self,
        who: Who,
        caller: Caller | None,
        deed: Callable[[Transaction], tuple[SharedHash, Act | None]],
        *,
        reason: str = "",
        also: Also | None = None,
    ) -> SharedHash:
        with self._store.within(who) as work:
            work.take_turn()
            kept, act = deed(work)
            if act is not None:
                now = self._clock.now()
                kept = work.keep_hash(kept, act, now)
                entry = AuditEntry(
                    member=kept.attested_by if caller is None else caller.member,
                    at=now,
                    actor="" if caller is None else caller.actor,
                    deed=act.value,
                    subject=str(kept.id),
                    reason=reason,
                )
                work.add_audit([entry])
                if also is not None:
                    also(work, kept)
            heads = work.heads()
        # Before anybody is told that it is done: the next question here knows of it. Also where it
        # was done before: who did it may have ended before this node was told.
        self._counter.raise_to(heads.total)
        return kept


def _require_bounds(work: Transaction, shared: SharedHash, wish: Wish, by: MemberId) -> None:
    since, done, most = wish.at - _DAY, 0, 1
    if wish.act is Act.DISPUTE:
        done, most = work.disputed_since(since, by), MOST_DISPUTES_A_DAY
    elif wish.act is Act.CONFIRM:
        done, most = work.confirmed_since(since, by, shared.attested_by), MOST_CONFIRMS_A_DAY
    if done >= most:
        raise TooManyRequestsError(seconds=int(_HOUR.total_seconds()))


def _is_stopped(work: Transaction, member: MemberId) -> bool:
    return any(one.id == member and one.is_stopped for one in work.members())


def _require_fit_for(bank: SharedBank, caller: Caller, provenance: Provenance) -> None:
    # Somebody said yes so that their picture is found; in a negative bank it would be hidden.
    is_own = caller.member == bank.owner and provenance is Provenance.OWN_PLATFORM
    if bank.rule is BankRule.NEGATIVE and not is_own:
        raise ProofRefusedError("what must not match comes from the owner of that bank alone")
    if caller.member not in bank.hands_in:
        raise ActRefusedError("only reads this bank", act=Act.ATTEST.value, state="")
