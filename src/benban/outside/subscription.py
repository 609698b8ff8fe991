"""A member's subscription to an exchange: signed deltas, one after the other, checked."""

from collections.abc import Iterator

from benban.errors.exchange import FeedRefusedError, FeedRestartError, PeerUnreachableError
from benban.exchange.feed import MAX_PAGE_BYTES, Delta, open_delta
from benban.model.clock import Clock
from benban.outside.ask import AskLimits, Question
from benban.outside.clock import SystemClock
from benban.outside.peer import ask_peer

_LIMITS = AskLimits(body_bytes=MAX_PAGE_BYTES, total_s=60.0)
# The exchange was put back from a copy and is not as far as this subscriber.
_GONE = 410


class Subscription:
    """
    Asks an exchange for what changed.

    Args:
        base_url: of the exchange, with nothing after the host or the path it lies under.
        key: with scope ``subscribe``.
        member: the subscriber's own id.
        public_key: 32 bytes, of the exchange, from its card and not from its answers.
        clock: the machine's, unless another one is given.
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: str,
        member: str,
        public_key: bytes,
        clock: Clock | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key, self._member, self._public_key = key, member, public_key
        self._clock = clock or SystemClock()

    def deltas(self, after: int, mark: str = "") -> Iterator[Delta]:
        """
        Return what changed after a number, delta by delta, until there is no more.

        Each is complete and may be taken over as it comes: the next one begins after its
        ``through``.

        Args:
            after: what was taken over last; 0 for everything.
            mark: of that change, from the delta that ended with it; without it an exchange that
                was put back from a copy is noticed only until it has as many changes again.

        Raises:
            FeedRefusedError: BB-959; nothing of this delta may be taken over.
            FeedRestartError: BB-999; all that was taken over is dropped, and 0 asked for.
            PeerUnreachableError: BB-978.
        """
        return (delta for _, delta in self.pages(after, mark))

    def pages(self, after: int, mark: str = "") -> Iterator[tuple[bytes, Delta]]:
        """Return the same, each with the signed page in which it came; see :meth:`deltas`."""
        has_more = True
        while has_more:
            page = self._page(after, mark)
            delta = open_delta(
                page,
                public_key=self._public_key,
                member=self._member,
                after=after,
                now=self._clock.now(),
            )
            if delta.has_more and delta.through == after:
                # Signed, and yet it would be asked for without end.
                raise FeedRefusedError("more of nothing", why="order")
            yield page, delta
            after, mark, has_more = delta.through, delta.mark, delta.has_more

    def _page(self, after: int, mark: str) -> bytes:
        said = f"after={after}&mark={mark}" if after and mark else f"after={after}"
        question = Question(
            url=f"{self._base_url}/v1/changes?{said}",
            fields={"Authorization": f"Bearer {self._key}"},
        )
        try:
            return ask_peer(question, _LIMITS)
        except PeerUnreachableError as error:
            if error.params["reason"] == _GONE and after:
                raise FeedRestartError from error
            raise
