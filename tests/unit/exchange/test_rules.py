"""Answers, floods and two people (B5 105)."""

from datetime import timedelta

import pytest

from benban.errors.exchange import HashUnknownError, SecondPersonError
from benban.exchange.answers import hash_id_in, opaque_number
from benban.exchange.flood import FloodLimits, Seen, holding
from benban.exchange.two_people import BankAct, Proposal, agreed, proposed
from benban.model.shared_hash import HashId, bank_ordinal, hash_id
from tests.unit.exchange.shared import NOW

ONE, TWO = b"1" * 32, b"2" * 32
IDS = tuple(hash_id(3, count) for count in range(20))


def test_members_cannot_join_their_answers() -> None:
    assert not {opaque_number(one, ONE) for one in IDS} & {opaque_number(one, TWO) for one in IDS}


@pytest.mark.parametrize("number", [hash_id(0, 0), hash_id(65_535, (1 << 47) - 1)])
def test_a_member_names_a_hash_by_its_own_number(number: HashId) -> None:
    assert hash_id_in(opaque_number(number, ONE), ONE) == number


@pytest.mark.parametrize(
    "untrusted",
    ["", "0" * 32, "0" * 31, "G" * 32, opaque_number(hash_id(0, 1), TWO), "-" + "1" * 31],
)
def test_a_number_that_was_made_up_or_is_anothers_names_nothing(untrusted: str) -> None:
    with pytest.raises(HashUnknownError):
        hash_id_in(untrusted, ONE)


def test_a_number_names_its_bank() -> None:
    assert (bank_ordinal(hash_id(65_535, 7)), bank_ordinal(hash_id(0, 7))) == (65_535, 0)


@pytest.mark.parametrize(("ordinal", "count"), [(-1, 0), (65_536, 0), (0, -1), (0, 1 << 47)])
def test_there_is_no_number_beyond_the_banks(ordinal: int, count: int) -> None:
    with pytest.raises(ValueError, match="ordinal"):
        hash_id(ordinal, count)


@pytest.mark.parametrize("name", list(FloodLimits.__dataclass_fields__))
def test_each_limit_holds_alone_and_from_its_number_on(name: str) -> None:
    limits = FloodLimits()
    none = dict.fromkeys(FloodLimits.__dataclass_fields__, 0)
    at = getattr(limits, name)

    assert holding(Seen(**{**none, name: at}), limits) == name
    assert holding(Seen(**{**none, name: at - 1}), limits) is None


def _proposal() -> Proposal:
    return proposed("1", BankAct.CLOSE_BANK, {"bank": "bnk-1"}, by="anna", at=NOW)


def test_another_person_agrees_to_exactly_what_was_proposed() -> None:
    asked = _proposal()

    done = agreed(asked, by="binh", digest=asked.digest, at=NOW + timedelta(hours=1))

    assert (done.agreed_by, done.particulars) == ("binh", {"bank": "bnk-1"})


@pytest.mark.parametrize(
    ("by", "particulars", "hours", "why"),
    [
        ("anna", {"bank": "bnk-1"}, 1, "same"),
        ("binh", {"bank": "bnk-2"}, 1, "other"),
        ("binh", {"bank": "bnk-1"}, 24, "late"),
        ("binh", {"bank": "bnk-1"}, -1, "late"),
    ],
)
def test_nobody_else_agrees_to_anything_else(
    by: str, particulars: dict[str, str], hours: int, why: str
) -> None:
    read = proposed("1", BankAct.CLOSE_BANK, particulars, by="anna", at=NOW)

    with pytest.raises(SecondPersonError) as refused:
        agreed(_proposal(), by=by, digest=read.digest, at=NOW + timedelta(hours=hours))

    assert refused.value.params["why"] == why


def test_what_is_done_is_not_done_again() -> None:
    asked = _proposal()
    done = agreed(asked, by="binh", digest=asked.digest, at=NOW)

    with pytest.raises(SecondPersonError) as refused:
        agreed(done, by="chi", digest=asked.digest, at=NOW)

    assert refused.value.params["why"] == "done"
