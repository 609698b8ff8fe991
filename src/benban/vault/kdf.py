"""
From a passphrase to a key: Argon2id with its cost and its bounds.

Source: RFC 9106; docs/reference/vault-format-v1.md section 4.
"""

import threading
import unicodedata
from dataclasses import dataclass

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from benban.errors import (
    KdfCostTooLowError,
    KdfParametersError,
    MemoryShortError,
    PassphraseRefusedError,
)
from benban.model.clock import Clock

KEY_BYTES = 32
SALT_BYTES = 16
# RFC 9106 section 3.1: version 0x13.
ARGON2_VERSION = 19
# Measured: 256 MiB, t3, p2 takes 0.4 s on two cores.
_DEFAULT_MEMORY_KIB = 262_144
# Below this a rented graphics card tries too many passphrases.
FLOOR_MEMORY_KIB = 65_536
# Each takes its memory while it runs: where many come at once, the others wait.
_ROOM = threading.Semaphore(2)
# What a vault file may ask for at most, so that a hostile one cannot exhaust the machine.
_MAX_MEMORY_KIB = 2_097_152
_MAX_PASSES = 20
_MAX_LANES = 16
# RFC 9106 section 3.1: at least 8 blocks of 1 KiB for each lane.
_MIN_KIB_PER_LANE = 8
_MAX_PASSPHRASE_BYTES = 65_536
# How long opening may take on the person's machine.
_LONGEST_NS = 1_500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfCost:
    """
    What a new slot costs to try.

    Attributes:
        memory_kib: at least 65,536 KiB unless *is_for_tests*.
        passes: 1..20.
        lanes: 1..16.
        is_for_tests: said aloud by tests only; no setting and no environment variable reaches it.
    """

    memory_kib: int = _DEFAULT_MEMORY_KIB
    passes: int = 3
    lanes: int = 2
    is_for_tests: bool = False

    def __post_init__(self) -> None:
        """Refuse a cost below the floor (BB-414) or beyond the caps (BB-408)."""
        require_bounded(memory_kib=self.memory_kib, passes=self.passes, lanes=self.lanes)
        if self.memory_kib < FLOOR_MEMORY_KIB and not self.is_for_tests:
            raise KdfCostTooLowError

    @classmethod
    def cheap_for_tests(cls) -> "KdfCost":
        """Return a cost that protects nothing and takes no time."""
        return cls(memory_kib=_MIN_KIB_PER_LANE, passes=1, lanes=1, is_for_tests=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfParameters:
    """The cost and salt of one slot, within the caps."""

    memory_kib: int
    passes: int
    lanes: int
    salt: bytes

    def __post_init__(self) -> None:
        """Refuse what is beyond the caps, before any memory is taken (BB-408)."""
        require_bounded(memory_kib=self.memory_kib, passes=self.passes, lanes=self.lanes)
        if len(self.salt) != SALT_BYTES:
            raise KdfParametersError("salt of another length")


def require_bounded(*, memory_kib: int, passes: int, lanes: int) -> None:
    """
    Return if the numbers are within what Argon2 takes and a vault may ask for.

    Raises:
        KdfParametersError: BB-408.
    """
    if not (1 <= lanes <= _MAX_LANES and 1 <= passes <= _MAX_PASSES):
        raise KdfParametersError("passes or lanes out of bounds")
    if not _MIN_KIB_PER_LANE * lanes <= memory_kib <= _MAX_MEMORY_KIB:
        raise KdfParametersError("memory out of bounds")


def passphrase_bytes(passphrase: str) -> bytes:
    """
    Return the bytes that a passphrase stands for, however the keyboard composed its letters.

    Raises:
        PassphraseRefusedError: BB-404, empty, too long or not text.
    """
    try:
        secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8")
    except UnicodeEncodeError as error:
        raise PassphraseRefusedError("lone surrogate") from error
    if not 0 < len(secret) <= _MAX_PASSPHRASE_BYTES:
        raise PassphraseRefusedError
    return secret


def derive_key(secret: bytes, parameters: KdfParameters) -> bytes:
    """
    Return the 32-byte key-encryption key.

    Raises:
        MemoryShortError: BB-415.
    """
    try:
        with _ROOM:
            return _derived(secret, parameters)
    except (HashingError, MemoryError) as error:
        raise MemoryShortError from error


def _derived(secret: bytes, parameters: KdfParameters) -> bytes:
    return hash_secret_raw(
        secret=secret,
        salt=parameters.salt,
        time_cost=parameters.passes,
        memory_cost=parameters.memory_kib,
        parallelism=parameters.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
        version=ARGON2_VERSION,
    )


def calibrated_cost(clock: Clock) -> KdfCost:
    """Return the default cost, or the largest half of a half of it that opens in 1.5 s here."""
    cost = KdfCost()
    while cost.memory_kib > FLOOR_MEMORY_KIB and not _is_fast_enough(cost, clock):
        cost = KdfCost(memory_kib=cost.memory_kib // 2, passes=cost.passes, lanes=cost.lanes)
    return cost


def _is_fast_enough(cost: KdfCost, clock: Clock) -> bool:
    parameters = KdfParameters(
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        lanes=cost.lanes,
        salt=bytes(SALT_BYTES),
    )
    started = clock.monotonic_ns()
    try:
        derive_key(b"calibration", parameters)
    except MemoryShortError:
        return False
    return clock.monotonic_ns() - started <= _LONGEST_NS
