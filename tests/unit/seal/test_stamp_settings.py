"""Which authorities are asked: the catalogue's, and what the person changed of it."""

from datetime import UTC, datetime

import pytest

from benban.errors import AuthoritySettingsError
from benban.seal.authorities import load_authorities
from benban.seal.stamp_settings import (
    Choice,
    changed,
    choices_bytes,
    effective_authorities,
    parse_choices,
)
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa

TSA = FakeTsa(clock=FakeClock(datetime(2026, 11, 22, tzinfo=UTC)))
OWN = Choice(id="cua-toi", is_enabled=True, url="https://tsa.example/ts", roots=(TSA.root_pem,))


def test_without_a_choice_the_catalogue_stands() -> None:
    found = effective_authorities(load_authorities(), parse_choices(b""))

    enabled = [one.id for one in found if one.is_enabled]
    assert enabled == [one.id for one in load_authorities() if one.is_enabled]
    assert len(enabled) >= 2


def test_what_is_stored_reads_back() -> None:
    choices = (OWN, Choice(id="digicert", is_enabled=False))

    assert set(parse_choices(choices_bytes(choices))) == set(choices)


def test_one_of_the_catalogue_can_be_switched_off() -> None:
    choices = changed((), Choice(id="digicert", is_enabled=False))

    found = {one.id: one for one in effective_authorities(load_authorities(), choices)}
    assert not found["digicert"].is_enabled


def test_one_s_own_is_asked_with_its_own_root() -> None:
    found = effective_authorities(load_authorities(), changed((), OWN))

    assert (found[-1].host, found[-1].roots) == ("tsa.example", (TSA.root_pem,))


def test_switching_off_and_on_keeps_address_and_root() -> None:
    off = changed(changed((), OWN), Choice(id=OWN.id, is_enabled=False))

    assert changed(off, Choice(id=OWN.id, is_enabled=True)) == (OWN,)


@pytest.mark.parametrize(
    "wanted",
    [
        Choice(id="Không phải mã", is_enabled=True),
        Choice(id="a", is_enabled=True, url="ftp://tsa.example"),
        Choice(id="a", is_enabled=True, url="https://tsa.example", roots=(b"no root",)),
    ],
)
def test_what_cannot_be_used_is_refused_when_it_is_said(wanted: Choice) -> None:
    with pytest.raises(AuthoritySettingsError):
        changed((), wanted)


def test_an_authority_without_a_root_is_never_asked() -> None:
    listed = next(one for one in load_authorities() if not one.root_sha256)

    with pytest.raises(AuthoritySettingsError):
        effective_authorities(load_authorities(), (Choice(id=listed.id, is_enabled=True),))


@pytest.mark.parametrize(
    "stored", [b"{}", b"x", b'{"authorities":[1],"v":1}', b'{"authorities":[],"v":2}']
)
def test_settings_that_cannot_be_read_are_said(stored: bytes) -> None:
    with pytest.raises(AuthoritySettingsError):
        parse_choices(stored)
