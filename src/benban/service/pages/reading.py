"""Pages that are only read, by operators and auditors alike."""

from collections.abc import Mapping

from starlette.responses import Response

from benban.errors.exchange import NothingSuchError, RequestMalformedError
from benban.exchange.ends import Checked, read_through
from benban.exchange.entry import OPERATORS
from benban.exchange.ports import Transaction
from benban.exchange.two_people import BankRight
from benban.model.shared_hash import BankRule, HashState, MemberId
from benban.service.pages.asked import Asked
from benban.service.pages.rows import (
    Names,
    bank_rows,
    hash_rows,
    key_rows,
    line_rows,
    member_rows,
    proposal_rows,
)

_MOST_ROWS = 200
_LINES = 50
# What one request may keep a process busy with; the command line reads all of it.
MOST_CHECKED = 200_000
# What may stand in ``said=``; anything else is not said.
_SAID = frozenset({"proposed", "waits", "agreed", "revoked", "left"})


def overview(asked: Asked) -> Response:
    """Return what waits for somebody."""
    with asked.work() as work:
        waiting = {
            "proposals": len(work.proposals()),
            "held": len(work.waiting(HashState.HELD, _MOST_ROWS)),
            "disputes": len(work.waiting(HashState.DISPUTED, _MOST_ROWS)),
        }
    return asked.show("overview", waiting=waiting, most=_MOST_ROWS)


def banks(asked: Asked) -> Response:
    """Return every bank."""
    with asked.work() as work:
        names = _names(asked, work)
    rules = [one.value for one in BankRule]
    members = [(one.id, one.name) for one in names.standing()]
    rows = bank_rows(names)
    rights = [one.value for one in BankRight]
    return asked.show("banks", rows=rows, members=members, rules=rules, rights=rights)


def members(asked: Asked) -> Response:
    """Return every member."""
    with asked.work() as work:
        names, keys = _names(asked, work), work.api_keys()
    return asked.show("members", rows=member_rows(names, keys, asked.process.clock.now()))


def keys(asked: Asked) -> Response:
    """Return every key by its id."""
    with asked.work() as work:
        names, found = _names(asked, work), work.api_keys()
    rows = key_rows(names, found, asked.process.clock.now())
    return asked.show("keys", rows=rows, said=_said(asked))


def disputes(asked: Asked) -> Response:
    """Return hashes about which another member, or two people, have to decide."""
    return _waiting(asked, "disputes", HashState.DISPUTED)


def held(asked: Asked) -> Response:
    """Return hashes that wait for two people."""
    return _waiting(asked, "held", HashState.HELD)


def proposals(asked: Asked) -> Response:
    """Return acts that wait for another person."""
    with asked.work() as work:
        names, found = _names(asked, work), work.proposals()
    reader = "" if asked.visitor is None else asked.visitor.person
    rows = proposal_rows(names, found, reader=reader, now=asked.process.clock.now())
    return asked.show("proposals", rows=rows, said=_said(asked))


def planted(asked: Asked) -> Response:
    """Return the page of the match tester, before it was used."""
    return asked.show("planted", test=None)


def audit(asked: Asked) -> Response:
    """Return some lines of one chain, the last ones where nothing else is asked for."""
    return show_audit(asked, checked=None)


def show_audit(asked: Asked, *, checked: Checked | None) -> Response:
    """Return the page of one chain, and how far it was read through."""
    of = chain_of(asked)
    with asked.work() as work:
        names, length = _names(asked, work), work.audit_length(of)
        after = min(_number(asked.said, "after", max(0, length - _LINES)), length)
        lines = work.audit(of, after, _LINES)
    chains = [(str(OPERATORS), ""), *((str(one.id), one.name) for one in names.members)]
    if of not in {identifier for identifier, _ in chains}:
        raise NothingSuchError(what="chain")
    return asked.show(
        "audit",
        rows=line_rows(names, lines),
        chains=chains,
        of=of,
        length=length,
        older=max(0, after - _LINES) if after else None,
        newer=after + _LINES if after + _LINES < length else None,
        checked=checked,
    )


def check(asked: Asked) -> Checked:
    """
    Return how far a chain holds; it is read from its first line on, and held against its end.

    Raises:
        AuditBrokenError: BB-961. SetUpMissingError: BB-986.
    """
    of, ends = chain_of(asked), asked.process.ends
    seen = None if ends is None else ends.known().get(of)
    return read_through(asked.work, of, seen=seen, most=MOST_CHECKED)


def chain_of(asked: Asked) -> MemberId:
    """Return whose chain is asked for: that of the people where nobody is named."""
    return MemberId(asked.said.get("of", "") or OPERATORS)


def load(asked: Asked) -> Response:
    """Return numbers, of this process and of the system of record."""
    with asked.work() as work:
        heads = work.heads()
        numbers = {
            "change": heads.change,
            "behind": heads.change - asked.process.matcher.change,
            "active": asked.process.matcher.active,
            "held": len(work.waiting(HashState.HELD, _MOST_ROWS)),
            "disputed": len(work.waiting(HashState.DISPUTED, _MOST_ROWS)),
            "members": sum(not one.is_stopped for one in work.members()),
            "banks": sum(not one.is_closed for one in work.banks()),
            "lines": sum(map(work.audit_length, (OPERATORS, *(one.id for one in work.members())))),
            "unwritten": asked.process.trail.waiting,
        }
    return asked.show("load", numbers=numbers, counts=asked.pages.counts())


def _waiting(asked: Asked, template: str, state: HashState) -> Response:
    with asked.work() as work:
        names, found = _names(asked, work), work.waiting(state, _MOST_ROWS)
        rows = hash_rows(names, found, work.proposals(), asked.process.clock.now())
    return asked.show(template, rows=rows, most=_MOST_ROWS)


def _names(asked: Asked, work: Transaction) -> Names:
    return Names(work, asked.process.signing_key)


def _said(asked: Asked) -> str:
    said = asked.said.get("said", "")
    return said if said in _SAID else ""


def _number(said: Mapping[str, str], name: str, usual: int) -> int:
    text = said.get(name, "")
    if not text:
        return usual
    if not text.isascii() or not text.isdecimal() or len(text) > 15:  # noqa: PLR2004 - below 2^53
        raise RequestMalformedError("not a number")
    return int(text)
