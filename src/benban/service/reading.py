"""What a member reads of its own: banks, deltas, its audit."""

from collections.abc import Sequence

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from benban.errors.exchange import FeedRestartError, RequestMalformedError
from benban.exchange.answers import opaque_number
from benban.exchange.feed import MOST_CHANGES, Delta, FeedItem, signed_delta
from benban.exchange.keys import Scope
from benban.exchange.ports import Part, Who
from benban.model.shared_hash import BankRule, Change, HashId
from benban.service.door import Guest, directory_of, let_in
from benban.service.node import Node
from benban.service.shapes import BankNow, answered

_MOST_LINES = 1_000
_LARGEST = (1 << 53) - 1


async def banks(request: Request, node: Node) -> Response:
    """Return the banks that the member reads."""
    guest = await let_in(request, Scope.LOOKUP, node)
    found = (await directory_of(node)).banks_of(guest.member.id)
    return answered(
        [
            BankNow(
                id=one.id,
                name=one.name,
                rule=one.rule.value,
                is_own=one.owner == guest.member.id,
                hands_in=guest.member.id in one.hands_in,
            )
            for one in found
        ]
    )


async def changes(request: Request, node: Node) -> Response:
    """Return the signed delta after a number."""
    guest = await let_in(request, Scope.SUBSCRIBE, node)
    after = _number(request, "after")
    delta = await run_in_threadpool(_delta, node, guest, after)
    page = signed_delta(delta, node.process.signing_key)
    headers = {"Cache-Control": "no-store"}
    return Response(page, media_type="application/vnd.benban.delta", headers=headers)


async def audit(request: Request, node: Node) -> Response:
    """Return lines of the member's own audit, with what is needed to check their chain."""
    guest = await let_in(request, Scope.AUDITOR, node)
    after = _number(request, "after")

    def work() -> bytes:
        with node.process.store.within(Who(part=Part.MEMBER, member=guest.member.id)) as asked:
            lines = asked.audit(guest.member.id, after, _MOST_LINES)
        return msgspec.json.encode({"lines": lines})

    body = await run_in_threadpool(work)
    headers = {"Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


def _delta(node: Node, guest: Guest, after: int) -> Delta:
    made_at = node.process.clock.now()
    with node.process.store.within(Who(part=Part.MEMBER, member=guest.member.id)) as work:
        # The head first: what comes between the two is in the changes, or in the next delta.
        head = work.heads().change
        if after > head:
            # Put back from a copy: what was withdrawn since would never reach this subscriber.
            raise FeedRestartError
        found = work.changes(after, MOST_CHANGES)
    # Of one hash the last word counts; numbers of other banks' changes are passed over.
    last = {one.hash_id: one for one in found}
    has_more = len(found) == MOST_CHANGES
    items = tuple(
        FeedItem(
            number=opaque_number(HashId(one.hash_id), guest.member.secret),
            pdq=one.pdq,
            is_negative=one.rule is BankRule.NEGATIVE,
        )
        for one in sorted(last.values(), key=lambda one: one.number)
    )
    return Delta(
        exchange=node.process.exchange,
        member=guest.member.id,
        after=after,
        through=_through(after, head, found),
        made_at=made_at,
        items=items,
        has_more=has_more,
    )


def _through(after: int, head: int, found: Sequence[Change]) -> int:
    if len(found) == MOST_CHANGES:
        return found[-1].number
    return max(after, head, found[-1].number if found else 0)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not text.isascii() or not text.isdecimal() or int(text[:20]) > _LARGEST or len(text) > 16:  # noqa: PLR2004 - digits of 2^53
        raise RequestMalformedError("not a number")
    return int(text)
