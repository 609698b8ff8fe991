"""Names from outside as one line in which nothing is hidden."""

import unicodedata

# Vietnamese needs two marks on one letter at most; more is a stack that runs over other lines.
_MARKS_IN_A_ROW = 2
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# A file system's longest name; what is longer says nothing more to a reader.
LONGEST_SHOWN = 255


def show_unseen(untrusted: str, *, longest: int = LONGEST_SHOWN) -> str:
    """
    Return *untrusted* as one line with what would be hidden, or would turn it, as ``[U+XXXX]``.

    It is text, not markup: whoever puts it into HTML escapes it.

    Args:
        untrusted: a name of a file or an album, of any length.
        longest: how many of its letters are shown; "…" stands for the rest.
    """
    text = unicodedata.normalize("NFC", untrusted[: longest + 1])
    shown: list[str] = []
    marks = 0
    for letter in text[:longest]:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        shown.append(_shown(letter, is_too_many=marks > _MARKS_IN_A_ROW))
    return "".join(shown) + ("…" if len(untrusted) > longest else "")


def _shown(letter: str, *, is_too_many: bool) -> str:
    category = unicodedata.category(letter)
    if is_too_many or category in _HIDDEN:
        return f"[U+{ord(letter):04X}]"
    return " " if category == "Zs" else letter
