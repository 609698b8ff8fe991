"""A member poisons the bank with a stolen key of another: what is answered meanwhile, and after."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from httpx import Response

from benban.errors.exchange import SecondPersonError
from benban.exchange.acts import agree, propose
from benban.exchange.answers import hash_id_in, opaque_number
from benban.exchange.audit import require_chain
from benban.exchange.feed import open_delta
from benban.exchange.flood import FloodLimits
from benban.exchange.life import DISPUTE_TIME, QUARANTINE
from benban.exchange.ports import SharedBank
from benban.exchange.two_people import BankAct
from benban.model.shared_hash import BankId, BankRule, HashId, HashState, MemberId
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.note import public_key_of
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import BANK, OPERATOR, empty_store, made_file, server, store
from tests.service.exchange_client import SIGNING_KEY, Client, Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, SECOND, THIRD, pdq

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]

_POISONER, _ROBBED, _HONEST = ATTESTER, SECOND, THIRD
_LOGOS = BankId("bnk-logos")
# Fewer than usual, so that the story is short: nothing else of it is another one.
_NEAR, _A_DAY = 6, 25
_LIMITS = FloodLimits(near_living=_NEAR, per_member_a_day=_A_DAY)
_HONEST_SEED, _LOGO, _POPULAR = 1, 50, 200
_KNOWS = "saw-the-report"
_LAWFUL = tuple(range(100, 108))


@dataclass(kw_only=True)
class Story:
    """The exchange, and what a subscriber took over so far."""

    exchange: Exchange
    taken: dict[str, str] = field(default_factory=dict)
    through: int = 0
    ids: dict[str, HashId] = field(default_factory=dict)

    def hands_in(self, hex_: str, by: MemberId = _POISONER, **said: str) -> Response:
        """Hand in any hash."""
        body = {**self.exchange.attestation(1, pdq=hex_), **said}
        answer = self.exchange.post("/v1/hashes", body, by)
        if answer.status_code == 201:
            self.ids[hex_] = hash_id_in(answer.json()["number"], self._secret(by))
        return answer

    def acts(self, hex_: str, by: MemberId, act: str, reason: str = "") -> Response:
        """Do something with a hash, under the member's own number of it."""
        number = opaque_number(self.ids[hex_], self._secret(by))
        return self.exchange.post(f"/v1/hashes/{number}/acts", {"act": act, "reason": reason}, by)

    def answers(self, *hexes: str) -> list[int]:
        """Return the places at which the honest member is told of a match."""
        answer = self.exchange.post("/v1/lookups", {"hashes": list(hexes)}, _HONEST).json()
        assert answer["action"] == "review"
        assert all(len(one["numbers"]) <= 64 for one in answer["matches"])
        return [one["at"] for one in answer["matches"]]

    def subscriber(self) -> set[str]:
        """Return what a subscriber matches with, after it took over what is new."""
        path = f"/v1/changes?after={self.through}"
        delta = open_delta(
            self.exchange.get(path, _HONEST).content,
            public_key=public_key_of(SIGNING_KEY),
            member=_HONEST,
            after=self.through,
            now=self.exchange.clock.now(),
        )
        self.through = delta.through
        for item in delta.items:
            self.taken.pop(item.number, None)
            if item.pdq is not None and not item.is_negative:
                self.taken[item.number] = item.pdq.hex
        return set(self.taken.values())

    def passes(self, time: timedelta) -> None:
        """Let time pass, and the clock do what is due."""
        self.exchange.clock.advance(time.total_seconds())
        self.exchange.process.matcher.follow()
        while self.exchange.process.office.tick():
            pass

    def state(self, hex_: str) -> HashState:
        """Return the state of a hash."""
        with self.exchange.process.store.within(OPERATOR) as work:
            return work.hash_of(self.ids[hex_]).state

    def _secret(self, member: MemberId) -> bytes:
        return member.encode()[-8:] * 4


@pytest.fixture
def story(exchange: Exchange, store: DatabaseStore) -> Iterator[Story]:
    """Three members read the bank; the honest one owns the logos that must not match."""
    with store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        everybody = frozenset({_POISONER, _ROBBED, _HONEST})
        work.keep_bank(replace(bank, readers=everybody, hands_in=everybody))
        work.keep_bank(
            SharedBank(
                id=_LOGOS,
                ordinal=2,
                name="logos",
                rule=BankRule.NEGATIVE,
                owner=_HONEST,
                readers=everybody,
                hands_in=frozenset({_HONEST}),
            )
        )
    exchange.process = begin_process(
        store, signing_key=SIGNING_KEY, limits=_LIMITS, clock=exchange.clock
    )
    exchange.client = Client(make_app(exchange.process, Allowance()))
    story = Story(exchange=exchange)
    own = pdq(_HONEST_SEED).hex
    assert story.hands_in(own, _HONEST).status_code == 201
    assert story.acts(own, _ROBBED, "confirm", _KNOWS).status_code == 200
    logo = pdq(_LOGO).hex
    said = {"bank": _LOGOS, "provenance": "own-platform"}
    assert story.hands_in(logo, _HONEST, **said).status_code == 201
    assert story.acts(logo, _ROBBED, "confirm", _KNOWS).status_code == 200
    yield story
    # Whatever happened: the person whose hash it is is found from the beginning to the end.
    assert story.answers(own) == [0]
    assert own in story.subscriber()


def _near(hex_: str, count: int) -> list[str]:
    """Return hashes of nearly the same picture."""
    return [f"{int(hex_, 16) ^ (one + 1):064x}" for one in range(count)]


def _poison(story: Story) -> tuple[list[str], list[str], list[str]]:
    """Return what the poisoner got to answer, what was held, and what nobody confirmed."""
    lawful = [pdq(seed).hex for seed in _LAWFUL]
    answering, held, waiting = list[str](), list[str](), list[str]()
    for hex_ in (*lawful, *_near(pdq(_POPULAR).hex, _NEAR + 4)):
        state = story.hands_in(hex_).json()["state"]
        confirmed = story.acts(hex_, _ROBBED, "confirm", _KNOWS).status_code
        assert (state, confirmed) in {("quarantine", 200), ("held", 409)}
        (answering if state == "quarantine" else held).append(hex_)
    while (said := story.hands_in(pdq(300 + len(waiting)).hex)).json()["state"] == "quarantine":
        waiting.append(pdq(300 + len(waiting)).hex)
    held.append(pdq(300 + len(waiting)).hex)
    assert said.status_code == 201
    return answering, held, waiting


def test_what_is_no_picture_or_a_logo_never_matches(story: Story) -> None:
    for flat in ("0" * 64, "f" * 64, "00ff" * 16):
        refused = story.hands_in(flat)
        assert (refused.status_code, refused.json()["why"]) == (422, "flat")
    near_logo = _near(pdq(_LOGO).hex, 1)[0]
    # To hide somebody's picture in the logos of another member is not possible either.
    hidden = story.hands_in(pdq(_HONEST_SEED).hex, bank=_LOGOS, provenance="own-platform")
    assert hidden.status_code == 422

    assert story.hands_in(near_logo).status_code == 201
    assert story.acts(near_logo, _ROBBED, "confirm", _KNOWS).status_code == 200

    assert story.state(near_logo) is HashState.ACTIVE
    assert story.answers(near_logo, pdq(_LOGO).hex) == []


def test_a_poisoned_bank_is_found_out_and_nothing_of_it_answers_in_the_end(story: Story) -> None:
    answering, held, waiting = _poison(story)

    # In between: a second member's key was enough for these, and no more of the same picture.
    assert story.answers(*answering) == list(range(len(answering)))
    assert set(answering) <= story.subscriber()
    assert len(answering) == len(_LAWFUL) + _NEAR
    assert len(held) == 4 + 1
    assert {story.state(one) for one in held} == {HashState.HELD}
    assert len(story.ids) - 2 == _A_DAY + 1
    assert story.answers(*waiting, held[-1]) == []

    # The honest member looks at what was told, and disputes: from then on nobody is told.
    for hex_ in answering:
        assert story.acts(hex_, _HONEST, "dispute", "lawful-picture").status_code == 200
    assert story.answers(*answering) == []
    assert not set(answering) & story.subscriber()
    for by in (_POISONER, _ROBBED):
        refused = story.acts(answering[0], by, "keep")
        assert (refused.status_code, refused.json()["code"]) == (409, "BB-955")

    _stop(story, _POISONER)

    assert story.hands_in(pdq(400).hex).status_code == 401
    assert story.exchange.get("/v1/audit", _POISONER).status_code == 401

    # Nobody decided in three days: gone. After seven what nobody confirmed waits for two people.
    story.passes(DISPUTE_TIME)
    assert {story.state(one) for one in answering} == {HashState.TOMBSTONE}
    story.passes(QUARANTINE - DISPUTE_TIME)
    assert {story.state(one) for one in (*held, *waiting)} == {HashState.HELD}
    assert story.answers(*answering, *held, *waiting) == []
    assert story.subscriber() == {pdq(_HONEST_SEED).hex}
    _require_told(story, len(answering))


def test_what_a_stopped_member_handed_in_answers_once_two_people_and_another_member_say_so(
    story: Story,
) -> None:
    hex_ = pdq(500).hex
    story.hands_in(hex_)
    _stop(story, _POISONER)
    story.passes(QUARANTINE)
    assert story.state(hex_) is HashState.HELD
    released = {"hash": str(story.ids[hex_])}

    _agreed(story, BankAct.RELEASE_HOLD, released)
    story.passes(QUARANTINE)
    assert story.state(hex_) is HashState.HELD

    _agreed(story, BankAct.RELEASE_HOLD, released)
    assert story.answers(hex_) == []
    assert story.acts(hex_, _HONEST, "confirm", _KNOWS).status_code == 200
    assert story.answers(hex_) == [0]


def _agreed(story: Story, act: BankAct, said: dict[str, str]) -> None:
    """Let two people do something; one alone cannot."""
    store, now = story.exchange.process.store, story.exchange.clock.now()
    with store.within(OPERATOR) as work:
        proposal, _ = propose(work, act, said, by="An", at=now)
    with pytest.raises(SecondPersonError), store.within(OPERATOR) as work:
        agree(work, proposal.id, by="An", digest=proposal.digest, at=now)
    with store.within(OPERATOR) as work:
        agree(work, proposal.id, by="Binh", digest=proposal.digest, at=now)
        total = work.heads().total
    story.exchange.process.counter.raise_to(total)


def _stop(story: Story, member: MemberId) -> None:
    _agreed(story, BankAct.STOP_MEMBER, {"member": member})


def _require_told(story: Story, answered: int) -> None:
    """Return if the audit says who did what, with which key, and holds no hash."""
    story.exchange.process.trail.flush()
    key_of = {member: key.split("_")[1] for member, key in story.exchange.keys.items()}
    said: dict[MemberId, list[tuple[str, str, str]]] = {}
    with story.exchange.process.store.within(OPERATOR) as work:
        for member in (_POISONER, _ROBBED, _HONEST):
            lines = work.audit(member, 0, 1_000)
            require_chain(lines)
            said[member] = [(one.entry.deed, one.entry.actor, one.entry.reason) for one in lines]
            text = json.dumps(said[member]) + "".join(one.entry.subject for one in lines)
            assert not any(hex_ in text for hex_ in story.ids)
    own = (_A_DAY + 1) * [("attest", key_of[_POISONER], "")]
    # By the clock, which has no key: the disputes that nobody decided, and what waits.
    by_clock = [one for one in said[_POISONER] if one[1] == ""]
    assert [one for one in said[_POISONER] if one[0] == "attest"] == own
    assert by_clock.count(("lapse", "", "")) == answered
    assert said[_POISONER].count(("stop-member", "operator", "An + Binh")) == 1
    # Whose key it was that confirmed shows: that member is asked next.
    assert said[_ROBBED].count(("confirm", key_of[_ROBBED], _KNOWS)) == answered + 2
    assert said[_HONEST].count(("dispute", key_of[_HONEST], "lawful-picture")) == answered
    assert any(deed == "lookup" for deed, _, _ in said[_HONEST])
