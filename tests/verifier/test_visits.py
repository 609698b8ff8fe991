"""The record of a visit is the logged one, or the dossier fails by name."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from benban_verify import Anchors, CheckResult, verify

from tests.verifier.attacks import NOW
from tests.verifier.dossier_maker import (
    EXHIBITS,
    Files,
    Json,
    canonical,
    event,
    list_files_anew,
    opening,
    payload_of,
    seal,
    started_case,
    zip_of,
)

VISIT = "cap-00000000000000aa"
PATH = f"data/visits/{VISIT}.json"
AT = "2026-11-22T08:15:30.123456Z"


def record(**changed: Json) -> bytes:
    whole: dict[str, Json] = {
        "v": 1,
        "id": VISIT,
        "sighting": "sig-00000000000000aa",
        "requested": "https://example.test/1",
        "received_from": "https://example.test/1",
        "by_way_of": [],
        "status": 200,
        "title": "a page",
        "started_at": AT,
        "ended_at": AT,
        "started_monotonic_ns": "1",
        "ended_monotonic_ns": "2",
        "local_utc_offset_s": 25200,
        "browser": None,
        "connections": [],
        "steps": [],
        "missing": [],
        "withheld": [{"reason": "other-people", "count": 39}],
        "counters": [],
        "post": None,
        "exhibits": [EXHIBITS[0].subject],
    }
    return canonical({**whole, **changed})


def dossier(
    told: bytes | None, logged: bytes, *, is_opened: bool = True, status: str = "200"
) -> Files:
    """A dossier whose log holds *logged* and whose files hold *told*."""
    case = started_case()
    plain = {"status": status, "exhibits": "1", "missing": "0", "withheld": "39"}
    digest = hashlib.sha256(logged).hexdigest()
    sensitive = {"record_sha256": digest, "address": "https://example.test/1"}
    case.events.append(event("6", "captured", subject=VISIT, plain=plain, sensitive=sensitive))
    payload = payload_of(case)
    if told is not None:
        payload[PATH] = told
    files = seal(case, payload)
    proofs = json.loads(files["proofs.json"])
    names = ("record_sha256",) if is_opened else ()
    proofs["records"].insert(-1, opening(case, 6, names))
    files["proofs.json"] = canonical(proofs)
    return list_files_anew(files)


def visits_check(files: Files, folder: Path) -> tuple[CheckResult, str]:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    report = verify(path, anchors=Anchors(), now=NOW, program=None)
    (found,) = [(one.result, one.message_id) for one in report.checks if one.name == "visits"]
    others = [one.name for one in report.checks if one.result is CheckResult.FAIL]
    assert others in ([], ["visits"])
    return found


def test_the_record_that_was_logged_passes(tmp_path: Path) -> None:
    found = visits_check(dossier(record(), record()), tmp_path)

    assert found == (CheckResult.PASS, "visits.pass")


CASES: dict[str, tuple[Callable[[], Files], str]] = {
    "another browser": (lambda: dossier(record(title="other"), record()), "visits.other"),
    "a record that is not there": (lambda: dossier(None, record()), "visits.alone"),
    "a record that is not opened": (
        lambda: dossier(record(), record(), is_opened=False),
        "visits.alone",
    ),
    "of another visit": (
        lambda: dossier(*[record(id="cap-00000000000000bb")] * 2),
        "visits.other",
    ),
    "another status than the entry says": (
        lambda: dossier(record(), record(), status="404"),
        "visits.other",
    ),
    "other missing things": (
        lambda: dossier(*[record(missing=[{"what": "x", "reason": "y"}])] * 2),
        "visits.other",
    ),
    "not canonical": (lambda: dossier(*[b" " + record()] * 2), "visits.unreadable"),
    "a name too many": (lambda: dossier(*[record(more="x")] * 2), "visits.unreadable"),
    "no time": (lambda: dossier(*[record(ended_at="today")] * 2), "visits.unreadable"),
}


@pytest.mark.parametrize("name", CASES)
def test_anything_else_fails_by_name(tmp_path: Path, name: str) -> None:
    make, message = CASES[name]

    assert visits_check(make(), tmp_path) == (CheckResult.FAIL, message)


def test_a_dossier_without_visits_has_no_such_check(tmp_path: Path) -> None:
    case = started_case()
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(seal(case, payload_of(case))))

    report = verify(path, anchors=Anchors(), now=NOW, program=None)

    assert "visits" not in [one.name for one in report.checks]
