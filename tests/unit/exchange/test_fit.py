"""Which hashes are shared (B5 106)."""

import pytest

from benban.bank.words import as_words
from benban.errors.exchange import HashRefusedError
from benban.exchange.fit import BITS, is_flat, required_hash
from benban.exchange.flat import which_flat
from benban.model.fingerprint import Pdq
from tests.unit.exchange.shared import pdq

GOOD = pdq().hex


def test_the_hash_of_a_picture_is_taken_as_it_is() -> None:
    assert required_hash(GOOD, 50) == Pdq(hex=GOOD, quality=50)


@pytest.mark.parametrize(
    ("untrusted", "why"),
    [
        ("", "form"),
        (GOOD[:-1], "form"),
        (GOOD + "0", "form"),
        (GOOD.upper(), "form"),
        (" " + GOOD[1:], "form"),
        (GOOD[:-1] + "\n", "form"),
        (GOOD[:-1] + "g", "form"),
        ("\u0661" * 64, "form"),
        ("0" * 64, "flat"),
        ("f" * 64, "flat"),
        ("0" * 32 + "f" * 32, "flat"),
        ("0f" * 32, "flat"),
    ],
)
def test_what_is_no_hash_of_a_picture_is_refused(untrusted: str, why: str) -> None:
    with pytest.raises(HashRefusedError) as refused:
        required_hash(untrusted, 90)

    assert refused.value.params["why"] == why


@pytest.mark.parametrize("quality", [-1, 0, 49, 101])
def test_a_quality_below_50_is_refused(quality: int) -> None:
    with pytest.raises(HashRefusedError) as refused:
        required_hash(GOOD, quality)

    assert refused.value.params["why"] == "quality"


def test_many_at_once_are_judged_as_each_alone() -> None:
    good = int(GOOD, 16)
    with_bits = [(1 << count) - 1 << (BITS - count) // 2 for count in (95, 96, 160, 161)]
    # From one word sixteen times to sixteen different ones.
    repeated = ["".join(GOOD[4 * (at % kinds) :][:4] for at in range(16)) for kinds in range(1, 17)]
    hashes = [
        *(f"{value:064x}" for value in (0, good, *with_bits, *(good >> at for at in range(200)))),
        *repeated,
        *(pdq(seed).hex for seed in range(200)),
    ]

    judged = which_flat(as_words(hashes)).tolist()

    assert judged == [is_flat(one) for one in hashes]
    assert set(judged) == {False, True}


def test_hashes_of_ordinary_pictures_are_not_flat() -> None:
    assert not any(is_flat(pdq(seed).hex) for seed in range(2_000))
