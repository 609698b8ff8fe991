"""A page with all that stands on it, pictures of others too (HARM 1, ``--whole-page``)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Generic, Self

from benban.capture.keeping import Keeper
from benban.capture.media_store import MediaStore
from benban.capture.package import FetchedMedia, WholeMedia
from benban.capture.ports import BodyState, IsCrowded, Page, PartT, RecordedExchange, Tab
from benban.capture.steps import StepLog
from benban.capture.traffic import Traffic
from benban.errors import PageNotReceivedError
from benban.model.clock import Clock
from benban.model.exhibit import Missing, StepOutcome

PAGE_MEDIA = "page-media"
NO_TIME_LEFT = "no-time-left"


class WholeRecorder(Generic[PartT]):
    """
    Takes the pictures of one page into one part of the spool while its with-block runs.

    Args:
        keeper: has the spool.
        steps: each film that is fetched apart is a step.
        clock: counts the time for them all.
        rest_s: how much of it there is.
    """

    def __init__(
        self, keeper: Keeper[PartT], steps: StepLog, *, clock: Clock, rest_s: float
    ) -> None:
        self._part = keeper.open_part()
        self._store = MediaStore(self._part.write)
        self._steps = steps
        self._clock = clock
        self._rest_ns = round(rest_s * 1_000_000_000)
        self._apart: list[RecordedExchange] = []

    def __enter__(self) -> Self:
        """Return the recorder."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Discard what was not finished."""
        self._part.discard()

    def load(self, tab: Tab, address: str, is_crowded: IsCrowded) -> Page:
        """
        Return the whole page.

        Raises:
            WholePageRefusedError: BB-215, the way leads to a place with many people.
            BenbanError: BB-202 to BB-210, BB-212.
        """
        return tab.load_whole(address, self._store, is_crowded)

    def fetch_the_rest(
        self, tab: Tab, page: Page, fetched: Sequence[FetchedMedia[PartT]]
    ) -> Iterator[Missing]:
        """
        Fetch what the page asked for in pieces; yield what there is no proof of being whole.

        Args:
            tab: with the page.
            page: names what has to be fetched apart.
            fetched: of the item, already kept by itself.
        """
        known = {one.exchange.address for one in fetched}
        wanted = [address for address in page.media_addresses if address not in known]
        if wanted:
            with self._steps.step("stop-films"):
                tab.let_go_of_films()
        until = self._clock.monotonic_ns() + self._rest_ns
        for at, address in enumerate(wanted):
            if self._clock.monotonic_ns() >= until:
                # Each alone may be slow within its limit, and a page may name hundreds.
                left = len(wanted) - at
                self._steps.not_done(PAGE_MEDIA, f"{NO_TIME_LEFT}: {left}")
                return
            with self._steps.step(PAGE_MEDIA):
                self._fetch(tab, address)
            if self._steps.outcome_of(PAGE_MEDIA) is StepOutcome.DONE and self._is_open_ended():
                reason = BodyState.END_NOT_KNOWN.value
                yield Missing(what="proof that the media is whole", reason=reason)

    def finish(self) -> WholeMedia[PartT]:
        """Return everything that was taken in."""
        return WholeMedia(spooled=self._part.finish(), apart=tuple(self._apart))

    def _fetch(self, tab: Tab, address: str) -> None:
        start = self._store.position
        exchange = tab.fetch_media(address, self._store.write)
        stored = self._store.since(start)
        if not stored.size_bytes:
            raise PageNotReceivedError(host="", reason="no bytes")
        self._apart.append(replace(exchange, stored=stored))

    def _is_open_ended(self) -> bool:
        return self._apart[-1].body_state is BodyState.END_NOT_KNOWN


def what_was_not_reached(page: Page, traffic: Traffic) -> Iterator[Missing]:
    """Yield what a reader could have gone on to, and why it is not here."""
    scrolled = page.scrolled
    if scrolled is not None and scrolled.ended != "bottom":
        reason = f"scroll-{scrolled.ended}: {scrolled.steps}"
        yield Missing(what="further parts of the page", reason=reason)
    for host in traffic.downloads:
        yield Missing(what=f"download: {host}", reason="not-taken")
    if traffic.messages_cut:
        reason = f"messages-cut: {traffic.messages_cut}"
        yield Missing(what="messages of an open connection", reason=reason)
    for chain in traffic.chains:
        if not chain.certificates:
            yield Missing(what=f"certificates: {chain.host}", reason="not-told-by-the-browser")
