"""What a server answers at all: the address, the origin, the cookie (research B5 73-86)."""

from collections.abc import Iterator

import httpx
import pytest

from benban.desk.server.entering import COOKIE
from benban.desk.server.main import place_of
from benban.errors import OriginRefusedError
from tests.desk.server.rig import ADMINISTRATOR, ORIGIN, PASSPHRASE, RunningServer, running_server
from tests.plain_http import NO_ROOTS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One for all: whoever is refused changes nothing."""
    with running_server(tmp_path_factory.mktemp("server") / "chung") as running:
        yield running


def _asked(
    server: RunningServer, method: str, path: str, headers: list[tuple[str, str]]
) -> httpx.Response:
    with httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}", verify=NO_ROOTS, timeout=60
    ) as client:
        return client.request(method, path, headers=headers)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "127.0.0.1", "desk.example.org:443", "desk.example.org.", "example.org"],
)
def test_only_the_public_name_is_answered(server: RunningServer, host: str) -> None:
    answer = _asked(server, "GET", "/", [("Host", host)])

    assert answer.status_code in {400, 404}
    assert "<form" not in answer.text


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"]
)
def test_what_a_proxy_adds_decides_nothing(server: RunningServer, name: str) -> None:
    lied = _asked(server, "GET", "/", [("Host", "evil.example"), (name, "desk.example.org")])
    plain = _asked(server, "GET", "/", [("Host", "desk.example.org"), (name, "evil.example")])

    assert (lied.status_code, plain.status_code) == (404, 200)


@pytest.mark.parametrize(
    "origin",
    ["", "null", "http://desk.example.org", "https://evil.example", f"{ORIGIN}:8443"],
)
def test_a_form_of_another_origin_does_nothing(server: RunningServer, origin: str) -> None:
    headers = [("Host", "desk.example.org"), ("Origin", origin)]
    with httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}", verify=NO_ROOTS, timeout=60
    ) as client:
        fields = {"name": ADMINISTRATOR, "passphrase": PASSPHRASE}
        answer = client.post("/enter", data=fields, headers=headers)

    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_reaches_nothing(server: RunningServer, site: str) -> None:
    answer = _asked(server, "GET", "/", [("Host", "desk.example.org"), ("Sec-Fetch-Site", site)])

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/cases", "/c/case-1", "/enter", "/static/x", "/%2e%2e", "/a//b"])
def test_what_is_not_there_is_the_same_page(server: RunningServer, path: str) -> None:
    first, second = server.browser().get("/no-such-page"), server.browser().get(path)

    assert (second.status_code, second.headers, second.content) == (
        404,
        first.headers,
        first.content,
    )
    assert b"benban" not in first.content.lower()


def test_the_first_page_names_nobody_in_its_title(server: RunningServer) -> None:
    page = server.browser().get("/").text

    assert "<title>Notes</title>" in page
    assert "benban" not in page.lower()


def test_every_answer_asks_for_tls_from_now_on(server: RunningServer) -> None:
    for answer in (server.browser().get("/"), server.browser().get("/no-such-page")):
        assert answer.headers["strict-transport-security"].startswith("max-age=63072000")
        assert "frame-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store, max-age=0"


def test_a_cookie_of_another_name_or_value_opens_nothing(server: RunningServer) -> None:
    inside = server.administrator()
    for crumb in (f"k={inside.cookie}", f"{COOKIE}={inside.cookie}x"):
        headers = [("Host", "desk.example.org"), ("Cookie", crumb)]
        assert _asked(server, "GET", "/settings", headers).status_code in {303, 404}


def test_a_browser_whose_session_is_over_is_led_to_the_start_from_any_page(
    server: RunningServer,
) -> None:
    browser = server.browser()
    browser.cookie = "of-yesterday"

    answers = [browser.get(path) for path in ("/c/case-1", "/no-such-page", "/rest")]

    assert {(one.status_code, one.headers["location"]) for one in answers} == {(303, "/")}


@pytest.mark.parametrize(
    "origin",
    ["http://desk.example.org", "desk.example.org", "https://", "https://a/b", "https://a?x", ""],
)
def test_an_origin_that_no_browser_is_at_is_refused(origin: str) -> None:
    with pytest.raises(OriginRefusedError):
        place_of(origin)


def test_the_usual_port_is_left_out_as_browsers_do() -> None:
    assert place_of("https://Desk.Example.org:443/").origin == ORIGIN
    assert place_of(f"{ORIGIN}:8443").authority == "desk.example.org:8443"
