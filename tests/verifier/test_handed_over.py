"""A dossier of a case that changed hands, checked with the key that was known before."""

from base64 import b64encode
from pathlib import Path

import pytest
from benban_verify import Anchors, Report, verify
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verifier.dossier_maker import (
    KEY,
    OTHER_KEY,
    Case,
    event,
    key_id_of,
    payload_of,
    public_bytes,
    root_of,
    seal,
    started_case,
    zip_of,
)
from tests.verifier.tsa_maker import STAMPED_AT

THIRD_KEY = bytes(range(64, 96))


def change(case: Case, old: bytes, new: bytes, **faults: str) -> None:
    """Both keys sign, as docs/reference/hand-over-format.md says; then the new one goes on."""
    leaves = case.leaves
    plain = {
        "size": str(len(leaves)),
        "root": b64encode(root_of(leaves)).decode(),
        "old_key": b64encode(public_bytes(old)).decode(),
        "new_key": b64encode(public_bytes(new)).decode(),
    }
    lines = ("benban/v1/key-changed", case.origin, *plain.values())
    said = "".join(f"{line}\n" for line in lines).encode()
    for name, key in (("old_signature", old), ("new_signature", new)):
        signature = Ed25519PrivateKey.from_private_bytes(key).sign(said)
        plain[name] = b64encode(signature).decode()
    case.events.append(event(f"change {len(leaves)}", "key changed", plain={**plain, **faults}))
    case.private = new


def dossier(folder: Path, case: Case, anchors: Anchors) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(seal(case, payload_of(case))))
    return verify(path, anchors=anchors, now=STAMPED_AT, program=None)


def signer(report: Report) -> str:
    return next(one.message_id for one in report.checks if one.name == "signer")


def test_the_key_before_is_enough_when_it_signed_the_change(tmp_path: Path) -> None:
    case = started_case()
    change(case, KEY, OTHER_KEY)

    report = dossier(tmp_path, case, Anchors(key_id=key_id_of(KEY)))

    assert signer(report) == "signer.pass_handed_over"


def test_the_key_of_today_passes_as_any_other(tmp_path: Path) -> None:
    case = started_case()
    change(case, KEY, OTHER_KEY)

    assert signer(dossier(tmp_path, case, Anchors(key_id=key_id_of(OTHER_KEY)))) == "signer.pass"


def test_a_case_that_changed_hands_twice_leads_back_to_the_first_key(tmp_path: Path) -> None:
    case = started_case()
    change(case, KEY, OTHER_KEY)
    change(case, OTHER_KEY, THIRD_KEY)

    report = dossier(tmp_path, case, Anchors(key_id=key_id_of(KEY)))

    assert signer(report) == "signer.pass_handed_over"


@pytest.mark.parametrize("fault", ["old_signature", "new_signature", "root", "size", "old_key"])
def test_a_change_that_one_of_them_did_not_sign_leads_nowhere(tmp_path: Path, fault: str) -> None:
    case = started_case()
    wrong = {
        "old_signature": b64encode(bytes(64)).decode(),
        "new_signature": b64encode(bytes(64)).decode(),
        "root": b64encode(bytes(32)).decode(),
        "size": "1",
        "old_key": b64encode(public_bytes(THIRD_KEY)).decode(),
    }
    change(case, KEY, OTHER_KEY, **{fault: wrong[fault]})

    assert signer(dossier(tmp_path, case, Anchors(key_id=key_id_of(KEY)))) == "signer.other_key"


def test_who_took_the_log_without_its_key_leads_nowhere(tmp_path: Path) -> None:
    case = started_case()
    change(case, THIRD_KEY, OTHER_KEY)

    assert signer(dossier(tmp_path, case, Anchors(key_id=key_id_of(KEY)))) == "signer.other_key"
