"""Who calls: a member's program by its key, for one scope."""

import base64
import binascii
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from benban.errors.exchange import KeyRefusedError
from benban.exchange.directory import Directory
from benban.exchange.keys import ApiKey, Scope, key_id_in, require_key
from benban.exchange.office import Caller
from benban.exchange.ports import Member
from benban.service.node import Node

_BEARER, _BASIC = "Bearer ", "Basic "
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


async def let_in(
    request: Request, scope: Scope, node: Node, *, is_basic_taken: bool = False
) -> Guest:
    """
    Return who calls; one request is counted, and a key that is none for its address.

    Args:
        request: with its ``Authorization``.
        scope: what is to be done.
        node: where.
        is_basic_taken: the key may also be the password of HTTP's basic authentication.

    Raises:
        KeyRefusedError: BB-960.
        MatcherBehindError: BB-965: a key may have been stopped meanwhile.
        TooManyRequestsError: BB-966.
    """
    directory = await directory_of(node)
    try:
        key, member = _known(request, scope, node, directory, is_basic_taken=is_basic_taken)
    except KeyRefusedError:
        node.limiter.refused(address_of(request))
        raise
    node.limiter.request(key.id)
    return Guest(member=member, key_id=key.id)


def address_of(request: Request) -> str:
    """Return where the caller is, as the socket says it or a proxy that is trusted; or nothing."""
    return request.client.host if request.client else ""


def _known(
    request: Request, scope: Scope, node: Node, directory: Directory, *, is_basic_taken: bool
) -> tuple[ApiKey, Member]:
    untrusted_key = _key_said(request.headers.get("authorization", ""), is_basic_taken)
    kept = directory.keys.get(key_id_in(untrusted_key))
    now, address = node.process.clock.now(), address_of(request)
    key = require_key(kept, untrusted_key, scope, now=now, address=address)
    member = directory.members.get(key.member)
    if member is None:
        raise KeyRefusedError("not a member any more", why="key")
    return key, member


async def directory_of(node: Node) -> Directory:
    """
    Return members, keys and banks as they stand; the database is never waited for in the loop.

    Raises:
        MatcherBehindError: BB-965.
        RecordUnavailableError: BB-962.
    """
    matcher = node.process.matcher
    # Refused here, and not behind others that wait for a database that hangs.
    matcher.require_new()
    if matcher.is_behind:
        return await run_in_threadpool(matcher.directory)
    return matcher.directory()


def _key_said(said: str, is_basic_taken: bool) -> str:
    if len(said) <= _LONGEST:
        if said.startswith(_BEARER):
            return said.removeprefix(_BEARER)
        if is_basic_taken and said.startswith(_BASIC):
            return _password_in(said.removeprefix(_BASIC))
    raise KeyRefusedError("no key", why="key")


def _password_in(untrusted: str) -> str:
    # RFC 7617: base64 of a name, a colon and the password; the name says nothing here.
    try:
        return base64.b64decode(untrusted, validate=True).decode("ascii").partition(":")[2]
    except (binascii.Error, ValueError) as error:
        raise KeyRefusedError("no key", why="key") from error
