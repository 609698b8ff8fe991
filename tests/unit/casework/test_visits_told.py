"""What a visit says of itself is committed in the log and told in the dossier (EVIDENCE 4)."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from benban_verify import Anchors, CheckResult, verify

from benban.capture.visit import choose_nothing
from benban.casework.audience import shown_host
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Audience, Edition, OwnAccount
from benban.model.custody import EventKind
from benban.model.exhibit import Capture
from benban.model.sighting import Address, SightingKind
from benban.testing.browser import FakeBrowser, page_of
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language
from tests.unit.dossier.reading import squeezed, text

from .conftest import ADULT

PLACE = "https://vi-du.test/trang"
READING = DossierRequest(
    edition=Edition.READING, languages=(Language.VI,), audience=Audience.LAWYER
)


def visited(store: CaseStore, clock: FakeClock, address: str = PLACE) -> Capture:
    report = SightingReport(
        address=Address(
            raw=address,
            canonical=address,
            host=urlsplit(address).hostname or "",
            service="unknown",
        ),
        kind=SightingKind.PUBLISHED,
        answers=ADULT,
    )
    return preserve_address(
        store,
        take_in(store, report, clock).sighting,
        FakeBrowser(page=page_of(address, "<p>chữ</p>")),
        clock=clock,
        choose_media=choose_nothing,
    )


def files_of(store: CaseStore, clock: FakeClock, request: DossierRequest) -> dict[str, bytes]:
    out = io.BytesIO()
    conclude(store, request, [], out_file=out, clock=clock)
    with zipfile.ZipFile(out) as bag:
        return {name.partition("/")[2]: bag.read(name) for name in bag.namelist()}


def visits_in(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if name.startswith("data/visits/")]


def opened_digests(files: dict[str, bytes]) -> list[str]:
    records = json.loads(files["proofs.json"])["records"]
    return [
        one["opened"]["record_sha256"]["value"]
        for one in records
        if "record_sha256" in one["opened"]
    ]


def test_the_log_holds_the_digest_of_the_record_that_the_dossier_carries(
    store: CaseStore, clock: FakeClock
) -> None:
    capture = visited(store, clock)

    files = files_of(store, clock, READING)

    record = files[f"data/visits/{capture.id}.json"]
    assert opened_digests(files) == [hashlib.sha256(record).hexdigest()]
    told = json.loads(record)
    assert (told["browser"]["user_agent"], told["connections"][0]["resolved"]) == (
        "Fake",
        ["203.0.113.7"],
    )
    assert [one["name"] for one in told["steps"]] == [one.name for one in capture.steps]


def test_the_digest_stays_a_commitment_in_the_log(store: CaseStore, clock: FakeClock) -> None:
    visited(store, clock)

    (entry,) = [one for one in store.events() if one.kind is EventKind.CAPTURED]

    (field,) = [one for one in entry.fields if one.name == "record_sha256"]
    assert field.is_sensitive


def test_a_stranger_finds_the_visit_proven(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    visited(store, clock)
    path = tmp_path / "tai-lieu.zip"
    with path.open("w+b") as out:
        conclude(store, READING, [], out_file=out, clock=clock)

    now: datetime = clock.now() + timedelta(days=1)
    report = verify(path, anchors=Anchors(), now=now, program=None)

    results = {check.name: check.result for check in report.checks}
    assert results["visits"] is CheckResult.PASS
    assert CheckResult.FAIL not in results.values()


def test_a_visit_that_shows_the_reporters_own_account_stays_out_whole(
    store: CaseStore, clock: FakeClock
) -> None:
    visited(store, clock, "https://vi-du.test/lan.nguyen.example")
    own = OwnAccount(handles=("lan.nguyen.example",))

    files = files_of(store, clock, replace(READING, own_account=own))

    assert (visits_in(files), opened_digests(files)) == ([], [])
    assert not any(b"lan.nguyen.example" in data for data in files.values())


def test_a_visit_of_which_nothing_was_chosen_is_not_told(
    store: CaseStore, clock: FakeClock
) -> None:
    chosen = visited(store, clock)
    visited(store, clock, "https://vi-du.test/khac")

    files = files_of(store, clock, replace(READING, exhibits=chosen.exhibits[:1]))

    assert visits_in(files) == [f"data/visits/{chosen.id}.json"]


def test_a_reading_edition_for_no_lawyer_carries_no_record_of_a_visit(
    store: CaseStore, clock: FakeClock
) -> None:
    visited(store, clock)

    files = files_of(store, clock, replace(READING, audience=Audience.MYSELF))

    assert (visits_in(files), opened_digests(files)) == ([], [])


def test_an_account_that_stands_in_the_host_is_on_no_paper_for_oneself(
    store: CaseStore, clock: FakeClock
) -> None:
    visited(store, clock, "https://ke-dang-bai.vi-du.test/bai/1")

    files = files_of(store, clock, replace(READING, audience=Audience.MYSELF))

    files["data/report.vi.pdf"] = squeezed(text(files["data/report.vi.pdf"])).encode()
    assert [name for name, data in files.items() if b"ke-dang-bai" in data] == []
    assert squeezed("[…].vi-du.test").encode() in files["data/report.vi.pdf"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("t.me", "t.me"),
        ("kenh.t.me", "[…].t.me"),
        ("www.vi-du.com.vn", "www.vi-du.com.vn"),
        ("ai-do.vi-du.com.vn", "[…].vi-du.com.vn"),
        ("203.0.113.7", "203.0.113.7"),
        ("vn", "vn"),
        ("", ""),
    ],
)
def test_of_a_host_the_service_s_own_name_stays(host: str, expected: str) -> None:
    assert shown_host(host) == expected
