"""Signed deltas: in order, for one member, and not for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benban.errors.exchange import FeedRefusedError
from benban.exchange.feed import (
    MAXIMUM_AGE,
    Delta,
    FeedItem,
    open_delta,
    require_fresh,
    signed_delta,
)
from benban.seal.note import key_id, public_key_of
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, pdq

KEY = bytes(reversed(range(32)))
PUBLIC = public_key_of(KEY)
DELTA = Delta(
    exchange=key_id(PUBLIC),
    member=ATTESTER,
    after=4,
    through=9,
    mark="ab" * 16,
    made_at=NOW,
    items=(
        FeedItem(number="1" * 32, pdq=pdq(), is_negative=False),
        FeedItem(number="2" * 32, pdq=None, is_negative=True),
    ),
    has_more=False,
)


def _refusal(page: bytes, *, member: str = ATTESTER, after: int = 4, hours: int = 0) -> str:
    now = NOW + timedelta(hours=hours)
    with pytest.raises(FeedRefusedError) as refused:
        open_delta(page, public_key=PUBLIC, member=member, after=after, now=now)
    return str(refused.value.params["why"])


def test_a_delta_comes_back_as_it_was_made() -> None:
    page = signed_delta(DELTA, KEY)

    assert open_delta(page, public_key=PUBLIC, member=ATTESTER, after=4, now=NOW) == DELTA


def test_an_old_delta_played_back_is_not_taken() -> None:
    page = signed_delta(DELTA, KEY)

    assert [_refusal(page, after=9), _refusal(page, after=3)] == ["order", "order"]


def test_a_delta_of_another_member_is_not_taken() -> None:
    assert _refusal(signed_delta(DELTA, KEY), member=SECOND) == "signature"


def test_a_delta_past_its_greatest_age_is_not_taken_nor_relied_on() -> None:
    assert _refusal(signed_delta(DELTA, KEY), hours=24) == "age"
    with pytest.raises(FeedRefusedError):
        require_fresh(NOW, NOW + MAXIMUM_AGE)


def test_a_delta_of_a_time_to_come_is_not_taken() -> None:
    assert _refusal(signed_delta(DELTA, KEY), hours=-1) == "age"


def test_every_byte_is_covered_by_the_signature() -> None:
    page = signed_delta(DELTA, KEY)

    reasons = {
        _refusal(page[:at] + bytes([page[at] ^ 1]) + page[at + 1 :])
        for at in range(0, len(page) - 1, 7)
    }

    assert reasons <= {"signature", "layout"}


@pytest.mark.parametrize("page", [b"", b"\n", b"{}\n" + b"0" * 128 + b"\n", b"\xff" * 300])
def test_what_is_no_delta_is_refused(page: bytes) -> None:
    assert _refusal(page) in {"layout", "signature"}


def test_a_signed_delta_of_another_layout_is_refused() -> None:
    odd = replace(DELTA, items=(FeedItem(number="1", pdq=None, is_negative=False),) * 10_001)

    with pytest.raises(ValueError, match="too many"):
        signed_delta(odd, KEY)


@pytest.mark.parametrize(
    "odd",
    [
        replace(DELTA, items=(DELTA.items[0], DELTA.items[0])),
        replace(DELTA, items=(FeedItem(number="1", pdq=None, is_negative=False),)),
        replace(DELTA, items=(FeedItem(number="A" * 32, pdq=None, is_negative=False),)),
        replace(DELTA, mark=""),
        replace(DELTA, mark="\x00" * 32),
        replace(DELTA, through=-9),
        replace(DELTA, made_at=NOW.replace(year=1969)),
    ],
)
def test_what_an_exchange_signs_and_no_delta_says_is_refused(odd: Delta) -> None:
    assert _refusal(signed_delta(odd, KEY)) == "layout"
