"""
Names to come in with: two that look the same on a list are not two names.

Source: Unicode Standard Annex 15 (NFKC); Technical Standard 39 section 5 (one script), of which
only what Python's own tables know is done here.
"""

import unicodedata

from benban.errors import NameRefusedError

_MOST_CHARACTERS = 64
# Letters by category, and nothing on the page: HANGUL FILLER, BRAILLE PATTERN BLANK and the like.
_UNSEEN = ("FILLER", "BLANK", "VARIATION SELECTOR", "INHERENT")
# Scripts that are written together; the first word of a character's name is its script.
_TOGETHER = (
    frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"CJK", "HANGUL"}),
)
# Small letters of Cyrillic and Greek, which somebody may write a whole name in, and the Latin ones
# that they or their capitals look like; then those of Latin whose capitals look like D with stroke.
_LOOKS = str.maketrans(
    "авекмнорстухіјѕһԁԛԝԍαβεζηικμνορτυχγðɖı",
    "abekmhopctyxijshdqwgabezhikmnoptyxyđđi",
)


def folded(name: str) -> str:
    """Return what two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def look_of(name: str) -> str:
    """Return what two names that look the same have in common, whatever script they are in."""
    letters = unicodedata.normalize("NFKD", folded(name)).translate(_LOOKS)
    return " ".join(unicodedata.normalize("NFKC", letters).split())


def proper_name(untrusted_name: str) -> str:
    """
    Return a name as it is kept: NFKC, one blank where there were several.

    Raises:
        NameRefusedError: BB-463, empty, too long, with characters that nobody sees, with signs
            other than those of ASCII, or in several scripts.
    """
    pieces = unicodedata.normalize("NFKC", untrusted_name).strip().split(" ")
    name = " ".join(piece for piece in pieces if piece)
    if not 0 < len(name) <= _MOST_CHARACTERS or not any(map(str.isalnum, name)):
        raise NameRefusedError
    if not name.isprintable() or not all(map(_is_seen, name)) or not _is_of_one_script(name):
        raise NameRefusedError
    return name


def _is_seen(character: str) -> bool:
    # Of signs and digits only the usual ones: each of them has a dozen others that look like it.
    is_letter = unicodedata.category(character)[0] in "LM"
    name = unicodedata.name(character, "")
    return character.isascii() or (is_letter and not any(word in name for word in _UNSEEN))


def _is_of_one_script(name: str) -> bool:
    # A mark that did not become one letter with the one before it has no script of its own here,
    # so that it is refused beside letters; marks of Thai or Khmer bear the name of theirs.
    letters = [one for one in name if unicodedata.category(one)[0] in "LM"]
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in letters}
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)
