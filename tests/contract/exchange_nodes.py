"""A node of an exchange over either system of record, without HTTP."""

from dataclasses import dataclass

from benban.bank.words import as_words
from benban.exchange.attestation import ConsentProof, proof_bytes
from benban.exchange.flood import FloodLimits
from benban.exchange.matcher import Matcher, OwnCounter
from benban.exchange.office import Caller, Office
from benban.model.shared_hash import (
    Act,
    BankId,
    ConfirmReason,
    DisputeReason,
    MemberId,
    Provenance,
    SharedHash,
)
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.leaf import leaf_hash
from benban.testing.clock import FakeClock
from tests.contract.exchange_stores import BANK
from tests.unit.exchange.shared import ATTESTER, EXCHANGE, NOW, SECOND, consent_proof, pdq

REASONS: dict[Act, DisputeReason | ConfirmReason] = {
    Act.CONFIRM: ConfirmReason.SAW_THE_REPORT,
    Act.DISPUTE: DisputeReason.LAWFUL_PICTURE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node of an exchange; another one may read the same database."""

    office: Office
    matcher: Matcher
    clock: FakeClock
    store: DatabaseStore

    def attest(
        self,
        proof: ConsentProof,
        by: MemberId = ATTESTER,
        bank: BankId = BANK,
        provenance: Provenance = Provenance.CASE_OF_A_HOTLINE,
    ) -> SharedHash:
        """Hand in a proof."""
        caller = Caller(member=by, actor="key")
        return self.office.attest(caller, proof_bytes(proof), bank=bank, provenance=provenance)

    def act(self, shared: SharedHash, act: Act, by: MemberId = SECOND) -> SharedHash:
        """Do something as a member."""
        caller = Caller(member=by, actor="key")
        return self.office.act(caller, shared.id, act, reason=REASONS.get(act))

    def matches(self, by: MemberId = SECOND, seed: int = 1) -> bool:
        """Ask for one hash."""
        return self.matcher.near(as_words([pdq(seed).hex]), by) != [()]


def begun_node(store: DatabaseStore, clock: FakeClock | None = None, **limits: int) -> Node:
    """Return a node that knows what stands; *limits* are those of the flood hold."""
    clock = clock or FakeClock(NOW)
    counter = OwnCounter()
    matcher = Matcher(store, clock, counter)
    matcher.load()
    office = Office(
        store,
        matcher,
        counter,
        clock=clock,
        exchange=EXCHANGE,
        limits=FloodLimits(**limits),
    )
    return Node(office=office, matcher=matcher, clock=clock, store=store)


def hand_in_proof(seed: int = 1) -> ConsentProof:
    """Return the proof of a consent to the hash of a seed."""
    return consent_proof(said={"pdq": pdq(seed).hex})


def leaf_of(proof: ConsentProof) -> str:
    """Return the leaf of a consent, hex."""
    return leaf_hash(proof.salt, proof.record).hex()
