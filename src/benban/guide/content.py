"""What the pages hold, as plain values."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from benban.wording import Language


class TextPlace(Enum):
    """A place of a text that only the person can fill."""

    ADDRESS = "address"
    HOST = "host"
    SEEN = "seen"
    STATEMENTS = "statements"
    NAME = "name"
    CONTACT = "contact"
    SIGNED_ON = "signed_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStep:
    """
    One step of a plan in words.

    Attributes:
        lines: reason, clock and warnings, in this order; none is empty.
        where: web address, mail address or menu path; empty when the step has none.
        text_id: the :class:`GuideText` that goes with it; empty for none.
    """

    title: str
    lines: tuple[str, ...]
    where: str
    text_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePlatform:
    """The steps for one service; ``id`` is empty for a site that the catalogue does not know."""

    id: str
    name: str
    steps: tuple[GuideStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideText:
    """
    One text to be filled in and copied.

    Attributes:
        body: pieces in order: plain text, or a place to fill.
        statements: what the person confirms one by one.
        not_recorded: what stands where the person does not say when they saw it.
    """

    id: str
    language: Language
    subject: str
    body: tuple[str | TextPlace, ...]
    statements: tuple[str, ...]
    not_recorded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideContent:
    """
    Everything on the pages of one language.

    Attributes:
        first_steps: what is done before anything else, wherever it is posted.
        platforms: one per service, in the order of their names; the unknown site stands last.
        side_steps: what can be done beside, wherever it is posted.
        threat_steps: for somebody who is threatened.
        minor_*: the same for anybody who is or may be under 18.
    """

    language: Language
    made_on: date
    catalogue_version: str
    first_steps: tuple[GuideStep, ...]
    platforms: tuple[GuidePlatform, ...]
    side_steps: tuple[GuideStep, ...]
    threat_steps: tuple[GuideStep, ...]
    texts: tuple[GuideText, ...]
    minor_first_steps: tuple[GuideStep, ...]
    minor_platforms: tuple[GuidePlatform, ...]
    minor_side_steps: tuple[GuideStep, ...]
    minor_threat_steps: tuple[GuideStep, ...]
    minor_texts: tuple[GuideText, ...]
