"""Vaults of every released format open for ever, with all that was in them (B5 39)."""

import hashlib
import json
from pathlib import Path

import pytest

from benban.model.exhibit import Exhibit, Original
from benban.model.finding import CommonOrigin
from benban.model.ids import CaseId
from benban.model.report import CheckResult
from benban.outside.platforms import ThisPlatform
from benban.seal.receipt import parse_receipt
from benban.vault import CaseStore, Vault, check_vault
from benban.vault.documents import STORED_TYPES, encoded, stored_id
from tests.unit.seal.reading import Case
from tests.unit.vault.keeping import an_event, copy_of, failures, kept_text, opened, ticking

GOLDEN = Path(__file__).resolve().parents[3] / "vectors" / "vault" / "golden-v1"
EXPECTED = Case(json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8")))


@pytest.fixture
def golden(folder: Path) -> Path:
    return copy_of(GOLDEN / "vault", folder)


def every_case() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "expected", EXPECTED.cases("cases"), ids=lambda case: case.text("id")
    )


def seen(store: CaseStore) -> dict[str, object]:
    """Return what a case holds, in the form in which the golden vault's content is written."""
    return {
        "id": store.case.id,
        "title": store.case.title,
        "verifier_key": store.verifier_key,
        "events": [event.kind.value if event.kind else None for event in store.events()],
        "items": {kind.__name__: len(store.all(kind)) for kind in STORED_TYPES},
        "contents": {
            one.id: hashlib.sha256(kept_text(store, one)).hexdigest() for one in store.all(Exhibit)
        },
        "originals": {
            one.id: hashlib.sha256(store.open_original(one.id).read()).hexdigest()
            for one in store.all(Original)
        },
        "derived": {
            one.id: hashlib.sha256(store.get_derived(one.id, "veiled")).hexdigest()
            for one in store.all(CommonOrigin)
        },
        "json": {
            f"{type(one).__name__} {stored_id(one)}": json.loads(encoded(one))
            for kind in STORED_TYPES
            for one in store.all(kind)
        },
    }


def lacks(found: object, expected: object) -> list[str]:
    """Return what of *expected* is not in *found*; a later version may know more fields."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            f"{key}{more}"
            for key, value in expected.items()
            for more in (lacks(found[key], value) if key in found else [" missing"])
        ]
    if isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        pairs = zip(found, expected, strict=True)
        return [more for one, other in pairs for more in lacks(one, other)]
    return [] if found == expected else [f": {found!r} for {expected!r}"]


@every_case()
def test_a_golden_vault_holds_what_it_held(golden: Path, expected: Case) -> None:
    with (
        opened(golden, EXPECTED.text("passphrase")) as vault,
        vault.open_case(CaseId(expected.text("id"))) as store,
    ):
        found = seen(store)
    wanted = {key: value for key, value in expected.content.items() if key != "receipt"}

    assert lacks(found, wanted) == []


@every_case()
def test_a_golden_vault_is_whole_and_agrees_with_its_receipt(golden: Path, expected: Case) -> None:
    receipt = parse_receipt(expected.text("receipt"))
    with opened(golden, EXPECTED.text("passphrase")) as vault:
        report = check_vault(vault, read=True, receipt=receipt)
    rollback = [check.result for check in report.checks if check.name == "rollback"]

    assert (failures(report), rollback) == ({}, [CheckResult.PASS])


def test_a_golden_vault_opens_with_its_recovery_code(golden: Path) -> None:
    vault = Vault.open(
        golden,
        recovery_code=EXPECTED.text("recovery_code"),
        clock=ticking(),
        platform=ThisPlatform(),
    )
    with vault:
        titles = [case.title for case in vault.cases()]

    assert titles == [case.text("title") for case in EXPECTED.cases("cases")]


def test_a_golden_vault_can_be_worked_on(golden: Path) -> None:
    case_id = CaseId(EXPECTED.cases("cases")[0].text("id"))
    with opened(golden, EXPECTED.text("passphrase")) as vault:
        with vault.open_case(case_id) as store:
            before = store.checkpoint().size
            store.record(an_event())
            after = store.checkpoint().size
        failed = failures(check_vault(vault, read=True))

    assert (after - before, failed) == (1, {})
