"""What the person answered about age in their own photos, before anything was seen anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from benban.model.sighting import AgeAnswers, Answer, Sighting

# One in each case; the answers speak of the person's own photos and of no place.
PHOTO_AGES_ID = "own-photos"
_DOUBT = frozenset({Answer.NO, Answer.UNSURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoAges:
    """
    The three age answers for the person's own photos (HARM 2); never inferred or defaulted.

    Attributes:
        answers: those on which the kept photos rest; ``adult_in_picture`` speaks of every photo
            given, ``nobody_doubts`` of whoever looked at them.
        answered_at: UTC.
        is_closed: somebody who looked at a photo thought otherwise; no later answer undoes that.
    """

    answers: AgeAnswers
    answered_at: datetime
    is_closed: bool = False

    @property
    def opens(self) -> bool:
        """Whether every answer is yes, and nobody said otherwise afterwards."""
        return self.answers.all_yes and not self.is_closed


def opens_photos(sightings: Iterable[Sighting], ages: PhotoAges | None) -> bool:
    """
    Return whether the answers allow the person's own photos to be kept.

    A sighting's answers speak of the photo that a picture was made from as well. Where none of them
    opens it, those given for the photos themselves do, as long as no sighting says "no" or "not
    sure": with the first such answer the photos close, as with a sighting that closes.
    """
    known = tuple(sightings)
    if any(one.answers.all_yes for one in known):
        return True
    return ages is not None and ages.opens and not any(has_doubt(one.answers) for one in known)


def has_doubt(answers: AgeAnswers) -> bool:
    """Return whether an answer was "no" or "not sure"; one left open is no doubt, and no yes."""
    said = (answers.adult_now, answers.adult_in_picture, answers.nobody_doubts)
    return any(one in _DOUBT for one in said)
