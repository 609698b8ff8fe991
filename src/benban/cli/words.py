"""Which language the person reads, decided before anything is printed."""

import locale
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from benban.cli.program import COMMANDS, NAME
from benban.wording import Language, message_ids, say

# "benban plan" is something to type; "benban sends nothing" is a sentence.
_TYPED = re.compile(rf"\b{NAME} (?=(?:{'|'.join(COMMANDS)})\b)")
# What Windows calls its languages where others write "vi_VN".
_LANGUAGES = {"vietnamese": Language.VI, "english": Language.EN}


@dataclass(frozen=True, slots=True)
class Words:
    """
    Messages in one language; called like a function.

    Attributes:
        program: what the person types to start this program; next steps are written with it.
    """

    language: Language
    program: str = NAME

    def __call__(self, message_id: str, **params: str | int) -> str:
        """Return the text of *message_id* with its named places filled."""
        text = say(self.language, message_id, **params)
        return text if self.program == NAME else _TYPED.sub(f"{self.program} ", text)

    def known(self, *families_and_id: str) -> str:
        """Return our words for a stable id (the last one), or the id where no family has any."""
        *families, identifier = families_and_id
        for family in families:
            message_id = f"{family}.{identifier.replace(' ', '-')}"
            if message_id in message_ids(self.language):
                return self(message_id)
        return identifier


def choose_language(arguments: Sequence[str]) -> Language:
    """
    Return the language asked for by ``--language``, ``BENBAN_LANG`` or the system, in that order.

    Anything that is not a known language falls through to the next source; the last is English.
    """
    asked = [_after_option(arguments), os.environ.get("BENBAN_LANG", ""), _system_language()]
    known = {**_LANGUAGES, **{language.value: language for language in Language}}
    for text in asked:
        first = re.split(r"[-_.]", text.lower())[0]
        if first in known:
            return known[first]
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
