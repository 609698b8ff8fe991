"""One tab of a window in which the person logged in, and nothing beside it (HARM 16)."""

import gzip
import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from benban.capture.attended import Attended
from benban.capture.failure import failure_of
from benban.capture.visit import CaptureRequest, capture_address, choose_nothing
from benban.errors import (
    AttachNotConfirmedError,
    AttachRefusedError,
    NoScreenError,
    OwnBrowserRefusedError,
)
from benban.model.case import Capacity, Case
from benban.model.exhibit import Capture
from benban.model.ids import new_case_id
from benban.outside.clock import SystemClock
from benban.outside.own_browser import make_browser
from benban.outside.proxy import Endpoint
from benban.testing.platform_server import Answer, SeenRequest, redirect
from benban.testing.rich_site import RichSite
from benban.wording import Language
from tests.browser.conftest import NOW, QUICK, Preserved, sighting_of


@dataclass
class Person:
    """Answers as told, and remembers what was asked of the site by then."""

    site: RichSite
    goes_on: bool = True
    confirms: bool = True
    waits_for_pictures: bool = False
    was_asked: str = ""
    media_before: int = 0
    confirmed_at: datetime = NOW

    def wait_until_ready(self) -> bool:
        until = time.monotonic() + 60
        while self.waits_for_pictures and time.monotonic() < until:
            if self.site.media_asked_for():
                break
            time.sleep(0.05)
        return self.goes_on

    def confirm(self, title: str, host: str) -> bool:
        self.was_asked = f"{title} on {host}"
        self.media_before = len(self.site.media_asked_for())
        self.confirmed_at = SystemClock().now()
        return self.confirms


class ChangingSite(RichSite):
    """A site that shows another page to whoever asks a second time."""

    leads_to = "/inbox"

    def answer(self, request: SeenRequest) -> Answer:
        is_second = [one.path for one in self.requests].count("/doi") > 0
        answer = super().answer(request)
        if request.path != "/doi":
            return answer
        if is_second:
            return redirect(self.leads_to)
        body = b"<!doctype html><title>mot</title><p>mot"
        return Answer(fields=(("Content-Type", "text/html"),), body=body)


@pytest.fixture(scope="module")
def site() -> Iterator[RichSite]:
    with RichSite(large_film_bytes=500_000) as running:
        yield running


def unpacked(wacz: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wacz)) as package:
        members = [package.read(name) for name in package.namelist()]
    return b"".join(gzip.decompress(one) if one.startswith(b"\x1f\x8b") else one for one in members)


def attended_visit(
    site: RichSite,
    folder: Path,
    person: Person,
    *,
    path: str = "/",
    hosts: frozenset[str] = frozenset({"127.0.0.1"}),
    is_shown: bool = False,
    has_permit: bool = True,
) -> tuple[Capture, Preserved]:
    site.forget_requests()
    address = site.address(path)
    attended = Attended(address=address, hosts=hosts, attendant=person, is_shown=is_shown)
    case = Case(
        id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF, opened_at=NOW
    )
    sighting, kept = sighting_of(address), Preserved()
    capture = capture_address(
        CaptureRequest(
            sighting=sighting, address=address, limits=QUICK, choose_media=choose_nothing
        ),
        browser=make_browser(
            folder, frozenset({Endpoint(host=site.host, port=site.port)}), attended
        ),
        clock=SystemClock(),
        spool=kept.spool,
        on_part=kept.take,
        permit=case.storage_permit(sighting) if has_permit else None,
    )
    return capture, kept


def test_the_confirmed_tab_is_kept_by_the_same_recorder(site: RichSite, tmp_path: Path) -> None:
    person = Person(site, waits_for_pictures=True)

    capture, kept = attended_visit(site, tmp_path, person)

    assert person.was_asked == "Trang nhiều thứ on 127.0.0.1"
    assert [one.kind.value for one in kept.exhibits] == [
        "dom-text",
        "screenshot",
        "page-pdf",
        "mhtml",
        "wacz",
    ]
    assert capture.browser is not None
    assert capture.browser.profile == "person"
    records = unpacked(kept.of("wacz")[0])
    assert (b"abc123" in records, b"withheld by benban" in records) == (False, True)
    # The window showed the page as it is; the recorder loaded it once more without pictures.
    assert person.media_before > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("person", "path", "hosts", "kind"),
    [
        ((False, True), "/", "127.0.0.1", AttachNotConfirmedError),
        ((True, False), "/", "127.0.0.1", AttachNotConfirmedError),
        ((True, True), "/", "vi-du.test", AttachNotConfirmedError),
        ((True, True), "/inbox", "127.0.0.1", AttachRefusedError),
    ],
)
def test_a_tab_that_is_private_elsewhere_or_not_confirmed_leaves_nothing(
    site: RichSite,
    tmp_path: Path,
    person: tuple[bool, bool],
    path: str,
    hosts: str,
    kind: type[Exception],
) -> None:
    capture, kept = attended_visit(
        site, tmp_path, Person(site, *person), path=path, hosts=frozenset({hosts})
    )

    assert isinstance(failure_of(capture), kind)
    assert (kept.exhibits, kept.everything(), list(tmp_path.iterdir())) == ([], b"", [])


def test_without_a_screen_it_says_so(
    site: RichSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    capture, _ = attended_visit(site, tmp_path, Person(site), is_shown=True)

    assert (isinstance(failure_of(capture), NoScreenError), site.requests) == (True, ())


def test_where_somebody_went_before_they_confirmed_is_in_no_record(
    site: RichSite, tmp_path: Path
) -> None:
    person = Person(site)

    capture, _ = attended_visit(site, tmp_path, person)

    assert capture.connections != ()
    assert [one.at for one in capture.connections if one.at < person.confirmed_at] == []


def test_a_page_that_is_a_private_one_when_loaded_again_leaves_nothing(tmp_path: Path) -> None:
    with ChangingSite(large_film_bytes=100_000) as changing:
        capture, kept = attended_visit(changing, tmp_path, Person(changing), path="/doi")

    assert isinstance(failure_of(capture), AttachRefusedError)
    assert (kept.exhibits, kept.everything()) == ([], b"")


def test_without_a_permit_no_window_opens(site: RichSite, tmp_path: Path) -> None:
    with pytest.raises(OwnBrowserRefusedError):
        attended_visit(site, tmp_path, Person(site), has_permit=False)

    assert site.requests == ()
