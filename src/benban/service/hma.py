"""
The shapes of Hasher-Matcher-Actioner 2, so that its clients can ask an exchange.

Every answer is one of ours in HMA's form: no distance and no bank without scope ``curator``, keys
and limits and audit as everywhere, no address is ever fetched, and nothing enters a bank.
Source: facebook/ThreatExchange, hasher-matcher-actioner, blueprints and schemas (2026).
"""

import re
from typing import Annotated, Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from benban.errors.exchange import (
    AddressNotFetchedError,
    BanksNotFilledError,
    HashingOffError,
    HashRefusedError,
    HashUnknownError,
    MatcherBehindError,
    RecordUnavailableError,
    RequestMalformedError,
)
from benban.exchange.answers import opaque_number
from benban.exchange.fit import is_flat
from benban.exchange.keys import Scope
from benban.exchange.matcher import RADIUS_BITS
from benban.model.fingerprint import MIN_QUALITY, Pdq
from benban.service.door import Guest, directory_of, let_in
from benban.service.hasher import picture_of
from benban.service.lookups import explained, looked_up
from benban.service.node import Node
from benban.service.shapes import CuratorsQuestion, body_of, read

SIGNAL_TYPE: Literal["pdq"] = "pdq"
# All banks that the member reads, as one: which of them answered is a curator's to know.
BANK_NAME = "BENBAN"
REASON_HEADER = "Benban-Reason"
# HMA's ids are whole numbers, and a client's may be a double: 13 of 32 digits make 52 bits.
_ID_DIGITS = 13
# What every match says instead of its distance: no farther than this.
_AT_MOST = str(RADIUS_BITS)
_HASH = re.compile(r"[0-9a-f]{64}")
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0", ""})

_HashText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Found = dict[str, list[dict[str, int | str]]]


class Signal(msgspec.Struct, forbid_unknown_fields=True):
    """A hash to look for, in the body instead of the address."""

    signal: _HashText
    signal_type: Literal["pdq"]


class Pair(msgspec.Struct, forbid_unknown_fields=True):
    """Two hashes to compare with each other."""

    pdq: tuple[_HashText, _HashText]


async def hash_address(request: Request, node: Node) -> Response:
    """Return nothing: HMA fetches an address here."""
    await _let_in(request, node)
    raise AddressNotFetchedError("an address")


async def hash_picture(request: Request, node: Node) -> Response:
    """Return the hash of a picture, where the operator turned hashing on."""
    guest = await _let_in(request, node)
    pdq = await _hashed(request, node, guest)
    return _answered({SIGNAL_TYPE: pdq.hex})


async def lookup(request: Request, node: Node) -> Response:
    """Return under the name of the bank what is near a hash; nothing is an empty object."""
    guest = await _let_in(request, node)
    return _answered(await _found(node, guest, _asked_hash(request, node)))


async def lookup_body(request: Request, node: Node) -> Response:
    """Return the same for a hash in a JSON body, or for a picture, under its signal type."""
    guest = await _let_in(request, node)
    if _is_form(request):
        pdq = await _hashed(request, node, guest)
        return _answered({SIGNAL_TYPE: await _found(node, guest, pdq.hex)})
    asked = read(await body_of(request), Signal)
    return _answered(await _found(node, guest, asked.signal))


async def raw_lookup(request: Request, node: Node) -> Response:
    """Return ids of what is near; with distances only to a curator who says why."""
    text = request.query_params.get("include_distance", "").lower()
    if text not in _TRUE | _FALSE:
        raise RequestMalformedError("not true or false")
    if text in _FALSE:
        guest = await _let_in(request, node)
        found = (await _found(node, guest, _asked_hash(request, node))).get(BANK_NAME, [])
        return _answered({"matches": [one["bank_content_id"] for one in found]})
    guest = await _let_in(request, node, Scope.CURATOR)
    body = {"hash": _asked_hash(request, node), "reason": request.headers.get(REASON_HEADER, "")}
    question = read(msgspec.json.encode(body), CuratorsQuestion)
    node.limiter.asked(guest.key_id, 1)
    answer = await run_in_threadpool(explained, node, guest, question)
    return _answered(
        {"matches": [_match(one.number, str(one.distance_bits)) for one in answer.near]}
    )


async def compare(request: Request, node: Node) -> Response:
    """Return how far two hashes of the caller are from each other; no bank is asked."""
    await _let_in(request, node)
    left, right = read(await body_of(request), Pair).pdq
    if is_flat(left) or is_flat(right):
        # As near each other as flat pictures are, whatever they show.
        raise HashRefusedError("a picture without content", why="flat")
    distance = Pdq(hex=left, quality=0).distance_bits(Pdq(hex=right, quality=0))
    return _answered({SIGNAL_TYPE: [distance <= RADIUS_BITS, {"distance": distance}]})


async def index_status(request: Request, node: Node) -> Response:
    """Return that the index is there and of now; it is never built behind the database."""
    await _let_in(request, node)
    _require_signal_type(request.query_params.get("signal_type", SIGNAL_TYPE))
    status = {
        "present": True,
        # A node that does not know the last five seconds refuses instead of answering.
        "built_to": int(node.process.clock.now().timestamp()),
        # How many hashes other members' banks hold, and how many come and go, is not told.
        "size": 1,
    }
    return _answered({SIGNAL_TYPE: status})


async def banks(request: Request, node: Node) -> Response:
    """Return the one bank that this face shows."""
    await _let_in(request, node)
    return _answered([_bank()])


async def bank(request: Request, node: Node) -> Response:
    """Return that bank by its name."""
    await _let_in(request, node)
    _require_bank(request.path_params["name"])
    return _answered(_bank())


async def signal_types(request: Request, node: Node) -> Response:
    """Return the signal types: PDQ."""
    await _let_in(request, node)
    return _answered([{"name": SIGNAL_TYPE, "enabled_ratio": 1.0}])


async def fill(request: Request, node: Node) -> Response:
    """Return nothing: HMA puts hashes into banks here, and empties them."""
    await _let_in(request, node)
    raise BanksNotFilledError("by another way only")


async def status(_request: Request, node: Node) -> Response:
    """Return HMA's words for a node that answers, or for one that is behind."""
    try:
        await directory_of(node)
    except (MatcherBehindError, RecordUnavailableError):
        return PlainTextResponse("INDEX-STALE", status_code=503)
    return PlainTextResponse("I-AM-ALIVE")


def content_id(number: str) -> int:
    """
    Return the member's opaque number as HMA's clients take an id: a whole number.

    Args:
        number: 32 hexadecimal digits.

    Returns:
        Its first 13 digits, 0 .. 2^52 - 1: exact in a double, and found again in ``/v1/lookups``.
    """
    return int(number[:_ID_DIGITS], 16)


async def _let_in(request: Request, node: Node, scope: Scope = Scope.LOOKUP) -> Guest:
    # Programs that take nothing but a base address send its user part as basic authentication.
    guest = await let_in(request, scope, node, is_basic_taken=True)
    if "url" in request.query_params:
        raise AddressNotFetchedError("an address")
    # HMA finds nothing in a bank that it does not have; "no match" would be the wrong answer.
    for name in request.query_params.get("banks", BANK_NAME).split(","):
        _require_bank(name)
    return guest


def _asked_hash(request: Request, node: Node) -> str:
    if not node.is_get_taken:
        # Proxies keep addresses in their logs; POST takes the same in its body.
        raise RequestMalformedError("a hash in the address", why="hash-in-address")
    signal = request.query_params.get("signal", "")
    if not _HASH.fullmatch(signal):
        raise RequestMalformedError("not a PDQ hash")
    _require_signal_type(request.query_params.get("signal_type", ""))
    return signal


def _require_signal_type(name: str) -> None:
    if name != SIGNAL_TYPE:
        raise RequestMalformedError("not a signal type of this exchange")


def _require_bank(name: str) -> None:
    if name != BANK_NAME:
        raise HashUnknownError("not a bank of this face")


async def _found(node: Node, guest: Guest, pdq_hex: str) -> _Found:
    node.limiter.asked(guest.key_id, 1)
    near = (await looked_up(node, guest, [pdq_hex]))[0]
    numbers = sorted(opaque_number(one.number, guest.member.secret) for one in near)
    return {BANK_NAME: [_match(one, _AT_MOST) for one in numbers]} if numbers else {}


def _match(number: str, distance: str) -> dict[str, int | str]:
    return {"bank_content_id": content_id(number), "distance": distance}


async def _hashed(request: Request, node: Node, guest: Guest) -> Pdq:
    if node.hasher is None:
        # Before a byte of the body is looked at.
        raise HashingOffError("not turned on")
    node.limiter.asked(guest.key_id, 1)
    with node.uploads.one():
        pdq = await run_in_threadpool(node.hasher.hashed, await picture_of(request))
    if pdq.quality < MIN_QUALITY:
        raise HashRefusedError("quality below 50", why="quality")
    return pdq


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").strip().lower().startswith("multipart/")


def _bank() -> dict[str, float | str]:
    return {"name": BANK_NAME, "matching_enabled_ratio": 1.0}


def _answered(value: object) -> Response:
    return JSONResponse(value, headers={"Cache-Control": "no-store"})
