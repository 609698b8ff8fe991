"""A shared vault of the first released form opens for ever, for each who is in it."""

import json
from pathlib import Path

import pytest

from benban.model.people import PersonState
from benban.model.report import CheckResult
from benban.vault import AuditHead, check_vault
from tests.unit.vault.keeping import CHEAP, copy_of, failures
from tests.unit.vault.several import held, me

GOLDEN = Path(__file__).resolve().parents[3] / "vectors" / "vault" / "golden-shared-v2"
EXPECTED = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def golden(folder: Path) -> Path:
    return copy_of(GOLDEN / "vault", folder)


def test_everybody_finds_what_is_theirs(golden: Path) -> None:
    with held(golden) as shared:
        for name, passphrase in EXPECTED["passphrases"].items():
            vault = shared.enter(name, passphrase=passphrase)
            assert list(vault.case_ids()) == EXPECTED["cases"].get(name, [])
            for setting, value in EXPECTED["settings"].get(name, {}).items():
                assert vault.setting(setting).decode() == value
            for setting, value in EXPECTED["case_settings"].items():
                has_it = bool(vault.case_ids())
                assert vault.setting(setting).decode() == (value if has_it else "")
            for setting, value in EXPECTED["organisation"].items():
                assert vault.setting(setting).decode() == value
            assert failures(check_vault(vault, read=True)) == {}
            assert vault.key_numbers(me(vault).user_id) == EXPECTED["numbers"][name]


def test_the_chain_goes_on_from_the_head_that_was_kept(golden: Path) -> None:
    with held(golden) as shared:
        name = EXPECTED["administrator"]
        vault = shared.enter(name, passphrase=EXPECTED["passphrases"][name])
        assert vault.audit is not None
        checks = vault.audit.check(AuditHead(**EXPECTED["audit"]))
        longer = vault.audit.head().count - EXPECTED["audit"]["count"]

    assert ([check.name for check in checks if check.result is CheckResult.PASS], longer) == (
        ["audit"],
        1,
    )


def test_an_old_invitation_still_lets_in(golden: Path) -> None:
    with held(golden) as shared:
        vault, _ = shared.accept(
            EXPECTED["invitation"]["name"], EXPECTED["invitation"]["code"], "new", CHEAP
        )

        assert me(vault).state is PersonState.ACTIVE
