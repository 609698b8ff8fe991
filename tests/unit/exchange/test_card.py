"""The card of an exchange: three values, and nothing that only looks like one."""

import pytest

from benban.errors.sharing import ExchangeCardError
from benban.exchange.card import MAX_CARD_BYTES, ExchangeCard, card_bytes, read_card

CARD = ExchangeCard(
    name="Nơi trao đổi thử",
    key="here-here-here-here-here-here-here-here",
    withdraw_at="https://kho.example:8443/rut?v=1",
)


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_card_comes_back_as_it_was_whatever_ends_its_line(ending: bytes) -> None:
    assert read_card(card_bytes(CARD) + ending) == CARD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Nơi trao đổi thử", ""),
        ("Nơi trao đổi thử", " Kho"),
        ("Nơi trao đổi thử", "Kho\\nthứ hai"),
        ("Nơi trao đổi thử", "Kho\u202egnod"),
        ("Nơi trao đổi thử", "K" * 81),
        ("here-here", "HERE-HERE"),
        ("here-here", "here-her1"),
        ("https://", "http://"),
        ("https://kho", "https://ai@kho"),
        ("https://kho", "javascript:kho"),
        ('"v":1', '"v":2'),
        ('"v":1', '"v":true'),
        ("benban/exchange-card", "benban/consent-to-share"),
        ('"v":1', '"v":1,"z":1'),
    ],
)
def test_what_is_no_card_is_refused(old: str, new: str) -> None:
    text = card_bytes(CARD).decode()
    assert old in text

    with pytest.raises(ExchangeCardError):
        read_card(text.replace(old, new, 1).encode())


@pytest.mark.parametrize(
    "untrusted", [b"", b"\xff", b"[]", b"null", b'{"v":1}', b" " * (MAX_CARD_BYTES + 1)]
)
def test_what_is_no_json_of_ours_is_refused(untrusted: bytes) -> None:
    with pytest.raises(ExchangeCardError):
        read_card(untrusted)


def test_no_card_is_written_that_nobody_could_read() -> None:
    with pytest.raises(ExchangeCardError):
        card_bytes(ExchangeCard(name="Kho", key="khóa", withdraw_at=CARD.withdraw_at))
