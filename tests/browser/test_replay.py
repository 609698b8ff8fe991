"""Others can replay what we kept: replayweb.page's viewer, a real browser, nothing from outside."""

from collections.abc import Iterator
from contextlib import suppress
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, sync_playwright

from benban.outside.browser_find import find_browser
from benban.outside.platforms import runs_as_superuser
from benban.testing.platform_server import Answer, SeenRequest, handler_class
from benban.testing.rich_site import LARGE_FILM, RichSite
from tests.browser.test_whole_page import Recorded, recorded
from tests.browser.viewer import has_viewer, viewer_folder

VIEWER = viewer_folder()
PATIENCE_MS = 60_000

pytestmark = pytest.mark.skipif(
    not has_viewer(),
    reason="the viewer is not in .cache/viewer: npm or the network was missing at set-up",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    with RichSite(large_film_bytes=6_000_000) as site:
        yield recorded(site, tmp_path_factory.mktemp("whole"))


def served(wacz: bytes, address: str) -> ThreadingHTTPServer:
    """A site of its own that shows the viewer with the package."""
    host = (
        "<!doctype html><meta charset='utf-8'><script src='/ui.js'></script>"
        f"<replay-web-page source='/trang.wacz' url='{address}' embed='replayonly' "
        "replayBase='/replay/'></replay-web-page>"
    )
    # The viewer's worker gives its frame this same page. Where the frame asks before the worker
    # is active, and comes under it before it has loaded, the viewer never asks a second time: so
    # the site has the page too, and it does not matter who answers.
    frame = (
        "<!doctype html><meta charset='utf-8'><script src='/ui.js'></script>"
        "<replay-app-main></replay-app-main>"
    )
    script = (("Content-Type", "text/javascript"),)
    page = (("Content-Type", "text/html"),)
    fixed = {
        "/": Answer(fields=page, body=host.encode()),
        "/replay/": Answer(fields=page, body=frame.encode()),
        "/ui.js": Answer(fields=script, body=(VIEWER / "ui.js").read_bytes()),
        "/replay/sw.js": Answer(fields=script, body=(VIEWER / "sw.js").read_bytes()),
        "/trang.wacz": Answer(
            fields=(("Content-Type", "application/wacz"), ("Accept-Ranges", "bytes")), body=wacz
        ),
    }

    def answer(request: SeenRequest) -> Answer:
        return fixed.get(request.path, Answer(status=404))

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_class(answer))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@pytest.fixture(scope="module")
def replay(whole: Recorded) -> Iterator[tuple[Page, list[str]]]:
    """The viewer with the page replayed in it, and every address the browser asked for."""
    server = served(whole.kept.of("wacz")[0], whole.site.address("/"))
    port = server.server_address[1]
    asked = [f"http://127.0.0.1:{port}/"]
    whole.site.forget_requests()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), chromium_sandbox=not runs_as_superuser()
        )
        context = browser.new_context(viewport={"width": 1280, "height": 1024})
        page = context.new_page()
        context.on("request", lambda request: asked.append(request.url))
        page.goto(asked[0])
        yield page, asked
        browser.close()
    server.shutdown()
    server.server_close()


def replayed_frame(page: Page) -> Frame:
    """The frame in which the kept page is shown."""
    for _ in range(PATIENCE_MS // 250):
        for frame in page.frames:
            if "mp_/" in frame.url and frame.url.endswith("/"):
                return frame
        page.wait_for_timeout(250)
    raise AssertionError([frame.url for frame in page.frames])


# Its last post has come, and nothing is below what is seen.
_IS_READ_DOWN = """() => document.body.innerText.includes("bài thêm 15")
  && scrollY + innerHeight >= document.documentElement.scrollHeight - 1"""


def test_the_page_replays_with_its_pictures_text_and_frame(
    replay: tuple[Page, list[str]], whole: Recorded
) -> None:
    page, _ = replay
    frame = replayed_frame(page)
    frame.wait_for_function("document.images.length > 40", timeout=PATIENCE_MS)
    for _ in range(PATIENCE_MS // 150):
        frame.evaluate("scrollBy({top: 900, behavior: 'instant'})")
        page.wait_for_timeout(150)
        if frame.evaluate(_IS_READ_DOWN):
            break
    else:
        pytest.fail("the end of the page was not reached")
    with suppress(PlaywrightError):  # those that never came are named below
        frame.wait_for_function(
            "[...document.images].every((one) => one.complete)", timeout=PATIENCE_MS
        )

    broken = frame.evaluate(
        "[...document.images].filter((one) => !one.complete || !one.naturalWidth)"
        ".map((one) => new URL(one.src).pathname.split('/').pop())"
    )

    # One picture was a 404 when the page was kept.
    assert broken == ["khong-co.jpg"]
    texts = [each.evaluate("document.body ? document.body.innerText : ''") for each in page.frames]
    assert [
        word
        for word in ("Trang nhiều thứ", "chữ trong khung", "bài thêm 15")
        if not any(word in text for text in texts)
    ] == []


def test_a_film_can_be_sought(replay: tuple[Page, list[str]]) -> None:
    page, _ = replay
    frame = replayed_frame(page)

    sought = frame.evaluate(
        """(async (path) => {
          const films = [...document.querySelectorAll('video')];
          const film = films.find((one) => one.src.includes(path));
          if (film.readyState < 1) await new Promise((done) => film.onloadedmetadata = done);
          const wanted = Math.floor(film.duration * 0.7);
          film.currentTime = wanted;
          await new Promise((done) => film.onseeked = done);
          return [film.currentTime === wanted, film.readyState >= 2, film.duration > 3];
        })""",
        LARGE_FILM.rpartition("/")[2],
    )

    assert sought == [True, True, True]


def test_nothing_is_asked_for_outside(replay: tuple[Page, list[str]], whole: Recorded) -> None:
    page, seen = replay
    replayed_frame(page)

    own = seen[0]
    outside = [
        address for address in seen[1:] if not address.startswith((own, "data:", "blob:", "about:"))
    ]

    assert (outside, whole.site.requests) == ([], ())
