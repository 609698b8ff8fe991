"""
Coming in by the identity provider: authorization code with PKCE, and the token that comes of it.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636; RFC 9207.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key

from benban.errors.exchange_pages import EntryRefusedError
from benban.exchange.entry import PageSettings
from benban.outside.identity_provider import IdentityProvider

# What providers sign with, each with a key of which only they have the private half. Never "none",
# never HS*: with those, whoever reads the public key could sign.
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
_KINDS = (("RSA", None), ("EC", "P-256"), ("EC", "P-384"))
# Of two clocks that were set by people.
LEEWAY_S = 60
_MOST_TOKEN_BYTES = 16_384
_RANDOM_LETTERS = 64
_CODE = re.compile(r"[!-~]{1,2048}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """
    What the browser keeps, sealed, while somebody is at the provider.

    Attributes:
        state: comes back in the address: the answer belongs to this browser's question.
        nonce: comes back in the token: it was made for this question.
        verifier: shown to the provider with the code: who asked redeems it (PKCE).
    """

    state: str
    nonce: str
    verifier: str


class _KeyUnknownError(EntryRefusedError):
    """The token names a key that the provider has not published, as far as we know."""


def begin(provider: IdentityProvider, settings: PageSettings) -> tuple[str, Attempt]:
    """
    Return where to send the browser, and what it keeps meanwhile.

    Raises:
        ProviderUnreachableError: BB-995.
    """
    attempt = Attempt(
        state=generate_token(_RANDOM_LETTERS),
        nonce=generate_token(_RANDOM_LETTERS),
        verifier=generate_token(_RANDOM_LETTERS),
    )
    where = prepare_grant_uri(
        provider.described().authorization_endpoint,
        client_id=settings.client_id,
        response_type="code",
        redirect_uri=settings.back_to,
        scope="openid",
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
    )
    return str(where), attempt


def complete(
    said: Mapping[str, str],
    attempt: Attempt,
    provider: IdentityProvider,
    settings: PageSettings,
    now: datetime,
) -> str:
    """
    Return the subject of the account with which somebody came in.

    Args:
        said: what stands in the address to which the provider sent them.
        attempt: of this browser.
        provider: asked for its keys, and for what the code stands for.
        settings: of the pages.
        now: aware UTC.

    Raises:
        EntryRefusedError: BB-994.
        ProviderUnreachableError: BB-995.
    """
    if not hmac.compare_digest(said.get("state", "").encode(), attempt.state.encode()):
        raise EntryRefusedError("another browser's answer", why="state")
    if said.get("iss", settings.issuer) != settings.issuer:
        raise EntryRefusedError("another provider's answer", why="iss")
    code = said.get("code", "")
    if "error" in said or not _CODE.fullmatch(code):
        raise EntryRefusedError("the provider let nobody in", why="provider")
    is_public = not settings.client_secret
    redeemed = provider.redeem(
        prepare_token_request(
            "authorization_code",
            redirect_uri=settings.back_to,
            code=code,
            code_verifier=attempt.verifier,
            client_id=settings.client_id if is_public else None,
        )
    )
    try:
        keys = provider.keys()
        return subject_of(redeemed.id_token, keys, settings, attempt.nonce, now)
    except _KeyUnknownError:
        # Providers change their keys without a word to anybody.
        keys = provider.keys(is_anew=True)
        return subject_of(redeemed.id_token, keys, settings, attempt.nonce, now)


def subject_of(
    untrusted_token: str, keys: bytes, settings: PageSettings, nonce: str, now: datetime
) -> str:
    """
    Return the subject of a token that this provider made for this exchange and this question.

    Args:
        untrusted_token: JWS in compact form.
        keys: the provider's, as it publishes them.
        settings: whose token it must be, and for whom.
        nonce: of the question.
        now: aware UTC.

    Raises:
        EntryRefusedError: BB-994; ``why`` is a word for those who set it up.
    """
    if len(untrusted_token) > _MOST_TOKEN_BYTES:
        raise EntryRefusedError("a token of no usual size", why="token")
    try:
        header = jws.extract_compact(untrusted_token.encode("ascii")).headers()
        token = jwt.decode(untrusted_token, _key_for(header, keys), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": settings.issuer},
                "aud": {"essential": True, "value": settings.client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            params={"nonce": nonce, "client_id": settings.client_id},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        subject = claims["sub"]
    except JoseError as error:
        raise EntryRefusedError("the token does not hold", why=_word_of(error)) from error
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise EntryRefusedError("not a token", why="token") from error
    if not isinstance(subject, str) or not subject:
        raise EntryRefusedError("nobody's token", why="sub")
    return subject


def _key_for(header: Mapping[str, object], keys: bytes) -> Key:
    """Return the one key that the header means; its id is compared, and leads nowhere else."""
    published = [
        import_key(one)
        for one in json.loads(keys)["keys"]
        if (one.get("kty"), one.get("crv")) in _KINDS and one.get("use", "sig") == "sig"
    ]
    named = header.get("kid")
    meant = [one for one in published if named is None or one.kid == named]
    if len(meant) != 1:
        raise _KeyUnknownError("not a key of the provider", why="key")
    return meant[0]


def _word_of(error: JoseError) -> str:
    claim = getattr(error, "claim", "")
    return str(claim or error.error)
