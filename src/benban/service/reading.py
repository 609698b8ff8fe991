"""What a member reads of its own: banks, deltas, its audit."""

import re
from collections.abc import Sequence

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from benban.errors.exchange import FeedRestartError, RequestMalformedError
from benban.exchange.answers import opaque_number
from benban.exchange.audit import START, ChainEnd
from benban.exchange.ends import signed_end
from benban.exchange.feed import MOST_CHANGES, Delta, FeedItem, signed_delta
from benban.exchange.keys import Scope
from benban.exchange.marks import mark_for_member, mark_of
from benban.exchange.ports import Part, Who
from benban.model.shared_hash import BankRule, Change, HashId
from benban.service.door import Guest, directory_of, let_in
from benban.service.node import Node
from benban.service.shapes import BankNow, answered

_MOST_LINES = 1_000
_LARGEST = (1 << 53) - 1
_NO_LINE = ChainEnd(number=0, digest=START)
_MARK = re.compile(r"[0-9a-f]{32}")
_ALL_BANKS = Who(part=Part.MATCHER)


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
    after, mark = _number(request, "after"), request.query_params.get("mark", "")
    if mark and not _MARK.fullmatch(mark):
        raise RequestMalformedError("not a mark")
    delta = await run_in_threadpool(_delta, node, guest, after, mark)
    page = signed_delta(delta, node.process.signing_key)
    headers = {"Cache-Control": "no-store"}
    return Response(page, media_type="application/vnd.benban.delta", headers=headers)


async def audit(request: Request, node: Node) -> Response:
    """Return lines of the member's own audit, and, signed, where its chain ends now."""
    guest = await let_in(request, Scope.AUDITOR, node)
    after = _number(request, "after")

    def work() -> bytes:
        with node.process.store.within(Who(part=Part.MEMBER, member=guest.member.id)) as asked:
            lines = asked.audit(guest.member.id, after, _MOST_LINES)
            end = asked.audit_ends().get(guest.member.id, _NO_LINE)
        signed = signed_end(
            guest.member.id,
            end,
            exchange=node.process.exchange,
            at=node.process.clock.now(),
            private_key=node.process.signing_key,
        )
        return msgspec.json.encode({"lines": lines, "end": signed})

    body = await run_in_threadpool(work)
    headers = {"Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)


def _delta(node: Node, guest: Guest, after: int, mark: str) -> Delta:
    made_at, secret = node.process.clock.now(), guest.member.secret
    newest = _newest(node, guest, after, mark)
    me = Who(part=Part.MEMBER, member=guest.member.id, is_reading=True)
    with node.process.store.within(me) as work:
        # The head first: what comes between the two is in the changes, or in the next delta.
        head = work.heads().change
        found = work.changes(after, MOST_CHANGES)
    # Of one hash the last word counts; numbers of other banks' changes are passed over.
    last = {one.hash_id: one for one in found}
    items = tuple(
        FeedItem(
            number=opaque_number(HashId(one.hash_id), secret),
            pdq=one.pdq,
            is_negative=one.rule is BankRule.NEGATIVE,
        )
        for one in sorted(last.values(), key=lambda one: one.number)
    )
    through = _through(after, head, found)
    return Delta(
        exchange=node.process.exchange,
        member=guest.member.id,
        after=after,
        through=through,
        mark=_mark(node, guest, through, newest),
        made_at=made_at,
        items=items,
        has_more=len(found) == MOST_CHANGES,
    )


def _newest(node: Node, guest: Guest, after: int, mark: str) -> tuple[int, str]:
    """Return number and mark of the newest change, where the subscriber's is still one of them."""
    # A change of any bank, so as the matcher, who reads them all: the member's part does not.
    with node.process.store.within(_ALL_BANKS) as work:
        head = work.heads().change
        is_ours = not mark or mark == mark_for_member(
            after, mark_of(work, after), guest.member.secret
        )
        if after > head or not is_ours:
            # Put back from a copy: what was withdrawn since would never reach this subscriber.
            raise FeedRestartError
        return head, mark_of(work, head)


def _mark(node: Node, guest: Guest, through: int, newest: tuple[int, str]) -> str:
    """Return the mark of the delta's last change, where nothing was put back while it was made."""
    with node.process.store.within(_ALL_BANKS) as work:
        head, mark = newest
        if mark_of(work, head) != mark:
            raise FeedRestartError
        return mark_for_member(through, mark_of(work, through), guest.member.secret)


def _through(after: int, head: int, found: Sequence[Change]) -> int:
    if len(found) == MOST_CHANGES:
        return found[-1].number
    return max(after, head, found[-1].number if found else 0)


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "0")
    if not text.isascii() or not text.isdecimal() or int(text[:20]) > _LARGEST or len(text) > 16:  # noqa: PLR2004 - digits of 2^53
        raise RequestMalformedError("not a number")
    return int(text)
