"""What is missing of a visit: what did not work, and what a stopped one never came to."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from benban.capture.encodings import encoding_left_on
from benban.capture.ports import BodyState, Page
from benban.model.exhibit import (
    REST_OF_VISIT,
    UNDER_WAY,
    Capture,
    CaptureStep,
    Missing,
    StepOutcome,
)

_NOT_WHOLE = frozenset({BodyState.TOO_LARGE, BodyState.NOT_ENDED, BodyState.CUT_OFF})
_TEXT = ("dom-text",)
_LOOKS = ("screenshot", "page-pdf", "mhtml")
_REST = ("item", "wacz")


def undone_steps(steps: Iterable[CaptureStep]) -> Iterator[Missing]:
    """Yield every step that failed or was not done."""
    for step in steps:
        if step.outcome is not StepOutcome.DONE:
            yield Missing(what=step.name, reason=step.reason)


def under_way(
    capture: Capture, *, opening: str, has_permit: bool, is_media_itself: bool
) -> Capture:
    """
    Return *capture* as the record of a visit whose end is still to come.

    What it has not come to yet is named as missing: it is, when the visit is stopped now.

    Args:
        capture: up to now.
        opening: name of the step that brings the page.
        has_permit: else nothing but text is to come.
        is_media_itself: the address named a picture or a video: there is no page to look at.
    """
    page = () if is_media_itself else (*_TEXT, *(_LOOKS if has_permit else ()))
    ended = {one.name for one in capture.steps}
    to_come = [
        name for name in (opening, *page, *(_REST if has_permit else ())) if name not in ended
    ]
    rest = CaptureStep(
        name=REST_OF_VISIT, outcome=StepOutcome.NOT_DONE, at=capture.ended_at, reason=UNDER_WAY
    )
    missing = [Missing(what=name, reason=UNDER_WAY) for name in (*to_come, REST_OF_VISIT)]
    return replace(capture, steps=(*capture.steps, rest), missing=(*capture.missing, *missing))


def failures_of(page: Page) -> Iterator[Missing]:
    """Yield what a page that came does not have."""
    if page.unsettled:
        yield Missing(what="late parts of the page", reason=page.unsettled)
    if page.unread:
        yield Missing(what="text of the page", reason=f"not read: {page.unread}")
    for failed in page.failed:
        yield Missing(what=f"request: {failed.host}", reason=failed.reason)
    for exchange in page.exchanges:
        if exchange.body_state in _NOT_WHOLE:
            reason = exchange.body_state.value
            yield Missing(what=f"body: {exchange.resource}", reason=reason)
        left_on = encoding_left_on(exchange)
        if left_on:
            reason = f"encoding not known: {left_on}"
            yield Missing(what=f"text of the body: {exchange.resource}", reason=reason)


def require_page(page: Page) -> None:
    """
    Return if a page came.

    Raises:
        BenbanError: BB-2xx, it led on to where nothing came from; what came before is kept.
    """
    if page.dead_end is not None:
        raise page.dead_end
