"""A new passphrase or sheet needs the passphrase that opens now; nothing is lost on the way."""

from pathlib import Path

import pytest

from benban.casework.ways_in import keep_recovery_code, offer_recovery_code, replace_passphrase
from benban.errors import PassphraseRefusedError, WrongPassphraseError
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.vault import KdfCost, RecoveryCode, Vault, require_passphrase

OLD, NEW = "bốn từ dễ nhớ", "bốn từ khác hẳn"
CHEAP = KdfCost.cheap_for_tests()


def _made(folder: Path, clock: FakeClock) -> tuple[Vault, RecoveryCode]:
    return Vault.create(
        folder,
        passphrase=OLD,
        cost=CHEAP,
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )


def _opens(folder: Path, clock: FakeClock, **secret: str) -> bool:
    try:
        Vault.open(
            folder,
            passphrase=secret.get("passphrase"),
            recovery_code=secret.get("code"),
            clock=clock,
            platform=ThisPlatform(),
            sleep=lambda _s: None,
        ).close()
    except WrongPassphraseError:
        return False
    return True


def test_the_new_passphrase_opens_instead_of_the_old_and_the_sheet_as_before(
    tmp_path: Path, clock: FakeClock
) -> None:
    folder = tmp_path / "kho"
    vault, code = _made(folder, clock)
    with vault:
        replace_passphrase(vault, OLD, NEW, CHEAP)

    assert _opens(folder, clock, passphrase=NEW)
    assert not _opens(folder, clock, passphrase=OLD)
    assert _opens(folder, clock, code=code.text)


def test_who_does_not_know_the_passphrase_changes_nothing(tmp_path: Path, clock: FakeClock) -> None:
    folder = tmp_path / "kho"
    vault, _ = _made(folder, clock)
    with vault:
        with pytest.raises(WrongPassphraseError):
            replace_passphrase(vault, "đoán", NEW, CHEAP)
        with pytest.raises(WrongPassphraseError):
            offer_recovery_code(vault, "đoán")
        with pytest.raises(PassphraseRefusedError):
            replace_passphrase(vault, OLD, "", CHEAP)

    assert _opens(folder, clock, passphrase=OLD)


def test_guessing_over_an_open_vault_waits_like_guessing_at_its_door(
    tmp_path: Path, clock: FakeClock
) -> None:
    vault, _ = _made(tmp_path / "kho", clock)
    slept: list[float] = []
    with vault:
        for _ in range(4):
            with pytest.raises(WrongPassphraseError):
                require_passphrase(vault, "đoán", slept.append)
        require_passphrase(vault, OLD, slept.append)
        require_passphrase(vault, OLD, slept.append)

    assert slept == [1.0, 2.0, 4.0]


def test_an_offered_sheet_opens_nothing_until_it_is_kept(tmp_path: Path, clock: FakeClock) -> None:
    folder = tmp_path / "kho"
    vault, old = _made(folder, clock)
    with vault:
        offered = offer_recovery_code(vault, OLD)
    assert not _opens(folder, clock, code=offered.text)
    assert _opens(folder, clock, code=old.text)

    again = Vault.open(folder, passphrase=OLD, clock=clock, platform=ThisPlatform())
    with again:
        keep_recovery_code(again, offered, CHEAP)

    assert _opens(folder, clock, code=offered.text)
    assert not _opens(folder, clock, code=old.text)
    assert _opens(folder, clock, passphrase=OLD)
