"""In which order a tab asked for things, and what became of each request."""

from dataclasses import replace

from benban.capture.traffic import Passage
from benban.model.clock import Clock
from benban.outside.cdp_events import RequestPaused


class PassageLog:
    """
    Keeps every request that came to the gate, also those that went no further.

    Args:
        clock: dates each; its monotonic side gives the order.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun: list[Passage] = []
        self._outcomes: dict[int, str] = {}
        self._last: dict[str, int] = {}

    def begin(self, paused: RequestPaused, *, is_main_frame: bool) -> None:
        """Note a request before it is decided about."""
        passage = Passage(
            address=paused.request.url,
            method=paused.request.method,
            resource=paused.resource_type,
            source="page" if is_main_frame else "frame",
            at=self._clock.now(),
            monotonic_ns=self._clock.monotonic_ns(),
            outcome="",
        )
        self._last[paused.network_id or paused.request_id] = len(self._begun)
        self._begun.append(passage)

    def end(self, request_id: str, outcome: str) -> None:
        """Note what became of the last request of that id; the first word stands."""
        place = self._last.get(request_id)
        if place is not None:
            self._outcomes.setdefault(place, outcome)

    def passages(self) -> tuple[Passage, ...]:
        """Return every request in order."""
        return tuple(
            replace(one, outcome=self._outcomes.get(place, "no-answer"))
            for place, one in enumerate(self._begun)
        )
