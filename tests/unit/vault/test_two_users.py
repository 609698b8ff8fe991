"""A vault that a later program shared with a second user (format section 2), in these hands."""

from pathlib import Path

import pytest

from benban.vault import Vault, check_vault
from benban.vault.keys import fresh_key, seal_key, user_public_key
from benban.vault.layout import VAULT_KEY
from benban.vault.plain_files import SealedKeyFile, SlotKind, read_slot
from benban.vault.unlocking import make_slot, try_slots, write_slot
from tests.unit.vault.keeping import CHEAP, failures, laid, opened

OTHER, OTHER_SLOT = "00000000000000bb", "0000000000000000"
OTHERS_PASSPHRASE = b"another person's"


@pytest.fixture
def shared(folder: Path) -> Path:
    """A vault with a second user, whose slot comes first by name."""
    laid(folder)
    with opened(folder) as vault:
        add_user(vault)
    return folder


def add_user(vault: Vault) -> None:
    entered, private_key = vault.entered, fresh_key()
    public_key = user_public_key(private_key)
    entered.index.database.execute(
        "INSERT INTO users VALUES (?, ?, 'person', '2026-11-23T08:30:00.000000Z')",
        (OTHER, public_key),
    )
    slot = make_slot(
        OTHERS_PASSPHRASE,
        SlotKind.PASSPHRASE,
        slot_id=OTHER_SLOT,
        user_id=OTHER,
        private_key=private_key,
        vault_id=entered.vault_id,
        cost=CHEAP,
    )
    write_slot(entered.folder, slot, entered.index, entered.disk)
    # Any 32 bytes: only whose file this is matters here.
    sealed = seal_key(
        fresh_key(), public_key, vault_id=entered.vault_id, name=VAULT_KEY, user_id=OTHER
    )
    file = SealedKeyFile(name=VAULT_KEY, user_id=OTHER, sealed=sealed)
    entered.folder.key(VAULT_KEY, OTHER).write_bytes(file.to_bytes())


def test_a_new_passphrase_replaces_the_own_slot_and_leaves_the_other_users(shared: Path) -> None:
    with opened(shared) as vault:
        folder, vault_id = vault.entered.folder, vault.entered.vault_id
        vault.change_passphrase("a new one", CHEAP)
        users = {read_slot(path).user_id for path in folder.slots.iterdir()}
    found = try_slots(folder, OTHERS_PASSPHRASE, SlotKind.PASSPHRASE, vault_id)
    opened(shared, "a new one").close()

    assert (found.user_id, found.slot_id, len(users)) == (OTHER, OTHER_SLOT, 2)


def test_the_key_files_of_another_user_are_nothing_extra(shared: Path) -> None:
    with opened(shared) as vault:
        assert failures(check_vault(vault)) == {}
