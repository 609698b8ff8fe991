"""Which language the person reads, decided before anything is printed."""

import locale
import os
from collections.abc import Sequence
from dataclasses import dataclass

from benban.wording import Language, say


@dataclass(frozen=True, slots=True)
class Words:
    """Messages in one language; called like a function."""

    language: Language

    def __call__(self, message_id: str, **params: str | int) -> str:
        """Return the text of *message_id* with its named places filled."""
        return say(self.language, message_id, **params)


def choose_language(arguments: Sequence[str]) -> Language:
    """
    Return the language asked for by ``--language``, ``BENBAN_LANG`` or the system, in that order.

    Anything that is not a known language falls through to the next source; the last is English.
    """
    asked = [_after_option(arguments), os.environ.get("BENBAN_LANG", ""), _system_language()]
    for text in asked:
        for language in Language:
            if text.lower().replace("_", "-").split("-")[0] == language.value:
                return language
    return Language.EN


def _after_option(arguments: Sequence[str]) -> str:
    for place, argument in enumerate(arguments):
        if argument == "--language" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--language="):
            return argument.partition("=")[2]
    return ""


def _system_language() -> str:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return value
    return locale.getlocale()[0] or ""
