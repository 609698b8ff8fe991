"""The identity provider of the people who run an exchange, asked over HTTP (OpenID Connect)."""

import base64
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from urllib.parse import quote_plus

import msgspec

from benban.errors.exchange import PeerUnreachableError
from benban.errors.exchange_pages import (
    EntryRefusedError,
    PagesSetUpError,
    ProviderUnreachableError,
)
from benban.exchange.entry import PageSettings, is_confidential
from benban.model.clock import Clock
from benban.outside.ask import AskLimits, Question
from benban.outside.peer import ask_peer

_LIMITS = AskLimits(body_bytes=1 << 18, total_s=10.0)
_KNOWN_FOR = timedelta(hours=1)
# A key that is not known may be a new one; a stranger's tokens make nobody ask all the time.
_KEYS_AGAIN = timedelta(minutes=1)
# Whoever is not in yet may begin as often as they like: they take no more of a process than this.
_AT_ONCE = 4
_FORM = "application/x-www-form-urlencoded"


class Described(msgspec.Struct, frozen=True):
    """Where the provider answers (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Redeemed(msgspec.Struct, frozen=True):
    """What a code was given for (OpenID Connect Core 1.0, section 3.1.3.3)."""

    id_token: str
    access_token: str = ""


class IdentityProvider:
    """
    Asks one provider; what it says of itself is kept for an hour.

    Args:
        settings: of the pages.
        clock: of the program.
    """

    def __init__(self, settings: PageSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._described: tuple[datetime, Described] | None = None
        self._keys: tuple[datetime, bytes] | None = None
        self._places = BoundedSemaphore(_AT_ONCE)

    def described(self) -> Described:
        """
        Return where the provider answers.

        Raises:
            ProviderUnreachableError: BB-995, or it names itself otherwise than we were told.
        """
        now = self._clock.now()
        if self._described is not None and now - self._described[0] < _KNOWN_FOR:
            return self._described[1]
        # Section 4.1: a slash at the end of the issuer is taken off first.
        base = self._settings.issuer.removesuffix("/")
        said = self._read(f"{base}/.well-known/openid-configuration")
        try:
            found = msgspec.json.decode(said, type=Described)
            is_fit = found.issuer == self._settings.issuer and all(
                is_confidential(one, is_here_allowed=not self._settings.is_secure)
                for one in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri)
            )
        except (msgspec.DecodeError, PagesSetUpError) as error:
            raise ProviderUnreachableError("it describes itself in no known way") from error
        if not is_fit:
            raise ProviderUnreachableError("another issuer, or an address without TLS")
        self._described = (now, found)
        return found

    def keys(self, *, is_anew: bool = False) -> bytes:
        """
        Return the provider's public keys as it publishes them (RFC 7517).

        Args:
            is_anew: one that is wanted is not among those that are kept.

        Raises:
            ProviderUnreachableError: BB-995.
        """
        now = self._clock.now()
        kept_for = _KEYS_AGAIN if is_anew else _KNOWN_FOR
        if self._keys is None or now - self._keys[0] >= kept_for:
            self._keys = (now, self._read(self.described().jwks_uri))
        return self._keys[1]

    def redeem(self, form: str) -> Redeemed:
        """
        Return what the provider gives for a code.

        Args:
            form: the request's fields (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

        Raises:
            EntryRefusedError: BB-994, the provider does not take the code.
            ProviderUnreachableError: BB-995.
        """
        fields = {"Content-Type": _FORM, "Accept": "application/json"}
        if self._settings.client_secret:
            # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
            named = map(quote_plus, (self._settings.client_id, self._settings.client_secret))
            fields["Authorization"] = f"Basic {base64.b64encode(':'.join(named).encode()).decode()}"
        where = self.described().token_endpoint
        try:
            said = self._asked(Question(url=where, body=form.encode(), fields=fields))
        except PeerUnreachableError as error:
            if error.params["reason"] in {400, 401, 403}:
                raise EntryRefusedError("the code is not taken", why="code") from error
            raise ProviderUnreachableError("no answer to a code") from error
        try:
            return msgspec.json.decode(said, type=Redeemed)
        except msgspec.DecodeError as error:
            raise ProviderUnreachableError("no token in the answer") from error

    def _read(self, url: str) -> bytes:
        try:
            return self._asked(Question(url=url))
        except PeerUnreachableError as error:
            raise ProviderUnreachableError("no answer") from error

    def _asked(self, question: Question) -> bytes:
        if not self._places.acquire(blocking=False):
            raise ProviderUnreachableError("many are asking")
        try:
            return ask_peer(question, _LIMITS)
        finally:
            self._places.release()
