"""By what pages of a service tell that they show nothing, and why (catalogue/watch/*.toml)."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from importlib.resources import files

import msgspec

from benban.model.remedy import Confidence
from benban.model.watch import Means


class Shows(Enum):
    """What a sign speaks for."""

    ABSENT = "absent"
    BLOCKED = "blocked"
    LOGIN_WALL = "login-wall"
    PRIVATE = "private"
    CAPTCHA = "captcha"
    CACHED = "cached"


class By(Enum):
    """
    Where a sign stands.

    ``PATH``: the path that was led to begins with it. ``WORDS``: in the title or the visible text.
    ``MARK``: in the page's source. ``FIELD``: a header field, ``name: value``.
    """

    PATH = "path"
    WORDS = "words"
    MARK = "mark"
    FIELD = "field"


class PageSign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One sign with where it comes from.

    Attributes:
        confidence: A and B carry a judgement; C leads at most to "not known".
    """

    shows: Shows
    by: By
    text: str
    confidence: Confidence
    source: str
    checked_on: date

    @property
    def is_sure(self) -> bool:
        """Whether a judgement may rest on it."""
        return self.confidence in {Confidence.A, Confidence.B}


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layout of a file."""

    service: str
    means: Means
    post_query: str = ""
    sign: tuple[PageSign, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceWatch:
    """
    How one service is looked at.

    Attributes:
        post_query: what is added to the address of a post so that it alone is answered.
        signs: its own first, then those that hold for any host.
    """

    means: Means
    post_query: str
    signs: tuple[PageSign, ...]


def watch_of(service: str) -> ServiceWatch:
    """
    Return how *service* (an id of the catalogue, or ``unknown``) is looked at.

    Raises:
        msgspec.ValidationError: a file is not in its layout; a test reads them all.
    """
    known = _by_service()
    anywhere = known[""]
    own = known.get(service, anywhere)
    signs = own.sign if own is anywhere else own.sign + anywhere.sign
    return ServiceWatch(means=own.means, post_query=own.post_query, signs=signs)


def watched_services() -> tuple[str, ...]:
    """Return the ids of the services that have a file of their own."""
    return tuple(sorted(set(_by_service()) - {""}))


def found_sign(
    signs: Iterable[PageSign],
    *,
    path: str,
    words: str,
    source: str,
    fields: Iterable[tuple[str, str]],
) -> PageSign | None:
    """
    Return the sign that a page shows; a sure one first, "not there" last among equals.

    Args:
        signs: of the service.
        path: that was led to; empty when nothing was led to.
        words: title and visible text.
        source: the page's HTML.
        fields: of the answer's head, names in lower case.
    """
    spoken = plain_words(words)
    lines = {f"{name}: {value.strip().lower()}" for name, value in fields}
    found = [
        one
        for one in signs
        if (one.by is By.PATH and _begins(path, one.text))
        or (one.by is By.WORDS and plain_words(one.text) in spoken)
        or (one.by is By.MARK and one.text in source)
        or (one.by is By.FIELD and one.text in lines)
    ]
    # "Not available in your country: page not found" speaks of a block.
    return min(found, key=lambda one: (not one.is_sure, one.shows is Shows.ABSENT), default=None)


def plain_words(text: str) -> str:
    """Return *text* in lower case with one blank between words and plain apostrophes."""
    return " ".join(text.replace("\u2019", "'").replace("\u2026", "...").lower().split())


def _begins(path: str, start: str) -> bool:
    # "/login" is a way in; "/loginov/5" is somebody's post.
    rest = path.lower().removeprefix(start)
    return path.lower().startswith(start) and (not rest or rest[0] in "/?.;")


@cache
def _by_service() -> dict[str, _File]:
    folder = files("benban.catalogue").joinpath("watch")
    read = [
        msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return {one.service: one for one in read}
