"""A case is stamped, or it is said that it is not (B5 99)."""

from dataclasses import dataclass

from benban.casework.receipts import give_receipt
from benban.casework.stamp import stamp_case
from benban.errors import StampServiceUnreachableError
from benban.model.custody import EventKind, TimestampToken, TokenState
from benban.seal.merkle import tree_root
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa, TsaFault
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class InProcessAuthority:
    id: str
    tsa: FakeTsa

    @property
    def roots(self) -> tuple[bytes, ...]:
        return (self.tsa.root_der,)

    def stamp(self, request: bytes) -> bytes:
        return self.tsa.answer(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityOffline:
    id: str
    roots: tuple[bytes, ...] = ()

    def stamp(self, request: bytes) -> bytes:
        raise StampServiceUnreachableError


def test_two_authorities_stamp_the_same_checkpoint(store: CaseStore, clock: FakeClock) -> None:
    authorities = [InProcessAuthority(id=name, tsa=FakeTsa(clock=clock)) for name in ("a", "b")]

    stamped = stamp_case(store, authorities)

    assert [(token.authority, token.state, token.checkpoint_size) for token in stamped.tokens] == [
        ("a", TokenState.STAMPED, stamped.checkpoint.size),
        ("b", TokenState.STAMPED, stamped.checkpoint.size),
    ]


def test_an_authority_that_is_not_reached_leaves_a_pending_stamp_in_the_log(
    store: CaseStore,
) -> None:
    stamped = stamp_case(store, [AuthorityOffline(id="a")])

    kinds = [entry.kind for entry in store.events()]
    assert (stamped.tokens[0].state, store.all(TimestampToken), kinds[-2:]) == (
        TokenState.PENDING,
        stamped.tokens,
        [EventKind.ATTEMPT, EventKind.ATTEMPT_FAILED],
    )


def test_a_stamp_over_other_bytes_is_refused(store: CaseStore, clock: FakeClock) -> None:
    tsa = FakeTsa(clock=clock, fault=TsaFault.WRONG_IMPRINT)

    stamped = stamp_case(store, [InProcessAuthority(id="a", tsa=tsa)])

    assert (stamped.tokens[0].state, stamped.tokens[0].response) == (TokenState.REFUSED, b"")


def test_the_attempt_stands_in_the_log_before_the_checkpoint_that_is_stamped(
    store: CaseStore, clock: FakeClock
) -> None:
    stamped = stamp_case(store, [InProcessAuthority(id="a", tsa=FakeTsa(clock=clock))])

    last = store.events()[stamped.checkpoint.size - 1]
    assert last.kind is EventKind.ATTEMPT


def test_a_receipt_holds_the_root_of_the_log_at_its_size(
    store: CaseStore, clock: FakeClock
) -> None:
    receipt = give_receipt(store, clock)

    leaves = store.leaves()
    assert (receipt.size, bytes.fromhex(receipt.root.hex)) == (
        len(leaves),
        tree_root(leaves[: receipt.size]),
    )
