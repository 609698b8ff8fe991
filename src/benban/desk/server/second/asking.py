"""What pages before entering and pages of the settings share: a challenge, an app's new key."""

from dataclasses import dataclass

from starlette.responses import Response

from benban.desk.asked import Asked
from benban.desk.guard import PASSKEYS_HERE
from benban.desk.server.second.factors import Factors, Passkey, factors_of
from benban.desk.server.second.passkey import (
    Challenge,
    Site,
    ask_to_make,
    ask_to_show,
    made_key,
    new_challenge,
)
from benban.desk.server.second.totp import key_address, key_picture, new_key, typed_key
from benban.errors import PasskeyRefusedError
from benban.model.clock import Clock
from benban.model.people import Person
from benban.wiring_case import Vault
from benban.wording import Language, say

_CHALLENGE = "second.challenge"
_NEW_KEY = "second.new_key"
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """
    Somebody before a page that asks for the second factor or sets it up.

    Attributes:
        kept: between two pages, in memory alone; it goes with the session.
    """

    vault: Vault
    person: Person
    site: Site
    clock: Clock
    language: Language
    kept: dict[str, object]


def app_values(before: Before) -> dict[str, object]:
    """Return what the page shows that sets up an app; the key is the same until it counts."""
    key = app_key(before)
    return {
        "picture": key_picture(key, before.person.name),
        "typed": typed_key(key),
        "address": key_address(key, before.person.name),
    }


def app_key(before: Before) -> bytes:
    """Return the key that is being set up, which opens nothing yet."""
    key = before.kept.setdefault(_NEW_KEY, new_key())
    if not isinstance(key, bytes):
        raise TypeError("another value under our name")
    return key


def forget_app_key(before: Before) -> None:
    """Forget the key that was being set up: it counts now."""
    before.kept.pop(_NEW_KEY, None)


def ask_for_new(before: Before) -> Response:
    """Return what the browser is asked to make a passkey; only the newest challenge holds."""
    challenge = new_challenge(before.clock.monotonic_ns(), is_for_new=True)
    before.kept[_CHALLENGE] = challenge
    person = (before.person.user_id, before.person.name)
    known = factors_of(before.vault).ids
    return _json(ask_to_make(challenge, before.site, person, known))


def ask_for_known(before: Before) -> Response:
    """Return what the browser is asked to show a passkey; only the newest challenge holds."""
    challenge = new_challenge(before.clock.monotonic_ns(), is_for_new=False)
    before.kept[_CHALLENGE] = challenge
    return _json(ask_to_show(challenge, before.site, factors_of(before.vault).ids))


def taken_challenge(before: Before) -> Challenge:
    """
    Return the challenge that was asked; whatever comes of it, it is asked no second time.

    Raises:
        PasskeyRefusedError: BB-033, none was asked of this session, or too long ago.
    """
    challenge = before.kept.pop(_CHALLENGE, None)
    is_live = isinstance(challenge, Challenge) and not challenge.is_over(
        before.clock.monotonic_ns()
    )
    if not isinstance(challenge, Challenge) or not is_live:
        raise PasskeyRefusedError("no challenge")
    return challenge


def new_passkey(before: Before, asked: Asked, factors: Factors) -> Passkey:
    """
    Return the passkey that the browser made.

    Raises:
        PasskeyRefusedError: BB-033.
    """
    made = made_key(asked.exact("answer"), taken_challenge(before), before.site)
    if made.credential_id in factors.ids:
        raise PasskeyRefusedError("known already")
    number = len(factors.passkeys) + 1
    usual = say(before.language, "desk.second.key.usual-name", number=number)
    return Passkey(
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=asked.first("name")[:_LONGEST_NAME] or usual,
        added_at=before.clock.now(),
    )


def with_passkeys(response: Response) -> Response:
    """Return a page on which the browser may be asked for a passkey; no other may."""
    response.headers["Permissions-Policy"] = PASSKEYS_HERE.decode()
    return response


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
