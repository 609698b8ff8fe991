"""How words are compared when somebody searches: without marks, in small letters."""

import unicodedata

# These have no mark of their own to take off.
_LETTERS = str.maketrans({"đ": "d", "Đ": "d"})


def folded(text: str) -> str:
    """Return *text* for comparing: "Đường", "duong" and the decomposed form are the same."""
    apart = unicodedata.normalize("NFD", text.translate(_LETTERS))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
