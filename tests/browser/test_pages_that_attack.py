"""Whatever a page does: no hidden picture is shown, and what is kept is what came (HARM 1)."""

import base64
import gzip
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Playwright
from warcio.archiveiterator import ArchiveIterator

from benban.capture.failure import failure_of
from benban.capture.ports import PageLimits
from benban.capture.visit import CaptureRequest, capture_address
from benban.model.case import Capacity, Case
from benban.model.exhibit import Capture
from benban.model.ids import new_case_id
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint
from benban.outside.resolver import SystemResolver
from benban.testing.pictures import decode, draw_feed_picture
from benban.testing.platform import PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.wording import Language
from tests.browser.conftest import NOW, QUICK, Preserved, preserve, sighting_of
from tests.browser.raw_site import RawSite, broken_off, post_with, raw_site, whole
from tests.browser.test_page_limits import TrustingBrowser

PICTURE = draw_feed_picture(3)
LOUD = np.full((64, 64, 3), (255, 0, 255), np.uint8)
INLINE = (
    "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", LOUD)[1].tobytes()).decode()
)
IMAGE = f'<img src="{INLINE}">'
FLOOD = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><filter id='f'>"
    "<feFlood flood-color='magenta'/></filter></svg>#f"
)
HIDING_PLACES = {
    "a form with a field called style": f'<form style="background:url({INLINE});height:99px">'
    f'<input name="style"><input name="shadowRoot"></form>{IMAGE}',
    "a closed shadow": f"<div id=h></div><script>h.attachShadow({{mode:'closed'}})"
    f".innerHTML='{IMAGE}'</script>",
    "a stronger rule": f"<style>#a::before{{content:url({INLINE}) !important}}</style>"
    "<div id=a>x</div>",
    "a first letter": f"<style>#a::first-letter{{background:url({INLINE});font-size:90px}}</style>"
    "<div id=a>xx</div>",
    "a script that puts it back": f"<div id=a></div><script>setInterval(() => "
    f"{{a.innerHTML='{IMAGE}'}}, 20)</script>",
    "the end of a movement": f"<style>@keyframes k{{to{{background-image:url({INLINE})}}}}"
    "#a{height:99px;animation:k 1000s steps(1) forwards}</style><div id=a></div>",
    "a filter": f'<style>#a{{height:99px;background:#eee;filter:url("{FLOOD}")}}</style>'
    "<div id=a>x</div>",
    "a backdrop": f"<style>dialog::backdrop{{background:url({INLINE})}}</style>"
    "<dialog id=d>x</dialog><script>d.showModal()</script>",
}


def recorder_for(site: RawSite, folder: Path) -> ChromiumBrowser:
    return ChromiumBrowser(
        program=find_browser(),
        temp_folder=folder,
        # No name service is asked for a name that is none.
        resolver=TableResolver({one: [(one,)] for one in ("127.0.0.1", "10.0.0.1")}),
        clock=SystemClock(),
        allowed=frozenset({Endpoint(host="127.0.0.1", port=site.port)}),
    )


def capture_of(
    answers: dict[str, bytes], path: str, folder: Path, limits: PageLimits = QUICK
) -> tuple[Capture, Preserved]:
    with raw_site(answers) as site:
        return preserve(recorder_for(site, folder), site.address(path), limits=limits)


def loud_pixels(png: bytes) -> int:
    red, green, blue = (decode(png)[..., channel].astype(int) for channel in range(3))
    return int(((red > 200) & (green < 60) & (blue > 200)).sum())


def wacz_heads(wacz: bytes) -> bytes:
    """Return every record of the package as it is written, unpacked."""
    with zipfile.ZipFile(io.BytesIO(wacz)) as package:
        return b"".join(
            gzip.GzipFile(fileobj=io.BytesIO(package.read(name))).read()
            for name in package.namelist()
            if name.startswith("archive/")
        )


def responses(wacz: bytes) -> dict[str, tuple[str, bytes]]:
    """Status line and body by path of every answer in the package."""
    found: dict[str, tuple[str, bytes]] = {}
    with zipfile.ZipFile(io.BytesIO(wacz)) as package:
        for name in package.namelist():
            if name.startswith("archive/"):
                for record in ArchiveIterator(io.BytesIO(package.read(name))):
                    if record.rec_type == "response":
                        path = "/" + record.rec_headers["WARC-Target-URI"].split("/", 3)[3]
                        body = record.content_stream().read()
                        found[path] = (record.http_headers.statusline, body)
    return found


def test_no_hiding_place_in_a_page_shows_its_picture(profile_folder: Path) -> None:
    answers = {
        f"/{number}": whole(f"<!DOCTYPE html><p>x</p>{place}".encode())
        for number, place in enumerate(HIDING_PLACES.values())
    }
    found = {}
    with raw_site(answers) as site:
        recorder = recorder_for(site, profile_folder)
        for number, name in enumerate(HIDING_PLACES):
            _, kept = preserve(recorder, site.address(f"/{number}"))
            in_pdf = kept.of("page-pdf")[0].count(b"/Subtype /Image")
            found[name] = (loud_pixels(kept.of("screenshot")[0]), in_pdf)

    assert found == dict.fromkeys(HIDING_PLACES, (0, 0))


STRANGE = {
    "a date in no calendar": whole(b"<p>x", "Date: Wed, 21 Oct 99999999999999 07:28:00 GMT"),
    "half a character": whole(
        b"<p id=p>x</p><script>p.textContent='a\\ud800b';document.title='t\\ud800'</script>"
    ),
    "a number without end": whole(b'<div class="tgme_page_extra">' + b"9" * 5_000 + b"</div>"),
    "a reference without end": whole(b"<noscript>&#" + b"9" * 5_000 + b";</noscript><p>x"),
    "a length without end": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
    + b"9" * 5_000
    + b"\r\n\r\n<p>x",
}


@pytest.mark.parametrize("name", STRANGE)
def test_nonsense_from_a_server_ends_no_capture(name: str, profile_folder: Path) -> None:
    capture, kept = capture_of({"/": STRANGE[name]}, "/", profile_folder)

    assert failure_of(capture) is None
    assert [each.kind.value for each in kept.exhibits] == [
        "dom-text",
        "screenshot",
        "page-pdf",
        "mhtml",
        "wacz",
    ]


# "<title>T</title><p>chữ có dấu", packed by other programs than this one.
PAGE = "<title>T</title><p>chữ có dấu".encode()
PACKED = {
    "br": "8b10803c7469746c653e543c2f7469746c653e3c703e6368e1bbaf2063c3b32064e1baa57503",
    "zstd": "28b52ffd04581101003c7469746c653e543c2f7469746c653e3c703e6368e1bbaf2063c3b32064e1baa575"
    "2b2bf7e4",
}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_page_packed_as_browsers_take_it_is_read_and_kept_unpacked(
    encoding: str, profile_folder: Path
) -> None:
    body = bytes.fromhex(PACKED[encoding])
    answers = {"/": whole(body, f"Content-Encoding: {encoding}")}

    capture, kept = capture_of(answers, "/", profile_folder)

    (wacz,), (text,) = kept.of("wacz"), kept.of("dom-text")
    assert (responses(wacz)["/"][1], capture.title) == (PAGE, "T")
    assert "chữ có dấu".encode() in text
    assert not [one for one in capture.missing if "body" in one.what]


def test_a_page_packed_in_a_way_nobody_knows_is_kept_as_it_came_and_that_is_said(
    profile_folder: Path,
) -> None:
    body = gzip.compress(PAGE)
    answers = {"/": whole(body, "Content-Encoding: gzip, la")}

    capture, kept = capture_of(answers, "/", profile_folder)

    (wacz,) = kept.of("wacz")
    heads = wacz_heads(wacz)
    assert body in heads
    assert b"Content-Encoding: gzip, la\r\n" in heads
    assert b"X-Orig-Content-Encoding" not in heads
    assert b"Benban-Body-Form: packed" in heads
    reasons = {one.what: one.reason for one in capture.missing}
    assert reasons["text of the body: Document"] == "encoding not known: gzip, la"


def test_a_script_whose_packing_is_broken_is_said_to_be_cut(profile_folder: Path) -> None:
    broken = bytes.fromhex(PACKED["br"])[:10] + b"x" * 40
    script = whole(broken, "Content-Encoding: br", media_type="text/javascript")
    answers = {"/": whole(b"<p>x<script src=/a.js></script>"), "/a.js": script}

    capture, _ = capture_of(answers, "/", profile_folder)

    reasons = {one.what: one.reason for one in capture.missing}
    assert reasons["body: Script"] == "cut-off"
    assert "net::ERR_CONTENT_DECODING_FAILED" in reasons.values()


DEAD = {
    "no such name": ("http://khong-co.invalid/trang", "BB-205"),
    "no such name, over TLS": ("https://khong-co.invalid/trang", "BB-205"),
    "a private place": ("http://10.0.0.1/trang", "BB-203"),
}


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("no such name", "script"),
        ("no such name, over TLS", "refresh"),
        ("a private place", "script"),
        pytest.param("no such name", "refresh", marks=pytest.mark.long),
        pytest.param("no such name, over TLS", "script", marks=pytest.mark.long),
        pytest.param("a private place", "refresh", marks=pytest.mark.long),
    ],
)
def test_a_page_that_leads_on_to_a_dead_place_is_a_failure_and_no_page(
    name: str, way: str, profile_folder: Path
) -> None:
    address, code = DEAD[name]
    onward = {
        "script": f"<script>location.href = '{address}'</script>",
        "refresh": f'<meta http-equiv="refresh" content="0; url={address}">',
    }
    first = f"<title>Trang đầu</title><p>đầu{onward[way]}".encode()
    # Longer than it takes to go on: it is not called quiet before.
    limits = replace(QUICK, quiet_s=2.0)

    capture, kept = capture_of({"/": whole(first)}, "/", profile_folder, limits)

    (step,) = [one for one in capture.steps if one.name == "page-without-media"]
    assert (step.outcome.value, step.reason.split()[0]) == ("failed", code)
    assert failure_of(capture) is not None
    assert (capture.final_address, capture.status, capture.title) == (address, None, "")
    assert [urlsplit(one).path for one in capture.redirects] == ["/"]
    # What came before that is kept as it came; nothing of the browser's own words is.
    assert [one.kind.value for one in kept.exhibits] == ["wacz"]
    (wacz,) = kept.of("wacz")
    assert responses(wacz)["/"][1] == first
    assert b"chrome-error" not in wacz


def test_a_picture_that_broke_off_is_never_called_whole(profile_folder: Path) -> None:
    answers = {"/kenh/7": post_with("/a.jpg"), "/a.jpg": broken_off(PICTURE[:2000], "image/jpeg")}

    capture, kept = capture_of(answers, "/kenh/7", profile_folder)

    assert kept.of("media") == [PICTURE[:2000]]
    reasons = {one.what: one.reason for one in capture.missing}
    assert reasons["proof that the media is whole"] == "end-not-known"


def test_a_page_of_unknown_length_that_broke_off_is_said_to_be_cut(profile_folder: Path) -> None:
    script = broken_off(b"const half = 1", "text/javascript")
    answers = {"/": whole(b"<p>x<script src=/a.js></script>"), "/a.js": script}

    capture, _ = capture_of(answers, "/", profile_folder)

    assert {one.what: one.reason for one in capture.missing}["body: Script"] == "cut-off"


def test_a_drawing_with_text_in_it_is_kept_byte_for_byte(profile_folder: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><text>Chữ Việt 漢</text></svg>'.encode()
    answers = {"/kenh/7": post_with("/a"), "/a": whole(drawing, media_type="image/svg+xml")}

    _, kept = capture_of(answers, "/kenh/7", profile_folder)

    assert kept.of("media") == [drawing]


def test_on_a_busy_page_the_picture_comes_and_its_own_answer_is_kept_with_it(
    profile_folder: Path,
) -> None:
    busy = "<script>setInterval(() => fetch('/beacon'), 10)</script>"
    answers = {
        "/kenh/7": post_with("/a.jpg", busy),
        "/a.jpg": whole(PICTURE, media_type="image/jpeg"),
        "/beacon": b"HTTP/1.1 204 No\r\n\r\n",
    }

    _, kept = capture_of(answers, "/kenh/7", profile_folder)

    assert responses(kept.of("wacz")[0])["/a.jpg"] == ("200 OK", PICTURE)


def test_a_picture_the_page_forbids_costs_only_itself(profile_folder: Path) -> None:
    forbidding = post_with("/a.jpg").replace(
        b"Content-Length", b"Content-Security-Policy: img-src 'none'\r\nContent-Length"
    )
    # This is how long a picture that is never asked for is waited for.
    limits = PageLimits(answer_s=15.0, settle_s=2.0, quiet_s=0.3)

    capture, kept = capture_of({"/kenh/7": forbidding}, "/kenh/7", profile_folder, limits)

    reasons = {one.what: one.reason for one in capture.missing}
    assert reasons["item-media"] == "BB-210 not asked for"
    assert len(kept.of("wacz")) == 1


@pytest.mark.parametrize("kind", ["prefetch", "prerender"])
def test_what_a_page_wants_fetched_ahead_is_not_asked_for(profile_folder: Path, kind: str) -> None:
    rules = (
        f'<p>x<script type="speculationrules">{{"{kind}":[{{"source":"list",'
        f'"urls":["/a.jpg"],"eagerness":"immediate"}}]}}</script>'
    ).encode()
    answers = {"/": whole(rules), "/a.jpg": whole(PICTURE, media_type="image/jpeg")}

    with raw_site(answers) as site:
        capture, kept = preserve(recorder_for(site, profile_folder), site.address("/"))
        asked = site.asked

    assert (asked, capture.status) == (["/"], 200)
    assert PICTURE not in kept.everything()


class StrayingBrowser(ChromiumBrowser):
    """A browser that a rule of this computer lets past every proxy."""

    def _launch_once(
        self, playwright: Playwright, flags: list[str], profile: Path, *, sandbox: bool
    ) -> BrowserContext:
        return super()._launch_once(
            playwright, [*flags, "--no-proxy-server"], profile, sandbox=sandbox
        )


def test_nothing_is_kept_of_what_came_past_the_proxy(profile_folder: Path) -> None:
    with raw_site({"/": whole(b"<p>x")}) as site:
        recorder = StrayingBrowser(
            program=find_browser(),
            temp_folder=profile_folder,
            resolver=SystemResolver(),
            clock=SystemClock(),
            allowed=frozenset({Endpoint(host="127.0.0.1", port=site.port)}),
        )
        capture, kept = preserve(recorder, site.address("/"))

    failure = failure_of(capture)
    assert failure is not None
    assert (failure.code, kept.exhibits) == ("BB-202", [])


def test_a_plain_connection_is_not_said_to_be_encrypted(profile_folder: Path) -> None:
    with PlatformSimulator(posts=0, with_tls=True) as safe:
        assert safe.identity is not None
        moved = f"HTTP/1.1 302 Found\r\nLocation: {safe.address('/hello')}\r\n\r\n".encode()
        with raw_site({"/": moved}) as plain:
            ports = (plain.port, safe.port)
            recorder = TrustingBrowser(
                program=find_browser(),
                temp_folder=profile_folder,
                resolver=SystemResolver(),
                clock=SystemClock(),
                allowed=frozenset(Endpoint(host="127.0.0.1", port=port) for port in ports),
            )
            recorder.key_pin = safe.identity.key_pin
            capture, _ = preserve(recorder, plain.address("/"))

    versions = [(each.port, each.tls_version) for each in capture.connections]
    assert versions == [(plain.port, ""), (safe.port, "TLS 1.3")]


def test_a_stretch_from_the_middle_of_a_film_is_not_kept(profile_folder: Path) -> None:
    stretch = PICTURE[len(PICTURE) // 2 :]
    piece = whole(stretch, "Content-Range: bytes 9-99/100", media_type="application/octet-stream")
    piece = piece.replace(b"200 OK", b"206 Partial Content", 1)
    page = b"<p>x<script>fetch('/p', {headers: {Range: 'bytes=9-99'}})</script>"

    _, kept = capture_of({"/": whole(page), "/p": piece}, "/", profile_folder)

    assert list(responses(kept.of("wacz")[0])) == ["/"]


def test_a_tall_whole_page_that_moves_stands_still_for_its_picture(profile_folder: Path) -> None:
    moves = (
        b"<!DOCTYPE html><style>body{margin:0}@keyframes k{to{height:3000px}}"
        b"#a{height:500px;background:#ff00ff;animation:k .3s alternate infinite linear}"
        b"#b{height:12000px;background:#008000}#c{height:1000px;background:#ff00ff}</style>"
        b"<div id=a></div><div id=b></div><div id=c></div>"
    )
    case = Case(
        id=new_case_id(), title="", language=Language.VI, capacity=Capacity.SELF, opened_at=NOW
    )
    kept = Preserved()
    with raw_site({"/": whole(moves)}) as site:
        sighting = sighting_of(site.address("/"))
        capture_address(
            CaptureRequest(
                sighting=sighting, address=site.address("/"), limits=QUICK, is_whole_page=True
            ),
            browser=recorder_for(site, profile_folder),
            clock=SystemClock(),
            spool=kept.spool,
            on_part=kept.take,
            permit=case.storage_permit(sighting),
        )

    column = decode(kept.of("screenshot")[0])[:, 600]
    assert (len(column), int((column[:, 0] == 0).sum())) == (13_500, 12_000)
