"""What operators do by the pages; each stands in the audit with their name."""

from dataclasses import replace

from starlette.responses import Response

from benban.errors.exchange import ActUnknownError, NothingSuchError, SecondPersonError
from benban.exchange.acts import NEEDS, agree, propose
from benban.exchange.audit import AuditEntry
from benban.exchange.planted import try_planted
from benban.exchange.two_people import BankAct
from benban.service.pages.asked import Asked
from benban.service.pages.reading import check, show_audit
from benban.service.pages.rows import mark_of
from benban.service.pages.show import go_to


def propose_act(asked: Asked) -> Response:
    """Return the page of what waits, after an act was proposed or was found there."""
    person, now = asked.person(), asked.process.clock.now()
    named = asked.said.get("act", "")
    if named not in {one.value for one in NEEDS}:
        raise ActUnknownError(act="-", needs=", ".join(sorted(one.value for one in NEEDS)))
    act = BankAct(named)
    particulars = {name: asked.said[name] for name in NEEDS[act] if name in asked.said}
    with asked.work() as work:
        _, is_added = propose(work, act, particulars, by=person, at=now)
    # Whose it is and until when stands beside it there.
    return go_to("/proposals?said=proposed" if is_added else "/proposals?said=waits")


def agree_to(asked: Asked) -> Response:
    """Return the page of what waits, after a second person agreed and it was done."""
    person, now = asked.person(), asked.process.clock.now()
    named = asked.said.get("proposal", "")
    with asked.work() as work:
        waiting = next((one for one in work.proposals() if one.id == named), None)
        if waiting is None:
            raise NothingSuchError(what="proposal")
        if asked.said.get("mark") != mark_of(waiting):
            raise SecondPersonError("not what was read", why="other")
        agree(work, waiting.id, by=person, digest=waiting.digest, at=now)
    return go_to("/proposals?said=agreed")


def revoke_key(asked: Asked) -> Response:
    """Return the page of keys, after one of them was stopped."""
    person, now = asked.person(), asked.process.clock.now()
    with asked.work() as work:
        work.take_turn()
        named = asked.said.get("key", "")
        key = next((one for one in work.api_keys() if one.id == named), None)
        if key is None:
            raise NothingSuchError(what="key")
        if key.revoked_at is None:
            work.keep_key(replace(key, revoked_at=now))
            # In the member's own chain: it is theirs that was stopped.
            said = AuditEntry(
                member=key.member, at=now, actor="operator", deed="key-revoke", subject=key.id
            )
            work.add_audit([said, asked.line("key-revoke", by=person, subject=key.id)])
    return go_to("/keys?said=revoked")


def try_matching(asked: Asked) -> Response:
    """Return what was answered to questions near a hash that the program planted."""
    return asked.show("planted", test=try_planted(asked.process, by=asked.person()))


def check_chain(asked: Asked) -> Response:
    """Return the page of a chain, after it was read through."""
    return show_audit(asked, checked=check(asked))
