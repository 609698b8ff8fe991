"""Passkeys between the passphrase and the desk, answered by a software authenticator."""

import json

import pytest

from benban.desk.guard import PASSKEYS_HERE
from benban.desk.server.second.factors import factors_of
from benban.testing.clock import FakeClock
from benban.wiring_case import Vault
from tests.unit.desk.second.authenticator import Authenticator
from tests.unit.desk.second.people import ORIGIN, RP_ID, Half, Organisation, app_of, id_of

MAKE, SHOW = "/second/key", "/second/check/key"


def _made(vault: Vault, clock: FakeClock, device: Authenticator, name: str = "") -> Half:
    half = Half(vault, clock)
    half.post(MAKE, answer=device.make(half.asked(f"{MAKE}/ask")), name=name)
    return half


def _shown(vault: Vault, clock: FakeClock, device: Authenticator) -> Half:
    half = Half(vault, clock)
    half.post(SHOW, answer=device.show(half.asked(f"{SHOW}/ask")))
    return half


def test_a_passkey_is_made_and_lets_in(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    assert _made(people.lan, clock, device, "my phone").is_in
    assert [one.name for one in factors_of(people.lan).passkeys] == ["my phone"]

    assert [_shown(people.lan, clock, device).is_in for _ in range(2)] == [True, True]
    assert factors_of(people.lan).passkeys[0].sign_count == 2


def test_what_is_asked_is_bound_to_the_host_and_names_the_person_alone(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    asked = json.loads(Half(people.lan, clock).asked(f"{MAKE}/ask"))

    assert asked["rp"] == {"id": RP_ID, "name": "desk"}
    assert (asked["user"]["name"], asked["user"]["displayName"]) == ("Lan", "Lan")
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "discouraged"
    assert asked["user"]["id"] not in {"Lan", id_of(people.lan)}
    _made(people.lan, clock, device)
    shown = json.loads(Half(people.lan, clock).asked(f"{SHOW}/ask"))
    assert (shown["rpId"], shown["userVerification"]) == (RP_ID, "required")
    assert len(shown["allowCredentials"]) == 1


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://desk.example.evil.example"},
        {"origin": "http://desk.example"},
        {"origin": "https://desk.example:8443"},
        {"origin": "https://sub.desk.example"},
        {"rp_id": "evil.example"},
        {"rp_id": "example"},
        {"is_verified": False},
    ],
)
@pytest.mark.parametrize("is_making", [True, False])
def test_what_is_not_from_here_or_not_verified_is_refused(
    people: Organisation,
    clock: FakeClock,
    device: Authenticator,
    bent: dict[str, str | bool],
    is_making: bool,
) -> None:
    if not is_making:
        _made(people.lan, clock, device)
    for name, value in bent.items():
        setattr(device, name, value)

    half = _made(people.lan, clock, device) if is_making else _shown(people.lan, clock, device)

    assert (half.is_in, half.said) == (False, "BB-033")
    assert factors_of(people.lan).count == (0 if is_making else 1)


def test_an_answer_given_before_is_refused(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    device.counts = False
    _made(people.lan, clock, device)
    first = Half(people.lan, clock)
    answer = device.show(first.asked(f"{SHOW}/ask"))
    first.post(SHOW, answer=answer)
    assert first.is_in
    # In the same session, and in another one that asked for itself.
    first.is_in = False
    first.post(SHOW, answer=answer)
    second = Half(people.lan, clock)
    second.asked(f"{SHOW}/ask")
    second.post(SHOW, answer=answer)

    assert [(one.is_in, one.said) for one in (first, second)] == [(False, "BB-033")] * 2


def test_a_challenge_is_used_up_by_a_wrong_answer(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    _made(people.lan, clock, device)
    half = Half(people.lan, clock)
    options = half.asked(f"{SHOW}/ask")
    half.post(SHOW, answer="{}")

    half.post(SHOW, answer=device.show(options))

    assert (half.is_in, half.said) == (False, "BB-033")


@pytest.mark.parametrize(("seconds", "is_in"), [(120, True), (121, False)])
def test_a_challenge_holds_two_minutes(
    people: Organisation, clock: FakeClock, device: Authenticator, seconds: int, is_in: bool
) -> None:
    _made(people.lan, clock, device)
    half = Half(people.lan, clock)
    options = half.asked(f"{SHOW}/ask")
    clock.advance(seconds)
    # Setting the time of day back lengthens nothing.
    clock.turn_back(seconds)

    half.post(SHOW, answer=device.show(options))

    assert half.is_in == is_in


def test_a_challenge_of_another_session_is_none(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    _made(people.lan, clock, device)
    asked, other = Half(people.lan, clock), Half(people.lan, clock)
    options = asked.asked(f"{SHOW}/ask")

    other.post(SHOW, answer=device.show(options))

    assert (other.is_in, other.said) == (False, "BB-033")


def test_a_key_of_another_person_lets_nobody_in(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    of_hue = Authenticator(origin=ORIGIN, rp_id=RP_ID)
    _made(people.lan, clock, device)
    _made(people.hue, clock, of_hue)

    half = _shown(people.lan, clock, of_hue)
    assert (half.is_in, half.said) == (False, "BB-033")
    # Nor does it under the id of the right one.
    of_hue.credential_id = device.credential_id
    half = _shown(people.lan, clock, of_hue)
    assert (half.is_in, half.said) == (False, "BB-033")


def test_a_count_that_went_back_is_refused_and_noted(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    device.count = 7
    _made(people.lan, clock, device)
    device.count = 6

    half = _shown(people.lan, clock, device)

    assert (half.is_in, half.said) == (False, "BB-033")
    assert [what for what, _, _ in people.noted] == ["second.set-up", "second.count-went-back"]


def test_a_forged_answer_makes_no_note_of_a_count(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    device.count = 7
    _made(people.lan, clock, device)
    forger = Authenticator(origin=ORIGIN, rp_id=RP_ID, credential_id=device.credential_id)

    assert not _shown(people.lan, clock, forger).is_in
    assert [what for what, _, _ in people.noted] == ["second.set-up"]


def test_a_key_that_never_counts_enters_again_and_again(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    device.counts = False
    _made(people.lan, clock, device)

    assert [_shown(people.lan, clock, device).is_in for _ in range(3)] == [True] * 3


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", '{"id": 3}', "{" * 5000, "\ud800", '{"id":"é"}']
)
@pytest.mark.parametrize("path", [MAKE, SHOW])
def test_what_is_no_answer_is_refused(
    people: Organisation, clock: FakeClock, device: Authenticator, path: str, answer: str
) -> None:
    if path == SHOW:
        _made(people.lan, clock, device)
    half = Half(people.lan, clock)
    half.asked(f"{path}/ask")

    assert half.post(path, answer=answer).status_code == 400
    assert (half.is_in, half.said) == (False, "BB-033")


def test_an_answer_of_making_does_not_enter(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    _made(people.lan, clock, device)
    half = Half(people.lan, clock)

    half.post(SHOW, answer=device.make(half.asked(f"{SHOW}/ask")))

    assert (half.is_in, half.said) == (False, "BB-033")


def test_only_pages_that_ask_for_a_passkey_let_the_browser_be_asked(
    people: Organisation, clock: FakeClock, device: Authenticator
) -> None:
    half = Half(people.lan, clock)
    policy = {path: half.get(path).headers.get("permissions-policy") for path in half.pages}
    _made(people.lan, clock, device)
    policy["/second/check"] = half.get("/second/check").headers.get("permissions-policy")
    with_app = Half(people.hue, clock)
    app_of(with_app)

    here = PASSKEYS_HERE.decode()
    assert {path for path, said in policy.items() if said == here} == {MAKE, "/second/check"}
    assert "permissions-policy" not in with_app.get("/second/check").headers
