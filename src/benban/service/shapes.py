"""Requests and answers as they stand on the wire, and what is refused before it is read."""

from typing import Annotated, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from benban.errors.exchange import MediaRefusedError, RequestMalformedError
from benban.exchange.answers import ACTION
from benban.model.shared_hash import ConfirmReason, DisputeReason

MOST_HASHES = 10_000
# 10,000 hashes with quotes and commas.
MOST_BYTES = 1 << 20
_MEDIA = ("image/", "video/", "multipart/", "application/octet-stream")

_WHY = "; ".join(
    f"of {act}: {', '.join(one.value for one in reasons)}"
    for act, reasons in (("confirm", ConfirmReason), ("dispute", DisputeReason))
)
_HashText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Shape = TypeVar("_Shape", bound=msgspec.Struct)


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """Hashes to look for."""

    hashes: Annotated[list[_HashText], msgspec.Meta(min_length=1, max_length=MOST_HASHES)]


class Match(msgspec.Struct):
    """At which place of the question something is near, and the member's numbers of it."""

    at: int
    numbers: list[str]


class Answers(msgspec.Struct):
    """What is near; a place that is not named has no match."""

    asked: int
    matches: list[Match]
    action: str = ACTION


class CuratorsQuestion(msgspec.Struct, forbid_unknown_fields=True):
    """One hash, and why a person has to know more."""

    hash: _HashText
    # NUL is no letter, and PostgreSQL keeps none.
    reason: Annotated[str, msgspec.Meta(min_length=10, max_length=500, pattern=r"^[^\x00]+$")]


class NearHash(msgspec.Struct):
    """What a curator is told of a hash that is near."""

    number: str
    bank: str
    distance_bits: int
    quality: int


class CuratorsAnswer(msgspec.Struct):
    """All that is near one hash, the nearest first."""

    near: list[NearHash]
    action: str = ACTION


class Attestation(msgspec.Struct, forbid_unknown_fields=True):
    """A hash that is handed in: it stands in the proof."""

    bank: Annotated[str, msgspec.Meta(max_length=40)]
    provenance: Annotated[str, msgspec.Meta(max_length=32)]
    proof: Annotated[str, msgspec.Meta(max_length=40_000)]


class Deed(msgspec.Struct, forbid_unknown_fields=True):
    """What a member does with a hash."""

    act: Annotated[str, msgspec.Meta(max_length=16)]
    reason: Annotated[str, msgspec.Meta(max_length=32, description=_WHY)] = ""


class HashNow(msgspec.Struct):
    """A hash as it stands; never the hash itself."""

    number: str
    bank: str
    state: str
    active_from: str
    expires_at: str


class BankNow(msgspec.Struct):
    """A bank that the member reads."""

    id: str
    name: str
    rule: str
    is_own: bool
    hands_in: bool


async def body_of(request: Request, *, most: int = MOST_BYTES) -> bytes:
    """
    Return the body, read no further than may be.

    Args:
        request: not read yet.
        most: bytes that may be.

    Raises:
        MediaRefusedError: BB-968, it says that it is a picture, a film or a form with files.
        RequestMalformedError: BB-967, too long, packed, or broken off.
    """
    kind = request.headers.get("content-type", "").strip().lower()
    if kind.startswith(_MEDIA):
        raise MediaRefusedError("a picture, a film or files")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RequestMalformedError("packed")
    return await bounded_body(request, most=most)


async def bounded_body(request: Request, *, most: int) -> bytes:
    """
    Return the body as it was sent.

    Args:
        request: not read yet.
        most: bytes that may be.

    Raises:
        RequestMalformedError: BB-967, too long, or broken off.
    """
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise RequestMalformedError("too long")
            parts.append(part)
    except ClientDisconnect as error:
        # Whoever hangs up in the middle fills no log.
        raise RequestMalformedError("broken off") from error
    return b"".join(parts)


def read(untrusted: bytes, shape: type[_Shape]) -> _Shape:
    """
    Return a request of that shape.

    Raises:
        RequestMalformedError: BB-967; what was wrong is not repeated, it may be a hash.
    """
    try:
        return msgspec.json.decode(untrusted, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise RequestMalformedError("not of the shape") from error


def answered(value: msgspec.Struct | list[BankNow], status: int = 200) -> Response:
    """Return an answer that nobody keeps on the way."""
    return Response(
        msgspec.json.encode(value),
        status_code=status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
