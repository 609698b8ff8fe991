"""Keys of members' programs: their form, what is kept of them, what each may do."""

import base64
import hashlib
import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from benban.errors.exchange import KeyRefusedError
from benban.model.shared_hash import MemberId

_FORM = re.compile(r"bbx_([0-9a-f]{16})_([a-z2-7]{52})")
_SECRET_BYTES = 32
# Long enough to change a program over, short enough to end a forgotten one.
OVERLAP = timedelta(days=7)
LONGEST_LIFE = timedelta(days=366)


class Scope(Enum):
    """What a key may be used for; none includes another."""

    LOOKUP = "lookup"
    SUBMIT = "submit"
    SUBSCRIBE = "subscribe"
    CURATOR = "curator"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """
    What is kept of a key: enough to know it again, not enough to use it.

    Attributes:
        digest: hex of the SHA-256 of its secret; 256 random bits need no slow hash.
        expires_at: UTC; a key without an end is not made.
        revoked_at: UTC; None while it stands.
        networks: from where it may be used; empty for anywhere.
    """

    id: str
    member: MemberId
    digest: str
    scopes: frozenset[Scope]
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    networks: tuple[str, ...] = field(default=())


def new_key(
    member: MemberId,
    scopes: frozenset[Scope],
    *,
    now: datetime,
    life: timedelta,
    networks: tuple[str, ...] = (),
) -> tuple[ApiKey, str]:
    """
    Return what is kept, and the key itself, which is shown once.

    Args:
        member: whose programs use it.
        scopes: at least one.
        now: aware UTC.
        life: up to 366 days.
        networks: such as ``192.0.2.0/24``.

    Raises:
        ValueError: no scope, a life without end, or no network.
    """
    if not scopes or not timedelta(0) < life <= LONGEST_LIFE:
        message = "a key has a scope, and an end within 366 days"
        raise ValueError(message)
    for network in networks:
        ipaddress.ip_network(network)
    key_id = secrets.token_hex(8)
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode().lower().rstrip("=")
    kept = ApiKey(
        id=key_id,
        member=member,
        digest=_digest(secret),
        scopes=scopes,
        made_at=now,
        expires_at=now + life,
        networks=networks,
    )
    return kept, f"bbx_{key_id}_{secret}"


def key_id_in(untrusted_key: str) -> str:
    """
    Return the id that a key names; nothing is known of it yet.

    Raises:
        KeyRefusedError: BB-960, not the form of a key.
    """
    found = _FORM.fullmatch(untrusted_key)
    if found is None:
        raise KeyRefusedError("not the form of a key", why="key")
    return found[1]


def require_key(
    kept: ApiKey | None,
    untrusted_key: str,
    scope: Scope,
    *,
    now: datetime,
    address: str,
) -> ApiKey:
    """
    Return the key, if it may be used for *scope* now and from there.

    Args:
        kept: what is kept under the id that the key names; None where nothing is.
        untrusted_key: whole.
        scope: what is to be done.
        now: aware UTC.
        address: of the caller as the proxy or socket says it; empty when not known.

    Raises:
        KeyRefusedError: BB-960; ``why`` is key for whatever must not be told apart, or scope.
    """
    found = _FORM.fullmatch(untrusted_key)
    # Compared also where nothing is kept: how long it takes tells no id.
    digest = _digest(found[2] if found else "")
    is_known = hmac.compare_digest(digest, kept.digest if kept else "0" * 64)
    if kept is None or found is None or not is_known or not _is_standing(kept, now, address):
        raise KeyRefusedError("not known, ended, or not from there", why="key")
    if scope not in kept.scopes:
        raise KeyRefusedError("not for this", why="scope")
    return kept


def rotated(kept: ApiKey, *, now: datetime, life: timedelta) -> tuple[ApiKey, ApiKey, str]:
    """Return the old key, ending within seven days, and its successor with the key itself."""
    successor, shown = new_key(kept.member, kept.scopes, now=now, life=life, networks=kept.networks)
    ending = replace(kept, expires_at=min(kept.expires_at, now + OVERLAP))
    return ending, successor, shown


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_standing(kept: ApiKey, now: datetime, address: str) -> bool:
    if kept.revoked_at is not None or not kept.made_at <= now < kept.expires_at:
        return False
    if not kept.networks:
        return True
    try:
        caller = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(network) for network in kept.networks)
