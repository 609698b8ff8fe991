"""
The folder of a bank that was taken over from an exchange.

| file | what it is |
|---|---|
| ``exchange.json`` | whose bank: card, public key, and the member it is for; never written over |
| ``held-N`` | a bank's folder (``benban.bank.folder``), with the numbers that the exchange gave |
| ``held-N/newest.delta`` | the signed page with which it was complete: how far, and of when |
| ``pull.lock`` | held by the one command that writes |

A folder ``held-N`` gets its name in one step when it is whole on disk. Afterwards only its page is
replaced, by one that changes no hash. The greatest N counts; all others are removed, and with them
what was withdrawn.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benban.bank.folder import begin_journal, write_manifest, write_segment
from benban.bank.held import read_held
from benban.bank.segment import build_segment
from benban.errors import BankDamagedError, BankFolderError, BenbanError
from benban.errors.exchange import FeedRefusedError, PulledFolderError
from benban.exchange.card import ExchangeCard, card_bytes, read_card
from benban.exchange.feed import MAX_PAGE_BYTES, Delta, read_delta
from benban.exchange.taken_over import NEVER_FROM, TakenOver, opaque_of
from benban.outside.platforms import ThisPlatform
from benban.outside.whole_file import write_in_place

_PIN, _LOCK, _PAGE, _NUMBERS = "exchange.json", "pull.lock", "newest.delta", "exchange-numbers"
_HELD, _UNFINISHED = "held-", "unfinished"
_PIN_BYTES = 1 << 14
_DIGEST_BYTES, _KEY_BYTES = 32, 32
_PIN_MEMBERS = frozenset({"format", "card", "member", "public_key"})
# Who reads while a newer one takes its place finds that one.
_READS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """
    Whose bank a folder holds; said by a person at the first pull, and never by an answer.

    Attributes:
        card: of the exchange, as the operator hands it out.
        member: who takes it over.
        public_key: 32 bytes; the card names the same key in short.
    """

    card: ExchangeCard
    member: str
    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A bank as it was after its newest delta."""

    taken: TakenOver
    newest: Delta


class PulledFolder:
    """A folder that one pull holds until it is closed."""

    def __init__(self, folder: Path) -> None:
        """
        Hold *folder*, made if it is not there.

        Raises:
            PulledFolderError: BB-945.
        """
        self._folder, self._platform = folder, ThisPlatform()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / _LOCK).exists() and any(folder.iterdir()):
                raise PulledFolderError(why="other")
            self._platform.set_private(folder)
            self._lock = self._platform.lock(folder / _LOCK)
        except OSError as error:
            raise PulledFolderError(why="unwritten") from error
        if self._lock is None:
            raise PulledFolderError(why="in-use")

    def close(self) -> None:
        """Let go of the folder."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def pin(self) -> Pin | None:
        """
        Return whose bank it is; None before the first pull.

        Raises:
            PulledFolderError: BB-945, it cannot be read.
        """
        return _read_pin(self._folder) if (self._folder / _PIN).exists() else None

    def held(self, pin: Pin) -> Held | None:
        """Return what is held; None without anything, or where it is damaged."""
        try:
            return _read_newest(self._folder, pin)
        except (BankDamagedError, BankFolderError, FeedRefusedError, OSError):
            return None

    def keep(self, pin: Pin, taken: TakenOver, page: bytes) -> None:
        """
        Return once *taken* is on disk in the place of what was held, of which nothing stays.

        Args:
            pin: kept with the first one.
            taken: all of it.
            page: the signed page with which it is complete.

        Raises:
            PulledFolderError: BB-945; what was held before is held.
        """
        try:
            self._clear_away(newest=_newest(self._folder))
            unfinished = self._folder / _UNFINISHED
            unfinished.mkdir(mode=0o700)
            _write_held(unfinished, taken, page)
            if not (self._folder / _PIN).exists():
                write_in_place(self._folder / _PIN, _said(pin))
            number = max((number for number, _ in _kept(self._folder)), default=0) + 1
            target = self._folder / f"{_HELD}{number}"
            unfinished.rename(target)
            self._platform.flush_folder(self._folder)
            self._clear_away(newest=target)
        except OSError as error:
            raise PulledFolderError(why="unwritten") from error

    def keep_page(self, page: bytes) -> None:
        """
        Return once *page*, which changes no hash, is the newest one.

        Raises:
            PulledFolderError: BB-945.
        """
        try:
            newest = _newest(self._folder)
            if newest is not None:
                write_in_place(newest / _PAGE, page)
                # Another one that an ended pull left may hold what was withdrawn since.
                self._clear_away(newest=newest)
        except OSError as error:
            raise PulledFolderError(why="unwritten") from error

    def _clear_away(self, newest: Path | None) -> None:
        for path in [self._folder / _UNFINISHED, *(path for _, path in _kept(self._folder))]:
            if path != newest and path.exists():
                shutil.rmtree(path)
        self._platform.flush_folder(self._folder)


def is_pulled(folder: Path) -> bool:
    """Return whether a bank was taken over into *folder*."""
    return (folder / _PIN).is_file()


def is_part_of_pulled(folder: Path) -> bool:
    """Return whether *folder* is a ``held-N``: its hashes, without whose they are."""
    return (folder / _PAGE).exists()


def read_pulled(folder: Path) -> tuple[Pin, Held]:
    """
    Return whose bank lies in *folder*, and its hashes, of whatever age; nothing is written.

    Raises:
        PulledFolderError: BB-945.
        BankDamagedError: BB-332, it does not hold together; the next pull makes it anew.
        FeedRefusedError: BB-959, its newest page is not signed by that exchange.
    """
    pin = _read_pin(folder)
    for _ in range(_READS - 1):
        try:
            found = _read_newest(folder, pin)
            break
        except (BankDamagedError, BankFolderError, OSError):
            continue
    else:
        found = _read_newest(folder, pin)
    if found is None:
        raise BankDamagedError(part=_HELD)
    return pin, found


def _kept(folder: Path) -> list[tuple[int, Path]]:
    """Return number and path of each whole bank, the newest first."""
    named = ((path.name.removeprefix(_HELD), path) for path in folder.glob(f"{_HELD}*"))
    return sorted(((int(one), path) for one, path in named if one.isdecimal()), reverse=True)


def _newest(folder: Path) -> Path | None:
    return next((path for _, path in _kept(folder)), None)


def _read_newest(folder: Path, pin: Pin) -> Held | None:
    place = _newest(folder)
    if place is None:
        return None
    with (place / _PAGE).open("rb") as file:
        page = file.read(MAX_PAGE_BYTES + 1)
    newest = read_delta(page, public_key=pin.public_key, member=pin.member)
    number, words = read_held(place)
    with (place / _NUMBERS).open("rb") as file:
        digest, raw = file.read(_DIGEST_BYTES), file.read()
    opaque = opaque_of(raw[: len(raw) // 16 * 16])
    if hashlib.sha256(raw).digest() != digest or len(opaque) != len(number):
        raise BankDamagedError(part=_NUMBERS)
    by_number = np.argsort(number, kind="stable")
    by_opaque = np.argsort(opaque, kind="stable")
    order = by_number[by_opaque]
    taken = TakenOver(
        opaque=opaque[by_opaque], words=words[order], is_negative=number[order] >= NEVER_FROM
    )
    if not np.array_equal(taken.numbers(), number[order]):
        raise BankDamagedError(part=_NUMBERS)
    return Held(taken=taken, newest=newest)


def _write_held(place: Path, taken: TakenOver, page: bytes) -> None:
    number = taken.numbers()
    manifest = write_segment(place, build_segment(taken.words, number), 0)
    begin_journal(place, manifest).close()
    raw = taken.opaque[np.argsort(number, kind="stable")].tobytes()
    write_in_place(place / _NUMBERS, hashlib.sha256(raw).digest() + raw)
    write_in_place(place / _PAGE, page)
    write_manifest(place, manifest)


def _said(pin: Pin) -> bytes:
    said = {
        "format": 1,
        "card": card_bytes(pin.card).decode(),
        "member": pin.member,
        "public_key": pin.public_key.hex(),
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _read_pin(folder: Path) -> Pin:
    try:
        with (folder / _PIN).open("rb") as file:
            said = json.loads(file.read(_PIN_BYTES))
        if set(said) != _PIN_MEMBERS or said["format"] != 1:
            raise ValueError
        pin = Pin(
            card=read_card(said["card"].encode()),
            member=str(said["member"]),
            public_key=bytes.fromhex(said["public_key"]),
        )
        if len(pin.public_key) != _KEY_BYTES:
            raise ValueError
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, BenbanError) as error:
        raise PulledFolderError(why="layout") from error
    return pin
