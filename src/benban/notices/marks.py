"""Places of a draft that only the person can fill; they are seen as such until the signature."""

from benban.wording import Language, say

# Stands before each digest of a kept file; the check of a notice knows such a line by it.
DIGEST_LABEL = "SHA-256"

_OPEN, _CLOSE = "⟦", "⟧"
_NAMES = ("statements", "name", "contact", "signed_on")


def marks(language: Language) -> dict[str, str]:
    """Return the visible marks of a draft by the name of their place."""
    return {name: f"{_OPEN}{say(language, f'notice.mark.{name}')}{_CLOSE}" for name in _NAMES}


def fill_marks(body: str, language: Language, values: dict[str, str]) -> str:
    """Return *body* with each mark replaced by the value of its name, in one pass over the text."""
    by_mark = {mark: values[name] for name, mark in marks(language).items()}
    pieces: list[str] = []
    rest = body
    while rest:
        before, found, after = rest.partition(_OPEN)
        pieces.append(before)
        if not found:
            break
        inner, closed, rest = after.partition(_CLOSE)
        mark = f"{_OPEN}{inner}{closed}"
        pieces.append(by_mark.get(mark, mark))
    return "".join(pieces)


def has_marks(body: str) -> bool:
    """Whether a place is still open."""
    return _OPEN in body


def without_marks(untrusted_text: str) -> str:
    """Return *untrusted_text* so that it cannot be taken for a mark; the address stays the same."""
    return untrusted_text.replace(_OPEN, "%E2%9F%A6").replace(_CLOSE, "%E2%9F%A7")
