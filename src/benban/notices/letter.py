"""
A letter to someone: an employer, a school, family. First person, from parts only.

No free text goes in, so no name, account, address, link, picture or charge can (HARM 17).
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from babel.dates import format_date

from benban.errors import LetterNotPossibleError
from benban.model.finding import Tier
from benban.model.sighting import SightingKind
from benban.wording import Language, message_ids, say


class Recipient(Enum):
    """To whom the letter is addressed; nobody is named."""

    WORK = "work"
    SCHOOL = "school"
    FAMILY = "family"
    PARENTS = "parents"
    OTHER = "other"


class Wish(Enum):
    """What the writer may ask for."""

    DO_NOT_SEARCH = "do-not-search"
    DO_NOT_SHARE = "do-not-share"
    KEEP_TO_YOURSELF = "keep-to-yourself"
    TALK_TO_ME = "talk-to-me"
    JUDGE_BY_MY_WORK = "judge-by-my-work"
    TELL_ME_FIRST = "tell-me-first"
    NO_FAULT = "no-fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """
    What a letter may be made of.

    Attributes:
        kind: of the sighting; only published and threatened ones make a letter (HARM 13).
        written_on: printed date.
        tiers: of the comparisons that show an alteration; the letter speaks of alteration
            only when there is a tier A and the writer wants it said.
        says_altered: the writer wants it said.
        removal_asked: at least one notice was sent.
        is_demonstration: the letter says so at its head.
    """

    kind: SightingKind
    recipient: Recipient
    written_on: date
    wishes: tuple[Wish, ...] = field(default=(Wish.DO_NOT_SEARCH, Wish.DO_NOT_SHARE))
    tiers: tuple[Tier, ...] = field(default=())
    says_altered: bool = False
    removal_asked: bool = False
    is_demonstration: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """
    The letter in parts.

    Attributes:
        title: "a letter to someone" in the language.
        paragraphs: body, without greeting lines that name anybody.
        foot: who wrote it and that nobody checked.
    """

    language: Language
    title: str
    paragraphs: tuple[str, ...]
    foot: str

    @property
    def text(self) -> str:
        """The whole letter as plain text."""
        return "\n\n".join((self.title, *self.paragraphs, self.foot)) + "\n"


def write_letter(facts: LetterFacts, language: Language) -> Letter:
    """
    Return the letter; benban never sends it.

    The same facts give the same letter whether or not a comparison was made, unless it is tier A
    and the writer wants that said (HARM 5).

    Raises:
        LetterNotPossibleError: BB-612, the sighting is neither published nor threatened.
    """
    if facts.kind not in {SightingKind.PUBLISHED, SightingKind.THREATENED}:
        raise LetterNotPossibleError
    ids = [
        *(["demonstration"] if facts.is_demonstration else []),
        f"greeting.{facts.recipient.value}",
        f"what.{facts.kind.value}",
        *(["altered"] if facts.says_altered and Tier.A in facts.tiers else []),
        *(["asked"] if facts.removal_asked else []),
        *[f"wish.{wish.value}" for wish in Wish if wish in facts.wishes],
        "closing",
    ]
    paragraphs = [say(language, _fitting(one, facts.recipient, language)) for one in ids]
    paragraphs.append(say(language, "letter.date", date=_day(facts.written_on, language)))
    return Letter(
        language=language,
        title=say(language, "letter.title"),
        paragraphs=tuple(paragraphs),
        foot=say(language, "letter.foot"),
    )


def _fitting(part: str, recipient: Recipient, language: Language) -> str:
    """Return the id of a part's words for this recipient, or of the words for anybody."""
    own = f"letter.{part}.{recipient.value}"
    return own if own in message_ids(language) else f"letter.{part}"


def _day(day: date, language: Language) -> str:
    return format_date(day, "dd/MM/yyyy" if language is Language.VI else "long", language.value)
