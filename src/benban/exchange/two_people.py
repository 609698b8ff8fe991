"""Acts of the operator: one person proposes, another one agrees to exactly that."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from benban.errors.exchange import SecondPersonError
from benban.seal.canonical import canonical_json

TIME_TO_AGREE = timedelta(days=1)
_CLOCKS_DIFFER = timedelta(minutes=1)


class BankAct(Enum):
    """What nobody does alone."""

    MAKE_BANK = "make-bank"
    OPEN_BANK = "open-bank"
    CLOSE_BANK = "close-bank"
    RELEASE_HOLD = "release-hold"
    KEEP_DISPUTED = "keep-disputed"
    REMOVE_DISPUTED = "remove-disputed"
    LET_MEMBER_IN = "let-member-in"
    STOP_MEMBER = "stop-member"


class BankRight(Enum):
    """What a bank is opened to a member for."""

    READS = "reads"
    # Reads as well.
    HANDS_IN = "hands-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """
    An act that waits for another person.

    Attributes:
        digest: of act and particulars; who agrees sends it back, and so agrees to what they read.
        proposed_by, agreed_by: accounts of people, not keys of programs.
    """

    id: str
    act: BankAct
    particulars: Mapping[str, str]
    digest: str
    proposed_by: str
    proposed_at: datetime
    agreed_by: str | None = None


def proposed(
    proposal_id: str, act: BankAct, particulars: Mapping[str, str], *, by: str, at: datetime
) -> Proposal:
    """Return an act that waits; *particulars* are texts by name."""
    said = canonical_json({"act": act.value, "particulars": dict(particulars)})
    return Proposal(
        id=proposal_id,
        act=act,
        particulars=dict(particulars),
        digest=hashlib.sha256(said).hexdigest(),
        proposed_by=by,
        proposed_at=at,
    )


def agreed(proposal: Proposal, *, by: str, digest: str, at: datetime) -> Proposal:
    """
    Return the act with the second person's yes; only then it is done.

    Raises:
        SecondPersonError: BB-957; ``why`` is same, other, late or done.
    """
    if proposal.agreed_by is not None:
        raise SecondPersonError("done already", why="done")
    if by == proposal.proposed_by:
        raise SecondPersonError("the same person", why="same")
    if not hmac.compare_digest(digest.encode(), proposal.digest.encode()):
        raise SecondPersonError("not what was proposed", why="other")
    if not may_be_agreed_to(proposal, at):
        raise SecondPersonError("more than a day ago", why="late")
    return replace(proposal, agreed_by=by)


def may_be_agreed_to(proposal: Proposal, at: datetime) -> bool:
    """Return whether its time has begun and is not over."""
    return proposal.proposed_at <= at < agree_until(proposal)


def agree_until(proposal: Proposal) -> datetime:
    """Return when it is too late to agree."""
    return proposal.proposed_at + TIME_TO_AGREE


def waits_at(proposal: Proposal, at: datetime) -> bool:
    """Return the same for somebody whose clock was read before the other one's, or is slow."""
    return proposal.proposed_at - _CLOCKS_DIFFER <= at < agree_until(proposal)
