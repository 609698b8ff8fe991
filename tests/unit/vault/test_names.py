"""Names to come in with: what looks the same on a list is one name, or none."""

import unicodedata
from pathlib import Path

import pytest

from benban.errors import NameRefusedError, NameTakenError
from benban.model.people import Role
from benban.vault.names import folded, look_of, proper_name
from tests.unit.vault.keeping import CHEAP
from tests.unit.vault.several import joined, made, me, phrase_of

NAME = "Nguyễn Thị Hường"
# By their numbers: on a page nobody would see which is which.
UNSEEN = (0x3164, 0x115F, 0x1160, 0xFFA0, 0x2800, 0x200B, 0x200D, 0x2060, 0x00AD, 0x034F)
UNSEEN_TOO = (0xFE0F, 0x180B, 0x17B4, 0x202E, 0xFEFF, 0x0007, 0xE0041)


@pytest.mark.parametrize("number", UNSEEN + UNSEEN_TOO, ids=hex)
def test_a_character_that_nobody_sees_makes_no_name(number: int) -> None:
    assert proper_name("Q. An") == "Q. An"
    for name in (f"Q. An{chr(number)}", f"Q.{chr(number)} An", chr(number)):
        with pytest.raises(NameRefusedError):
            proper_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "\N{CYRILLIC CAPITAL LETTER A}n",
        "An \N{GREEK SMALL LETTER OMICRON}",
        "\N{COMBINING ACUTE ACCENT}An",
        "An \N{COMBINING ACUTE ACCENT}",
        "Q" + 3 * "\N{COMBINING ACUTE ACCENT}",
        "An\N{EM DASH}Bình",
        "An\N{ARABIC-INDIC DIGIT ONE}",
        "An\N{THAI CHARACTER SARA I}",
        "\N{CHERRY BLOSSOM}",
        "...",
        "",
        " ",
        "n" * 65,
    ],
)
def test_mixed_scripts_and_signs_that_have_doubles_make_no_name(name: str) -> None:
    with pytest.raises(NameRefusedError):
        proper_name(name)


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        "Đặng Quốc Ỷ",
        "an.binh-2 (Huế)",
        "O'Hara",
        "สมชาย ใจดี",
        "សុខ ម៉ាលី",
        "田中 ひろし",
        "김 金",
        "佐々木 ゆき",
        "Ksor Ơ\N{COMBINING BREVE}n",
        "Ṣọ\N{COMBINING ACUTE ACCENT}lá",
        "Ольга",
        "n" * 64,
    ],
)
def test_names_of_people_stay_as_they_are(name: str) -> None:
    assert proper_name(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("H\N{RIGHT SINGLE QUOTATION MARK}Hen Niê", "H'Hen Niê"),
        ("Ka\N{MODIFIER LETTER TURNED COMMA}iulani", "Ka'iulani"),
        ("Đỗ\N{NON-BREAKING HYPHEN}Lê", "Đỗ-Lê"),
        ("Đỗ\N{EN DASH}Lê", "Đỗ-Lê"),
    ],
)
def test_signs_that_a_telephone_writes_are_those_of_every_keyboard(typed: str, kept: str) -> None:
    assert (proper_name(typed), folded(typed)) == (kept, folded(kept))


def test_who_is_invited_stands_in_what_is_noted_however_the_name_was_typed(folder: Path) -> None:
    shared, admin = made(folder)
    with shared:
        mai = joined(shared, admin, "Mai   Anh")
        auditor = joined(shared, admin, "Kiểm", Role.AUDITOR)
        assert auditor.audit is not None
        noted = [one for one in auditor.audit.entries(limit=50) if one.what == "people/invited"]
        assert [one.about for one in noted] == [me(mai).user_id, me(auditor).user_id]
        mai.close()

        assert me(shared.enter("Mai  anh", passphrase=phrase_of("Mai   Anh"))).name == "Mai Anh"


def test_blanks_of_any_kind_and_number_are_one() -> None:
    assert proper_name("  An \N{NO-BREAK SPACE} \N{EM SPACE}Bình ") == "An Bình"


def test_a_name_with_its_marks_apart_is_the_same_name(folder: Path) -> None:
    apart = unicodedata.normalize("NFD", NAME)
    shared, admin = made(folder)
    with shared:
        an = joined(shared, admin, apart)
        with pytest.raises(NameTakenError):
            admin.invite(NAME, Role.CASEWORKER, CHEAP)
        an.close()

        again = shared.enter(NAME, passphrase=phrase_of(apart))

        assert (apart == NAME, me(again).name) == (False, NAME)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Acc", "\u0410\u0441\u0441"),
        ("Đào", "\N{LATIN CAPITAL LETTER ETH}ào"),
        ("An Bình", "an  BÌNH"),
        ("TOM", "\u0422\u041e\u041c"),
        ("Lan", "Ian"),
        ("Lan 1", "Lan l"),
        ("LO", "L0"),
        ("ian", "Ian"),
    ],
)
def test_two_names_that_look_the_same_are_not_both_given(
    folder: Path, first: str, second: str
) -> None:
    shared, admin = made(folder)
    with shared:
        admin.invite(first, Role.CASEWORKER, CHEAP)

        with pytest.raises(NameTakenError):
            admin.invite(second, Role.CASEWORKER, CHEAP)
        assert look_of("An") != look_of("Anh")
