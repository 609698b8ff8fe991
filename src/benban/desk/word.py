"""A short word that is typed before what cannot be taken back; a click alone does none of it."""

from benban.desk.asked import Asked
from benban.desk.fold import folded
from benban.errors import WordNotTypedError
from benban.wording import Language, say

_WORD = "desk.destroy.word"


def require_word(asked: Asked) -> None:
    """
    Return if the word was typed, in either language, with or without marks.

    Raises:
        WordNotTypedError: BB-051.
    """
    typed = folded(asked.first("word"))
    if typed not in {folded(say(language, _WORD)) for language in Language}:
        raise WordNotTypedError
