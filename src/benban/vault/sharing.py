"""Who has a case: let colleagues in and out, and know their keys again."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from benban.errors import (
    CaseMissingError,
    ColleagueKeyChangedError,
    DiskFailedError,
    DiskFullError,
    LastHolderError,
    NotCaseworkerError,
    PersonMissingError,
    VaultDamagedError,
)
from benban.model.ids import CaseId
from benban.model.people import Person, PersonState, Role
from benban.vault.entering import Entered
from benban.vault.keys import key_numbers, seal_key, user_public_key
from benban.vault.people import People
from benban.vault.plain_files import SealedKeyFile
from benban.vault.settings import Settings

_PINS = "people.keys"
# An act is noted before it is done: one that is noted and not done is told, the other way hidden.
Note: TypeAlias = Callable[[], None]


def people_of(entered: Entered) -> People:
    """
    Return the people of a shared vault.

    Raises:
        ValueError: nobody shares this vault; a mistake of the calling code.
    """
    if entered.people is None:
        raise ValueError("a vault of one's own has no colleagues")
    return entered.people


def colleague(entered: Entered, user_id: str) -> Person:
    """
    Return somebody whose access did not end.

    Raises:
        PersonMissingError: BB-465.
    """
    found = people_of(entered).by_id(user_id)
    if found is None or found.state is PersonState.ENDED:
        raise PersonMissingError
    return found


def share_case(entered: Entered, case_id: CaseId, user_id: str, note: Note) -> None:
    """
    Seal a case's key to a colleague too; *note* is called when nothing refuses it any more.

    Raises:
        CaseMissingError: BB-103, whoever shares has not got it.
        PersonMissingError: BB-465.
        NotCaseworkerError: BB-470, has no cases, or has not come in yet.
        ColleagueKeyChangedError: BB-469, the key was not compared, or is another one.
    """
    people, entry = people_of(entered), entered.held_case(case_id)
    person = colleague(entered, user_id)
    if person.role is not Role.CASEWORKER or person.state is not PersonState.ACTIVE:
        raise NotCaseworkerError
    if people.holds(case_id, user_id):
        return
    public_key = _known_key(entered, user_id)
    sealed = seal_key(
        entered.case_key(entry),
        public_key,
        vault_id=entered.vault_id,
        name=case_id,
        user_id=user_id,
    )
    data = SealedKeyFile(name=case_id, user_id=user_id, sealed=sealed).to_bytes()
    path = entered.folder.key(case_id, user_id)
    planned = [path.relative_to(entered.folder.path).as_posix()]
    with entered.index.database.transaction():
        people.plan(planned)
    note()
    found = hashlib.sha256(data).digest()
    try:
        entered.disk.replace_file(path, data, staging=entered.folder.staging())
        with entered.index.database.transaction():
            now, by = entered.clock.now(), entered.unlocked.user_id
            people.add_holder(case_id, user_id, found, now, by)
            people.keep(planned)
    except Exception:
        # Planned already: what does not go now goes when the first of all comes in next.
        with suppress(DiskFullError, DiskFailedError):
            people.unlink(entered.folder, entered.disk, planned)
        raise


def leave_case(entered: Entered, case_id: CaseId, user_id: str, note: Note) -> None:
    """
    Take a case's key from somebody, or give one's own up; *note* as for :func:`share_case`.

    Raises:
        CaseMissingError: BB-103, whoever asks has not got it.
        PersonMissingError: BB-465, that person has not got it.
        LastHolderError: BB-466.
    """
    people = people_of(entered)
    entered.held_case(case_id)
    if not people.holds(case_id, user_id):
        raise PersonMissingError
    if set(sound_holders(entered, case_id)) <= {user_id}:
        raise LastHolderError
    note()
    path = entered.folder.key(case_id, user_id)
    planned = [path.relative_to(entered.folder.path).as_posix()]
    with entered.index.database.transaction():
        people.drop_holder(case_id, user_id)
        people.plan(planned)
    # The act stands: a file that does not go now goes when the first of all comes in next.
    with suppress(DiskFullError, DiskFailedError):
        people.unlink(entered.folder, entered.disk, planned)


def sound_holders(entered: Entered, case_id: str) -> tuple[str, ...]:
    """Return who has a case and whose key file is there as it was written."""
    people = people_of(entered)
    digests = people.key_digests()
    found = []
    for user_id in people.holder_ids(case_id):
        path = entered.folder.key(case_id, user_id)
        try:
            # Without a digest: let in after these were read. Whoever checks looks once more then.
            is_sound = hashlib.sha256(path.read_bytes()).digest() == digests.get(path.stem)
        except OSError:
            is_sound = False
        found += [user_id] if is_sound else []
    return tuple(found)


def holders(entered: Entered, case_id: CaseId) -> tuple[Person, ...]:
    """
    Return who has a case.

    Raises:
        CaseMissingError: BB-103, whoever asks has not got it.
    """
    people = people_of(entered)
    if not people.holds(case_id, entered.unlocked.user_id):
        raise CaseMissingError
    found = (people.by_id(user_id) for user_id in people.holder_ids(case_id))
    return tuple(one for one in found if one is not None)


def numbers(entered: Entered, user_id: str) -> str:
    """
    Return what is compared by voice; one's own come from one's own key, not from the disk.

    Raises:
        PersonMissingError: BB-465.
    """
    public_key = _public_key(entered, user_id)
    return key_numbers(public_key, vault_id=entered.vault_id, user_id=user_id)


def is_key_confirmed(entered: Entered, user_id: str) -> bool:
    """
    Return whether the key that a colleague has now was compared.

    Raises:
        PersonMissingError: BB-465.
        NotCaseworkerError: BB-470, has not come in yet.
    """
    return _pins(entered).get(user_id) == _public_key(entered, user_id).hex()


def confirm_key(entered: Entered, user_id: str, compared: str) -> None:
    """
    Note that a colleague's key was compared: it is the one to share with from now on.

    Raises:
        PersonMissingError: BB-465.
        ColleagueKeyChangedError: BB-469, the key gives other numbers now than *compared*.
    """
    public_key = _public_key(entered, user_id)
    now = key_numbers(public_key, vault_id=entered.vault_id, user_id=user_id)
    if now.split() != compared.split():
        raise ColleagueKeyChangedError
    # The very bytes that gave the numbers: read again, they could be others.
    pins = _pins(entered) | {user_id: public_key.hex()}
    Settings(entered).set(_PINS, json.dumps(pins, sort_keys=True).encode())


def _known_key(entered: Entered, user_id: str) -> bytes:
    public_key = _public_key(entered, user_id)
    # No pin is a refusal too: whoever has the disk can take one away.
    if _pins(entered).get(user_id) != public_key.hex():
        raise ColleagueKeyChangedError
    return public_key


def _public_key(entered: Entered, user_id: str) -> bytes:
    if user_id == entered.unlocked.user_id:
        return user_public_key(entered.unlocked.private_key)
    colleague(entered, user_id)
    found = entered.index.public_key(user_id)
    if found is None:
        # Invited, and not come in yet: there is no key of theirs.
        raise NotCaseworkerError
    return found


def _pins(entered: Entered) -> dict[str, str]:
    kept = Settings(entered).get(_PINS)
    try:
        return {str(one): str(key) for one, key in json.loads(kept or b"{}").items()}
    except (ValueError, AttributeError) as error:
        raise VaultDamagedError("not a list of keys", part="index.db") from error
