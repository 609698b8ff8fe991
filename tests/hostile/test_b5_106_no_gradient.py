"""
10,000 questions around a planted hash: "near" and "not near" is all that the answers say.

The matcher compares a question with every hash of the bank, all 256 bits of each, and stops at
none (``bank.words``, ``exchange.matcher``); how long it takes depends on how much the bank holds
and not on how near anything is. Time is not measured here: a test that did would be a coin.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import httpx
import pytest

from benban.service.app import make_app
from benban.service.limits import Allowance
from tests.contract.exchange_stores import empty_store, made_file, store
from tests.plain_http import NO_ROOTS
from tests.service.exchange_client import Exchange, exchange
from tests.service.served import served
from tests.unit.exchange.shared import SECOND, pdq

__all__ = ["empty_store", "exchange", "made_file", "store"]

_RADIUS, _BITS = 31, 256
_NO_LIMIT = 10**9
# The quota that ends such questions after a few is tested in tests/service; here it is lifted.
_LIFTED = Allowance(
    requests_a_second=_NO_LIMIT,
    hashes_a_second=_NO_LIMIT,
    hashes_a_day=_NO_LIMIT,
    near_one_hash_a_day=_NO_LIMIT,
)
# What an answer may differ in: when it was given.
_TIMED = frozenset({"date"})
Said = tuple[int, tuple[tuple[str, str], ...], bytes]

pytestmark = pytest.mark.parametrize("empty_store", ["sqlite"], indirect=True)


@pytest.fixture
def asking(exchange: Exchange) -> Iterator[httpx.Client]:
    """Return a member's connection to a served exchange with one hash among others."""
    for seed in range(1, 4):
        exchange.activate(seed)
    headers = {"Authorization": f"Bearer {exchange.keys[SECOND]}"}
    with (
        served(make_app(exchange.process, _LIFTED, is_get_taken=True)) as address,
        httpx.Client(
            base_url=address, headers=headers, timeout=60, trust_env=False, verify=NO_ROOTS
        ) as client,
    ):
        yield client


def _at(distance: int, chosen: random.Random) -> str:
    """Return a hash so many bits away from the planted one."""
    flips = sum(1 << bit for bit in chosen.sample(range(_BITS), distance))
    return f"{int(pdq(1).hex, 16) ^ flips:064x}"


def _probes(count: int) -> dict[str, bool]:
    """Return hashes at every distance in turn, and whether each is near; none is asked twice."""
    chosen = random.Random(count)
    probes: dict[str, bool] = {}
    for distance in list(range(_BITS + 1)) * count:
        one = _at(distance, chosen)
        if _is_whole(one):
            probes.setdefault(one, distance <= _RADIUS)
        if len(probes) == count:
            break
    return probes


def _is_whole(pdq_hex: str) -> bool:
    # What has far fewer or more bits than a picture's is refused as flat before any bank is asked.
    return 96 <= int(pdq_hex, 16).bit_count() <= 160


def _said(answer: httpx.Response) -> Said:
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in _TIMED)
    return answer.status_code, tuple(headers), answer.content


def _alone(client: httpx.Client, one: str) -> Said:
    return _said(client.post("/v1/lookups", json={"hashes": [one]}))


def _by_hma(client: httpx.Client, one: str) -> Said:
    return _said(client.post("/m/lookup", json={"signal": one, "signal_type": "pdq"}))


def _in_hmas_address(client: httpx.Client, one: str) -> Said:
    return _said(client.get("/m/lookup", params={"signal": one, "signal_type": "pdq"}))


def _raw(client: httpx.Client, one: str) -> Said:
    return _said(client.get("/m/raw_lookup", params={"signal": one, "signal_type": "pdq"}))


_IN_BODIES, _IN_ADDRESSES = (_alone, _by_hma), (_in_hmas_address, _raw)
_Ways = Sequence[Callable[[httpx.Client, str], Said]]


def _require_two_answers(client: httpx.Client, probes: dict[str, bool], ways: _Ways) -> None:
    for way in ways:
        answers: dict[bool, set[Said]] = {True: set(), False: set()}
        for one, is_near in probes.items():
            answers[is_near].add(way(client, one))
        # One answer inside and one outside, to the byte; and they are not the same.
        assert [len(answers[is_near]) for is_near in (True, False)] == [1, 1]
        assert answers[True].isdisjoint(answers[False])


def _require_alike_in_batches(client: httpx.Client, probes: dict[str, bool], size: int) -> None:
    (number,) = client.post("/v1/lookups", json={"hashes": [pdq(1).hex]}).json()["matches"][0][
        "numbers"
    ]
    said: dict[tuple[bool, ...], set[Said]] = {}
    every = list(probes)
    for start in range(0, len(every), size):
        asked = every[start : start + size]
        answer = client.post("/v1/lookups", json={"hashes": asked})
        places = [at for at, one in enumerate(asked) if probes[one]]
        assert answer.json() == {
            "asked": len(asked),
            "matches": [{"at": at, "numbers": [number]} for at in places],
            "action": "review",
        }
        said.setdefault(tuple(probes[one] for one in asked), set()).add(_said(answer))
    # Batches that are near at the same places are answered the same, whatever the distances.
    assert {len(one) for one in said.values()} == {1}


def _sorted_out(probes: dict[str, bool]) -> dict[str, bool]:
    """Return the same, one near and four that are not in turn: batches that must be alike."""
    near = [one for one, is_near in probes.items() if is_near]
    far = [one for one, is_near in probes.items() if not is_near]
    rounds: Sequence[tuple[str, ...]] = [
        (one, *far[4 * at : 4 * at + 4]) for at, one in enumerate(near) if len(far) >= 4 * at + 4
    ]
    return {one: probes[one] for group in rounds for one in group}


def test_b5_106_every_distance_is_answered_by_one_of_two_answers(asking: httpx.Client) -> None:
    probes = _probes(300)
    distances = {(int(one, 16) ^ int(pdq(1).hex, 16)).bit_count() for one in probes}

    # Inside, on both sides of the border, and as far as there is.
    assert distances == set(range(_BITS + 1))
    _require_two_answers(asking, probes, _IN_BODIES)
    _require_two_answers(asking, _probes(70), _IN_ADDRESSES)


def test_b5_106_batches_are_alike_wherever_the_same_places_are_near(asking: httpx.Client) -> None:
    probes = _sorted_out(_probes(1_300))

    _require_alike_in_batches(asking, probes, 5)
    _require_alike_in_batches(asking, probes, 100)


def test_b5_106_what_is_refused_says_nothing_of_nearness_either(asking: httpx.Client) -> None:
    exact = pdq(1).hex
    chosen = random.Random(5)
    malformed = [
        _at(distance, chosen)[:-1] + "X" for distance, _ in product((0, 1, 31, 32, 128), range(3))
    ]

    (refused,) = {_alone(asking, one) for one in malformed}
    other = asking.get("/m/lookup", params={"signal": exact, "signal_type": "md5"})

    assert (refused[0], other.status_code) == (400, 400)


@pytest.mark.long
def test_b5_106_ten_thousand_questions_alone_and_in_batches(asking: httpx.Client) -> None:
    probes = _probes(10_000)

    _require_two_answers(asking, probes, _IN_BODIES)
    _require_two_answers(asking, _probes(2_000), _IN_ADDRESSES)
    _require_alike_in_batches(asking, _sorted_out(probes), 1_000)
