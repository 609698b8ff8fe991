"""A passkey (WebAuthn): what the browser is asked, and whether its answer holds."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from benban.errors import PasskeyRefusedError

# All that an authenticator shows: nothing of what the program is for.
_SHOWN_AS = "desk"
_CHALLENGE_BYTES = 32
_NS = 1_000_000_000
_VALID_NS = 120 * _NS
_VALID_MS = 120_000
# An answer that is wrong raises the library's own errors, and what happens where it looks into it.
_WRONG = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """
    What one answer must be to; asked once, for two minutes, of one session.

    Attributes:
        made_ns: of the monotonic clock.
        is_for_new: whether a key is being added; an answer of the other kind is none.
    """

    value: bytes
    made_ns: int
    is_for_new: bool

    def is_over(self, now_ns: int) -> bool:
        """Return whether it is too late to answer."""
        return not 0 <= now_ns - self.made_ns <= _VALID_NS


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the browser is: what a passkey is bound to."""

    origin: str

    @property
    def rp_id(self) -> str:
        """The host alone."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that was made for this person at this site."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def new_challenge(now_ns: int, *, is_for_new: bool) -> Challenge:
    """Return a random challenge."""
    return Challenge(
        value=secrets.token_bytes(_CHALLENGE_BYTES), made_ns=now_ns, is_for_new=is_for_new
    )


def ask_to_make(
    challenge: Challenge, site: Site, person: tuple[str, str], known: tuple[bytes, ...]
) -> str:
    """
    Return what the browser is asked to make a key, as JSON.

    Args:
        challenge: what the answer must be to.
        site: where the browser is.
        person: user id (hex) and name; both stay on the authenticator.
        known: ids of this person's keys; an authenticator that holds one makes no second.
    """
    user_id, name = person
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=_SHOWN_AS,
        user_id=bytes.fromhex(user_id),
        user_name=name,
        challenge=challenge.value,
        timeout=_VALID_MS,
        # Who made the authenticator is nobody's business here.
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json(options)


def made_key(untrusted_answer: str, challenge: Challenge, site: Site) -> NewKey:
    """
    Return the key that the browser made.

    Raises:
        PasskeyRefusedError: BB-033.
    """
    if not challenge.is_for_new:
        raise PasskeyRefusedError("another ceremony")
    try:
        made = verify_registration_response(
            credential=untrusted_answer,
            expected_challenge=challenge.value,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG as error:
        raise PasskeyRefusedError(type(error).__name__) from error
    return NewKey(
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )


def ask_to_show(challenge: Challenge, site: Site, known: tuple[bytes, ...]) -> str:
    """Return what the browser is asked to show one of the *known* keys, as JSON."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge.value,
        timeout=_VALID_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def named_key(untrusted_answer: str) -> bytes:
    """
    Return the id of the key that an answer says it is of.

    Raises:
        PasskeyRefusedError: BB-033, it is no answer.
    """
    try:
        return base64url_to_bytes(parse_authentication_credential_json(untrusted_answer).id)
    except _WRONG as error:
        raise PasskeyRefusedError(type(error).__name__) from error


def shown_count(untrusted_answer: str, challenge: Challenge, site: Site, public_key: bytes) -> int:
    """
    Return how often the key says it was used; the caller compares it with what it said before.

    Raises:
        PasskeyRefusedError: BB-033.
    """
    if challenge.is_for_new:
        raise PasskeyRefusedError("another ceremony")
    try:
        shown = verify_authentication_response(
            credential=untrusted_answer,
            expected_challenge=challenge.value,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            # Compared by us after the signature: only a count that is truly the key's is noted.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _WRONG as error:
        raise PasskeyRefusedError(type(error).__name__) from error
    return shown.new_sign_count


def has_gone_back(known: int, shown: int) -> bool:
    """Return whether a count is not above the one before; a key that never counts says nought."""
    return (known, shown) != (0, 0) and shown <= known
