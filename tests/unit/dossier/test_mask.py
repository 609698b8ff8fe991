import base64
import html
import json
import unicodedata
from collections.abc import Callable
from typing import Literal
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.dossier.mask import MASKED, make_masker
from benban.dossier.view import OwnAccount
from tests.unit.dossier.example import own_account

NAME = "Nguyễn Vĩ Canary"


def mask(text: str) -> str:
    return make_masker(own_account()).text(text)


@pytest.mark.parametrize(
    "written",
    [
        NAME,
        NAME.upper(),
        unicodedata.normalize("NFD", NAME),
        "Nguyen Vi Canary",
        "Nguyễn\u00a0Vĩ  Canary",
        "Nguyễn Vĩ Can\u200bary",
        quote(NAME),
        quote_plus(NAME),
        json.dumps(NAME)[1:-1],
        html.escape(NAME),
        NAME.encode("ascii", "xmlcharrefreplace").decode(),
        "@canary_reporter",
        "CANARY_REPORTER",
        "7771234567",
        "https://cdn.vi-du.example/avatars/canary-face-99.jpg",
        "canary-face-99.jpg",
        "stel_ssid_CANARYSECRET_9f8e7d",
    ],
)
def test_an_own_trace_is_masked_however_it_is_written(written: str) -> None:
    assert mask(f"đầu {written} cuối") == f"đầu {MASKED} cuối"


# As the Vietnamese keyboard of Windows types them: the vowel, then its tone by itself.
TYPED_ON_WINDOWS = {
    "Nguyễn Thị Tường": "Nguyê\u0303n Thi\u0323 Tươ\u0300ng",
    "Lệ": "Lê\u0323",
    "Đặng Ờ": "Đă\u0323ng Ơ\u0300",
    "Thể": "Thê\u0309",
}


WRITINGS: dict[str, Callable[[str], str]] = {
    "joined": lambda text: unicodedata.normalize("NFC", text),
    "apart": lambda text: unicodedata.normalize("NFD", text),
    "tones apart": lambda text: TYPED_ON_WINDOWS.get(text, text),
}


@pytest.mark.parametrize("name", ["Nguyễn Thị Tường", "Lệ", "Đặng Ờ"])
@pytest.mark.parametrize("typed", WRITINGS)
@pytest.mark.parametrize("found", WRITINGS)
def test_a_name_is_found_however_its_marks_are_joined(name: str, typed: str, found: str) -> None:
    masker = make_masker(OwnAccount(names=(WRITINGS[typed](name),)))
    text = WRITINGS[found](name)

    assert masker.text(f"đầu {text} cuối") == f"đầu {MASKED} cuối"
    assert masker.text(f"?q={quote(text)}") == f"?q={MASKED}"
    assert masker.text(f"đầu {text.upper()}.") == f"đầu {MASKED}."
    # One letter joined and the next apart: pieces of several programs in one text.
    mixed = "".join(
        WRITINGS["joined" if number % 2 else "apart"](letter)
        for number, letter in enumerate(unicodedata.normalize("NFC", name))
    )
    assert masker.text(mixed) == MASKED


@pytest.mark.parametrize("name", ["한가람", "\N{ANGSTROM SIGN}sa Öst", "ガスパル"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_of_another_script_is_found_as_it_was_typed_and_in_both_forms(
    name: str, form: Literal["NFC", "NFD"]
) -> None:
    masker = make_masker(OwnAccount(names=(name,)))

    assert masker.text(f"a {name} b") == f"a {MASKED} b"
    assert masker.text(f"a {unicodedata.normalize(form, name)} b") == f"a {MASKED} b"


@pytest.mark.parametrize("typed", WRITINGS)
def test_a_short_name_stays_in_longer_words_however_it_is_typed(typed: str) -> None:
    masker = make_masker(OwnAccount(names=(WRITINGS[typed]("Thể"),)))

    assert masker.leaves_alone("Thểx và xthể")


def test_marks_without_end_are_no_work_without_end() -> None:
    masker = make_masker(OwnAccount(names=("a" + "\u0301" * 500,)))

    assert masker.text("a" + "\u0301" * 500) == MASKED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/p?id=5&token=abc123#x", f"https://a.example/p?id=5&token={MASKED}#x"),
        (
            "https://a.example/#access_token=abc&x=1",
            f"https://a.example/#access_token={MASKED}&x=1",
        ),
        ("https://a.example/?a=1&amp;sid=zzz", f"https://a.example/?a=1&amp;sid={MASKED}"),
        (
            "https://a.example/?next=%2Fp%3Ftoken%3Dabc123",
            f"https://a.example/?next=%2Fp%3Ftoken%3D{MASKED}",
        ),
        ("https://user:secret@a.example/p", f"https://{MASKED}@a.example/p"),
        ("Cookie: a=b; c=d", f"Cookie: {MASKED}"),
        ('{"Set-Cookie": "a=b; c=d", "x": 1}', f'{{"Set-Cookie": "{MASKED}", "x": 1}}'),
        ("c_user=100012; xs=4%3Aab", f"c_user={MASKED}; xs={MASKED}"),
        ("https://a.example/?pwd=x&fb_dtsg=y", f"https://a.example/?pwd={MASKED}&fb_dtsg={MASKED}"),
        (
            "https://a.example/?__cft__[0]=AZX&__tn__=R&id=5",
            f"https://a.example/?__cft__[0]={MASKED}&__tn__={MASKED}&id=5",
        ),
        ("https://a.example/?mail=a@b.example", f"https://a.example/?mail={MASKED}"),
        ("set-cookie: stel=1; path=/\nHost: x", f"set-cookie: {MASKED}\nHost: x"),
        ("Authorization: Bearer abcdefghijkl", f"Authorization: {MASKED}"),
        ("curl -H 'x: Bearer abcdefghijkl'", f"curl -H 'x: Bearer {MASKED}'"),
        ("j=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", f"j={MASKED}"),
        ("123456789:AAFakeFakeFakeFakeFakeFakeFakeFake_", MASKED),
        ('src="data:image/png;base64,iVBORw0KGgo="', f'src="{MASKED}"'),
    ],
)
def test_a_secret_is_masked_and_what_surrounds_it_stays(text: str, expected: str) -> None:
    assert mask(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://t.me/kenh_vi_du/123456?single",
        "https://t.me/+AbCdEf123",
        "17771234567 và 77712345678",
        "cookie ngon, mật khẩu gì đó",
    ],
)
def test_what_is_no_trace_stays(text: str) -> None:
    assert mask(text) == text


def test_a_short_name_is_masked_as_a_word_only() -> None:
    masker = make_masker(OwnAccount(names=("Lan",)))

    assert masker.text("Lan, lang, @lan, Lan.") == f"{MASKED}, lang, {MASKED}, {MASKED}."


def test_an_account_without_traces_masks_secrets_all_the_same() -> None:
    assert make_masker(OwnAccount()).text("x?token=abc y") == f"x?token={MASKED} y"


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_masking_twice_is_masking_once(text: str, name: str) -> None:
    masker = make_masker(OwnAccount(names=(name, "che", "masked")))
    once = masker.text(text)

    assert masker.text(once) == once


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_canary_never_survives_between_any_two_texts(before: str, after: str) -> None:
    masked = mask(f"{before}{NAME}{after}canary_reporter{before}")

    assert ("canary_reporter" in masked.lower(), NAME in masked) == (False, False)


def test_an_encoded_picture_in_a_page_is_not_readable_text() -> None:
    picture = base64.b64encode(b"unveiled" * 100).decode()

    assert mask(f"url(data:image/jpeg;base64,{picture})") == f"url({MASKED})"
