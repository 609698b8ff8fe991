"""The bank of a scan, from its folder, its shards or a list of numbered hashes."""

import hashlib
from datetime import datetime
from pathlib import Path

import numpy as np

from benban.bank.held import read_held
from benban.bank.shards import ShardSet, is_sharded
from benban.bank.words import as_words
from benban.errors import BenbanError, NumberTakenError
from benban.errors.exchange import FeedRefusedError
from benban.errors.scan import PulledBankOldError, ScanBankError
from benban.exchange.feed import MAXIMUM_AGE, require_fresh
from benban.exchange.taken_over import NEVER_FROM
from benban.outside.clock import SystemClock
from benban.outside.pulled_bank import is_part_of_pulled, is_pulled, read_pulled
from benban.scan.banked import BankedHashes, TakenFrom

# A number, a comma or a blank, 64 digits, and room for nothing else.
_LINE_BYTES = 128
_MOST_LINES = 200_000_000
_BATCH = 100_000
_MAX_NUMBER = (1 << 63) - 1


def open_banked(path: Path) -> BankedHashes:
    """
    Return the hashes of a bank's folder, of its shards, or of a file of lines ``NUMBER,PDQ``.

    Raises:
        ScanBankError: BB-982; the parameter ``line`` names the line.
        PulledBankOldError: BB-944, a bank that was taken over from an exchange and must rest.
    """
    try:
        if is_pulled(path):
            return _read_pulled(path)
        if is_part_of_pulled(path):
            # Alone it would have no age, and its negative hashes would match.
            raise ScanBankError("a part of a bank that was taken over", line=0)
        if is_sharded(path):
            return BankedHashes.in_shards(ShardSet(path), path.absolute())
        if path.is_dir():
            number, words = read_held(path)
            return BankedHashes(number, words)
        return _read_list(path)
    except (ScanBankError, PulledBankOldError):
        raise
    except NumberTakenError as error:
        raise ScanBankError("a number twice", line=0) from error
    except (OSError, BenbanError) as error:
        raise ScanBankError(type(error).__name__, line=0) from error


def require_not_old(banked: BankedHashes, now: datetime) -> None:
    """
    Return if the bank is one's own, or may still be used.

    Raises:
        PulledBankOldError: BB-944.
    """
    if banked.taken_from is None:
        return
    try:
        require_fresh(banked.taken_from.made_at, now)
    except FeedRefusedError as error:
        raise PulledBankOldError(
            exchange=banked.taken_from.name,
            until=f"{banked.taken_from.fresh_until:%Y-%m-%d %H:%M} UTC",
        ) from error


def identity(banked: BankedHashes, salt: bytes) -> str:
    """Return what two banks of the same hashes have in common; without *salt* it says nothing."""
    numbers, hashes = hashlib.sha256(salt), hashlib.sha256(salt)
    # Of shards one at a time: a bank that is cut may be larger than this machine's memory.
    for number, words in banked.held():
        order = np.argsort(number, kind="stable")
        numbers.update(number[order].astype("<i8").tobytes())
        hashes.update(words[order].astype("<u8").tobytes())
    return hashlib.sha256(numbers.digest() + hashes.digest()).hexdigest()


def _read_pulled(path: Path) -> BankedHashes:
    pin, held = read_pulled(path)
    banked = BankedHashes.taken_over(
        held.taken.numbers(),
        held.taken.words,
        never_from=NEVER_FROM,
        taken_from=TakenFrom(
            exchange=held.newest.exchange,
            name=pin.card.name,
            change=held.newest.through,
            made_at=held.newest.made_at,
            fresh_until=held.newest.made_at + MAXIMUM_AGE,
        ),
    )
    require_not_old(banked, SystemClock().now())
    return banked


def _read_list(path: Path) -> BankedHashes:
    numbers: list[int] = []
    batches = []
    waiting: list[str] = []
    with path.open("rb") as file:
        for place, line in enumerate(iter(lambda: file.readline(_LINE_BYTES), b""), start=1):
            if place > _MOST_LINES:
                raise ScanBankError("too many lines", line=place)
            if line.strip():
                number, pdq = _parsed(line, place)
                numbers.append(number)
                waiting.append(pdq)
            if len(waiting) >= _BATCH:
                batches.append(as_words(waiting))
                waiting = []
    batches.append(as_words(waiting))
    return BankedHashes(np.array(numbers, np.int64), np.concatenate(batches))


def _parsed(line: bytes, place: int) -> tuple[int, str]:
    """Return number and hash of a line; what it holds is never repeated in an error."""
    said = line.split(b"," if b"," in line else None)
    try:
        first, second = (one.strip().decode("ascii") for one in said)
        if not first.isdecimal() or int(first) > _MAX_NUMBER:
            raise ValueError
        if len(second) != 64 or set(second) - set("0123456789abcdef"):  # noqa: PLR2004 - PDQ's digits
            raise ValueError
    except ValueError:
        raise ScanBankError("a line that is no number and hash", line=place) from None
    return int(first), second
