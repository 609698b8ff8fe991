"""What a person set up as second factor, kept among the settings under their own key."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from benban.desk.server.second.passkey import Challenge, Site, has_gone_back, named_key, shown_count
from benban.desk.server.second.totp import step_of_code
from benban.desk.server.second.waiting import note_wrong, require_no_wait, wrong_no_more
from benban.errors import (
    PasskeyRefusedError,
    SecondCodeUsedError,
    SecondCodeWrongError,
    SecondStaysError,
)
from benban.wiring_case import Vault

_SETTING = "second.factors"
# One program holds a shared vault, so this is enough: of two tries with the same code, one counts.
_ONE_AT_A_TIME = threading.RLock()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKey:
    """
    What an app makes codes from.

    Attributes:
        last_step: the half minute of the last code that was taken; none before it counts again.
    """

    key: bytes
    last_step: int
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key on a device; the private half never leaves it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    name: str
    added_at: datetime

    @property
    def number(self) -> str:
        """What names it on a page and in a form."""
        return self.credential_id.hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """All that a person set up."""

    app: AppKey | None = None
    passkeys: tuple[Passkey, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.passkeys) + (self.app is not None)

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of the passkeys."""
        return tuple(one.credential_id for one in self.passkeys)


def factors_of(vault: Vault) -> Factors:
    """Return what this person set up."""
    kept = vault.setting(_SETTING)
    return msgspec.msgpack.decode(kept, type=Factors) if kept else Factors()


@contextmanager
def factors_held() -> Iterator[None]:
    """Let nobody else change what is kept meanwhile."""
    with _ONE_AT_A_TIME:
        yield


def keep_factors(vault: Vault, factors: Factors) -> None:
    """Keep what this person set up."""
    vault.set_setting(_SETTING, msgspec.msgpack.encode(factors))


def drop_factors(vault: Vault) -> None:
    """Forget all of it, and the tries: it is set up anew."""
    vault.drop_setting(_SETTING)
    wrong_no_more(vault)


def proven_app(key: bytes, untrusted_code: str, now: datetime) -> AppKey:
    """
    Return an app's key that showed one code.

    Raises:
        SecondCodeWrongError: BB-030.
    """
    step = step_of_code(key, untrusted_code, now)
    if step is None:
        raise SecondCodeWrongError
    return AppKey(key=key, last_step=step, added_at=now)


def take_code(vault: Vault, untrusted_code: str, now: datetime) -> None:
    """
    Return if this is a code that was not used before; it is used now, also after a restart.

    Raises:
        SecondCodeWrongError: BB-030.
        SecondCodeUsedError: BB-031.
        SecondWaitError: BB-032, too many wrong ones lately; nothing was tried.
    """
    with factors_held():
        require_no_wait(vault, now)
        factors = factors_of(vault)
        step = None if factors.app is None else step_of_code(factors.app.key, untrusted_code, now)
        if factors.app is None or step is None:
            note_wrong(vault, now)
            raise SecondCodeWrongError
        if step <= factors.app.last_step:
            note_wrong(vault, now)
            raise SecondCodeUsedError
        keep_factors(vault, replace(factors, app=replace(factors.app, last_step=step)))
        wrong_no_more(vault)


def take_passkey(vault: Vault, untrusted_answer: str, challenge: Challenge, site: Site) -> None:
    """
    Return if one of this person's keys answered.

    Raises:
        PasskeyRefusedError: BB-033; where its count went back, that is noted.
    """
    with factors_held():
        factors = factors_of(vault)
        named = named_key(untrusted_answer)
        known = next((one for one in factors.passkeys if one.credential_id == named), None)
        if known is None:
            raise PasskeyRefusedError("not a key of this person")
        count = shown_count(untrusted_answer, challenge, site, known.public_key)
        if has_gone_back(known.sign_count, count):
            # Two devices may hold the same key. It is refused until it was added anew.
            note(vault, "second.count-went-back")
            raise PasskeyRefusedError("count went back")
        others = tuple(
            replace(one, sign_count=count) if one is known else one for one in factors.passkeys
        )
        keep_factors(vault, replace(factors, passkeys=others))
        wrong_no_more(vault)


def without_factor(factors: Factors, untrusted_number: str) -> Factors:
    """
    Return *factors* without one: ``app``, or the number of a passkey.

    Raises:
        SecondStaysError: BB-034, nothing would be left.
    """
    left = replace(
        factors,
        app=None if untrusted_number == "app" else factors.app,
        passkeys=tuple(one for one in factors.passkeys if one.number != untrusted_number),
    )
    if left.count == 0:
        raise SecondStaysError
    return left


def note(vault: Vault, what: str, *, about: str = "") -> None:
    """Note that something was done to the second factor, where views are noted."""
    if vault.audit is not None:
        vault.audit.note(what, about=about)
