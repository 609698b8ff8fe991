"""Handing in, and everything that becomes of a hash afterwards."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from enum import Enum
from functools import partial
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from benban.errors.exchange import (
    ExchangeError,
    HashUnknownError,
    RequestMalformedError,
    RequestReusedError,
    WithdrawalRefusedError,
)
from benban.exchange.answers import hash_id_in, opaque_number
from benban.exchange.keys import Scope
from benban.exchange.office import Also
from benban.exchange.ports import Part, Remembered, Transaction, Who
from benban.exchange.withdrawal import (
    MAX_WITHDRAWAL_BYTES,
    Withdrawal,
    read_withdrawal,
    require_withdrawal,
)
from benban.model.shared_hash import (
    Act,
    BankId,
    ConfirmReason,
    DisputeReason,
    HashState,
    Provenance,
    SharedHash,
)
from benban.service import way_back
from benban.service.door import Guest, address_of, let_in
from benban.service.node import Node
from benban.service.shapes import Attestation, Deed, HashNow, answered, body_of, read
from benban.service.way_back import Became

# What a member asks for; the rest is the clock's, the person's or two people's.
_OF_MEMBERS = {
    act.value: act
    for act in (Act.CONFIRM, Act.DISPUTE, Act.KEEP, Act.REMOVE, Act.RENEW, Act.WITHDRAW)
}
_SAID_BY_MEMBERS: dict[str, Provenance] = {
    one.value: one for one in Provenance if one is not Provenance.PLANTED
}
_LONGEST_KEY = 100
_READS_ALL = Who(part=Part.OPERATOR, is_reading=True)
# Which acts say why, from a list; the others say nothing.
_REASONS: Mapping[Act, Mapping[str, DisputeReason | ConfirmReason]] = {
    Act.CONFIRM: {one.value: one for one in ConfirmReason},
    Act.DISPUTE: {one.value: one for one in DisputeReason},
}
_Value = TypeVar("_Value", bound=Enum)


async def attest(request: Request, node: Node) -> Response:
    """Return a hash as it stands after it was handed in."""
    guest = await let_in(request, Scope.SUBMIT, node)
    body = await body_of(request)
    asked = read(body, Attestation)
    provenance = _one_of(_SAID_BY_MEMBERS, asked.provenance)
    proof = _from_base64(asked.proof)

    def work(also: Also | None) -> SharedHash:
        node.limiter.attestation(guest.key_id)
        return node.process.office.attest(
            guest.caller, proof, bank=BankId(asked.bank), provenance=provenance, also=also
        )

    return await run_in_threadpool(_once, request, node, guest, body, 201, work)


async def act(request: Request, node: Node) -> Response:
    """Return a hash as it stands after a member did something with it."""
    guest = await let_in(request, Scope.SUBMIT, node)
    body = await body_of(request)
    asked = read(body, Deed)
    deed = _one_of(_OF_MEMBERS, asked.act)
    reasons = _REASONS.get(deed, {})
    reason = _one_of(reasons, asked.reason) if reasons or asked.reason else None
    number = hash_id_in(request.path_params["number"], guest.member.secret)

    def work(also: Also | None) -> SharedHash:
        return node.process.office.act(guest.caller, number, deed, reason=reason, also=also)

    return await run_in_threadpool(_once, request, node, guest, body, 200, work)


async def see(request: Request, node: Node) -> Response:
    """Return a hash as it stands; never the hash itself."""
    guest = await let_in(request, Scope.SUBMIT, node)
    number = hash_id_in(request.path_params["number"], guest.member.secret)

    def work() -> HashNow:
        with node.process.store.within(Who(part=Part.MEMBER, member=guest.member.id)) as asked:
            return _now(asked.hash_of(number), guest)

    return answered(await run_in_threadpool(work))


async def withdraw(request: Request, node: Node) -> Response:
    """
    Return that it is done, or kept: the person needs no account and no key.

    204: the hash is gone. 202: kept, and it counts if it is signed with the key of the consent.
    A browser's form gets a page that says the same.
    """
    if way_back.is_form(request):
        return await way_back.take_back(request, node, partial(_withdraw, node))
    node.limiter.withdrawal(address_of(request))
    body = await body_of(request, most=MAX_WITHDRAWAL_BYTES)
    became = await run_in_threadpool(_withdraw, node, body)
    status = 202 if became is Became.KEPT else 204
    return Response(status_code=status, headers={"Cache-Control": "no-store"})


def _withdraw(node: Node, body: bytes) -> Became:
    withdrawal = read_withdrawal(body)
    if withdrawal.exchange != node.process.exchange:
        raise WithdrawalRefusedError("for another exchange")
    try:
        stood = _stood(node, withdrawal)
        gone = node.process.office.withdraw_for_person(body)
    except WithdrawalRefusedError:
        # Whether a consent was ever used here is told to nobody who cannot sign for it: neither
        # by this answer nor by how many such files are kept.
        node.process.office.keep_strange(withdrawal)
        return Became.KEPT
    if gone is None:
        return Became.KEPT
    return Became.DONE if stood else Became.GONE


def _stood(node: Node, withdrawal: Withdrawal) -> bool:
    """Return whether the hash is here until now; it may also be handed in later."""
    with node.process.store.within(_READS_ALL) as work:
        try:
            known = work.hash_by_leaf(withdrawal.leaf)
        except HashUnknownError:
            return True
    require_withdrawal(withdrawal, consent_key=known.consent_key, exchange=node.process.exchange)
    return known.state is not HashState.TOMBSTONE


def _once(
    request: Request,
    node: Node,
    guest: Guest,
    body: bytes,
    status: int,
    work: Callable[[Also | None], SharedHash],
) -> Response:
    """Return what *work* gives; with an idempotency key the same a second time."""
    key = request.headers.get("idempotency-key", "")
    if not key:
        return answered(_now(work(None), guest), status)
    if len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise RequestMalformedError("not an idempotency key")
    actor = f"{guest.member.id}:{guest.key_id}"
    digest = hashlib.sha256(request.url.path.encode() + b"\x00" + body).hexdigest()
    before = _answered_before(node, guest, key, digest)
    if before is not None:
        return before

    def remember(transaction: Transaction, shared: SharedHash) -> None:
        said = msgspec.json.encode(_now(shared, guest)).decode()
        kept = Remembered(request=digest, status=status, body=said)
        transaction.remember(actor, key, kept, node.process.clock.now())

    try:
        return answered(_now(work(remember), guest), status)
    except ExchangeError:
        # Of several at once one was first; the others are told what that one was told.
        before = _answered_before(node, guest, key, digest)
        if before is None:
            raise
        return before


def _answered_before(node: Node, guest: Guest, key: str, digest: str) -> Response | None:
    who = Who(part=Part.MEMBER, member=guest.member.id)
    with node.process.store.within(who) as asked:
        before = asked.remembered(f"{guest.member.id}:{guest.key_id}", key)
        total = asked.heads().total if before is not None else 0
    if before is None:
        return None
    # Who did it may have ended after the deed stood and before this node was told of it.
    node.process.counter.raise_to(total)
    if before.request != digest:
        raise RequestReusedError
    return answered(msgspec.json.decode(before.body, type=HashNow), before.status)


def _now(shared: SharedHash, guest: Guest) -> HashNow:
    return HashNow(
        number=opaque_number(shared.id, guest.member.secret),
        bank=shared.bank,
        state=shared.state.value,
        active_from=shared.active_from.isoformat(),
        expires_at=shared.expires_at.isoformat(),
    )


def _one_of(values: Mapping[str, _Value], asked: str) -> _Value:
    if asked not in values:
        raise RequestMalformedError("not one of the values")
    return values[asked]


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RequestMalformedError("not base64") from error
