"""The answer whether a certificate was withdrawn: signed for its issuer, about it, of that time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509 import ocsp

from benban.errors import RevocationAnswerError
from benban.seal.ocsp import LARGEST_ANSWER_BYTES, build_question, check_answer
from benban.seal.revocation import WantedState, wanted_states
from benban.seal.tsp import build_request
from benban.testing.clock import FakeClock
from benban.testing.ocsp import OcspSaid, OcspSigner
from benban.testing.tsa import FakeTsa
from tests.verifier.ocsp_maker import answer_of, answers_that_tell_nothing
from tests.verifier.tsa_maker import STAMPED_AT, authority_with_between, issue

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RESPONDER = "http://ocsp.example/"


@pytest.fixture(scope="module")
def tsa() -> FakeTsa:
    return FakeTsa(clock=FakeClock(NOW), ocsp_address=RESPONDER)


def wanted_of(tsa: FakeTsa) -> WantedState:
    response = tsa.answer(build_request(b"a note").der)
    (wanted,) = wanted_states(response, [tsa.root_der])
    return wanted


def answered(tsa: FakeTsa, said: OcspSaid) -> bytes:
    return tsa.ocsp(build_question(wanted_of(tsa)), said)


def test_the_question_names_the_certificate_and_nothing_else(tsa: FakeTsa) -> None:
    wanted = wanted_of(tsa)

    asked = ocsp.load_der_ocsp_request(build_question(wanted))

    assert (wanted.responder_urls, wanted.list_urls) == ((RESPONDER,), ())
    assert asked.serial_number == wanted.certificate.serial_number
    assert list(asked.extensions) == []


@pytest.mark.parametrize("signer", [OcspSigner.ISSUER, OcspSigner.NAMED])
@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_an_answer_of_the_issuer_or_of_whom_it_named_is_believed(
    tsa: FakeTsa, signer: OcspSigner, is_withdrawn: bool
) -> None:
    said = OcspSaid(at=NOW, is_withdrawn=is_withdrawn, signer=signer)

    checked = check_answer(answered(tsa, said), wanted_of(tsa), at=NOW)

    assert (checked.is_withdrawn, checked.this_update, checked.next_update) == (
        is_withdrawn,
        NOW,
        NOW + timedelta(days=7),
    )


@pytest.mark.parametrize(
    "signer", [OcspSigner.NAMED_FOR_OTHER_THINGS, OcspSigner.STRANGER, OcspSigner.EXPIRED]
)
def test_an_answer_of_anybody_else_is_not(tsa: FakeTsa, signer: OcspSigner) -> None:
    answer = answered(tsa, OcspSaid(at=NOW, signer=signer))

    with pytest.raises(RevocationAnswerError):
        check_answer(answer, wanted_of(tsa), at=NOW)


def test_another_authority_s_answer_under_the_same_name_is_not(tsa: FakeTsa) -> None:
    other = FakeTsa(clock=FakeClock(NOW), ocsp_address=RESPONDER)

    with pytest.raises(RevocationAnswerError):
        check_answer(answered(other, OcspSaid(at=NOW)), wanted_of(tsa), at=NOW)


@pytest.mark.parametrize(
    ("said", "is_of_the_time"),
    [
        (OcspSaid(at=NOW - 6 * DAY), True),
        (OcspSaid(at=NOW - 8 * DAY), False),
        (OcspSaid(at=NOW, lasts=None), True),
        (OcspSaid(at=NOW - DAY, lasts=None), False),
        (OcspSaid(at=NOW + DAY), True),
    ],
)
def test_an_answer_speaks_of_the_time_of_the_stamp_or_later(
    tsa: FakeTsa, said: OcspSaid, is_of_the_time: bool
) -> None:
    answer = answered(tsa, said)
    if is_of_the_time:
        assert check_answer(answer, wanted_of(tsa), at=NOW).this_update == said.at
        return
    with pytest.raises(RevocationAnswerError):
        check_answer(answer, wanted_of(tsa), at=NOW)


def about_another(tsa: FakeTsa) -> bytes:
    other = FakeTsa(clock=FakeClock(NOW), ocsp_address=RESPONDER)
    return tsa.ocsp(build_question(wanted_of(other)))


def with_a_changed_byte(tsa: FakeTsa) -> bytes:
    answer = answered(tsa, OcspSaid(at=NOW))
    # In the time of the answer, which stays a time.
    place = answer.index(b"20261122080000Z")
    return answer[: place + 3] + b"7" + answer[place + 4 :]


@pytest.mark.parametrize(
    "answer",
    [
        lambda _tsa: b"",
        lambda _tsa: b"<html>",
        lambda _tsa: bytes(LARGEST_ANSWER_BYTES + 1),
        lambda tsa: answered(tsa, OcspSaid(at=NOW, is_known=False)),
        about_another,
        with_a_changed_byte,
    ],
    ids=["nothing", "a page", "too large", "not known", "refused", "changed"],
)
def test_what_is_no_answer_is_named(tsa: FakeTsa, answer: Callable[[FakeTsa], bytes]) -> None:
    with pytest.raises(RevocationAnswerError):
        check_answer(answer(tsa), wanted_of(tsa), at=NOW)


def test_no_flipped_bit_of_an_answer_changes_what_it_says(tsa: FakeTsa) -> None:
    wanted = wanted_of(tsa)
    answer = answered(tsa, OcspSaid(at=NOW, is_withdrawn=True))

    believed = set()
    for place in range(len(answer)):
        changed = bytearray(answer)
        changed[place] ^= 1 << place % 8
        try:
            believed.add(check_answer(bytes(changed), wanted, at=NOW).is_withdrawn)
        except RevocationAnswerError:
            continue

    assert believed <= {True}


def test_what_the_issuer_said_of_something_else_is_no_answer(tsa: FakeTsa) -> None:
    far = authority_with_between()
    (issuer,) = far.carried
    wanted = replace(wanted_of(tsa), certificate=far.signer.certificate, issuer=issuer.certificate)
    wrong = {
        **answers_that_tell_nothing(issuer, far.signer),
        "under another's name": answer_of(
            issuer, far.signer, named=issue("another name", issuer=None, key=issuer.key)
        ),
    }
    good = check_answer(answer_of(issuer, far.signer), wanted, at=STAMPED_AT)

    believed = []
    for name, answer in wrong.items():
        with suppress(RevocationAnswerError):
            check_answer(answer, wanted, at=STAMPED_AT)
            believed.append(name)

    assert (good.is_withdrawn, believed) == (False, [])
