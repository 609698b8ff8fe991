"""What is answered at all (research B5 73, 75, 77, 79, 80, 83, 86)."""

import contextlib
import socket
from pathlib import Path

import httpx
import pytest

from tests.desk.crawl import form_patterns, page_patterns
from tests.desk.rig import Running


def _raw(running: Running, request: bytes) -> bytes:
    host, _, port = running.place.authority.partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        received = b""
        # A server that closes on what it did not read resets the connection: nothing came.
        with contextlib.suppress(ConnectionError):
            connection.sendall(request)
            with contextlib.suppress(OSError):  # it was reset a moment before
                connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
    return received


def _cookie(running: Running) -> str:
    return f"k={running.client.cookies['k']}"


@pytest.mark.parametrize("path", ["/", "/cases", "/static/desk.css", "/nothing", "/c/case-1"])
def test_without_the_cookie_every_path_gives_the_same_page(closed_desk: Running, path: str) -> None:
    first, second = closed_desk.get("/no-such-page"), closed_desk.get(path)

    assert first.status_code == 404
    assert (second.status_code, second.headers, second.content) == (
        first.status_code,
        first.headers,
        first.content,
    )
    assert b"benban" not in first.content.lower()


def test_without_the_cookie_no_route_that_exists_is_told_from_one_that_does_not(
    closed_desk: Running,
) -> None:
    refused = closed_desk.get("/no-such-page")
    paths = {one.replace("{", "").replace("}", "") for one in (*page_patterns(), *form_patterns())}
    answers = [closed_desk.get(path) for path in paths]
    answers += [closed_desk.client.post(path, data={"form": "x"}) for path in paths - {"/enter"}]

    assert len(answers) > 100
    assert {one.status_code for one in answers} == {404}
    assert {one.content for one in answers} == {refused.content}
    assert {tuple(one.headers.items()) for one in answers} == {tuple(refused.headers.items())}


def test_with_the_cookie_the_first_page_comes(desk: Running) -> None:
    answer = desk.get("/")

    assert answer.status_code == 200
    assert "Can you use this computer alone right now?" in answer.text


def test_a_token_opens_once(closed_desk: Running) -> None:
    token = closed_desk.desk.door.new_token()

    first = closed_desk.client.post("/enter", data={"code": token})
    second = closed_desk.client.post("/enter", data={"code": token})

    assert (first.status_code, second.status_code) == (303, 404)
    assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]


def test_a_typed_code_opens_in_small_letters_without_hyphens(closed_desk: Running) -> None:
    code = closed_desk.desk.door.new_code().replace("-", " ").lower()

    assert closed_desk.client.post("/enter", data={"code": code}).status_code == 303


def test_after_ten_wrong_codes_the_right_one_opens_nothing(closed_desk: Running) -> None:
    code = closed_desk.desk.door.new_code()
    for _ in range(10):
        closed_desk.client.post("/enter", data={"code": "wrong"})

    assert closed_desk.client.post("/enter", data={"code": code}).status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "",
        "localhost:{port}",
        "[::1]:{port}",
        "127.0.0.1.:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.0.0.1:{port}.evil.example",
    ],
)
def test_another_host_gets_nothing(desk: Running, host: str) -> None:
    port = desk.place.authority.partition(":")[2]

    answer = desk.client.get("/", headers={"Host": host.format(port=port)})

    assert answer.status_code == 404


def test_two_hosts_get_nothing(desk: Running) -> None:
    authority = desk.place.authority
    head = f"GET / HTTP/1.1\r\nHost: {authority}\r\nHost: {authority}\r\nCookie: {_cookie(desk)}"

    answer = _raw(desk, f"{head}\r\n\r\n".encode())

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


def test_an_absolute_address_in_the_request_gets_nothing(desk: Running) -> None:
    head = f"GET http://evil.example/ HTTP/1.1\r\nHost: {desk.place.authority}"

    answer = _raw(desk, f"{head}\r\nCookie: {_cookie(desk)}\r\n\r\n".encode())

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_a_form_from_elsewhere_does_nothing(desk: Running, origin: str | None) -> None:
    del desk.client.headers["Origin"]
    headers = {} if origin is None else {"Origin": origin}
    data = {"form": desk.desk.forms.new(), "alone": "yes"}

    answer = desk.client.post("/alone", data=data, headers=headers)

    assert answer.status_code == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site", "whatever"])
def test_a_request_that_another_site_began_gets_nothing(desk: Running, site: str) -> None:
    assert desk.client.get("/", headers={"Sec-Fetch-Site": site}).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "OPTIONS", "PATCH", "CONNECT"])
def test_other_methods_get_nothing(desk: Running, method: str) -> None:
    head = f"{method} / HTTP/1.1\r\nHost: {desk.place.authority}\r\nCookie: {_cookie(desk)}\r\n\r\n"

    answer = _raw(desk, head.encode())

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


@pytest.mark.parametrize(
    "path",
    [
        "/static/%2e%2e/desk.css",
        "/static/..%5cdesk.css",
        "/static/../desk.py",
        "/static/desk.css%00",
        "//static/desk.css",
        "/static\\desk.css",
    ],
)
def test_a_path_that_is_not_plain_gets_nothing(desk: Running, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: {desk.place.authority}\r\nCookie: {_cookie(desk)}\r\n\r\n"

    answer = _raw(desk, head.encode())

    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


def test_ten_thousand_headers_get_nothing(desk: Running) -> None:
    many = "".join(f"X-{number}: 1\r\n" for number in range(10_000))
    head = f"GET / HTTP/1.1\r\nHost: {desk.place.authority}\r\nCookie: {_cookie(desk)}\r\n{many}"

    answer = _raw(desk, f"{head}\r\n".encode())

    assert not answer or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 431"))
    assert desk.get("/").status_code == 200


def test_a_form_larger_than_any_of_ours_is_refused_and_the_desk_goes_on(desk: Running) -> None:
    answer = desk.post("/alone", alone="x" * 2_000_000)

    assert (answer.status_code, "BB-012" in answer.text) == (400, True)
    assert desk.get("/").status_code == 200


def test_every_answer_forbids_keeping_and_framing(desk: Running) -> None:
    for path in ("/", "/static/desk.css", "/static/desk.js", "/nothing", "/help-now"):
        headers = desk.get(path).headers
        assert "no-store" in headers["cache-control"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers


def test_it_listens_on_this_computer_only(desk: Running) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("the system has no such list")
    ports = [one.rpartition(":")[2] for one in (desk.place.authority, desk.place.frame_origin)]
    wanted = sorted(f"{int(port):04X}" for port in ports)
    lines = table.read_text(encoding="ascii").splitlines()[1:]
    if (sixth := Path("/proc/net/tcp6")).exists():
        lines += sixth.read_text(encoding="ascii").splitlines()[1:]
    # 0A: listening; 0100007F: 127.0.0.1.
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]

    ours = [one for one in listening if one.rpartition(":")[2] in wanted]
    assert sorted(ours) == [f"0100007F:{port}" for port in wanted]


def test_a_websocket_is_closed(desk: Running) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    answer = httpx.get(f"{desk.place.origin}/", headers=headers, timeout=60)

    assert answer.status_code == 404
