"""Age answers for one's own photos before anything was seen, and what a doubt does (HARM 2)."""

from benban.casework.events import answer_fields, event, open_field
from benban.errors import PermitRefusedError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Original
from benban.model.ids import OriginalId
from benban.model.photo_ages import PHOTO_AGES_ID, PhotoAges, opens_photos
from benban.model.sighting import NO_ANSWERS, AgeAnswers, Answer, Sighting
from benban.vault import CaseStore


def photo_ages(store: CaseStore) -> PhotoAges | None:
    """Return what was answered for the photos themselves; None when that was never asked."""
    return store.maybe(PhotoAges, PHOTO_AGES_ID)


def asks_photo_ages(store: CaseStore) -> bool:
    """
    Return whether the photos that are given now need answers of their own.

    Each time, as a second folder is not the first one. Once a sighting opens pictures, its answers
    speak of the photos; where only sightings that open nothing are, the case stays closed.
    """
    sightings, ages = store.all(Sighting), photo_ages(store)
    if any(one.answers.all_yes for one in sightings):
        return False
    return not sightings or (ages is not None and opens_photos(sightings, ages))


def answer_for_photos(store: CaseStore, answers: AgeAnswers, clock: Clock) -> None:
    """
    Record the answers for the photos that are given now; three times yes opens the case to them.

    A doubt about these photos leaves those that are there; "not 18 today" takes them, too, as no
    earlier photo can show an adult then.

    Args:
        store: of the case.
        answers: of the person, none inferred; where nothing was answered nothing is recorded.
        clock: for the time of the answers.

    Raises:
        PermitRefusedError: BB-101, not three times yes: none of these photos may be read.
    """
    known = photo_ages(store)
    if answers == NO_ANSWERS:
        raise PermitRefusedError
    given = PhotoAges(answers=answers, answered_at=clock.now())
    is_young = answers.adult_now in {Answer.NO, Answer.UNSURE}
    rests_on = given if known is None or answers.all_yes or is_young else known
    if known is not None and known.is_closed:
        rests_on = known
    store.record(
        event(
            EventKind.ANSWERS_CHANGED,
            "",
            open_field("about", PHOTO_AGES_ID),
            *answer_fields(answers),
        ),
        save=[rests_on],
    )
    forget_closed_photos(store)
    if not answers.all_yes or rests_on.is_closed:
        raise PermitRefusedError


def forget_closed_photos(store: CaseStore) -> tuple[OriginalId, ...]:
    """Destroy every declared photo where the recorded answers allow none, and return what went."""
    originals = [one.id for one in store.all(Original)]
    if not originals or opens_photos(store.all(Sighting), photo_ages(store)):
        return ()
    gone = event(EventKind.FORGOTTEN, "", open_field("originals", len(originals)))
    return store.forget_originals(originals, gone)
