"""Errors as HTTP answers: a code, what happened, what to do next; nothing of the request."""

from dataclasses import dataclass

from starlette.responses import JSONResponse

from benban.errors import BenbanError
from benban.errors.exchange import (
    ActRefusedError,
    AddressNotFetchedError,
    AgeNotShownError,
    BanksNotFilledError,
    FeedRefusedError,
    FeedRestartError,
    HashingOffError,
    HashRefusedError,
    HashUnknownError,
    KeyRefusedError,
    MatcherBehindError,
    ProofRefusedError,
    ProofUsedError,
    RecordUnavailableError,
    RequestReusedError,
    SecondPersonError,
    TooManyRequestsError,
    TwiceAtOnceError,
    WithdrawalRefusedError,
)
from benban.wording import Language, say

_STATUS: dict[type[BenbanError], int] = {
    ActRefusedError: 409,
    AddressNotFetchedError: 403,
    AgeNotShownError: 422,
    BanksNotFilledError: 403,
    FeedRefusedError: 400,
    FeedRestartError: 410,
    HashingOffError: 403,
    HashRefusedError: 422,
    HashUnknownError: 404,
    KeyRefusedError: 401,
    MatcherBehindError: 503,
    ProofRefusedError: 422,
    ProofUsedError: 409,
    RecordUnavailableError: 503,
    RequestReusedError: 422,
    SecondPersonError: 403,
    TooManyRequestsError: 429,
    TwiceAtOnceError: 409,
    WithdrawalRefusedError: 422,
}
_AGAIN_S: dict[type[BenbanError], int] = {
    MatcherBehindError: 2,
    RecordUnavailableError: 5,
    TwiceAtOnceError: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What is answered instead."""

    status: int
    code: str
    retry_after_s: int | None


def refusal_of(error: BenbanError) -> Refusal:
    """Return how an error is answered."""
    kind = type(error)
    status = _STATUS.get(kind, 400)
    if kind is KeyRefusedError and error.params.get("why") == "scope":
        status = 403
    again = _AGAIN_S.get(kind)
    if kind is TooManyRequestsError:
        again = int(error.params["seconds"])
    return Refusal(status=status, code=error.code, retry_after_s=again)


def refused(error: BenbanError, language: Language) -> JSONResponse:
    """Return the answer, in the language that was asked for."""
    refusal = refusal_of(error)
    headers = {"Cache-Control": "no-store"}
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(refusal.retry_after_s)
    if refusal.status == 401:  # noqa: PLR2004 - HTTP's own number
        headers["WWW-Authenticate"] = "Bearer"
    body: dict[str, str | int] = {
        "code": refusal.code,
        "message": say(language, error.code, **error.params),
        "next_step": say(language, error.next_step, **error.params),
    }
    if "why" in error.params:
        body["why"] = error.params["why"]
    return JSONResponse(body, status_code=refusal.status, headers=headers)
