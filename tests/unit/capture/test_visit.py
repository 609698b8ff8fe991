"""One visit: every step is written down as it ends, and a failed one never loses the others."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from benban.capture.failure import failure_of
from benban.capture.ports import BodyState, FailedRequest, Page, PageLimits, Part
from benban.capture.visit import CaptureRequest, ChooseMedia, capture_address, choose_nothing
from benban.errors import (
    BenbanError,
    BrowserFailedError,
    CertificateRefusedError,
    DiskFullError,
    NameNotFoundError,
    NoAnswerInTimeError,
    PageNotReceivedError,
    PermitRefusedError,
)
from benban.model.case import Capacity, Case, StoragePermit
from benban.model.exhibit import Capture, CaptureStep, Exhibit, Missing, StepOutcome, Withheld
from benban.model.ids import new_case_id, new_sighting_id
from benban.model.sighting import Address, AgeAnswers, Answer, Sighting, SightingKind
from benban.testing.browser import AT, FakeBrowser, exchange_of, page_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform_pages import Post, feed_page
from benban.testing.spool import MemorySpool, MemorySpooled
from benban.wording import Language

ADDRESS = "https://t.me/kenh/7"
ITS_PICTURE, ANOTHER = "https://cdn.test/7.jpg", "https://cdn.test/8.jpg"
JPEG = draw_feed_picture(7)
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
ALL_KINDS = ["dom-text", "screenshot", "page-pdf", "mhtml", "media", "wacz"]


def a_post(number: int) -> Post:
    return Post(
        channel="kenh",
        number=number,
        author="Kênh",
        text="Bài",
        media=(f"https://cdn.test/{number}.jpg",),
        views="3,4K",
        posted_at="2026-11-20T08:00:00+00:00",
    )


PAGE = page_of(
    ADDRESS, feed_page("kenh", "2.012", [a_post(7), a_post(8)]), media=(ITS_PICTURE, ANOTHER)
)


def a_sighting(kind: SightingKind = SightingKind.PUBLISHED) -> Sighting:
    return Sighting(
        id=new_sighting_id(),
        kind=kind,
        address=Address(raw=ADDRESS, canonical=ADDRESS, host="t.me", service="telegram"),
        text="",
        answers=ADULT,
        reported_at=AT,
    )


def a_permit(sighting: Sighting) -> StoragePermit:
    case = Case(
        id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF, opened_at=AT
    )
    return case.storage_permit(sighting)


class Run:
    """One capture over a fake browser, and all it kept."""

    def __init__(
        self,
        page: Page = PAGE,
        *,
        media: Mapping[str, bytes] | None = None,
        failures: Mapping[str, BenbanError] | None = None,
        address: str = ADDRESS,
        has_permit: bool = True,
        choose: ChooseMedia = choose_nothing,
        spool: MemorySpool | None = None,
        full_after: int | None = None,
    ) -> None:
        self.browser = FakeBrowser(page, media or {ITS_PICTURE: JPEG}, failures or {})
        self.spool = spool or MemorySpool()
        self.exhibits: list[Exhibit] = []
        self.told: list[CaptureStep] = []
        self._full_after = full_after
        sighting = a_sighting()
        self.request = CaptureRequest(
            sighting=sighting, address=address, choose_media=choose, on_step=self.told.append
        )
        self.permit = a_permit(sighting) if has_permit else None

    def take(self, part: Part[MemorySpooled]) -> Exhibit:
        if self._full_after is not None and len(self.exhibits) >= self._full_after:
            raise DiskFullError
        self.exhibits.append(part.exhibit)
        return part.exhibit

    def capture(self) -> Capture:
        return capture_address(
            self.request,
            browser=self.browser,
            clock=FakeClock(AT, tick_s=1.0),
            spool=self.spool,
            on_part=self.take,
            permit=self.permit,
        )

    @property
    def kinds(self) -> list[str]:
        return [each.kind.value for each in self.exhibits]


def outcomes(capture: Capture) -> dict[str, str]:
    return {step.name: step.outcome.value for step in capture.steps}


def test_everything_is_kept_in_order_and_belongs_to_the_capture() -> None:
    run = Run()

    capture = run.capture()

    assert run.kinds == ALL_KINDS
    assert capture.exhibits == tuple(each.id for each in run.exhibits)
    assert {(each.capture_id, each.sighting_id) for each in run.exhibits} == {
        (capture.id, run.request.sighting.id)
    }
    assert set(outcomes(capture).values()) == {"done"}
    assert tuple(run.told) == capture.steps


def test_the_record_says_what_was_seen_withheld_and_counted() -> None:
    capture = Run().capture()

    assert capture.withheld == (
        Withheld(reason="inline-pictures", count=2),
        Withheld(reason="other-people", count=1),
    )
    assert [(each.name, each.value) for each in capture.counters] == [
        ("members", 2012),
        ("views", 3400),
    ]
    assert capture.missing == ()
    assert (capture.status, capture.title, capture.final_address) == (200, "Trang", ADDRESS)
    assert capture.started_at < capture.ended_at
    assert [each.host for each in capture.connections] == ["vi-du.test"]


def test_the_digests_are_those_of_the_bytes_in_the_spool() -> None:
    run = Run()

    run.capture()

    kept = {each.sha256: each.size_bytes for each in run.exhibits}
    assert kept == {part.sha256: part.size_bytes for part in run.spool.parts}


@pytest.mark.parametrize(
    ("method", "lost", "step"),
    [
        ("screenshot", "screenshot", "screenshot"),
        ("pdf", "page-pdf", "page-pdf"),
        ("mhtml", "mhtml", "mhtml"),
        ("fetch_media", "media", "item-media"),
    ],
)
def test_a_failed_step_loses_only_its_own_artefact(method: str, lost: str, step: str) -> None:
    run = Run(failures={method: NoAnswerInTimeError(host="")})

    capture = run.capture()

    assert run.kinds == [kind for kind in ALL_KINDS if kind != lost]
    assert outcomes(capture)[step] == "failed"
    assert Missing(what=step, reason="BB-208") in capture.missing


def test_without_covered_pictures_there_is_no_image_of_the_page() -> None:
    run = Run(failures={"grey_out_pictures": BrowserFailedError()})

    capture = run.capture()

    assert run.kinds == ["dom-text", "media", "wacz"]
    assert [name for name in run.browser.calls if name in {"screenshot", "pdf", "mhtml"}] == []
    assert outcomes(capture)["screenshot"] == "not-done"


def test_without_a_permit_only_text_is_kept_and_nothing_is_fetched() -> None:
    run = Run(has_permit=False)

    capture = run.capture()

    assert run.kinds == ["dom-text"]
    assert run.browser.calls == ["open_tab", "load_without_media"]
    assert capture.withheld == (Withheld(reason="no-permit", count=2),)
    assert len(run.spool.parts) == 1


def test_without_a_permit_the_address_of_a_picture_is_not_opened() -> None:
    run = Run(has_permit=False, address="https://cdn.test/7.jpg")

    capture = run.capture()

    assert (run.browser.calls, run.kinds) == (["open_tab"], [])
    assert outcomes(capture)["page-without-media"] == "not-done"


def test_a_permit_for_another_sighting_opens_nothing() -> None:
    run = Run()
    run.permit = a_permit(a_sighting())

    with pytest.raises(PermitRefusedError):
        run.capture()

    assert run.browser.calls == []


def test_a_page_that_did_not_come_is_a_capture_with_the_error_in_it() -> None:
    error = CertificateRefusedError(host="t.me", reason="ERR_CERT_DATE_INVALID")
    run = Run(failures={"load_without_media": error})

    capture = run.capture()

    failure = failure_of(capture)
    assert isinstance(failure, CertificateRefusedError)
    assert failure.params == {"host": "t.me", "port": 443, "reason": "ERR_CERT_DATE_INVALID"}
    assert (capture.status, run.kinds) == (None, [])
    assert [each.host for each in capture.connections] == ["vi-du.test"]


def test_a_browser_that_does_not_start_is_a_capture_with_the_error_in_it() -> None:
    capture = Run(failures={"open_tab": BrowserFailedError()}).capture()

    assert isinstance(failure_of(capture), BrowserFailedError)
    assert capture.browser is None


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://[", "chữ", "", "http://"])
def test_what_is_no_web_address_is_not_opened(address: str) -> None:
    run = Run(address=address)

    capture = run.capture()

    failure = failure_of(capture)
    assert failure is not None
    assert (failure.code, run.browser.calls) == ("BB-212", [])


def test_a_full_disk_ends_the_capture_and_what_was_adopted_stays() -> None:
    run = Run(full_after=2)

    with pytest.raises(DiskFullError):
        run.capture()

    assert run.kinds == ["dom-text", "screenshot"]
    assert (run.told[-1].name, run.told[-1].reason) == ("page-pdf", "BB-410")


def test_a_spool_that_reads_back_differently_is_not_adopted() -> None:
    run = Run(spool=MemorySpool(spoil=True))

    capture = run.capture()

    assert run.kinds == []
    assert {step.reason for step in capture.steps if step.outcome is StepOutcome.FAILED} == {
        "BB-213"
    }


def test_an_answer_that_is_no_picture_is_not_kept_as_one() -> None:
    run = Run(media={ITS_PICTURE: b"<!doctype html><p>Login first</p>"})

    capture = run.capture()

    assert "media" not in run.kinds
    assert Missing(what="item-media", reason="BB-210 not a picture or video: text/html") in (
        capture.missing
    )


def test_what_a_server_calls_a_picture_and_nobody_knows_is_kept_with_both_names() -> None:
    run = Run(media={ITS_PICTURE: b"a format of next year"})

    run.capture()

    media = run.exhibits[ALL_KINDS.index("media")]
    assert (media.media_type, media.claimed_media_type) == (
        "application/octet-stream",
        "image/jpeg",
    )


def test_on_an_unknown_page_the_addresses_are_offered_and_the_answer_is_checked() -> None:
    offered: list[tuple[str, ...]] = []

    def choose(addresses: tuple[str, ...]) -> tuple[str, ...]:
        offered.append(addresses)
        return (ANOTHER, "https://elsewhere.test/x.jpg")

    page = page_of("https://vi-du.test/a", "<p>x</p>", media=(ITS_PICTURE, ANOTHER))
    run = Run(page, media={ANOTHER: JPEG}, address="https://vi-du.test/a", choose=choose)

    run.capture()

    assert offered == [(ITS_PICTURE, ANOTHER)]
    assert [each.source_address for each in run.exhibits if each.kind.value == "media"] == [ANOTHER]


def test_on_an_unknown_page_nothing_is_fetched_when_nobody_chooses() -> None:
    page = page_of("https://vi-du.test/a", "<p>x</p>", media=(ITS_PICTURE,))
    run = Run(page, address="https://vi-du.test/a")

    capture = run.capture()

    assert "fetch_media" not in run.browser.calls
    assert outcomes(capture)["item"] == "not-done"


def test_an_item_without_media_says_so() -> None:
    page = page_of(ADDRESS, '<div data-post="kenh/7">chỉ có chữ</div>')

    capture = Run(page).capture()

    assert capture.missing == (Missing(what="media of the item", reason="the item has none"),)


def test_a_video_without_an_address_of_its_own_is_missing() -> None:
    page = page_of(ADDRESS, '<div data-post="kenh/7"><video src="blob:x"></video></div>')

    capture = Run(page).capture()

    assert capture.missing == (
        Missing(what="video of the item", reason="no address of its own: 1"),
    )


def test_what_the_page_did_not_get_is_missing() -> None:
    page = replace(
        PAGE,
        failed=(FailedRequest(host="10.0.0.1", reason="private-address"),),
        unsettled="never-quiet",
        exchanges=(*PAGE.exchanges, exchange_of(ADDRESS + "?b", state=BodyState.TOO_LARGE)),
    )

    capture = Run(page).capture()

    assert capture.missing == (
        Missing(what="late parts of the page", reason="never-quiet"),
        Missing(what="request: 10.0.0.1", reason="private-address"),
        Missing(what="body: Document", reason="too-large"),
    )


def test_cookies_stand_in_the_sealed_package_only() -> None:
    run = Run()

    run.capture()

    text = run.spool.parts[0].data.decode()
    assert "Chữ trên trang" in text
    assert "bi-mat" not in text


def test_the_post_itself_is_opened_and_not_the_feed_around_it() -> None:
    run = Run(address="https://t.me/s/kenh/7")

    capture = run.capture()

    assert capture.requested_address == "https://t.me/s/kenh/7"
    assert "requested: https://t.me/s/kenh/7" in run.spool.parts[0].data.decode()
    assert "media" in run.kinds


def test_an_error_that_no_step_may_swallow_is_not_swallowed() -> None:
    run = Run(failures={"screenshot": PermitRefusedError()})

    with pytest.raises(PermitRefusedError):
        run.capture()


def test_a_reason_is_part_of_the_step() -> None:
    run = Run(failures={"fetch_media": PageNotReceivedError(host="", reason="status 403")})

    capture = run.capture()

    assert Missing(what="item-media", reason="BB-210 status 403") in capture.missing


def test_films_of_a_page_that_take_too_long_together_are_left_and_counted() -> None:
    films = tuple(f"https://cdn.test/{number}.mp4" for number in range(5))
    page = page_of(ADDRESS, "<p>Bài</p>", media=films)
    clock = FakeClock(AT)

    class SlowMedia(dict[str, bytes]):
        """Each film takes four minutes."""

        def __getitem__(self, address: str) -> bytes:
            clock.advance(240)
            return JPEG

    browser = FakeBrowser(page=page, media=SlowMedia())
    sighting = a_sighting()
    spool = MemorySpool()
    capture = capture_address(
        CaptureRequest(
            sighting=sighting,
            address=ADDRESS,
            is_whole_page=True,
            limits=PageLimits(rest_s=600),
            choose_media=choose_nothing,
        ),
        browser=browser,
        clock=clock,
        spool=spool,
        on_part=lambda part: part.exhibit,
        permit=a_permit(sighting),
    )

    steps = [(one.outcome, one.reason) for one in capture.steps if one.name == "page-media"]
    assert steps == [(StepOutcome.DONE, "")] * 3 + [(StepOutcome.NOT_DONE, "no-time-left: 2")]
    assert browser.calls.count("fetch_media") == 3


DEAD_END = replace(
    PAGE,
    final_address="https://khong-co.test/x",
    redirects=(ADDRESS,),
    status=None,
    title="",
    text="",
    documents=(),
    media_addresses=(),
    dead_end=NameNotFoundError(host="khong-co.test", reason="name-not-found"),
)


def test_a_page_that_led_on_to_nowhere_is_a_failure_that_keeps_what_came_before() -> None:
    run = Run(DEAD_END)

    capture = run.capture()

    failure = failure_of(capture)
    assert isinstance(failure, NameNotFoundError)
    assert (failure.params["host"], capture.final_address) == (
        "khong-co.test",
        "https://khong-co.test/x",
    )
    assert run.kinds == ["wacz"]
    assert not {"screenshot", "pdf", "mhtml", "fetch_media"} & set(run.browser.calls)


def test_without_a_permit_nothing_is_kept_of_a_page_that_led_on_to_nowhere() -> None:
    run = Run(DEAD_END, has_permit=False)

    capture = run.capture()

    assert isinstance(failure_of(capture), NameNotFoundError)
    assert run.kinds == []


def test_a_body_whose_packing_the_browser_does_not_know_is_said_to_have_no_text() -> None:
    (answer,) = PAGE.exchanges
    fields = (*answer.response.fields, ("content-encoding", "gzip"), ("Content-Encoding", "La"))
    packed = replace(answer, response=replace(answer.response, fields=fields))

    capture = Run(replace(PAGE, exchanges=(packed,))).capture()

    assert capture.missing == (
        Missing(what="text of the body: Document", reason="encoding not known: gzip, la"),
    )


@pytest.mark.parametrize("encoding", ["gzip", "X-GZIP", "deflate", "br", "zstd", "br, gzip", ""])
def test_what_browsers_unpack_is_not_called_packed(encoding: str) -> None:
    (answer,) = PAGE.exchanges
    fields = (*answer.response.fields, ("Content-Encoding", encoding))
    plain = replace(answer, response=replace(answer.response, fields=fields))

    assert Run(replace(PAGE, exchanges=(plain,))).capture().missing == ()


def test_how_far_a_visit_has_come_is_noted_before_anybody_is_told() -> None:
    run = Run()
    noted: list[Capture] = []
    order: list[str] = []

    def note(capture: Capture) -> None:
        noted.append(capture)
        order.append(f"noted {len(capture.steps) - 1}")

    request = replace(
        run.request, on_progress=note, on_step=lambda step: order.append(f"told {step.name}")
    )
    run.request = request
    capture = run.capture()

    names = [step.name for step in capture.steps]
    assert order[0] == "noted 0"
    assert order[1:] == [
        one for number, name in enumerate(names, 1) for one in (f"noted {number}", f"told {name}")
    ]
    assert all(one.is_under_way for one in noted)
    assert [one.what for one in noted[0].missing] == [
        "page-without-media",
        "dom-text",
        "screenshot",
        "page-pdf",
        "mhtml",
        "item",
        "wacz",
        "rest-of-visit",
    ]
    assert [one.what for one in noted[-1].missing] == ["rest-of-visit"]
    assert not capture.is_under_way
