"""A page kept whole: every body, in order, with what passed beside the requests (issue 3, 1)."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from warcio.archiveiterator import ArchiveIterator

from benban.capture.failure import failure_of
from benban.capture.ports import PageLimits
from benban.capture.visit import CaptureRequest, capture_address, choose_nothing
from benban.errors import WholePageRefusedError
from benban.model.case import Capacity, Case
from benban.model.exhibit import Capture, StepOutcome
from benban.model.ids import new_case_id
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.seal.wacz_check import check_wacz
from benban.testing.pictures import canary_bytes, decode
from benban.testing.rich_site import EVENTS, FEED_STEPS, LARGE_FILM, SOCKET_SAYS, RichSite
from benban.wording import Language
from tests.browser.conftest import NOW, Preserved, sighting_of

LIMITS = PageLimits(answer_s=60.0, settle_s=8.0, quiet_s=0.4, scroll_s=90.0)
SOCKET_PICTURE = 160


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer of the package."""

    status: int
    body: bytes
    exchange: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What one capture of the site gave."""

    site: RichSite
    capture: Capture
    kept: Preserved
    answers: dict[str, list[Answered]]
    resources: dict[str, bytes]

    def bodies(self, path: str) -> list[Answered]:
        return self.answers.get(self.site.address(path), [])

    def lines(self, name: str) -> list[dict[str, object]]:
        data = next(body for address, body in self.resources.items() if name in address)
        return [json.loads(line) for line in data.splitlines()]


@pytest.fixture(scope="module")
def site() -> Iterator[RichSite]:
    with RichSite(large_film_bytes=6_000_000) as running:
        yield running


def recorded(
    site: RichSite,
    folder: Path,
    *,
    path: str = "/",
    is_whole: bool = True,
    limits: PageLimits = LIMITS,
) -> Recorded:
    capture, kept = captured(site, folder, path=path, is_whole=is_whole, limits=limits)
    answers, resources = records_of(kept.of("wacz")[0])
    return Recorded(site=site, capture=capture, kept=kept, answers=answers, resources=resources)


def captured(
    site: RichSite,
    folder: Path,
    *,
    path: str = "/",
    is_whole: bool = True,
    limits: PageLimits = LIMITS,
    crowded: str = "nowhere",
) -> tuple[Capture, Preserved]:
    site.forget_requests()
    recorder = ChromiumBrowser(
        program=find_browser(),
        temp_folder=folder,
        resolver=SystemResolver(),
        clock=SystemClock(),
        allowed=frozenset({Endpoint(host=site.host, port=site.port)}),
    )
    case = Case(
        id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF, opened_at=NOW
    )
    sighting = sighting_of(site.address(path))
    kept = Preserved()
    capture = capture_address(
        CaptureRequest(
            sighting=sighting,
            address=site.address(path),
            limits=limits,
            is_whole_page=is_whole,
            is_crowded=lambda address: address == site.address(crowded),
            choose_media=choose_nothing if is_whole else lambda addresses: addresses[:1],
        ),
        browser=recorder,
        clock=SystemClock(),
        spool=kept.spool,
        on_part=kept.take,
        permit=case.storage_permit(sighting),
    )
    return capture, kept


def records_of(wacz: bytes) -> tuple[dict[str, list[Answered]], dict[str, bytes]]:
    answers: dict[str, list[Answered]] = {}
    resources: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(wacz)) as package:
        for name in package.namelist():
            if not name.startswith("archive/"):
                continue
            for record in ArchiveIterator(io.BytesIO(package.read(name))):
                address = record.rec_headers.get_header("WARC-Target-URI")
                if record.rec_type == "response":
                    answers.setdefault(address, []).append(
                        Answered(
                            status=int(record.http_headers.get_statuscode()),
                            body=record.content_stream().read(),
                            exchange=record.rec_headers.get_header("Benban-Exchange"),
                            fields=tuple(record.http_headers.headers),
                        )
                    )
                elif record.rec_type == "resource":
                    resources[address] = record.content_stream().read()
    return answers, resources


@pytest.fixture(scope="module")
def whole(site: RichSite, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(site, tmp_path_factory.mktemp("whole"))


def test_every_picture_and_film_of_the_page_is_in_the_package_byte_for_byte(
    whole: Recorded,
) -> None:
    missing = [
        path
        for path, data in whole.site.reachable_media().items()
        if data not in [one.body for one in whole.bodies(path) if one.status == 200]
    ]

    assert (missing, len(whole.site.reachable_media()) > 60) == ([], True)


def test_a_page_that_grows_on_scrolling_is_read_to_its_end(whole: Recorded) -> None:
    steps = [one for one in whole.answers if "/feed?step=" in one]

    assert len(steps) == FEED_STEPS
    assert "further parts of the page" not in [one.what for one in whole.capture.missing]


def test_films_asked_for_in_ranges_are_fetched_whole_by_a_labelled_exchange(
    whole: Recorded,
) -> None:
    (film,) = whole.bodies(LARGE_FILM)

    assert (film.status, film.exchange) == (200, "media-out-of-band")
    pieces = whole.lines("urn:benban:pieces:")
    assert {one["status"] for one in pieces} == {206}
    asked = [one for one in whole.site.requests if one.path == LARGE_FILM]
    assert all("phien=abc123" in dict(one.fields).get("Cookie", "") for one in asked)


def test_a_second_candidate_of_a_srcset_is_not_asked_for(whole: Recorded) -> None:
    asked = whole.site.media_asked_for()

    assert [path for path in asked if path.startswith("/2x/")] == []


def test_heads_keep_order_case_and_repetitions(whole: Recorded) -> None:
    (page,) = whole.bodies("/")

    names = [name for name, _ in page.fields]
    ours = [name for name in names if name.lower() in {"set-cookie", "x-lap"}]
    assert ours == ["Set-Cookie", "set-cookie", "X-Lap", "X-LAP"]
    assert "X-Orig-Content-Encoding" in names


def test_redirects_failures_posts_and_workers_are_in_the_package(whole: Recorded) -> None:
    status = {path: [one.status for one in whole.bodies(path)] for path in STATUSES}

    assert status == STATUSES


STATUSES = {
    "/di": [302],
    "/tu-dau": [302],
    "/tam": [302],
    "/khong-co.jpg": [404],
    "/khong-co-gi": [404],
    "/gui": [200],
    "/khung": [200],
    "/tho.js": [200],
    "/tho-du-lieu": [200],
}


def test_messages_of_a_websocket_and_of_an_event_stream_stand_beside_the_exchanges(
    whole: Recorded,
) -> None:
    socket = whole.lines("urn:benban:messages:ws://")
    stream = whole.lines("/tin")

    said = [(one["direction"], one["kind"], one.get("text")) for one in socket]
    assert ("received", "text", SOCKET_SAYS) in said
    assert ("sent", "text", "chào máy chủ") in said
    assert [kind for _, kind, _ in said].count("handshake") == 2
    assert "AAECAwQFBgc=" in [one.get("base64") for one in socket]
    assert [one["text"] for one in stream] == list(EVENTS)


def test_the_order_of_requests_is_kept_by_a_clock_that_only_grows(whole: Recorded) -> None:
    order = whole.lines("urn:benban:order:")

    ticks = [int(str(one["monotonic_ns"])) for one in order]
    assert ticks == sorted(ticks)
    assert order[0]["address"] == whole.site.address("/")
    outcomes = {str(one["address"]): one["outcome"] for one in order}
    assert outcomes[whole.site.address("/khong-co.jpg")] == "404"


def test_connections_are_kept_with_what_the_name_service_answered(whole: Recorded) -> None:
    made = [one for one in whole.lines("urn:benban:connections:") if one["outcome"] == "connected"]

    assert {str(one["resolved"]) for one in made} == {"['127.0.0.1']"}
    assert {one["remote"] for one in made} == {f"127.0.0.1:{whole.site.port}"}


def test_text_of_shadow_roots_and_frames_is_in_the_text(whole: Recorded) -> None:
    text = whole.kept.of("dom-text")[0].decode()

    assert [
        word for word in ("chữ trong bóng", "chữ trong khung", "bài thêm 15") if word not in text
    ] == []


def test_the_package_passes_its_own_check(whole: Recorded) -> None:
    report = check_wacz(io.BytesIO(whole.kept.of("wacz")[0]))

    assert {check.result.value for check in report.checks} == {"PASS"}


def test_everything_that_shows_the_page_is_marked_as_holding_pictures(whole: Recorded) -> None:
    unmarked = [one.kind.value for one in whole.kept.exhibits if not one.contains_media]

    assert unmarked == ["dom-text"]


def test_in_the_default_mode_one_picture_is_asked_for_and_nothing_else(
    site: RichSite, tmp_path: Path
) -> None:
    one = recorded(site, tmp_path, is_whole=False)

    asked = site.media_asked_for()
    assert len(asked) == 1
    others = {
        path: data for path, data in site.media.items() if path not in asked and "film" not in path
    }
    everything = one.kept.everything() + b"".join(
        [each.body for answers in one.answers.values() for each in answers]
        + list(one.resources.values())
    )
    assert [path for path, data in others.items() if data in everything] == []


def test_a_shared_worker_that_no_gate_would_see_does_not_run(whole: Recorded) -> None:
    assert [one.path for one in whole.site.requests if one.path == "/tho-chung.js"] == []


def test_a_picture_that_comes_over_a_websocket_is_left_out_and_counted(
    site: RichSite, tmp_path: Path
) -> None:
    one = recorded(site, tmp_path, is_whole=False)

    socket = one.lines("urn:benban:messages:ws://")
    assert [each["size_bytes"] for each in socket if each.get("withheld") == "picture"] != []
    messages = next(body for address, body in one.resources.items() if "messages:ws" in address)
    assert canary_bytes(SOCKET_PICTURE) not in messages
    assert "inline-pictures" in [each.reason for each in one.capture.withheld]


def test_a_limit_on_scrolling_is_stated(site: RichSite, tmp_path: Path) -> None:
    limits = PageLimits(answer_s=60.0, settle_s=4.0, quiet_s=0.3, scroll_steps=3)

    one = recorded(site, tmp_path, limits=limits)

    missing = {each.what: each.reason for each in one.capture.missing}
    assert missing["further parts of the page"] == "scroll-steps: 3"


def test_a_page_of_48000_pixels_is_pictured_whole(site: RichSite, tmp_path: Path) -> None:
    one = recorded(site, tmp_path, path="/feed-page", is_whole=False)

    picture = decode(one.kept.of("screenshot")[0])
    seen = [tuple(int(value) for value in picture[row, 640]) for row in (8_000, 24_000, 40_000)]
    assert seen == [(0, 90, 200), (40, 90, 160), (80, 90, 120)]
    assert np.asarray(picture).shape[0] > 48_000


def test_dialogs_are_closed_and_downloads_are_not_taken_and_both_are_said(
    site: RichSite, tmp_path: Path
) -> None:
    one = recorded(site, tmp_path, path="/bam", is_whole=False)

    assert [each["text"] for each in one.lines("urn:benban:dialogs:")] == ["Bạn đã đủ tuổi chưa?"]
    steps = {step.name: (step.outcome, step.reason) for step in one.capture.steps}
    assert steps["dialogs"] == (StepOutcome.DONE, "closed: 1")
    missing = {each.what: each.reason for each in one.capture.missing}
    assert missing["download: 127.0.0.1"] == "not-taken"


def test_a_way_to_a_place_with_many_people_ends_before_a_picture_is_asked_for(
    site: RichSite, tmp_path: Path
) -> None:
    capture, kept = captured(site, tmp_path, path="/mo", crowded="/")

    assert isinstance(failure_of(capture), WholePageRefusedError)
    assert [one.path for one in site.requests] == ["/mo"]
    assert kept.exhibits == []


def test_a_frame_that_shows_such_a_place_is_not_asked_for(site: RichSite, tmp_path: Path) -> None:
    quick = PageLimits(answer_s=60.0, settle_s=3.0, quiet_s=0.3, scroll_steps=1)
    captured(site, tmp_path, crowded="/khung", limits=quick)

    asked = {one.path for one in site.requests}
    assert ("/hinh/0.jpg" in asked, "/khung" in asked, "/khung.jpg" in asked) == (
        True,
        False,
        False,
    )
