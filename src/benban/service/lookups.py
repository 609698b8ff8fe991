"""Asking: is something near these hashes, and, for a curator, how near."""

from itertools import islice

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from benban.bank.words import Words, as_words
from benban.errors.exchange import HashRefusedError
from benban.exchange.answers import opaque_number, opaque_numbers
from benban.exchange.audit import AuditEntry
from benban.exchange.fit import is_flat
from benban.exchange.flat import which_flat
from benban.exchange.keys import Scope
from benban.exchange.matcher import Near
from benban.exchange.ports import Part, Who
from benban.service.door import Guest, let_in
from benban.service.node import Node
from benban.service.shapes import (
    Answers,
    CuratorsAnswer,
    CuratorsQuestion,
    Match,
    NearHash,
    Question,
    answered,
    body_of,
    read,
)

# So many are answered in the loop itself; more are looked up beside it.
_FEW = 8
# The line in the audit that somebody should look at.
MANY_NEAR = "many questions near one hash"


async def ask(request: Request, node: Node) -> Response:
    """Return at which places of the question something is near."""
    guest = await let_in(request, Scope.LOOKUP, node)
    hashes = read(await body_of(request), Question).hashes
    node.limiter.asked(guest.key_id, len(hashes))
    found = await looked_up(node, guest, hashes)
    matches = _matches(found, guest.member.secret)
    return answered(Answers(asked=len(hashes), matches=matches))


async def explain(request: Request, node: Node) -> Response:
    """Return all that is near one hash, for a curator who says why."""
    guest = await let_in(request, Scope.CURATOR, node)
    question = read(await body_of(request), CuratorsQuestion)
    node.limiter.asked(guest.key_id, 1)
    return answered(await run_in_threadpool(explained, node, guest, question))


async def looked_up(node: Node, guest: Guest, hashes: list[str]) -> list[tuple[Near, ...]]:
    """Return what :func:`look_up` does, in the loop itself where nothing is to be waited for."""
    if len(hashes) <= _FEW and not node.process.matcher.is_behind:
        return look_up(node, guest, hashes)
    return await run_in_threadpool(look_up, node, guest, hashes)


def look_up(node: Node, guest: Guest, hashes: list[str]) -> list[tuple[Near, ...]]:
    """
    Return what is near each hash, after the audit took its line.

    Raises:
        HashRefusedError: BB-951, one of them is of a picture without content.
        TooManyRequestsError: BB-966, the member asked for very many around one hash.
    """
    words = as_words(hashes)
    if _has_flat(hashes, words):
        raise HashRefusedError("a picture without content", why="flat")
    found = _near(node, guest, words)
    node.process.trail.add(
        AuditEntry(
            member=guest.member.id,
            at=node.process.clock.now(),
            actor=guest.key_id,
            deed="lookup",
            asked=len(hashes),
            found=sum(map(bool, found)),
        )
    )
    return found


def explained(node: Node, guest: Guest, question: CuratorsQuestion) -> CuratorsAnswer:
    """
    Return all that is near one hash; that it was asked, and why, stands in the audit first.

    Raises:
        HashRefusedError: BB-951, it is of a picture without content.
    """
    words = as_words([question.hash])
    if _has_flat([question.hash], words):
        raise HashRefusedError("a picture without content", why="flat")
    found = _near(node, guest, words)[0]
    # Written before it is answered: a curator's look never waits in memory.
    with node.process.store.within(Who(part=Part.MEMBER, member=guest.member.id)) as work:
        work.add_audit(
            [
                AuditEntry(
                    member=guest.member.id,
                    at=node.process.clock.now(),
                    actor=guest.key_id,
                    deed="explain",
                    asked=1,
                    found=int(bool(found)),
                    reason=question.reason,
                )
            ]
        )
        kept = {one.number: work.hash_of(one.number) for one in found}
    return CuratorsAnswer(
        near=[
            NearHash(
                number=opaque_number(one.number, guest.member.secret),
                bank=kept[one.number].bank,
                distance_bits=one.distance_bits,
                quality=pdq.quality,
            )
            for one in found
            if (pdq := kept[one.number].pdq) is not None
        ]
    )


def _near(node: Node, guest: Guest, words: Words) -> list[tuple[Near, ...]]:
    found = node.process.matcher.near(words, guest.member.id)
    number = node.nearness.too_many(guest.member.id, words, found)
    if number is None:
        return found
    if node.nearness.is_first(guest.member.id, number):
        node.process.trail.add(
            AuditEntry(
                member=guest.member.id,
                at=node.process.clock.now(),
                actor=guest.key_id,
                deed=MANY_NEAR,
                subject=str(number),
                asked=len(words),
            )
        )
    raise node.nearness.refusal()


def _has_flat(hashes: list[str], words: Words) -> bool:
    # Each way is the quicker one for its number of hashes.
    if len(hashes) <= _FEW:
        return any(is_flat(one) for one in hashes)
    return bool(which_flat(words).any())


def _matches(found: list[tuple[Near, ...]], secret: bytes) -> list[Match]:
    numbers = iter(opaque_numbers([one.number for near in found for one in near], secret))
    return [
        # Sorted by the member's own numbers: the order says nothing of nearness.
        Match(at=at, numbers=sorted(islice(numbers, len(near))))
        for at, near in enumerate(found)
        if near
    ]
