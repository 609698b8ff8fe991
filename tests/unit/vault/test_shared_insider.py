"""A colleague with the whole disk and their own passphrase; what they cannot read of others."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benban.errors import BenbanError
from benban.model.allegation import SealedAllegation
from benban.model.people import Role
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.vault import Compartment, Vault
from benban.vault.database import Database, text_of
from benban.vault.disk import Disk
from benban.vault.keys import KeyRefusedError, KeyUse, open_sealed_key, subkey
from benban.vault.plain_files import read_sealed_key
from tests.unit.vault.keeping import NOW, a_case, adopted, an_event, reported
from tests.unit.vault.several import joined, made, me

CANARY = "chim-hoang-yen"


def test_the_disk_and_a_colleagues_keys_show_nothing_of_another_persons_case(
    folder: Path, tmp_path: Path
) -> None:
    shared, admin = made(folder)
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    joined(shared, admin, "Kiểm", Role.AUDITOR)
    case_id = written(an)
    binh.create_case(a_case("của Bình"))
    keys_of_binh, keys_of_an = keys_of(folder, binh), keys_of(folder, an)
    vault_id = an.entered.vault_id
    shared.close()

    # The same search with the keys of whoever has the case finds each of them: it can find.
    found = found_with(folder, keys_of_an, vault_id)
    for what in ("title", "event", "draft", "note", "mailbox", "exhibit", "allegation"):
        assert f"{CANARY}-{what}".encode() in found, what
    read = found_with(folder, keys_of_binh, vault_id)
    assert CANARY.encode() not in read
    assert b"draft-name" not in read
    assert case_id.encode() in read  # that there is a case is known to everybody inside


def written(vault: Vault) -> str:
    """Leave the canary at every place where a person's words can stand."""
    with vault.create_case(a_case(f"{CANARY}-title")) as store:
        case_id = store.case.id
        store.record(an_event(said=f"{CANARY}-event"))
        adopted(store, reported(store), f"{CANARY}-exhibit".encode())
        sealed = Compartment(vault, case_id).seal(f"{CANARY}-allegation", FakeClock(NOW))
        store.record(an_event(), save=[sealed])
    for name, what in (
        (f"desk.draft.case.{case_id}.draft-name", "draft"),
        (f"notes.private.{case_id}", "note"),
        ("mail-account", "mailbox"),
    ):
        vault.set_setting(name, f"{CANARY}-{what}".encode())
    return case_id


def keys_of(folder: Path, vault: Vault) -> tuple[bytes, ...]:
    """Return the private key and every key that it opens, whoever's file it is."""
    private_key, vault_id = vault.entered.unlocked.private_key, vault.entered.vault_id
    found = [private_key]
    for path in sorted((folder / "keys").iterdir()):
        file = read_sealed_key(path)
        for user_id in {file.user_id, me(vault).user_id}:
            try:
                found.append(
                    open_sealed_key(
                        file.sealed, private_key, vault_id=vault_id, name=file.name, user_id=user_id
                    )
                )
            except KeyRefusedError:
                continue
    return tuple(found)


def found_with(folder: Path, keys: tuple[bytes, ...], vault_id: str) -> bytes:
    """Return every byte of the folder, and every byte that any of the keys opens."""
    found = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    blob_keys: list[bytes] = []
    setting_keys: list[bytes] = []
    allegations: list[SealedAllegation] = []
    every = [*keys, *(subkey(key, use) for key in keys for use in KeyUse)]
    for path in folder.rglob("*.db"):
        for key in every:
            for row in rows_of(path, key):
                for value in row:
                    said = value if isinstance(value, bytes) else str(value).encode()
                    found.append(said)
                    blob_keys += [said] if len(said) == 32 else []
                    allegations += allegations_of(said)
                settings = list(settings_of(row, every, vault_id))
                setting_keys += [one for one in settings if len(one) == 32]
                found += settings
    for path in (folder / "cases").rglob("blobs/*/*"):
        data = path.read_bytes()
        for key in [*every, *blob_keys]:
            found += opened_by(key, bytes(11) + b"\x01", data[32:], data[:32])
    found += texts_of(folder, allegations, [*every, *blob_keys, *setting_keys])
    return b"\n".join(found)


def rows_of(path: Path, key: bytes) -> Iterator[tuple[object, ...]]:
    try:
        database = Database(path, key, Disk(ThisPlatform()))
    except BenbanError:
        return
    for (table,) in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        yield from database.rows(f"SELECT * FROM {text_of(table)}")  # noqa: S608 - a name of its own
    database.close()


def allegations_of(said: bytes) -> Iterator[SealedAllegation]:
    """Return the sealed allegation that a value is, if it is one."""
    with suppress(msgspec.MsgspecError):
        yield msgspec.json.decode(said, type=SealedAllegation)


def texts_of(
    folder: Path, allegations: list[SealedAllegation], keys: list[bytes]
) -> Iterator[bytes]:
    """Return what allegations say: they need one key more, in a setting that another key opens."""
    for case, one, key in itertools.product((folder / "cases").iterdir(), allegations, keys):
        bound = b"benban/vault/v1/allegation\x00" + f"{case.name}\0{one.id}".encode()
        yield from opened_by(key, one.nonce, one.ciphertext, bound)


def settings_of(row: tuple[object, ...], keys: list[bytes], vault_id: str) -> Iterator[bytes]:
    """Return what a sealed setting says, under any key and any name that one may guess."""
    kept_as, value = (row[0], row[1]) if len(row) == 2 else ("", b"")
    if not isinstance(kept_as, str) or not isinstance(value, bytes):
        return
    case_id = kept_as.split("/")[-2] if "/" in kept_as else ""
    for name in (
        f"desk.draft.case.{case_id}.draft-name",
        f"notes.private.{case_id}",
        "mail-account",
        f"allegations/{case_id}",
    ):
        said = b"\x00".join(one.encode() for one in (vault_id, kept_as, name))
        for key in keys:
            yield from opened_by(key, value[:12], value[12:], b"benban/vault/v1/setting\x00" + said)


def opened_by(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> Iterator[bytes]:
    try:
        yield AESGCM(key).decrypt(nonce, sealed, bound)
    except Exception:  # noqa: BLE001 - whatever is wrong, this key opens nothing here
        return
