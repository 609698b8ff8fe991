"""The lines of an audit's list in words, and what is not in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benban.casework.audit import AuditResult, AuditRun
from benban.desk.pages import Words
from benban.exposure.order import Listed
from benban.exposure.steps import Step, count_done, steps_for
from benban.exposure.words import say_reasons
from benban.model.own_photo import AuditedPhoto
from benban.unpack.parts import Reason
from benban.wording import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    A line of the list as a page shows it.

    Attributes:
        photos: the one that the line stands for first.
        reasons: why it stands where it stands.
        steps: for the first photo; which are done stands in ``AuditedPhoto.done``.
    """

    photos: tuple[AuditedPhoto, ...]
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]

    @property
    def photo(self) -> AuditedPhoto:
        """The one that the line stands for."""
        return self.photos[0]

    @property
    def done(self) -> int:
        """How many of its steps are ticked."""
        return count_done(self.photo, self.steps)


def rows_of(lines: Sequence[Listed], language: Language, *, is_adult: bool) -> tuple[Row, ...]:
    """Return *lines* in words of *language*."""
    return tuple(
        Row(
            photos=line.photos,
            reasons=say_reasons(language, line),
            steps=steps_for(line.photo, is_adult=is_adult),
        )
        for line in lines
    )


def notes_of(result: AuditResult, runs: Sequence[AuditRun], words: Words) -> tuple[str, ...]:
    """Return what is not in the list, or is without its facts, each with its number."""
    counted = (
        ("left-out", result.left_out),
        ("others", sum(one.others for one in runs)),
        ("parts", sum(one.parts for one in runs)),
        ("changed", sum(one.changed for one in runs)),
        ("gone", sum(one.gone + one.others_gone for one in runs)),
    )
    unlooked = [
        words("desk.audit.note.unlooked", count=count, why=words.known("desk.audit.problem", code))
        for code, count in result.unlooked
    ]
    unread: Counter[Reason] = Counter()
    for one in runs:
        unread.update(dict(one.unread))
    return (
        *(words(f"desk.audit.note.{name}", count=count) for name, count in counted if count),
        *unlooked,
        *(
            words(
                "desk.audit.note.unread",
                count=count,
                why=words(f"dossier.import-reason.{reason.value}"),
            )
            for reason, count in unread.items()
        ),
    )
