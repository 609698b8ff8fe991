"""A newer catalogue replaces an older one when it is signed, sound and wanted."""

import io
from threading import Thread

import pytest

from benban.casework.catalogue_in_use import (
    BUNDLE,
    current_catalogue,
    held_by,
    newest,
    use_catalogue_of,
    use_the_programs_own,
)
from benban.casework.catalogue_update import Offer, offer_from, take_offer
from benban.errors import (
    BundleFaultyError,
    BundleMalformedError,
    BundleOlderError,
    BundleSignatureError,
)
from benban.model.catalogue import Catalogue
from benban.remedies import packaged_catalogue
from benban.vault import Vault
from tests.unit.remedies.bundles import (
    KEY,
    OTHER_KEY,
    OTHER_SIGNER,
    SIGNER,
    bundle,
    packaged_files,
    signed_all_the_same,
)

USED = packaged_catalogue()


def _offer(vault: Vault, data: bytes, *, given: bytes | None = None) -> Offer:
    return offer_from(vault, io.BytesIO(data), (SIGNER,), given=given)


def _in_use(vault: Vault) -> Catalogue:
    return newest(held_by(vault), (SIGNER,))


def test_until_one_is_given_the_programs_own_is_used(vault: Vault) -> None:
    assert _in_use(vault) is USED


def test_an_offer_changes_nothing(vault: Vault) -> None:
    _offer(vault, bundle())

    assert (vault.setting(BUNDLE), _in_use(vault)) == (b"", USED)


def test_a_taken_one_is_used(vault: Vault) -> None:
    take_offer(vault, _offer(vault, bundle(edition=5)))

    assert _in_use(vault).edition == 5


@pytest.mark.parametrize("edition", [4, 5])
def test_an_edition_that_is_not_newer_is_refused(vault: Vault, edition: int) -> None:
    take_offer(vault, _offer(vault, bundle(edition=5)))

    with pytest.raises(BundleOlderError) as caught:
        _offer(vault, bundle(edition=edition))

    assert caught.value.params == {"offered": edition, "used": 5}


def test_what_came_with_the_program_counts_as_used(vault: Vault) -> None:
    with pytest.raises(BundleOlderError):
        _offer(vault, bundle(edition=USED.edition))


def test_a_stranger_offers_nothing(vault: Vault) -> None:
    with pytest.raises(BundleSignatureError):
        _offer(vault, bundle(key=OTHER_KEY))


def test_a_key_that_the_person_was_given_offers_and_is_remembered_once_taken(vault: Vault) -> None:
    first = _offer(vault, bundle(key=OTHER_KEY, edition=2), given=OTHER_SIGNER)
    take_offer(vault, first)
    second = _offer(vault, bundle(key=OTHER_KEY, edition=3))
    take_offer(vault, second)

    assert (first.is_new_signer, second.is_new_signer) == (True, False)
    assert _in_use(vault).edition == 3


def test_a_key_that_was_looked_at_only_is_not_remembered(vault: Vault) -> None:
    _offer(vault, bundle(key=OTHER_KEY), given=OTHER_SIGNER)

    with pytest.raises(BundleSignatureError):
        _offer(vault, bundle(key=OTHER_KEY))


def test_a_signed_bundle_with_a_fault_is_refused(vault: Vault) -> None:
    found = packaged_files()
    found["terms.toml"] = b"reviewed_by = "

    with pytest.raises(BundleFaultyError) as caught:
        _offer(vault, signed_all_the_same(found))

    assert caught.value.params["file"] == "terms.toml"


def test_an_endless_file_is_not_read_to_its_end(vault: Vault) -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            return bytes(size)

    with pytest.raises(BundleMalformedError):
        offer_from(vault, Endless(), (SIGNER,))


def test_what_changes_is_named(vault: Vault) -> None:
    found = packaged_files()
    telegram = found["channels/telegram.toml"]
    found["channels/telegram.toml"] = telegram.replace(b"abuse@telegram.org", b"new@telegram.org")
    del found["channels/vk.toml"]
    found["channels/x.toml"] += (
        b'\n[[channel]]\nid = "x-9"\norder = 9\nkind = "in_app"\naddress = ""\npath = "p"\n'
        b'confidence = "A"\nsource = "s"\nchecked_on = 2026-12-01\nneeds_account = "yes"\n'
        b'exposes_identity_to = ["platform"]\n'
    )

    found["channels/reddit.toml"] = found["channels/reddit.toml"].replace(b'"rdt", ', b"")
    found["forms/en/x-report.txt"] += b"More words.\n"

    offer = _offer(vault, bundle(found))

    assert offer.changes == (
        ("x-9",),
        ("forms/x-report", "reddit.toml", "telegram-2"),
        ("vk-1", "vk.toml"),
    )
    assert offer.moved == (("telegram-2", "abuse@telegram.org", "new@telegram.org"),)


def test_a_program_that_is_newer_than_the_bundle_uses_its_own(vault: Vault) -> None:
    # An older program took it; the program that opens the vault now brings edition 1 itself.
    vault.set_setting(BUNDLE, bundle(edition=USED.edition))

    assert _in_use(vault) is USED


@pytest.mark.parametrize("data", [b"nothing", bundle(key=OTHER_KEY, edition=9)])
def test_what_cannot_be_trusted_any_more_is_not_used(vault: Vault, data: bytes) -> None:
    vault.set_setting(BUNDLE, data)

    assert _in_use(vault) is USED


def test_the_process_works_with_the_catalogue_of_the_vault_that_is_open(vault: Vault) -> None:
    take_offer(vault, _offer(vault, bundle(key=KEY, edition=7), given=SIGNER))
    # As if its key had been accepted: the program itself pins none here.
    offered = offer_from(vault, io.BytesIO(bundle(edition=8)), (), given=SIGNER)
    take_offer(vault, offered)

    assert current_catalogue().edition == 8

    vault.set_setting(BUNDLE, b"")
    use_catalogue_of(vault)
    assert current_catalogue() is USED


def test_every_thread_works_with_the_catalogue_of_the_open_vault(vault: Vault) -> None:
    offered = offer_from(vault, io.BytesIO(bundle(edition=8)), (), given=SIGNER)
    take_offer(vault, offered)
    seen: list[int] = []

    thread = Thread(target=lambda: seen.append(current_catalogue().edition))
    thread.start()
    thread.join()

    use_the_programs_own()
    assert (seen, current_catalogue()) == ([8], USED)
