"""Ways in which a site answers for something that may or may not be there any more."""

from enum import Enum

from benban.testing.platform_pages import deleted_page
from benban.testing.platform_server import Answer, html, redirect


class Manner(Enum):
    """How a path answers until it is told otherwise."""

    NOT_FOUND = "404"
    GONE = "410"
    NO_SUCH_POST = "the service's own box"
    SORRY = "sorry with status 200"
    CAPTCHA = "captcha"
    CAPTCHA_IN_WORDS = "captcha in words"
    BLOCKED_BY_LAW = "451"
    BLOCKED_IN_WORDS = "blocked in words"
    LOGIN = "led to a login"
    LOGIN_STATUS = "401"
    PRIVATE = "private in words"
    FRONT_PAGE = "led to the front page"
    KEPT_COPY = "a copy of last week"
    TOO_MANY = "429"
    BUSY = "503"
    BROKEN = "500"
    SCRIPTS_ONLY = "scripts only"
    ELSEWHERE = "led to another host"
    CUT = "cut off"


_FIXED = {
    Manner.GONE: Answer(status=410, body=b"<p>gone"),
    Manner.NOT_FOUND: Answer(status=404, body=b"<p>not found"),
    Manner.NO_SUCH_POST: html(deleted_page("kenh_vi_du")),
    Manner.SORRY: html(
        "<!DOCTYPE html><title>Rất tiếc</title><p>Trang này không còn nữa. Page not found.</p>"
    ),
    Manner.CAPTCHA: Answer(
        status=403,
        fields=(("Content-Type", "text/html"), ("cf-mitigated", "challenge")),
        body=b"<title>Just a moment...</title>",
    ),
    Manner.CAPTCHA_IN_WORDS: Answer(
        status=403,
        fields=(("Content-Type", "text/html; charset=utf-8"),),
        body="<p>Vui lòng xác minh bạn là con người</p>".encode(),
    ),
    Manner.BLOCKED_BY_LAW: Answer(status=451, body=b"<p>unavailable for legal reasons"),
    Manner.BLOCKED_IN_WORDS: html("<p>This content is not available in your country</p>"),
    Manner.LOGIN: redirect("/login?next=/bai"),
    Manner.LOGIN_STATUS: Answer(status=401, body=b"<p>who are you"),
    Manner.PRIVATE: html("<p>Tài khoản này ở chế độ riêng tư</p>"),
    Manner.FRONT_PAGE: redirect("/"),
    Manner.KEPT_COPY: Answer(
        status=404, fields=(("Content-Type", "text/html"), ("Age", "604800")), body=b"<p>not found"
    ),
    Manner.TOO_MANY: Answer(status=429, fields=(("Retry-After", "432000"),), body=b"slow"),
    Manner.BUSY: Answer(status=503, body=b"busy"),
    Manner.BROKEN: Answer(status=500, body=b"broken"),
    Manner.SCRIPTS_ONLY: html("<!DOCTYPE html><script>draw()</script>"),
    Manner.ELSEWHERE: redirect("http://khac.vi-du.example/bai"),
    Manner.CUT: Answer(
        fields=(("Content-Type", "text/html"),), body=b"<p>half", promised_bytes=5_000
    ),
}


def manner_answer(manner: Manner) -> Answer:
    """Return what a path of that manner answers."""
    return _FIXED[manner]


def front_answer(path: str) -> Answer | None:
    """Return the front page or the page to log in on; None for another path."""
    if path == "/":
        return html("<!DOCTYPE html><title>Trang đầu</title><p>Chào bạn</p>")
    if path == "/login":
        return html("<!DOCTYPE html><title>Đăng nhập</title><form><input name=ten></form>")
    return None
