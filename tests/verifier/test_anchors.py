"""What came another way than in the bag, and bags made anew by somebody else."""

import json
from pathlib import Path

import pytest
from benban_verify import Anchors, CheckResult
from benban_verify.receipt import parse_receipt

from tests.verifier.attacks import (
    PDF,
    SCENE,
    checked,
    failures,
    stamp,
    tags_anew,
)
from tests.verifier.dossier_maker import (
    OTHER_KEY,
    Case,
    Files,
    canonical,
    event,
    key_id_of,
    opening,
    payload_of,
    seal,
    started_case,
)
from tests.verifier.tsa_maker import authority


def remade(*, with_true_tsa: bool, with_true_origin: bool) -> Files:
    """The whole bag made again by somebody else, with another story."""
    origin = SCENE.case.origin if with_true_origin else "benban/log/" + "f" * 32
    case = started_case(OTHER_KEY, origin)
    payload = payload_of(case)
    payload[PDF] = b"%PDF-1.7\n% another story\n%%EOF\n"
    tsa = SCENE.tsa if with_true_tsa else authority("evil")
    return stamp(seal(case, payload), tsa)


KEY_ONLY = Anchors(key_id=SCENE.anchors.key_id)
RECEIPT_ONLY = Anchors(receipt=SCENE.receipt)
ROOT_ONLY = Anchors(tsa_roots=SCENE.anchors.tsa_roots)


@pytest.mark.parametrize("with_true_origin", [True, False])
@pytest.mark.parametrize(
    ("anchors", "with_true_tsa", "exit_code", "failed"),
    [
        (Anchors(), False, 2, set()),
        (Anchors(), True, 2, set()),
        (KEY_ONLY, False, 1, {"signer"}),
        (RECEIPT_ONLY, False, 1, {"signer", "receipt"}),
        (ROOT_ONLY, False, 1, {"time"}),
        (ROOT_ONLY, True, 2, set()),
        (SCENE.anchors, False, 1, {"signer", "receipt", "time"}),
        (SCENE.anchors, True, 1, {"signer", "receipt"}),
    ],
)
def test_a_bag_made_anew_with_another_key_never_passes(
    tmp_path: Path,
    with_true_origin: bool,
    anchors: Anchors,
    with_true_tsa: bool,
    exit_code: int,
    failed: set[str],
) -> None:
    files = remade(with_true_tsa=with_true_tsa, with_true_origin=with_true_origin)
    report = checked(tmp_path, files, anchors)
    # With the same public origin and the same first entries the receipt's past is the same.
    same_past = failed - {"receipt"} if with_true_origin else failed
    assert (report.exit_code, set(failures(report))) == (exit_code, same_past)


def test_without_anchors_the_bag_only_agrees_with_itself(tmp_path: Path) -> None:
    report = checked(tmp_path, SCENE.files, Anchors())
    not_done = {
        check.name: check.message_id
        for check in report.checks
        if check.result is CheckResult.NOT_DONE
    }
    assert not_done == {
        "signer": "signer.not_shown",
        "token one": "token.not_shown",
        "token two": "token.not_shown",
        "time": "time.not_shown",
    }
    assert report.exit_code == 2


def test_the_receipt_of_another_case_fails(tmp_path: Path) -> None:
    other = started_case(origin="benban/log/" + "e" * 32)
    report = checked(tmp_path, SCENE.files, Anchors(receipt=parse_receipt(other.receipt(4))))
    assert failures(report) == {"receipt": "receipt.other_case"}


def test_a_receipt_younger_than_the_dossier_is_not_compared(tmp_path: Path) -> None:
    later = Case(events=[*SCENE.case.events, event("later", "planned")])
    anchors = Anchors(receipt=parse_receipt(later.receipt()), tsa_roots=SCENE.anchors.tsa_roots)
    report = checked(tmp_path, SCENE.files, anchors)
    not_done = [check for check in report.checks if check.result is CheckResult.NOT_DONE]
    assert [(check.name, check.message_id) for check in not_done] == [("receipt", "receipt.later")]
    assert report.exit_code == 2


def test_a_past_rewritten_by_the_holder_of_the_key_fails_against_the_receipt(
    tmp_path: Path,
) -> None:
    case = started_case()
    case.events[1] = event("1", "reported", at="2026-11-01T00:00:00.000000Z")
    files = stamp(seal(case, payload_of(case)), SCENE.tsa)
    assert failures(checked(tmp_path, files)) == {"receipt": "receipt.other_past"}


def test_the_receipt_of_a_demonstration_is_called_that(tmp_path: Path) -> None:
    receipt = parse_receipt(SCENE.case.receipt(4, demonstration=True))
    anchors = Anchors(receipt=receipt, tsa_roots=SCENE.anchors.tsa_roots)
    report = checked(tmp_path, SCENE.files, anchors)
    signer = next(check for check in report.checks if check.name == "signer")
    assert (report.exit_code, signer.message_id) == (0, "signer.demonstration")


def test_a_log_of_a_demonstration_is_called_that_although_the_receipt_keeps_silent(
    tmp_path: Path,
) -> None:
    case = started_case()
    case.events[0] = event("0", "case opened", plain={"demonstration": "yes"})
    files = seal(case, payload_of(case))
    proofs = json.loads(files["proofs.json"])
    proofs["records"].insert(0, opening(case, 0))
    report = checked(
        tmp_path,
        tags_anew({**files, "proofs.json": canonical(proofs)}),
        Anchors(key_id=key_id_of(case.private)),
    )
    signer = next(check for check in report.checks if check.name == "signer")
    assert (report.is_demonstration, signer.message_id) == (True, "signer.demonstration")
