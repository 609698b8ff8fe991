"""Of all hosts, paths, origins, methods and cookies, the exact combination passes alone."""

from hypothesis import given
from hypothesis import strategies as st

from benban.desk.door import Door
from benban.desk.guard import Place, Verdict, judge

PLACE = Place(authority="127.0.0.1:49152")
DOOR = Door()
COOKIE = DOOR.enter(DOOR.new_token()) or ""
GOOD_HOST, GOOD_ORIGIN = PLACE.authority, PLACE.origin
_HOSTS = st.sampled_from(
    [
        [GOOD_HOST],
        [],
        [GOOD_HOST, GOOD_HOST],
        ["127.0.0.1"],
        ["127.0.0.1:49153"],
        ["localhost:49152"],
        ["127.0.0.1:49152.evil.example"],
        ["evil.example"],
        ["127.0.0.1.:49152"],
        ["[::1]:49152"],
        [f" {GOOD_HOST}"],
        ["127.1:49152"],
    ]
)
_ORIGINS = st.sampled_from(
    [
        [GOOD_ORIGIN],
        [],
        ["null"],
        ["https://127.0.0.1:49152"],
        ["http://127.0.0.1:49153"],
        ["http://localhost:49152"],
        ["http://evil.example"],
        [GOOD_ORIGIN, GOOD_ORIGIN],
        [GOOD_ORIGIN + "/"],
    ]
)
_SITES = st.sampled_from([[], ["none"], ["same-origin"], ["same-site"], ["cross-site"], ["x"]])
_METHODS = st.sampled_from(["GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "get", "CONNECT"])
_PATHS = st.one_of(
    st.sampled_from(["/", "/cases", "/c/case-1", "/static/desk.css"]),
    st.sampled_from(
        ["//", "/a//b", "/../x", "/%2e%2e/", "/a b", "/a\\b", "", "x", "/a\n", "/a%00"]
    ),
    st.text(max_size=12).map(lambda tail: "/" + tail),
)
_COOKIES = st.sampled_from(
    [
        [f"k={COOKIE}"],
        [f"a=1; k={COOKIE}"],
        [f"k=wrong; k={COOKIE}"],
        ["a[b]=c; ; =; x", f"k={COOKIE}"],
        [],
        ["k="],
        [f'k="{COOKIE}"'],
        [f"K={COOKIE}"],
        [f"kk={COOKIE}"],
        [f"k={COOKIE}x"],
        [f"x=k={COOKIE}"],
        [f"k={COOKIE[:-1]}"],
    ]
)
_GOOD_COOKIES = (
    [f"k={COOKIE}"],
    [f"a=1; k={COOKIE}"],
    [f"k=wrong; k={COOKIE}"],
    ["a[b]=c; ; =; x", f"k={COOKIE}"],
)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-")


def _headers(name: bytes, values: list[str]) -> list[tuple[bytes, bytes]]:
    return [(name, one.encode()) for one in values]


@given(host=_HOSTS, origin=_ORIGINS, site=_SITES, method=_METHODS, path=_PATHS, cookie=_COOKIES)
def test_only_the_exact_combination_passes(
    host: list[str],
    origin: list[str],
    site: list[str],
    method: str,
    path: str,
    cookie: list[str],
) -> None:
    raw = path.encode("utf-8", "surrogatepass")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": raw,
        "headers": [
            *_headers(b"host", host),
            *_headers(b"Origin", origin),
            *_headers(b"sec-fetch-site", site),
            *_headers(b"cookie", cookie),
        ],
    }
    asked = path.partition("?")[0]
    origins = ([GOOD_ORIGIN],) if method == "POST" else ([], [GOOD_ORIGIN])
    is_right = (
        host == [GOOD_HOST]
        and origin in origins
        and site in ([], ["none"], ["same-origin"])
        and method in ("GET", "HEAD", "POST")
        and asked.startswith("/")
        and set(asked) <= _PLAIN
        and ".." not in asked
        and "//" not in asked
        and cookie in _GOOD_COOKIES
    )

    verdict = judge(scope, PLACE, DOOR)

    assert (verdict is Verdict.ANSWER) == is_right
    assert is_right or verdict is Verdict.NOT_FOUND


@given(cookie=st.binary(max_size=80))
def test_no_other_bytes_in_the_cookie_open_anything(cookie: bytes) -> None:
    headers = [(b"host", GOOD_HOST.encode()), (b"cookie", b"k=" + cookie)]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "raw_path": b"/",
        "headers": headers,
    }

    assert (judge(scope, PLACE, DOOR) is Verdict.ANSWER) == (COOKIE.encode() in cookie.split(b";"))


def test_after_leaving_the_same_request_gets_nothing() -> None:
    door = Door()
    cookie = door.enter(door.new_token())
    headers = [(b"host", GOOD_HOST.encode()), (b"cookie", f"k={cookie}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "headers": headers}
    assert judge(scope, PLACE, door) is Verdict.ANSWER

    door.lock()

    assert judge(scope, PLACE, door) is Verdict.NOT_FOUND
    assert door.enter(door.new_token()) is None
    assert door.enter(door.new_code()) is None
