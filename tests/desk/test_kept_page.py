"""B5 67 to 71 on a screen: a kept page asks nobody for anything, and its words stay words."""

import threading
from collections.abc import Iterator
from email.message import EmailMessage
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import ClassVar

import httpx
import pytest
from playwright.sync_api import Dialog, Page, expect

from benban.casework.kept_page import frame_of_page, shown_in_a_line
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Capture, Exhibit, ExhibitKind
from benban.model.ids import new_capture_id
from benban.model.post import FactState, Post, PostFact, PostFactName
from benban.model.sighting import Sighting
from tests.desk.rig import Running
from tests.hostile.conftest import Listener, listener
from tests.hostile.test_b5_67_to_70_pages import MARKUP, page_of
from tests.unit.vault.keeping import adopted, an_exhibit

__all__ = ["listener"]


class _Asked(BaseRequestHandler):
    """Notes who sends something; a connection that is only prepared sends nothing."""

    said: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        if heard := self.request.recv(1000):
            self.said.append(heard)


@pytest.fixture
def evil_host() -> Iterator[Listener]:
    """A host that notes what it is asked, in :attr:`_Asked.said`."""
    _Asked.said.clear()
    with ThreadingTCPServer(("127.0.0.1", 0), _Asked) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Listener(server.server_address[1])
        server.shutdown()
        thread.join()


def _kept(desk: Running, case: str, page: str, text: str = "") -> dict[ExhibitKind, Exhibit]:
    """Keep a page as a visit would and return its parts."""
    mail = EmailMessage()
    mail["Subject"] = "trang"
    mail.make_mixed()
    mail.add_attachment(page, subtype="html", cte="base64")
    contents = {ExhibitKind.MHTML: mail.as_bytes(), ExhibitKind.DOM_TEXT: text.encode()}
    visit = new_capture_id()
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (sighting,) = store.all(Sighting)
        return {
            kind: adopted(
                store, sighting, body, an_exhibit(sighting.id, kind=kind, capture_id=visit)
            )
            for kind, body in contents.items()
        }


def test_b5_67_a_hostile_page_in_its_frame_reaches_nobody(
    phone: Page, closed_desk: Running, listener: Listener
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    kept = _kept(closed_desk, case, page_of(listener), MARKUP)
    dialogs: list[Dialog] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog)
        dialog.dismiss()

    phone.on("dialog", note)
    address = f"{closed_desk.place.origin}{case}/e/{kept[ExhibitKind.DOM_TEXT].id}/page"
    phone.goto(address)
    assert MARKUP not in phone.content()
    phone.click("text=Show all words of the page")
    assert MARKUP in phone.inner_text("main")

    phone.click("text=See how it was laid out")
    frame = phone.frame_locator("iframe")

    # The page loaded: its grey boxes are there.
    expect(frame.locator(".grey").first).to_be_attached()
    # Longer than the page's own delays (300 ms and 1 s) before it tries to lead elsewhere.
    phone.wait_for_timeout(1500)
    assert (listener.callers, dialogs, len(phone.context.pages)) == (0, [], 1)
    assert phone.url.startswith(closed_desk.place.origin)
    assert (
        frame.locator("a, script, img, form, iframe, object, embed, meta[http-equiv]").count() == 0
    )


def test_b5_67_under_the_policy_alone_even_the_page_itself_would_send_nothing(
    phone: Page, closed_desk: Running, evil_host: Listener
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    kept = _kept(closed_desk, case, "<p>khung</p>")
    phone.goto(f"{closed_desk.place.origin}{case}/e/{kept[ExhibitKind.MHTML].id}/page")
    phone.click("text=See how it was laid out")
    phone.frame_locator("iframe").locator("p").wait_for()
    # Connections that are only prepared are under no policy: writing the page anew ends those.
    path = closed_desk.desk.frames.offer("case-1", page_of(evil_host))

    phone.evaluate(
        "address => { document.querySelector('iframe').src = address }",
        closed_desk.desk.frame_origin + path,
    )
    phone.frame_locator("iframe").locator("input[value=abc]").wait_for()
    phone.wait_for_timeout(1500)

    assert _Asked.said == []
    assert phone.url.startswith(closed_desk.place.origin)


def test_a_frame_is_fetched_once_by_a_frame_only_and_gets_no_cookie(desk: Running) -> None:
    path = desk.desk.frames.offer("case-1", "<p>khung</p>")
    address = f"{desk.place.frame_origin}{path}"
    frame = {"Sec-Fetch-Dest": "iframe"}

    as_page = httpx.get(address, headers={"Sec-Fetch-Dest": "document"}, timeout=60)
    by_number = httpx.get(address.replace("localhost", "127.0.0.1"), headers=frame, timeout=60)
    first = httpx.get(address, headers=frame, timeout=60)
    second = httpx.get(address, headers=frame, timeout=60)

    assert [one.status_code for one in (as_page, by_number, first, second)] == [404, 404, 200, 404]
    policy = first.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action")
    assert "set-cookie" not in first.headers


def test_the_desk_itself_is_not_answered_at_the_second_origin(desk: Running) -> None:
    cookies = dict(desk.client.cookies)

    answer = httpx.get(f"{desk.place.frame_origin}/cases", cookies=cookies, timeout=60)

    assert (answer.status_code, answer.content) == (404, b"")


def test_no_frame_waits_behind_a_lock(desk: Running) -> None:
    desk.begin()
    path = desk.desk.frames.offer("case-1", "<p>khung</p>")
    desk.client.post("/lock")

    answer = httpx.get(
        desk.place.frame_origin + path, headers={"Sec-Fetch-Dest": "iframe"}, timeout=60
    )

    assert answer.status_code == 404


def test_of_a_kept_page_the_post_is_read_and_what_others_wrote_only_when_it_was_asked_for(
    desk: Running,
) -> None:
    case = desk.begin()
    kept = _kept(desk, case, "<p>khung</p>", "Lời của bài\nLời của người khác")
    text = kept[ExhibitKind.DOM_TEXT]
    with desk.desk.case(case.removeprefix("/c/")) as store:
        fact = PostFact(name=PostFactName.TEXT, state=FactState.READ, value="Lời của bài")
        post = Post(layout="x/1", observed_at=text.taken_in_at, facts=(fact,))
        assert text.capture_id is not None
        visit = Capture(
            id=text.capture_id,
            sighting_id=text.sighting_id,
            requested_address="https://vi-du.test/1",
            final_address="https://vi-du.test/1",
            redirects=(),
            status=200,
            title="",
            started_at=text.taken_in_at,
            ended_at=text.taken_in_at,
            started_monotonic_ns=1,
            ended_monotonic_ns=2,
            local_utc_offset_s=0,
            browser=None,
            connections=(),
            steps=(),
            missing=(),
            withheld=(),
            counters=(),
            exhibits=(),
            post=post,
        )
        store.record(EventDraft(kind=EventKind.CAPTURED, subject=visit.id), save=[visit])
    path = f"{case}/e/{text.id}/page"

    folded, unfolded = desk.get(path).text, desk.get(f"{path}?words=all").text

    assert ("Lời của bài" in folded, "người khác" in folded) == (True, False)
    assert "Lời của người khác" in unfolded


def test_a_picture_written_into_a_page_is_not_in_its_frame(desk: Running) -> None:
    case = desk.begin()
    picture = "data:image/png;base64,QUJD"
    page = f'<p style="background:url({picture})">chữ<img src="{picture}">'
    kept = _kept(desk, case, page)

    with desk.desk.case(case.removeprefix("/c/")) as store:
        frame = frame_of_page(store, kept[ExhibitKind.MHTML].id)

    assert ("QUJD" in frame, "data:" in frame) == (False, False)
    assert '<p>chữ<span class="grey"></span>' in frame


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("Ảnh\u202egnp.exe", "Ảnh[U+202E]gnp.exe"),
        ("javascript:alert(1)\nX", "javascript:alert(1)[U+000A]X"),
        ("a" * 100_000, "a" * 2000 + "…"),
    ],
)
def test_b5_71_words_that_deceive_are_shown_as_they_are(untrusted: str, shown: str) -> None:
    assert shown_in_a_line(untrusted) == shown
