"""A web of pages in memory that change by the day, behind the port of the watch."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from enum import Enum
from math import inf
from urllib.parse import urlsplit

from benban.errors import FetchAddressError, FetchUnreachableError
from benban.testing.clock import FakeClock
from benban.testing.platform_pages import Post, widget_page
from benban.watch.ports import Fetched

HOST = "t.me"
BUSY_DAYS = 0.6


class Mode(Enum):
    """What a page does from some day on."""

    THERE = "there"
    REMOVED = "removed"
    EMPTY = "empty"
    SORRY = "sorry"
    CAPTCHA = "captcha"
    BLOCKED = "blocked"
    LOGIN = "login"
    FRONT = "front"
    OLD_COPY = "old copy"
    FAULT = "fault"
    DOWN = "down"


# In these modes the thing is still there, whatever a careless reader would make of the answer.
HIDING = tuple(one for one in Mode if one not in {Mode.THERE, Mode.REMOVED, Mode.EMPTY})


# Status, body, further fields, and where it led to.
_OTHERWISE: dict[Mode, tuple[int, bytes, tuple[tuple[str, str], ...], str]] = {
    Mode.REMOVED: (404, b"<p>not found", (), ""),
    Mode.EMPTY: (200, b"<title>kenh</title><p>khong co gi", (), ""),
    Mode.SORRY: (200, "<p>Trang này không còn nữa".encode(), (), ""),
    Mode.CAPTCHA: (403, b"", (("cf-mitigated", "challenge"),), ""),
    Mode.BLOCKED: (451, b"", (), ""),
    Mode.LOGIN: (404, b"", (), f"https://{HOST}/login"),
    Mode.FRONT: (200, b"<p>trang dau", (), f"https://{HOST}/"),
    Mode.OLD_COPY: (404, b"", (("age", "604800"),), ""),
    Mode.FAULT: (500, b"", (), ""),
}


@dataclass(slots=True, kw_only=True)
class Thing:
    """
    One post.

    Attributes:
        story: pairs of day and mode, in order; the first is of day 0.
        picture: its bytes; empty for a post of words.
    """

    path: str
    picture: bytes
    story: list[tuple[float, Mode]] = field(default_factory=list)

    def mode(self, day: float) -> Mode:
        """Return what the page does on *day*."""
        return [mode for since, mode in self.story if since <= day][-1]

    def removals(self) -> list[tuple[float, float]]:
        """Return from when until when it was removed for longer than a day."""
        ends = [since for since, _ in self.story[1:]] + [inf]
        spans = zip(self.story, ends, strict=True)
        return [
            (since, until)
            for (since, mode), until in spans
            if mode is Mode.REMOVED and until - since > 1
        ]

    def returns(self) -> int:
        """Return how often it came back after a removal."""
        return sum(until != inf for _, until in self.removals())


class Web:
    """A :class:`benban.watch.ports.Fetcher` over things that change."""

    def __init__(self, clock: FakeClock, begun: datetime) -> None:
        """Begin with nothing."""
        self._clock = clock
        self._begun = begun
        self.things: dict[str, Thing] = {}
        self.asked: dict[str, list[datetime]] = {}

    def day(self) -> float:
        """Return how many days have passed."""
        return (self._clock.now() - self._begun).total_seconds() / 86_400

    def fetch(
        self,
        address: str,
        *,
        limit_bytes: int,
        hosts: Collection[str] | None = None,
        with_media: bool = True,
    ) -> Fetched:
        """
        Return what the page of *address* answers today.

        Raises:
            FetchAddressError: BB-661; FetchUnreachableError: BB-663.
        """
        del limit_bytes, with_media
        parts = urlsplit(address)
        if hosts is not None and parts.hostname not in hosts:
            raise FetchAddressError(host="")
        if parts.path.startswith("/file"):
            thing = self.things[parts.path.removeprefix("/file").removesuffix(".jpg")]
            return self._answer(address, 200, thing.picture, kind="image/jpeg")
        thing = self.things[parts.path]
        self.asked.setdefault(parts.path, []).append(self._clock.now())
        return self._page(address, thing)

    def _page(self, address: str, thing: Thing) -> Fetched:
        # Six times a year the whole host asks to be left alone for some hours.
        if self.day() % 60 < BUSY_DAYS:
            return self._answer(address, 429, b"", ("retry-after", "43200"))
        mode = thing.mode(self.day())
        if mode is Mode.DOWN:
            raise FetchUnreachableError(host="")
        if mode is Mode.THERE:
            return self._answer(address, 200, _html(thing))
        status, body, fields, final = _OTHERWISE[mode]
        return self._answer(address, status, body, *fields, final=final)

    def _answer(
        self,
        address: str,
        status: int,
        body: bytes,
        *fields: tuple[str, str],
        kind: str = "text/html; charset=utf-8",
        final: str = "",
    ) -> Fetched:
        dated = ("date", format_datetime(self._clock.now(), usegmt=True))
        return Fetched(
            asked=address,
            final=final or address,
            redirects=(final,) if final else (),
            refused_lead="",
            status=status,
            fields=(("content-type", kind), dated, *fields),
            body=body,
            remote="127.0.0.1:443",
        )


def _html(thing: Thing) -> bytes:
    channel, number = thing.path.strip("/").split("/")
    post = Post(
        channel=channel,
        number=int(number),
        author="Kênh ví dụ",
        text="bài",
        media=(f"https://{HOST}/file{thing.path}.jpg",) if thing.picture else (),
        views="1,2K",
        posted_at="2026-11-20T08:00:00+00:00",
    )
    return widget_page(post).encode()
