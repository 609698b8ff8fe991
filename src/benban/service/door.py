"""Who calls: a member's program by its key, for one scope."""

from dataclasses import dataclass

from starlette.requests import Request

from benban.errors.exchange import KeyRefusedError
from benban.exchange.keys import Scope, key_id_in, require_key
from benban.exchange.office import Caller
from benban.exchange.ports import Member
from benban.service.node import Node

_BEARER = "Bearer "
# No key is longer; nothing else is looked at.
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A member's program that may do what it asks for."""

    member: Member
    key_id: str

    @property
    def caller(self) -> Caller:
        """Who stands in the audit."""
        return Caller(member=self.member.id, actor=self.key_id)


def let_in(request: Request, scope: Scope, node: Node) -> Guest:
    """
    Return who calls; one request is counted.

    Raises:
        KeyRefusedError: BB-960.
        MatcherBehindError: BB-965: a key may have been stopped meanwhile.
        TooManyRequestsError: BB-966.
    """
    said = request.headers.get("authorization", "")
    untrusted_key = said.removeprefix(_BEARER)
    if not said.startswith(_BEARER) or len(said) > _LONGEST:
        raise KeyRefusedError("no key", why="key")
    directory = node.process.matcher.directory()
    kept = directory.keys.get(key_id_in(untrusted_key))
    address = request.client.host if request.client else ""
    key = require_key(kept, untrusted_key, scope, now=node.process.clock.now(), address=address)
    member = directory.members.get(key.member)
    if member is None:
        raise KeyRefusedError("not a member any more", why="key")
    node.limiter.request(key.id)
    return Guest(member=member, key_id=key.id)
