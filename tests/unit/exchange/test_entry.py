"""Who comes in by the pages of an exchange, and where these stand."""

import pytest

from benban.errors.exchange_pages import PagesSetUpError
from benban.exchange.entry import (
    Entry,
    Role,
    account,
    entry_text,
    read_entry,
    read_settings,
    short_name,
)
from benban.model.shared_hash import hash_id

_SAID = {
    "origin": "https://exchange.example",
    "issuer": "https://id.example/realms/office",
    "client_id": "benban",
}
_HERE = {"origin": "http://127.0.0.1:8690", "issuer": "http://[::1]:9000", "insecure": "loopback"}


def test_settings_say_where_the_provider_sends_people_back() -> None:
    settings = read_settings({**_SAID, "client_secret": "s"})

    assert settings.back_to == "https://exchange.example/office/entered"
    assert (settings.authority, settings.is_secure) == ("exchange.example", True)


def test_addresses_of_this_computer_need_no_tls_where_that_was_said() -> None:
    assert not read_settings({**_SAID, **_HERE}).is_secure


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"origin": "http://exchange.example"}, "origin"),
        ({"origin": "http://127.0.0.1:8690"}, "origin"),
        ({"origin": "https://exchange.example/"}, "origin"),
        ({"origin": "https://an@exchange.example"}, "origin"),
        ({"origin": "https://exchange.example:0"}, "origin"),
        ({"origin": "https://exchange.example:x"}, "origin"),
        ({"origin": "exchange.example"}, "origin"),
        ({"origin": ""}, "origin"),
        ({"issuer": "http://id.example"}, "issuer"),
        ({"issuer": "https://id.example?x=1"}, "issuer"),
        ({"issuer": "https://id.example/a b"}, "issuer"),
        ({"issuer": "ftp://id.example"}, "issuer"),
        ({**_HERE, "issuer": "http://id.example"}, "issuer"),
        ({**_HERE, "origin": "http://192.0.2.1"}, "origin"),
        ({**_HERE, "origin": "http://localhost:8690"}, "origin"),
        ({"client_id": ""}, "client-id"),
        ({"client_id": "a\nb"}, "client-id"),
    ],
)
def test_settings_with_which_somebody_could_read_along_are_refused(
    change: dict[str, str], what: str
) -> None:
    with pytest.raises(PagesSetUpError) as refused:
        read_settings({**_SAID, **change})

    assert refused.value.params["what"] == what


def test_an_entry_is_kept_with_names_as_people_have_them() -> None:
    entry = Entry(person="Nguyễn Thị An", role=Role.OPERATOR)

    assert read_entry(entry_text(entry)) == entry


@pytest.mark.parametrize("said", ["", "operator", "operator ", "admin An", "An"])
def test_an_entry_that_is_none_lets_nobody_in(said: str) -> None:
    with pytest.raises(PagesSetUpError):
        read_entry(said)


@pytest.mark.parametrize("subject", ["", "a" * 256, "é", "a\x00b"])
def test_an_account_has_a_plain_subject(subject: str) -> None:
    with pytest.raises(PagesSetUpError):
        account("https://id.example", subject)


def test_two_exchanges_have_other_short_names_for_a_hash() -> None:
    names = {short_name(hash_id(0, one), bytes([key] * 32)) for one in (1, 2) for key in (1, 2)}

    assert ({len(one) for one in names}, len(names)) == ({11}, 4)
