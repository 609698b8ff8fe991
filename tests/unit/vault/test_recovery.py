from collections.abc import Callable

import pytest

from benban.errors import RecoveryCodeMistypedError
from benban.vault.recovery import code_of, new_recovery_code, recovery_secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET = bytes(range(16))


def test_a_code_is_seven_groups_of_four() -> None:
    groups = new_recovery_code().groups

    assert [len(group) for group in groups] == [4] * 7


def test_a_code_gives_its_secret_back() -> None:
    assert recovery_secret(code_of(SECRET).text) == SECRET


def test_two_codes_differ() -> None:
    assert new_recovery_code().text != new_recovery_code().text


def test_a_code_is_not_shown_by_accident() -> None:
    code = code_of(SECRET)

    assert code.text not in repr(code)


@pytest.mark.parametrize(
    "typed",
    [
        lambda text: text.lower(),
        lambda text: text.replace("-", " "),
        lambda text: text.replace("-", ""),
        lambda text: f"  {text}\n",
        lambda text: text.replace("0", "O").replace("1", "l"),
        lambda text: text.replace("0", "o").replace("1", "I"),
        lambda text: text.replace("-", "‑"),
    ],
)
def test_a_code_is_read_however_it_was_copied(typed: Callable[[str], str]) -> None:
    assert recovery_secret(typed(code_of(SECRET).text)) == SECRET


def test_every_single_wrong_character_is_found() -> None:
    digits = code_of(SECRET).text.replace("-", "")
    wrong = [
        digits[:place] + other + digits[place + 1 :]
        for place in range(28)
        for other in ALPHABET
        if other != digits[place]
    ]

    assert [text for text in wrong if _opens(text)] == []


def test_every_exchange_of_two_neighbours_is_found() -> None:
    digits = code_of(SECRET).text.replace("-", "")
    wrong = {
        digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        for place in range(27)
    } - {digits}

    assert [text for text in wrong if _opens(text)] == []


@pytest.mark.parametrize("text", ["", "1234", "U" * 28, "0" * 27, "0" * 29, "é" * 28])
def test_what_is_no_code_is_a_typing_mistake(text: str) -> None:
    with pytest.raises(RecoveryCodeMistypedError):
        recovery_secret(text)


def _opens(text: str) -> bool:
    try:
        recovery_secret(text)
    except RecoveryCodeMistypedError:
        return False
    return True
