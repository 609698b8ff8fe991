"""
The keys that cases of an organisation may be handed over to: a list that administrators sign.

Everybody in a shared vault holds the key under which the list lies, so that key proves nothing.
Each administrator has a key of their own for signing, among their own settings. A list names whose
signature the next one may bear. Each person compares the numbers of that key by voice once, and
their vault remembers it with the last list they used: another key, or an older list, is refused.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from benban.errors import (
    ListKeyUnknownError,
    ListNumbersError,
    RecipientNotListedError,
    RoleRefusedError,
    SignedListError,
)
from benban.model.clock import Clock
from benban.model.organisation import HandingList, ListedKey, Signer
from benban.model.people import Person, PersonState, Role
from benban.seal.age import check_recipient
from benban.seal.canonical import JsonValue, canonical_json
from benban.seal.note import public_key_of
from benban.seal.signed_list import (
    fresh_list_key,
    list_key_numbers,
    require_signed_list,
    sign_list,
)
from benban.vault import Vault

# Of the organisation: under the vault's key.
_LIST = "organisation.handing-list"
_OFFERS = "organisation.handing-offers"
# Of one person: under theirs.
_SIGNING = "handing.signing-key"
_KNOWN = "handing.known"
_FORMAT = "benban/handing-list/v1"
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What lies in the vault: the very bytes that were signed."""

    said: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What one person's vault remembers of the last list they relied on."""

    number: int
    sha256: str
    signers: tuple[str, ...]


def handing_list(vault: Vault) -> HandingList | None:
    """
    Return the list this person may rely on; None where there is none. Nothing is written.

    Raises:
        SignedListError: BB-036, not what was signed, or older than one this person relied on.
        ListKeyUnknownError: BB-037, signed with a key whose numbers they did not compare.
    """
    kept = _kept(vault)
    if kept is None:
        return None
    # 1. What it says is what its own key signed.
    found = _opened(kept)
    # 2. That key is one that this person heard of by voice, or their own.
    known = _known(vault)
    trusted = {*(known.signers if known else ()), *_own_public_key(vault)}
    if found.signed_by not in trusted:
        raise ListKeyUnknownError
    # 3. No older list comes back, and no other one under the same number.
    if known is not None and (
        found.number < known.number
        or (found.number == known.number and _digest(kept) != known.sha256)
    ):
        raise SignedListError("not the newest list that was relied on")
    return found


def require_listed(vault: Vault, key: str) -> None:
    """
    Return if a case of this vault may go to *key*; a vault of one's own asks nobody.

    Raises:
        RecipientNotListedError: BB-035.
        SignedListError: BB-036.
        ListKeyUnknownError: BB-037.
        RecipientKeyError: BB-703.
    """
    if vault.person is None:
        return
    wanted, known = check_recipient(key), handing_list(vault)
    if known is None or wanted not in {one.key for one in known.keys}:
        raise RecipientNotListedError


def rely_on_list(vault: Vault) -> None:
    """Remember the list that a hand-over relies on: no older one is taken from now on."""
    if vault.person is not None and handing_list(vault) is not None:
        _remember(vault)


def list_to_compare(vault: Vault) -> HandingList:
    """
    Return the list whose key is still to be compared; what it says counts for nothing yet.

    Raises:
        SignedListError: BB-036, there is none, or it is not what its key signed.
    """
    kept = _kept(vault)
    if kept is None:
        raise SignedListError("there is none")
    return _opened(kept)


def compare_list_key(vault: Vault, heard: str) -> None:
    """
    Rely on the list from now on: an administrator read the numbers of its key aloud.

    Raises:
        ListNumbersError: BB-062, other numbers.
        SignedListError: BB-036.
    """
    with _WRITING:
        found = list_to_compare(vault)
        _require_numbers(found.signed_by, heard)
        vault.drop_setting(_KNOWN)
        _remember(vault)


def numbers_of(public_key: str) -> str:
    """Return the numbers of a signing key, as two people read them to each other."""
    return list_key_numbers(bytes.fromhex(public_key))


# --- for administrators -----------------------------------------------------------------------


def own_signing_key(vault: Vault) -> str:
    """Return the public half of the key this administrator signs with; empty before the first."""
    return next(iter(_own_public_key(vault)), "")


def put_on_list(vault: Vault, name: str, key: str, clock: Clock) -> HandingList:
    """
    Return the list with a key on it whose numbers were compared by voice.

    Raises:
        RecipientKeyError: BB-703.
        BenbanError: as :func:`handing_list`; BB-037 also where another administrator signs.
        RoleRefusedError: BB-460.
    """
    wanted, person = check_recipient(key), _administrator(vault)
    entry = ListedKey(name=name.strip(), key=wanted, put_by=person.name, put_at=clock.now())
    with _WRITING:
        before = handing_list(vault)
        others = [one for one in (before.keys if before else ()) if one.key != wanted]
        return _sign(vault, before, clock.now(), keys=(*others, entry))


def take_off_list(vault: Vault, key: str, clock: Clock) -> HandingList | None:
    """Return the list without a key; errors as :func:`put_on_list`."""
    _administrator(vault)
    with _WRITING:
        before = handing_list(vault)
        if before is None:
            return None
        left = tuple(one for one in before.keys if one.key != key)
        return _sign(vault, before, clock.now(), keys=left)


def begin_list_anew(vault: Vault, clock: Clock) -> HandingList:
    """
    Return an empty list under this administrator's key: nobody is left who signed the last one.

    Everybody compares the numbers of its key again before a case can be handed over.
    """
    _administrator(vault)
    with _WRITING:
        kept = _kept(vault)
        number = _opened(kept).number if kept is not None and _is_sound(kept) else 0
        vault.drop_setting(_KNOWN)
        return _sign(vault, None, clock.now(), keys=(), number=number + 1)


def offer_to_sign(vault: Vault) -> str:
    """Return the numbers of this administrator's key, which a signer can let sign as well."""
    person = _administrator(vault)
    with _WRITING:
        public = public_key_of(_signing_key(vault)).hex()
        others = [one for one in _offers(vault) if one.user_id != person.user_id]
        mine = Signer(user_id=person.user_id, name=person.name, public_key=public)
        vault.set_setting(_OFFERS, msgspec.json.encode([*others, mine]))
    return numbers_of(public)


def offers_to_sign(vault: Vault) -> tuple[Signer, ...]:
    """Return the administrators who may come to sign, once their numbers were compared."""
    _administrator(vault)
    known = handing_list(vault)
    signing = {one.public_key for one in known.signers} if known else set()
    active = {
        one.user_id
        for one in vault.people()
        if one.role is Role.ADMINISTRATOR and one.state is PersonState.ACTIVE
    }
    return tuple(
        one for one in _offers(vault) if one.public_key not in signing and one.user_id in active
    )


def let_sign(vault: Vault, user_id: str, heard: str, clock: Clock) -> HandingList | None:
    """
    Return the list, which another administrator may sign from now on, too.

    Raises:
        ListNumbersError: BB-062.
        BenbanError: as :func:`put_on_list`.
    """
    offered = [one for one in offers_to_sign(vault) if one.user_id == user_id]
    with _WRITING:
        before = handing_list(vault)
        if before is None or not offered:
            return before
        _require_numbers(offered[0].public_key, heard)
        signers = (*(one for one in before.signers if one.user_id != user_id), offered[0])
        return _sign(vault, before, clock.now(), keys=before.keys, signers=signers)


def stop_signing(vault: Vault, user_id: str, clock: Clock) -> HandingList | None:
    """Return the list, which somebody may not sign any more; oneself stays."""
    me = _administrator(vault)
    with _WRITING:
        before = handing_list(vault)
        if before is None or user_id == me.user_id:
            return before
        left = tuple(one for one in before.signers if one.user_id != user_id)
        return _sign(vault, before, clock.now(), keys=before.keys, signers=left)


def _sign(
    vault: Vault,
    before: HandingList | None,
    now: datetime,
    *,
    keys: Sequence[ListedKey],
    signers: Sequence[Signer] | None = None,
    number: int = 1,
) -> HandingList:
    person, private_key = _administrator(vault), _signing_key(vault)
    public = public_key_of(private_key).hex()
    if before is not None and public not in {one.public_key for one in before.signers}:
        raise ListKeyUnknownError
    me = Signer(user_id=person.user_id, name=person.name, public_key=public)
    signed = HandingList(
        number=number if before is None else before.number + 1,
        keys=tuple(sorted(keys, key=lambda one: one.name.casefold())),
        signers=tuple(signers if signers is not None else before.signers if before else (me,)),
        signed_by=public,
        signed_at=now,
    )
    said = canonical_json(_said(signed))
    kept = _Kept(said=said.decode(), signature=sign_list(said, private_key).hex())
    vault.set_setting(_LIST, msgspec.json.encode(kept))
    _remember(vault)
    if vault.audit is not None:
        vault.audit.note("list/signed")
    return signed


def _said(signed: HandingList) -> JsonValue:
    # Python's own JSON of the value, once more in the one form that is signed.
    value: JsonValue = msgspec.json.decode(msgspec.json.encode(signed))
    return {"format": _FORMAT, "list": value}


def _opened(kept: _Kept) -> HandingList:
    said = kept.said.encode()
    try:
        untrusted = msgspec.json.decode(said)
        found = msgspec.convert(untrusted["list"], HandingList, strict=False)
        signature, public_key = bytes.fromhex(kept.signature), bytes.fromhex(found.signed_by)
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError) as error:
        raise SignedListError("not such a list") from error
    require_signed_list(said, signature, public_key)
    # What is read is all that was signed: no second reading of the same bytes.
    if canonical_json(_said(found)) != said:
        raise SignedListError("not in canonical form")
    return found


def _is_sound(kept: _Kept) -> bool:
    try:
        _opened(kept)
    except SignedListError:
        return False
    return True


def _kept(vault: Vault) -> _Kept | None:
    stored = vault.setting(_LIST)
    if not stored:
        return None
    try:
        return msgspec.json.decode(stored, type=_Kept)
    except msgspec.MsgspecError as error:
        raise SignedListError("not such a list") from error


def _known(vault: Vault) -> _Known | None:
    stored = vault.setting(_KNOWN)
    return msgspec.json.decode(stored, type=_Known) if stored else None


def _remember(vault: Vault) -> None:
    kept = _kept(vault)
    if kept is None:
        return
    found = _opened(kept)
    known = _Known(
        number=found.number,
        sha256=_digest(kept),
        # Whoever signed it goes on being known only where the list itself says so.
        signers=tuple(one.public_key for one in found.signers),
    )
    vault.set_setting(_KNOWN, msgspec.json.encode(known))


def _digest(kept: _Kept) -> str:
    return hashlib.sha256(kept.said.encode()).hexdigest()


def _signing_key(vault: Vault) -> bytes:
    if not (known := vault.setting(_SIGNING)):
        known = fresh_list_key()
        vault.set_setting(_SIGNING, known)
    return known


def _own_public_key(vault: Vault) -> tuple[str, ...]:
    known = vault.setting(_SIGNING)
    return (public_key_of(known).hex(),) if known else ()


def _offers(vault: Vault) -> tuple[Signer, ...]:
    stored = vault.setting(_OFFERS)
    return msgspec.json.decode(stored, type=tuple[Signer, ...]) if stored else ()


def _require_numbers(public_key: str, heard: str) -> None:
    digits = "".join(one for one in heard if one.isdigit())
    if digits != numbers_of(public_key).replace(" ", ""):
        raise ListNumbersError


def _administrator(vault: Vault) -> Person:
    person = vault.person
    if person is None or person.role is not Role.ADMINISTRATOR:
        raise RoleRefusedError
    return person
