"""Pages that do not behave: what came is kept, what is missing is said, and why (ux B5 95-97)."""

import hashlib
import io
import os
import ssl
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from benban.capture.failure import failure_of
from benban.capture.ports import PageLimits, Tab
from benban.capture.visit import CaptureRequest, capture_address, choose_nothing
from benban.errors import BenbanError
from benban.model.case import Capacity, Case
from benban.model.exhibit import Capture, StepOutcome
from benban.model.ids import new_case_id
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.seal.digests import sha256_of
from benban.testing.films import draw_film
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform import CHANNEL, OTHER_CHANNEL, PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.wording import Language, say
from tests.browser.conftest import NOW, QUICK, Preserved, browser_for, preserve, sighting_of
from tests.browser.raw_site import RawSite, raw_site, whole
from tests.browser.test_whole_page import records_of
from tests.ports import held_port

ALL_PAGE_STEPS = ["dom-text", "screenshot", "page-pdf", "mhtml", "wacz"]


def steps_of(capture: Capture, outcome: StepOutcome) -> list[str]:
    return [step.name for step in capture.steps if step.outcome is outcome]


def code_of(capture: Capture) -> str:
    failure = failure_of(capture)
    assert failure is not None
    # What the person reads has a value for every named place.
    assert say(Language.VI, failure.code, **failure.params)
    assert say(Language.EN, failure.next_step, **failure.params)
    return failure.code


def reasons(capture: Capture) -> dict[str, str]:
    return {one.what: one.reason for one in capture.missing}


def test_a_page_that_never_rests_is_taken_as_it_is(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    limits = PageLimits(settle_s=1.0, quiet_s=0.3)

    capture, kept = preserve(recorder, platform.address("/busy"), limits=limits)

    assert [each.kind.value for each in kept.exhibits] == ALL_PAGE_STEPS
    assert reasons(capture)["late parts of the page"] == "never-quiet"
    assert reasons(capture)["body: XHR"] == "not-ended"


@pytest.mark.parametrize(("path", "status"), [("/gone", 410), (f"/{CHANNEL}/9", 404)])
def test_a_page_that_is_gone_is_kept_with_its_status(
    platform: PlatformSimulator, recorder: ChromiumBrowser, path: str, status: int
) -> None:
    capture, kept = preserve(recorder, platform.address(path))

    assert (capture.status, failure_of(capture)) == (status, None)
    assert [each.kind.value for each in kept.exhibits] == ALL_PAGE_STEPS


def test_a_retracted_post_says_so_and_its_picture_is_gone(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    upload = platform.reupload(draw_feed_picture(77), "Bài mới")
    before, kept_before = preserve(recorder, upload.page_address)
    platform.retract(upload.number, channel=OTHER_CHANNEL)
    after, kept_after = preserve(recorder, upload.page_address)

    assert (before.status, kept_before.of("media")) == (200, [draw_feed_picture(77)])
    assert (after.status, kept_after.of("media")) == (404, [])
    assert "không còn nữa" in kept_after.of("dom-text")[0].decode()


@pytest.mark.parametrize(
    ("path", "code"),
    [("/loop", "BB-209"), ("/hang", "BB-208"), ("/to-private", "BB-203")],
)
def test_a_page_that_does_not_come_is_a_capture_with_a_reason(
    platform: PlatformSimulator, recorder: ChromiumBrowser, path: str, code: str
) -> None:
    # Only the page that never answers is to run out of time, however busy this computer is.
    limits = PageLimits(answer_s=3.0 if code == "BB-208" else 60.0, settle_s=1.0)

    capture, kept = preserve(recorder, platform.address(path), limits=limits)

    assert code_of(capture) == code
    assert (capture.status, kept.exhibits) == (None, [])
    assert reasons(capture)["page-without-media"].startswith(code)


NEVER_OPENED = {
    "http://127.0.0.1/": "BB-203",
    "http://localhost/": "BB-203",
    "http://2130706433/": "BB-203",
    "http://0x7f000001/": "BB-203",
    "http://127.1/": "BB-203",
    "http://0177.0.0.1/": "BB-203",
    "http://①②⑦.⓪.⓪.①/": "BB-203",
    "http://[::1]/": "BB-203",
    "http://[::ffff:127.0.0.1]/": "BB-203",
    "http://[64:ff9b::7f00:1]/": "BB-203",
    "http://169.254.169.254/latest/": "BB-203",
    "http://github.com:80:x@169.254.169.254/": "BB-203",
    "http://10.0.0.1/": "BB-203",
    "https://192.168.1.1/": "BB-203",
    "http://8.8.8.8:8080/": "BB-204",
    "http://8.8.8.8:22/": "BB-204",
    "file:///etc/passwd": "BB-212",
    "ftp://vi-du.test/": "BB-212",
    "gopher://vi-du.test/": "BB-212",
    "javascript:alert(1)": "BB-212",
    "chrome://version/": "BB-212",
    "data:text/html,x": "BB-212",
}


def test_some_addresses_are_never_opened(recorder: ChromiumBrowser) -> None:
    with recorder.open_tab(QUICK) as tab:
        found = {address: _code_for(tab, address) for address in NEVER_OPENED}

    assert found == NEVER_OPENED


def test_an_unknown_host_and_a_closed_port_are_told_apart(
    platform: PlatformSimulator, profile_folder: Path
) -> None:
    with held_port() as closed:
        recorder = ChromiumBrowser(
            program=find_browser(),
            temp_folder=profile_folder,
            resolver=TableResolver({"dong.test": [("127.0.0.1",)]}),
            clock=SystemClock(),
            allowed=frozenset({Endpoint(host="dong.test", port=closed)}),
        )

        unknown, _ = preserve(recorder, "https://khong-co.test/a")
        refused, _ = preserve(recorder, f"http://dong.test:{closed}/a")

    assert (code_of(unknown), code_of(refused)) == ("BB-205", "BB-206")


def test_a_wrong_certificate_is_named_and_nothing_of_the_page_is_kept(
    profile_folder: Path,
) -> None:
    with PlatformSimulator(posts=0, with_tls=True) as site:
        capture, kept = preserve(browser_for(site, profile_folder), site.address("/hello"))

    assert code_of(capture) == "BB-207"
    assert reasons(capture)["page-without-media"] == "BB-207 ERR_CERT_AUTHORITY_INVALID"
    assert (kept.exhibits, site.requests()) == ([], ())


class TrustingBrowser(ChromiumBrowser):
    """A browser that was told one key to trust; everything else about it is the same."""

    key_pin = ""

    def _launch_once(
        self, playwright: Playwright, flags: list[str], profile: Path, *, sandbox: bool
    ) -> BrowserContext:
        pinned = f"--ignore-certificate-errors-spki-list={self.key_pin}"
        return super()._launch_once(playwright, [*flags, pinned], profile, sandbox=sandbox)


def test_the_certificate_of_the_very_connection_is_recorded(profile_folder: Path) -> None:
    with PlatformSimulator(posts=1, with_tls=True) as site:
        assert site.identity is not None
        recorder = TrustingBrowser(
            program=find_browser(),
            temp_folder=profile_folder,
            resolver=SystemResolver(),
            clock=SystemClock(),
            allowed=frozenset({Endpoint(host=site.host, port=site.port)}),
        )
        recorder.key_pin = site.identity.key_pin
        capture, kept = preserve(recorder, site.post_address(site.number_of(0)))

    (connection,) = capture.connections
    leaf = hashlib.sha256(site.identity.certificate_der).hexdigest()
    assert [digest.hex for digest in connection.tls_chain_sha256] == [leaf]
    assert connection.tls_version == "TLS 1.3"
    assert (connection.resolved, connection.remote) == (("127.0.0.1",), f"127.0.0.1:{site.port}")
    assert kept.of("media") == [draw_feed_picture(0)]
    # The bytes of the certificate, not only their digest, are in the package.
    _, resources = records_of(kept.of("wacz")[0])
    pem = resources[f"urn:benban:certificates:https://127.0.0.1:{site.port}/"].decode("ascii")
    assert ssl.PEM_cert_to_DER_cert(pem) == site.identity.certificate_der


def test_a_page_that_breaks_off_is_kept_as_far_as_it_came(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    capture, kept = preserve(recorder, platform.address("/cut"))

    assert "half" in kept.of("dom-text")[0].decode()
    assert reasons(capture)["body: Document"] == "cut-off"


def test_an_empty_page_is_kept_as_an_empty_page(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    capture, kept = preserve(recorder, platform.address("/empty"))

    assert (capture.status, failure_of(capture)) == (200, None)
    assert [each.kind.value for each in kept.exhibits] == ALL_PAGE_STEPS


def test_a_step_that_gets_stuck_loses_only_itself_and_what_needs_the_tab(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    limits = PageLimits(answer_s=60.0, settle_s=2.0, quiet_s=0.3, look_s=20.0)

    capture, kept = preserve(recorder, platform.address("/stuck"), limits=limits)

    assert [each.kind.value for each in kept.exhibits] == ["dom-text", "screenshot", "wacz"]
    assert steps_of(capture, StepOutcome.FAILED) == ["page-pdf", "mhtml"]
    assert reasons(capture)["page-pdf"] == "BB-208"


def test_a_page_that_unpacks_without_end_is_stopped_before_it_fills_the_memory(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    limits = PageLimits(answer_s=60.0)

    capture, kept = preserve(recorder, platform.address("/bomb"), limits=limits)

    assert code_of(capture) == "BB-210"
    assert reasons(capture)["page-without-media"] == "BB-210 memory"
    assert kept.exhibits == []


def test_redirects_are_listed_in_order(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    capture, _ = preserve(recorder, platform.address("/go/2"))

    expected = tuple(platform.address(path) for path in ("/go/2", "/go/1", "/go/0"))
    assert (capture.redirects, capture.final_address) == (expected, platform.address("/hello"))


def test_a_large_video_comes_whole(platform: PlatformSimulator, recorder: ChromiumBrowser) -> None:
    video = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 40_000
    upload = platform.reupload(video, "Một đoạn phim")

    capture, kept = preserve(recorder, upload.page_address)

    assert "item-media" not in reasons(capture)
    assert [sha256_of(data) for data in kept.of("media")] == [sha256_of(video)]
    assert kept.exhibits[-2].media_type == "video/mp4"
    # Stored, not deflated, so that it can be sought in.
    with zipfile.ZipFile(io.BytesIO(kept.of("wacz")[0])) as package:
        assert "archive/media.warc" in package.namelist()


def test_a_video_larger_than_allowed_is_not_kept_in_part(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    video = b"\x00\x00\x00\x20ftypisom" + bytes(3_000_000)
    limits = PageLimits(answer_s=60.0, settle_s=2.0, quiet_s=0.3, media_bytes=1_000_000)
    upload = platform.reupload(video, "Một đoạn phim")

    capture, kept = preserve(recorder, upload.page_address, limits=limits)

    assert kept.of("media") == []
    assert reasons(capture)["item-media"] == "BB-210 too large"
    assert len(kept.of("wacz")) == 1


@pytest.mark.parametrize("promised", ["Content-Length: 9000000", "X-Length: none"])
def test_a_film_that_drips_is_given_up_and_the_next_one_comes(
    tmp_path: Path, promised: str
) -> None:
    film = draw_film(frames=13, noise=0)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: video/webm\r\n{promised}\r\n\r\n"
    page = '<p>Hai phim</p><video src="/cham.webm"></video><video src="/nhanh.webm"></video>'
    answers = {
        "/": whole(page.encode()),
        "/cham.webm": head.encode() + film[:1000],
        "/nhanh.webm": whole(film, media_type="video/webm"),
    }
    limits = replace(QUICK, settle_s=3.0, media_s=20.0)
    with raw_site(answers, dripping=frozenset({"/cham.webm"})) as site:
        capture, kept = preserve_whole(site, tmp_path, limits)

    steps = {(one.outcome, one.reason) for one in capture.steps if one.name == "page-media"}
    assert steps == {(StepOutcome.FAILED, "BB-210 too slow"), (StepOutcome.DONE, "")}
    bodies, _ = records_of(kept.of("wacz")[0])
    assert [one.body for one in bodies[site.address("/nhanh.webm")]][-1:] == [film]


def preserve_whole(site: RawSite, folder: Path, limits: PageLimits) -> tuple[Capture, Preserved]:
    recorder = ChromiumBrowser(
        program=find_browser(),
        temp_folder=folder,
        resolver=SystemResolver(),
        clock=SystemClock(),
        allowed=frozenset({Endpoint(host="127.0.0.1", port=site.port)}),
    )
    sighting = sighting_of(site.address("/"))
    kept = Preserved()
    case = Case(
        id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF, opened_at=NOW
    )
    capture = capture_address(
        CaptureRequest(
            sighting=sighting,
            address=site.address("/"),
            limits=limits,
            is_whole_page=True,
            choose_media=choose_nothing,
        ),
        browser=recorder,
        clock=SystemClock(),
        spool=kept.spool,
        on_part=kept.take,
        permit=case.storage_permit(sighting),
    )
    return capture, kept


def test_another_program_accepts_the_package_and_reads_the_head_as_sent(
    platform: PlatformSimulator, recorder: ChromiumBrowser, tmp_path: Path
) -> None:
    _, kept = preserve(recorder, platform.address("/raw"))
    path = tmp_path / "trang.wacz"
    path.write_bytes(kept.of("wacz")[0])

    command = [sys.executable, "-m", "wacz.main", "validate", "-f", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = kept.of("dom-text")[0].decode().splitlines()
    ours = [line for line in lines if line.lower().startswith(("x-twice", "x-other"))]
    assert [line.split(":")[0] for line in ours] == ["X-Twice", "x-other", "X-TWICE"]


def test_the_true_browser_is_named_with_the_state_of_its_sandbox(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    capture, _ = preserve(recorder, platform.address("/hello"))

    facts = capture.browser
    assert facts is not None
    sent = dict(platform.requests()[-1].fields)["User-Agent"]
    assert facts.user_agent == sent
    assert facts.product.startswith(("Chrome/", "HeadlessChrome/", "Edg/"))
    assert facts.sandbox is (os.geteuid() != 0)
    assert facts.clock_offset_s is not None


def test_a_vault_deep_in_the_file_system_is_no_hindrance(
    platform: PlatformSimulator, tmp_path: Path
) -> None:
    folder = tmp_path / ("rất-sâu-" * 6) / ("nữa-" * 10)
    folder.mkdir(parents=True)

    left_by_a_killed_one = Path(tempfile.mkdtemp(prefix="run-", dir="/tmp"))
    (left_by_a_killed_one / "b").symlink_to(tmp_path / "swept-meanwhile")

    capture, _ = preserve(browser_for(platform, folder), platform.address("/hello"))

    assert failure_of(capture) is None
    assert list(folder.iterdir()) == []
    assert not left_by_a_killed_one.exists()


def _code_for(tab: Tab, address: str) -> str:
    try:
        tab.load_without_media(address)
    except BenbanError as error:
        return error.code
    return "opened"
