"""Tokens that the provider did not make for this exchange, person and moment (B5 101)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from benban.errors.exchange_pages import EntryRefusedError
from benban.exchange.entry import PageSettings
from benban.service.pages.identity import LEEWAY_S, subject_of
from tests.service.identity_provider import CLIENT_ID, Claims, Provider
from tests.unit.exchange.shared import NOW

_NONCE = "n" * 64
_SETTINGS = PageSettings(
    origin="https://exchange.example", issuer="https://id.example", client_id=CLIENT_ID
)


@pytest.fixture(scope="module")
def provider() -> Provider:
    made = Provider(lambda: NOW)
    made.issuer = _SETTINGS.issuer
    return made


def _subject(
    provider: Provider, token: str, *, at: timedelta = timedelta(0), keys: object = None
) -> str:
    published = json.dumps(provider.keys() if keys is None else keys).encode()
    return subject_of(token, published, _SETTINGS, _NONCE, NOW + at)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(header: Claims, claims: Claims, signature: bytes = b"") -> str:
    end = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return f"{_part(header)}.{_part(claims)}.{end}"


def _by_hmac(provider: Provider, claims: Claims, secret: bytes) -> str:
    signed = f"{_part({'alg': 'HS256', 'kid': provider.key.kid})}.{_part(claims)}"
    end = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(end).decode().rstrip('=')}"


def _refused(provider: Provider, token: str, **asked: object) -> str:
    with pytest.raises(EntryRefusedError) as refused:
        _subject(provider, token, **asked)  # type: ignore[arg-type]
    return str(refused.value.params["why"])


def test_an_honest_token_names_who_it_is(provider: Provider) -> None:
    assert _subject(provider, provider.signed(provider.claims(_NONCE))) == "an@here"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_that_nobody_signed_is_none(provider: Provider, alg: str) -> None:
    header: Claims = {"alg": alg, "kid": provider.key.kid}

    assert _refused(provider, _unsigned(header, provider.claims(_NONCE))) != ""


def test_a_token_without_an_algorithm_is_none(provider: Provider) -> None:
    assert _refused(provider, _unsigned({"kid": "one"}, provider.claims(_NONCE))) != ""


@pytest.mark.parametrize("private", [False, True])
def test_whoever_reads_the_public_key_signs_nothing_with_it(
    provider: Provider, *, private: bool
) -> None:
    # The oldest confusion: the public key taken for the secret of an HMAC.
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}) if private else provider.key
    keys = {"keys": [key.as_dict(private=False)]}
    forgeries = [
        _by_hmac(provider, provider.claims(_NONCE), secret)
        for secret in (key.as_pem(private=False), json.dumps(keys["keys"][0]).encode(), b"")
    ]

    assert {_refused(provider, one, keys=keys) for one in forgeries} == {"unsupported_algorithm"}


def test_a_shared_secret_among_the_published_keys_is_no_key(provider: Provider) -> None:
    secret = OctKey.import_key("k" * 32, {"kid": "two", "use": "sig"})
    keys = {"keys": [secret.as_dict(), *provider.keys()["keys"]]}  # type: ignore[misc]
    token = jwt.encode({"alg": "HS256", "kid": "two"}, provider.claims(_NONCE), secret)

    assert _refused(provider, token, keys=keys) == "key"


@pytest.mark.parametrize(
    "kid", ["../../../etc/passwd", "one\x00", "' OR 1=1 --", "https://evil.example/k", 1, [], {}]
)
def test_the_name_of_a_key_leads_to_no_file_and_no_address(provider: Provider, kid: object) -> None:
    other = ECKey.generate_key("P-256")
    header: Claims = {"alg": "ES256", "kid": "one"}
    signed = jwt.encode(header, provider.claims(_NONCE), other).split(".")
    forged = f"{_part({'alg': 'ES256', 'kid': kid})}.{signed[1]}.{signed[2]}"

    assert _refused(provider, forged) in {"key", "token", "invalid_header_value"}


@pytest.mark.parametrize("brought", ["jwk", "jku", "x5u"])
def test_a_key_that_a_token_brings_along_is_not_used(provider: Provider, brought: str) -> None:
    other = ECKey.generate_key("P-256", {"kid": "one"})
    value: object = other.as_dict(private=False) if brought == "jwk" else "https://evil.example/k"
    header: Claims = {"alg": "ES256", "kid": "one", brought: value}

    assert _refused(provider, jwt.encode(header, provider.claims(_NONCE), other)) == "bad_signature"


def _without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {one: value for one, value in claims.items() if one != name}


def _with(**said: object) -> Callable[[Claims], Claims]:
    return lambda claims: {**claims, **said}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_with(aud="another client"), "aud"),
        (_with(aud=[CLIENT_ID, "another client"]), "azp"),
        (_with(aud=[CLIENT_ID], azp="another client"), "azp"),
        (_with(aud=[]), "aud"),
        (_without("aud"), "aud"),
        (_with(iss="https://evil.example"), "iss"),
        (_with(iss="https://id.example/"), "iss"),
        (_without("iss"), "iss"),
        (_with(nonce="m" * 64), "nonce"),
        (_with(nonce=""), "nonce"),
        (_with(nonce=[_NONCE]), "nonce"),
        (_without("nonce"), "nonce"),
        (_without("exp"), "exp"),
        (_with(exp="2999-01-01"), "exp"),
        (_with(exp=True), "exp"),
        (_without("iat"), "iat"),
        (_with(nbf=int(NOW.timestamp()) + LEEWAY_S + 1), "nbf"),
        (_with(iat=int(NOW.timestamp()) + LEEWAY_S + 1), "iat"),
        (_without("sub"), "sub"),
        (_with(sub=""), "sub"),
        (_with(sub=["an@here"]), "sub"),
    ],
)
def test_a_token_of_another_purpose_or_time_is_none(
    provider: Provider, change: Callable[[Claims], Claims], why: str
) -> None:
    assert _refused(provider, provider.signed(change(provider.claims(_NONCE)))) == why


def test_clocks_may_differ_by_a_minute_and_no_more(provider: Provider) -> None:
    token = provider.signed(provider.claims(_NONCE))
    ends = timedelta(seconds=300 + LEEWAY_S)

    assert _subject(provider, token, at=ends - timedelta(seconds=1)) == "an@here"
    assert _refused(provider, token, at=ends) == "exp"
    assert _subject(provider, token, at=-timedelta(seconds=LEEWAY_S)) == "an@here"
    assert _refused(provider, token, at=-timedelta(seconds=LEEWAY_S + 1)) == "iat"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_with_one_letter_changed_is_none(provider: Provider, place: int) -> None:
    parts = provider.signed(provider.claims(_NONCE)).split(".")
    middle = len(parts[place]) // 2
    other = "A" if parts[place][middle] != "A" else "B"
    parts[place] = parts[place][:middle] + other + parts[place][middle + 1 :]

    assert _refused(provider, ".".join(parts)) != ""


@pytest.mark.parametrize(
    "token", ["", "..", "a.b", "a.b.c.d.e", "é.é.é", "[" * 9_000 + ".a.b", "a" * 20_000]
)
def test_what_is_no_token_is_refused_with_a_reason(provider: Provider, token: str) -> None:
    assert _refused(provider, token) != ""


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [1]}, [], {"keys": [{"kty": "EC"}]}])
def test_keys_that_are_none_let_nobody_in(provider: Provider, keys: object) -> None:
    assert _refused(provider, provider.signed(provider.claims(_NONCE)), keys=keys) != ""
