"""From a yes to a match, and back: a real case and a real exchange, with a file between."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.forget import forget, plan_forgetting
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile
from benban.casework.share_hash import agree_to_share
from benban.casework.take_in import SightingReport, take_in
from benban.casework.withdraw_hash import withdraw_hashes
from benban.exchange.answers import opaque_number
from benban.exchange.card import ExchangeCard, card_bytes, read_card
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore
from benban.wording import Language
from tests.contract.exchange_stores import BANK, OPERATOR, empty_store, made_file, server, store
from tests.harm.scenes import ADULT, a_case, new_vault
from tests.service.exchange_client import Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, CONFIRM, SECOND

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]


@pytest.fixture
def case(tmp_path: Path, exchange: Exchange) -> Iterator[CaseStore]:
    """A case with one measured drawing, on the clock of the exchange."""
    with (
        new_vault(tmp_path / "kho", exchange.clock) as vault,
        vault.create_case(a_case()) as opened,
        Fence() as fence,
    ):
        report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
        sighting = take_in(opened, report, exchange.clock).sighting
        file = GivenFile(stream=BytesIO(draw_feed_picture(1)), name="a.jpg")
        add_files(opened, sighting, [file], exchange.clock)
        fingerprint_exhibits(opened, fence)
        yield opened


def _handed_in(case: CaseStore, exchange: Exchange) -> tuple[str, str]:
    """Agree, let a member hand it in and another confirm; return the hash and the proof."""
    card = ExchangeCard(
        name="Kho thử", key=exchange.process.exchange, withdraw_at="https://kho.example/rut"
    )
    (exhibit,) = case.all(Exhibit)
    shared = agree_to_share(
        case,
        exhibit.id,
        read_card(card_bytes(card)),
        language=Language.VI,
        is_agreed=True,
        clock=exchange.clock,
    )
    proof = base64.b64encode(shared.proof).decode()
    taken = exchange.post("/v1/hashes", _attestation(proof), ATTESTER)
    assert taken.status_code == 201, taken.text
    with exchange.process.store.within(OPERATOR) as work:
        newest = work.changes(0, 10_000)[-1].hash_id
        secret = next(one.secret for one in work.members() if one.id == SECOND)
    theirs = opaque_number(newest, secret)
    assert exchange.post(f"/v1/hashes/{theirs}/acts", CONFIRM, SECOND).is_success
    return case.get(QuestionedFingerprint, exhibit.id).picture.pdq.hex, proof


def _attestation(proof: str) -> dict[str, str]:
    return {"bank": BANK, "provenance": "case-of-a-hotline", "proof": proof}


def _matches(exchange: Exchange, pdq: str) -> int:
    return len(exchange.post("/v1/lookups", {"hashes": [pdq]}, SECOND).json()["matches"])


def _taken_back(case: CaseStore, exchange: Exchange) -> int:
    (withdrawn,) = withdraw_hashes(case)
    # Nobody's key is needed for it.
    return exchange.client.post("/v1/withdrawals", content=withdrawn.file).status_code


def test_a_persons_hash_matches_and_is_gone_once_their_file_arrives(
    case: CaseStore, exchange: Exchange
) -> None:
    pdq, _ = _handed_in(case, exchange)
    assert _matches(exchange, pdq) == 1

    assert (_taken_back(case, exchange), _matches(exchange, pdq)) == (204, 0)


def test_a_consent_that_was_taken_back_brings_no_hash_in_again(
    case: CaseStore, exchange: Exchange
) -> None:
    pdq, proof = _handed_in(case, exchange)
    _taken_back(case, exchange)

    again = exchange.post("/v1/hashes", _attestation(proof), ATTESTER)

    assert (again.is_success, _matches(exchange, pdq)) == (False, 0)


@pytest.mark.parametrize("act", ["minor", "forget"])
def test_it_comes_back_also_when_nothing_of_the_picture_is_left_in_the_case(
    case: CaseStore, exchange: Exchange, act: str
) -> None:
    pdq, _ = _handed_in(case, exchange)
    (exhibit,) = case.all(Exhibit)
    if act == "minor":
        mark_minor(case, exhibit.id)
    else:
        forget(case, plan_forgetting(case, exhibit.id), "")

    assert (_taken_back(case, exchange), _matches(exchange, pdq)) == (204, 0)
