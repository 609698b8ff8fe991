import unicodedata
from datetime import UTC, datetime

import pytest

from benban.errors import KdfCostTooLowError, KdfParametersError, PassphraseRefusedError
from benban.testing.clock import FakeClock
from benban.vault.kdf import (
    FLOOR_MEMORY_KIB,
    KdfCost,
    KdfParameters,
    calibrated_cost,
    derive_key,
    passphrase_bytes,
)
from tests.architecture.sources import product_sources, uses_of

SALT = bytes(range(16))


def test_default_cost_is_256_mib_three_passes_two_lanes() -> None:
    cost = KdfCost()

    assert (cost.memory_kib, cost.passes, cost.lanes) == (262_144, 3, 2)


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes"),
    [
        (64 << 20, 3, 2),
        (2_097_153, 3, 2),
        (262_144, 21, 2),
        (262_144, 3, 17),
        (262_144, 0, 2),
        (262_144, 3, 0),
        (15, 3, 2),
        (-1, 3, 2),
    ],
)
def test_parameters_beyond_the_caps_are_refused_before_memory_is_taken(
    memory_kib: int, passes: int, lanes: int
) -> None:
    with pytest.raises(KdfParametersError):
        KdfParameters(memory_kib=memory_kib, passes=passes, lanes=lanes, salt=SALT)


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(KdfParametersError):
        KdfParameters(memory_kib=8, passes=1, lanes=1, salt=b"short")


def test_a_cost_below_the_floor_is_refused() -> None:
    with pytest.raises(KdfCostTooLowError):
        KdfCost(memory_kib=FLOOR_MEMORY_KIB - 1)


def test_the_floor_itself_is_accepted() -> None:
    assert KdfCost(memory_kib=FLOOR_MEMORY_KIB).memory_kib == 65_536


def test_only_a_test_that_says_so_gets_below_the_floor() -> None:
    assert KdfCost.cheap_for_tests().is_for_tests


@pytest.mark.parametrize("passphrase", ["", "a" * 65_537])
def test_an_empty_or_endless_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(PassphraseRefusedError):
        passphrase_bytes(passphrase)


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(PassphraseRefusedError):
        passphrase_bytes("ok\ud800")


@pytest.mark.parametrize(
    "passphrase", [" ", "\x00", "a\x00b", "🗝️🐈", "x" * 10_240, "\n\t", "đường ẮẰẲẴẶ"]
)
def test_every_other_passphrase_counts_with_every_character(passphrase: str) -> None:
    assert passphrase_bytes(passphrase).decode() == unicodedata.normalize("NFKC", passphrase)


def test_composed_and_decomposed_letters_are_the_same_passphrase() -> None:
    composed = unicodedata.normalize("NFC", "được không ổ")
    decomposed = unicodedata.normalize("NFD", "được không ổ")

    assert passphrase_bytes(composed) == passphrase_bytes(decomposed)
    assert composed != decomposed


def test_full_width_letters_are_the_same_passphrase() -> None:
    assert passphrase_bytes("ｍèo") == passphrase_bytes("mèo")


def test_another_salt_gives_another_key() -> None:
    one = KdfParameters(memory_kib=8, passes=1, lanes=1, salt=SALT)
    other = KdfParameters(memory_kib=8, passes=1, lanes=1, salt=SALT[::-1])

    assert derive_key(b"secret", one) != derive_key(b"secret", other)


class SlowClock(FakeClock):
    """Shows two seconds between any two looks."""

    def monotonic_ns(self) -> int:
        self.advance(2.0)
        return super().monotonic_ns()


def test_a_slow_machine_gets_the_floor_and_never_less() -> None:
    cost = calibrated_cost(SlowClock(datetime(2026, 1, 1, tzinfo=UTC)))

    assert cost.memory_kib == FLOOR_MEMORY_KIB


def test_a_fast_machine_gets_the_default() -> None:
    cost = calibrated_cost(FakeClock(datetime(2026, 1, 1, tzinfo=UTC)))

    assert cost == KdfCost()


def test_no_part_of_the_program_uses_the_cost_for_tests() -> None:
    places = [
        source.place
        for source in product_sources()
        if source.place != "vault/kdf.py"
        and ("cheap_for_tests" in source.text or "is_for_tests" in source.text)
    ]

    assert places == []


def test_the_vault_reads_no_environment_variable() -> None:
    places = [
        source.place
        for source in product_sources()
        if source.room == "vault"
        and {"os.environ", "os.getenv"} & {use.name for use in uses_of(source)}
    ]

    assert places == []
