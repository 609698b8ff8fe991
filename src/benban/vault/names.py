"""
Names to come in with: two that look the same on a list are not two names.

Source: Unicode Standard Annex 15 (NFKC); Technical Standard 39 section 5 (one script), of which
only what Python's own tables know is done here.
"""

import unicodedata

from benban.errors import NameRefusedError

_MOST_CHARACTERS = 64
# Letters by category, and nothing on the page: HANGUL FILLER, BRAILLE PATTERN BLANK and the like.
_UNSEEN = ("FILLER", "BLANK", "VARIATION SELECTOR", "INHERENT", "JOINER")
# What telephones and word processors write in the place of an apostrophe and a hyphen.
_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u02bc\u02bb\u0060\u00b4", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013", "-")
)
# Scripts that are written together; the first word of a character's name is its script.
_TOGETHER = (
    frozenset({"CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"CJK", "HANGUL"}),
)
# Signs that one letter bears: Jörai and Yoruba have two.
_MOST_MARKS = 2
# Small letters of Cyrillic and Greek, which somebody may write a whole name in, and the Latin ones
# that they or their capitals look like; then those of Latin whose capitals look like D with stroke.
_LOOKS = str.maketrans(
    "авекмнорстухіјѕһԁԛԝԍαβεζηικμνορτυχγðɖıɡɑ",
    "abekmhopctyxijshdqwgabezhikmnoptyxyđđiga",
)
# As printed: a capital i, a one and a stroke are an l to the eye, a nought is an o.
_PRINTED = str.maketrans("I1|0", "lllo")


def folded(name: str) -> str:
    """Return what two spellings of one name have in common."""
    return _spelt(name).casefold()


def look_of(name: str) -> str:
    """Return what two names that look the same have in common, whatever script they are in."""
    seen = _spelt(name).translate(_PRINTED).casefold()
    letters = unicodedata.normalize("NFKD", seen).translate(_LOOKS)
    return unicodedata.normalize("NFKC", letters)


def proper_name(untrusted_name: str) -> str:
    """
    Return a name as it is kept: NFKC, one blank where there were several, ASCII's signs.

    Raises:
        NameRefusedError: BB-463, empty, too long, with characters that nobody sees, with signs
            other than those of ASCII, or in several scripts.
    """
    name = _spelt(untrusted_name)
    if not 0 < len(name) <= _MOST_CHARACTERS or not any(map(str.isalnum, name)):
        raise NameRefusedError
    if not name.isprintable() or not all(map(_is_seen, name)) or not _is_of_one_script(name):
        raise NameRefusedError
    return name


def _spelt(name: str) -> str:
    # Twice: some of the signs are written by NFKC with a blank before them.
    pieces = unicodedata.normalize("NFKC", name.translate(_SIGNS)).translate(_SIGNS).split(" ")
    return " ".join(piece for piece in (one.strip() for one in pieces) if piece)


def _is_seen(character: str) -> bool:
    # Of signs and digits only the usual ones: each of them has a dozen others that look like it.
    is_letter = unicodedata.category(character)[0] in "LM"
    name = unicodedata.name(character, "")
    return character.isascii() or (is_letter and not any(word in name for word in _UNSEEN))


def _is_of_one_script(name: str) -> bool:
    scripts: set[str] = set()
    marks = 0
    is_on_a_letter = False
    for one in name:
        category = unicodedata.category(one)
        script = unicodedata.name(one, "").partition(" ")[0]
        if category[0] == "M" and script == "COMBINING":
            # What NFKC could not make one letter of with the one before it; it has no script.
            marks += 1
            if not is_on_a_letter or marks > _MOST_MARKS:
                return False
            continue
        marks, is_on_a_letter = 0, category[0] in "LM"
        if is_on_a_letter:
            scripts.add(script)
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)
