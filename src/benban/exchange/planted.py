"""
Whether this exchange finds what it should: tried with random bits that the program itself plants.

Nobody types a hash here (HARM 19): whoever could would ask whether a person is in the bank. What
is planted goes the way of every hash, system of record, changes and matcher, in a bank that no
member reads, and is withdrawn before the answer; where the program ends in between, it expires.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from benban.bank.words import HASH_BITS, as_words
from benban.exchange.audit import AuditEntry
from benban.exchange.entry import OPERATORS
from benban.exchange.fit import is_flat
from benban.exchange.matcher import RADIUS_BITS
from benban.exchange.ports import Member, Part, SharedBank, Transaction, Who
from benban.exchange.process import Process
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
)

# A member without keys that is stopped from the beginning, and the bank that it alone reads.
PLANTER, PLANTED = MemberId("mem-planted"), BankId("bnk-planted")
# The same; within; the last that matches; the first that does not; another picture.
DISTANCES = (0, 16, RADIUS_BITS, RADIUS_BITS + 1, 64)
_OPERATOR = Who(part=Part.OPERATOR)
_STANDS = timedelta(minutes=10)
_NAME, _QUALITY = "benban (planted)", 100
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One question near the planted hash, and what was answered."""

    distance_bits: int
    is_found: bool

    @property
    def is_expected(self) -> bool:
        """Whether it must be found."""
        return self.distance_bits <= RADIUS_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedTest:
    """
    What became of a planted hash.

    Attributes:
        is_gone: it was not found any more by the question after its withdrawal.
    """

    tried: tuple[Tried, ...]
    is_gone: bool

    @property
    def is_well(self) -> bool:
        """Whether every answer was as it must be."""
        return self.is_gone and all(one.is_found == one.is_expected for one in self.tried)


def try_planted(process: Process, *, by: str) -> PlantedTest:
    """
    Return what this process answers to questions near a hash that it planted just now.

    Args:
        process: that answers members as well.
        by: who asks for it; stands in the audit.

    Raises:
        MatcherBehindError: BB-965.
        RecordUnavailableError: BB-962.
    """
    pdq = _random_hash()
    planted = _plant(process, pdq)
    try:
        tried = tuple(
            Tried(distance_bits=bits, is_found=_is_found(process, _turned(pdq, bits)))
            for bits in DISTANCES
        )
    finally:
        _withdraw(process, planted)
    is_gone = not _is_found(process, pdq)
    found = sum(one.is_found for one in tried)
    with process.store.within(_OPERATOR) as work:
        work.add_audit(
            [
                AuditEntry(
                    member=OPERATORS,
                    at=process.clock.now(),
                    actor=by,
                    deed="try-planted",
                    subject=str(planted.id),
                    asked=len(tried),
                    found=found,
                )
            ]
        )
    return PlantedTest(tried=tried, is_gone=is_gone)


def _plant(process: Process, pdq: str) -> SharedHash:
    now = process.clock.now()
    with process.store.within(_OPERATOR) as work:
        work.take_turn()
        _require_bank(work, process)
        planted = work.keep_hash(
            SharedHash(
                id=work.next_id(PLANTED),
                bank=PLANTED,
                state=HashState.ACTIVE,
                pdq=Pdq(hex=pdq, quality=_QUALITY),
                provenance=Provenance.PLANTED,
                attested_by=PLANTER,
                # Of no log: nobody agreed, because nobody is in it.
                consent_leaf=secrets.token_hex(32),
                consent_key=secrets.token_hex(32),
                attested_at=now,
                active_from=now,
                expires_at=now + _STANDS,
            ),
            Act.ATTEST,
            now,
        )
        heads = work.heads()
    process.counter.raise_to(heads.total)
    return planted


def _withdraw(process: Process, planted: SharedHash) -> None:
    with process.store.within(_OPERATOR) as work:
        work.take_turn()
        gone = replace(work.hash_of(planted.id), state=HashState.TOMBSTONE, pdq=None)
        work.keep_hash(gone, Act.WITHDRAW, process.clock.now())
        heads = work.heads()
    process.counter.raise_to(heads.total)


def _require_bank(work: Transaction, process: Process) -> None:
    banks = work.banks()
    if PLANTED in {one.id for one in banks}:
        return
    work.keep_member(
        Member(
            id=PLANTER,
            name=_NAME,
            secret=secrets.token_bytes(_SECRET_BYTES),
            made_at=process.clock.now(),
            is_stopped=True,
        )
    )
    work.keep_bank(
        SharedBank(
            id=PLANTED,
            ordinal=1 + max((one.ordinal for one in banks), default=-1),
            name=_NAME,
            rule=BankRule.MATCH,
            owner=PLANTER,
            readers=frozenset({PLANTER}),
        )
    )


def _is_found(process: Process, pdq: str) -> bool:
    return bool(process.matcher.near(as_words([pdq]), PLANTER)[0])


def _random_hash() -> str:
    while is_flat(pdq := secrets.token_hex(HASH_BITS // 8)):
        pass
    return pdq


def _turned(pdq: str, bits: int) -> str:
    """Return the hash with so many of its bits turned, wherever they happen to lie."""
    mask = sum(1 << at for at in secrets.SystemRandom().sample(range(HASH_BITS), bits))
    return f"{int(pdq, 16) ^ mask:064x}"
