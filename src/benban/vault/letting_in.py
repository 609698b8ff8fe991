"""Let people into a shared vault and out of it; every act is whole or not at all."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from benban.errors import (
    DiskFailedError,
    DiskFullError,
    LastAdministratorError,
    NameTakenError,
    OnlyHolderError,
    PersonMissingError,
    RoleRefusedError,
    WrongPassphraseError,
)
from benban.model.people import Person, PersonState, Role
from benban.vault.entering import Entered
from benban.vault.kdf import KdfCost
from benban.vault.keys import KeyUse, fresh_key, seal_key, subkey, user_public_key
from benban.vault.layout import VAULT_KEY
from benban.vault.names import proper_name
from benban.vault.people import People
from benban.vault.plain_files import SealedKeyFile, Slot, SlotKind
from benban.vault.recovery import RecoveryCode, new_recovery_code, recovery_secret
from benban.vault.sharing import Note, people_of, sound_holders
from benban.vault.unlocking import Unlocked, fresh_id, make_slot

_INVITATION = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """
    A key pair with its slots, in memory; made before the lock is taken, for it costs seconds.

    Attributes:
        code: of its recovery slot.
    """

    user_id: str
    private_key: bytes
    slots: tuple[Slot, ...]
    code: RecoveryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """What is written for one key pair before the index knows it."""

    user_id: str
    public_key: bytes
    vault_key: bytes
    slots: tuple[Slot, ...]

    def write(self, entered: Entered) -> tuple[str, ...]:
        """Write the files, planned to go until the index takes them; return their names."""
        data = {f"slots/{slot.slot_id}.json": slot.to_bytes() for slot in self.slots}
        sealed = seal_key(
            self.vault_key,
            self.public_key,
            vault_id=entered.vault_id,
            name=VAULT_KEY,
            user_id=self.user_id,
        )
        file = SealedKeyFile(name=VAULT_KEY, user_id=self.user_id, sealed=sealed)
        data[f"keys/{VAULT_KEY}.{self.user_id}.json"] = file.to_bytes()
        with entered.index.database.transaction():
            people_of(entered).plan(tuple(data))
        for name, content in data.items():
            path = entered.folder.path / name
            entered.disk.replace_file(path, content, staging=entered.folder.staging())
        return tuple(data)

    def note(self, people: People, role: str, entered: Entered) -> None:
        """Let the index know the key and its slots, in the running transaction."""
        people.add_user(self.user_id, self.public_key, role, entered.clock.now())
        for slot in self.slots:
            found = hashlib.sha256(slot.to_bytes()).digest()
            people.add_slot(slot.slot_id, self.user_id, slot.kind.value, found)


def new_keys(vault_id: str, user_id: str, cost: KdfCost, secret: bytes | None = None) -> NewKeys:
    """
    Return a fresh key pair with a recovery slot, and one for a passphrase if there is one.

    Nothing is written and nobody's turn is taken: call it while no lock is held.

    Args:
        vault_id: of the shared vault.
        user_id: whose it will be.
        cost: of trying a secret.
        secret: of the chosen passphrase; None for an invitation.
    """
    code, private_key = new_recovery_code(), fresh_key()
    ways = [(recovery_secret(code.text), SlotKind.RECOVERY)]
    if secret is not None:
        ways.insert(0, (secret, SlotKind.PASSPHRASE))
    slots = tuple(
        make_slot(
            way,
            kind,
            slot_id=fresh_id(),
            user_id=user_id,
            private_key=private_key,
            vault_id=vault_id,
            cost=cost,
        )
        for way, kind in ways
    )
    return NewKeys(user_id=user_id, private_key=private_key, slots=slots, code=code)


def require_can_invite(entered: Entered, name: str, role: Role) -> str:
    """
    Return the name under which somebody can be invited.

    Raises:
        NameRefusedError: BB-463.
        NameTakenError: BB-464.
        RoleRefusedError: BB-460, nobody but the owner of a vault is its person.
    """
    name = proper_name(name)
    if role is Role.PERSON:
        raise RoleRefusedError
    if people_of(entered).is_taken(name):
        raise NameTakenError
    return name


def invite(entered: Entered, by: Person, name: str, role: Role, keys: NewKeys) -> Person:
    """
    Return who may come in, once, by the code of *keys*.

    Args:
        entered: the administrator.
        by: likewise.
        name: to come in with.
        role: what they may do.
        keys: of the invitation, made by :func:`new_keys`.

    Raises:
        NameRefusedError: BB-463.
        NameTakenError: BB-464.
        RoleRefusedError: BB-460, nobody but the owner of a vault is its person.
        DiskFullError: BB-410; nobody is invited.
    """
    # Again, also when it was asked before: somebody may have been invited meanwhile.
    name = require_can_invite(entered, name, role)
    people, files = people_of(entered), _files(entered, keys)
    person = Person(
        user_id=fresh_id(),
        name=name,
        role=role,
        state=PersonState.INVITED,
        added_at=entered.clock.now(),
        invited_by=by.user_id,
    )
    with _written(entered, files) as names, entered.index.database.transaction():
        files.note(people, _INVITATION, entered)
        people.add(person, keys.user_id)
        people.keep(names)
    write_names(entered)
    return person


def accept(entered: Entered, person: Person, keys: NewKeys) -> Unlocked:
    """
    Return who has the new key pair, in the place of the invitation through which one came.

    The administrator who saw the code has no key of it. Until the one transaction the invitation
    stands; after it the code opens nothing.

    Args:
        entered: through the invitation.
        person: who was invited.
        keys: the person's own, made by :func:`new_keys`.

    Raises:
        DiskFullError: BB-410; the code still works.
    """
    people, old = people_of(entered), entered.unlocked.user_id
    files = _files(entered, keys)
    going = _files_of(entered, old)
    with _written(entered, files) as names, entered.index.database.transaction():
        files.note(people, person.role.value, entered)
        people.set_state(person.user_id, PersonState.ACTIVE)
        people.drop_user(old)
        people.keep(names)
        people.plan(going)
    _finish(entered, going)
    slot_id = keys.slots[0].slot_id
    return Unlocked(user_id=person.user_id, slot_id=slot_id, private_key=keys.private_key)


def end_access(entered: Entered, user_id: str, note: Note) -> None:
    """
    Destroy somebody's ways in and their keys; what they copied they have.

    Raises:
        PersonMissingError: BB-465.
        LastAdministratorError: BB-468.
        OnlyHolderError: BB-467.
    """
    people = people_of(entered)
    person = people.by_id(user_id)
    if person is None or person.state is PersonState.ENDED:
        raise PersonMissingError
    active = {
        one.user_id
        for one in people.all()
        if (one.role, one.state) == (Role.ADMINISTRATOR, PersonState.ACTIVE)
    }
    if active == {user_id}:
        raise LastAdministratorError
    alone = [
        one for one in people.held_by(user_id) if set(sound_holders(entered, one)) <= {user_id}
    ]
    if alone:
        raise OnlyHolderError(cases=len(alone))
    invitation = people.invitation(user_id)
    users = [one for one in (user_id, invitation) if one]
    # First: somebody who ends their own access has no key of the vault afterwards.
    names_key = subkey(entered.vault_key(), KeyUse.PEOPLE)
    note()
    going = tuple(name for one in users for name in _files_of(entered, one))
    with entered.index.database.transaction():
        for one in users:
            people.drop_user(one)
        people.set_state(user_id, PersonState.ENDED)
        people.plan(going)
        entered.index.drop_settings_below(f"person/{user_id}/")
    _finish(entered, going)
    _write_names(entered, names_key)


def write_names(entered: Entered) -> None:
    """Bring ``people.json`` up to the index; a failure is made good at the next entry."""
    _write_names(entered, subkey(entered.vault_key(), KeyUse.PEOPLE))


def _write_names(entered: Entered, key: bytes) -> None:
    people = people_of(entered)
    wanted = people.names_file(entered.vault_id, key)
    path = entered.folder.people
    with suppress(DiskFullError, DiskFailedError):
        with entered.disk.failures():
            found = path.read_bytes() if path.is_file() else b""
        if found != wanted:
            entered.disk.replace_file(path, wanted, staging=entered.folder.staging())


def require_slot(entered: Entered) -> None:
    """
    Return if one came in by a slot that the index commits to, not by an older one put back.

    Raises:
        WrongPassphraseError: BB-403.
    """
    slot_id = entered.unlocked.slot_id
    try:
        found = hashlib.sha256(entered.folder.slot(slot_id).read_bytes()).digest()
    except OSError as error:
        raise WrongPassphraseError from error
    if not any(one.slot_id == slot_id and one.is_file(found) for one in entered.index.slots()):
        raise WrongPassphraseError


def require_active(entered: Entered, name: str) -> Person:
    """
    Return who came in, if the index says so too.

    Raises:
        WrongPassphraseError: BB-403, ended, or under another name.
    """
    people = people_of(entered)
    person = people.by_name(name)
    if person is None or person.user_id != entered.unlocked.user_id:
        raise WrongPassphraseError
    if person.state is not PersonState.ACTIVE:
        raise WrongPassphraseError
    return person


def require_invited(entered: Entered, name: str) -> Person:
    """
    Return who was invited and did not come in yet.

    Raises:
        WrongPassphraseError: BB-403.
    """
    people = people_of(entered)
    person = people.by_name(name)
    if person is None or person.state is not PersonState.INVITED:
        raise WrongPassphraseError
    if people.invitation(person.user_id) != entered.unlocked.user_id:
        raise WrongPassphraseError
    return person


def _files(entered: Entered, keys: NewKeys) -> _Files:
    return _Files(
        user_id=keys.user_id,
        public_key=user_public_key(keys.private_key),
        vault_key=entered.vault_key(),
        slots=keys.slots,
    )


@contextmanager
def _written(entered: Entered, files: _Files) -> Iterator[tuple[str, ...]]:
    """Give the names of the files, written; what the body does not take goes again."""
    people = people_of(entered)
    try:
        yield files.write(entered)
    except Exception:
        with suppress(DiskFullError, DiskFailedError):
            people.unlink(entered.folder, entered.disk, people.planned())
        raise


def _files_of(entered: Entered, user_id: str) -> tuple[str, ...]:
    slots = [f"slots/{one.slot_id}.json" for one in entered.index.slots() if one.user_id == user_id]
    keys = [f"keys/{path.name}" for path in entered.folder.keys.glob(f"*.{user_id}.json")]
    return (*slots, *sorted(keys))


def _finish(entered: Entered, going: tuple[str, ...]) -> None:
    # The act stands: a file that does not go now goes when the first of all comes in next.
    with suppress(DiskFullError, DiskFailedError):
        people_of(entered).unlink(entered.folder, entered.disk, going)
        entered.index.database.truncate_wal()
