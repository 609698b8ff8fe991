"""A letter to someone, from the case's facts; benban never sends it (HARM 17)."""

from dataclasses import dataclass
from datetime import timedelta

from benban.casework.events import event, open_field
from benban.dossier.letter import render_letter
from benban.errors import NothingToConcludeError
from benban.model.case import Case, may_leave_the_vault
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.finding import CommonOrigin
from benban.model.remedy import Notice
from benban.model.sighting import Sighting, SightingKind
from benban.notices.letter import Letter, LetterFacts, Recipient, Wish, write_letter
from benban.vault import CaseStore
from benban.wording import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWishes:
    """What the writer chose: to whom, what to ask for, and whether alteration is mentioned."""

    recipient: Recipient
    wishes: tuple[Wish, ...]
    says_altered: bool


def write_case_letter(
    store: CaseStore, chosen: LetterWishes, language: Language, clock: Clock
) -> Letter:
    """
    Return the letter and log that it was written.

    Raises:
        NothingToConcludeError: BB-106, no published or threatened sighting (HARM 13).
    """
    sightings = store.all(Sighting)
    if not may_leave_the_vault(sightings):
        raise NothingToConcludeError
    is_published = any(one.kind is SightingKind.PUBLISHED for one in sightings)
    now = clock.now() + timedelta(seconds=clock.local_utc_offset_s())
    facts = LetterFacts(
        kind=SightingKind.PUBLISHED if is_published else SightingKind.THREATENED,
        recipient=chosen.recipient,
        written_on=now.date(),
        wishes=chosen.wishes,
        # An untouched copy of the same shot reaches tier A as well, and nothing in it was altered.
        tiers=tuple(one.tier for one in store.all(CommonOrigin) if one.shows_altered_shot),
        says_altered=chosen.says_altered,
        removal_asked=any(one.sent_at is not None for one in store.all(Notice)),
        is_demonstration=store.case.is_demonstration,
    )
    letter = write_letter(facts, language)
    store.record(event(EventKind.LETTER_WRITTEN, "", open_field("language", language.value)))
    return letter


def letter_pdf(letter: Letter, case: Case, clock: Clock) -> bytes:
    """Return the letter set as PDF: words only."""
    return render_letter(
        letter.language,
        letter.title,
        letter.paragraphs,
        foot=letter.foot,
        made_at=clock.now(),
        is_demonstration=case.is_demonstration,
    )
