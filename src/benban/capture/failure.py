"""Why a capture has no page: the error again, out of the record."""

from benban.capture.place import place_of
from benban.errors import (
    AddressRefusedError,
    AttachNotConfirmedError,
    AttachRefusedError,
    BenbanError,
    BrowserFailedError,
    CertificateRefusedError,
    EndlessRedirectError,
    NameNotFoundError,
    NoAnswerInTimeError,
    NoScreenError,
    NotConnectedError,
    PageNotReceivedError,
    PortRefusedError,
    SchemeRefusedError,
    WholePageRefusedError,
)
from benban.model.exhibit import Capture, StepOutcome

OPEN_BROWSER = "open-browser"
OPEN_PAGE = "page-without-media"
OPEN_WHOLE = "page-whole"
_CLASSES: dict[str, type[BenbanError]] = {
    error.code: error
    for error in (
        BrowserFailedError,
        AddressRefusedError,
        PortRefusedError,
        NameNotFoundError,
        NotConnectedError,
        CertificateRefusedError,
        NoAnswerInTimeError,
        EndlessRedirectError,
        PageNotReceivedError,
        SchemeRefusedError,
        AttachRefusedError,
        AttachNotConfirmedError,
        NoScreenError,
        WholePageRefusedError,
    )
}


def failure_of(capture: Capture) -> BenbanError | None:
    """
    Return the error to show when the page itself did not come; None when it came.

    The capture is complete all the same and is to be kept: it shows what was tried and when.
    """
    for step in capture.steps:
        if (
            step.name in {OPEN_BROWSER, OPEN_PAGE, OPEN_WHOLE}
            and step.outcome is StepOutcome.FAILED
        ):
            code, _, reason = step.reason.partition(" ")
            host, port = _place(capture)
            kind = _CLASSES.get(code, PageNotReceivedError)
            return kind(host=host, port=port, reason=reason or code)
    return None


def _place(capture: Capture) -> tuple[str, int]:
    place = place_of(capture.final_address)
    return place.host, place.port
