"""What people read, in Vietnamese and English, by message id."""

from collections.abc import Mapping
from enum import Enum

from benban_verify.messages_en import ENGLISH
from benban_verify.messages_vi import VIETNAMESE


class Language(Enum):
    """The languages of the messages."""

    VI = "vi"
    EN = "en"


_TABLES: Mapping[Language, Mapping[str, str]] = {
    Language.VI: VIETNAMESE,
    Language.EN: ENGLISH,
}


def words(language: Language, message_id: str, about: Mapping[str, str | int]) -> str:
    """Return the message with its places filled."""
    return _TABLES[language][message_id].format(**about)
