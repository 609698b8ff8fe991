"""The lines of an audit's list in words, and what is not in it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benban.casework.audit import AuditResult, AuditRun
from benban.desk.pages import Words
from benban.exposure.order import Listed
from benban.exposure.steps import Step, steps_for_line, ticked_in
from benban.exposure.words import say_problem, say_reasons
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
        steps: of every place where one of them stands, each once.
        ticked: ids of what is done, on whichever of the photos it was ticked.
    """

    photos: tuple[AuditedPhoto, ...]
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    ticked: frozenset[str]

    @property
    def photo(self) -> AuditedPhoto:
        """The one that the line stands for."""
        return self.photos[0]

    @property
    def done(self) -> int:
        """How many of its steps are ticked."""
        return sum(one.id in self.ticked for one in self.steps)


def rows_of(lines: Sequence[Listed], language: Language, *, is_adult: bool) -> tuple[Row, ...]:
    """Return *lines* in words of *language*."""
    return tuple(
        Row(
            photos=line.photos,
            reasons=say_reasons(language, line),
            steps=steps_for_line(line.photos, is_adult=is_adult),
            ticked=ticked_in(line.photos),
        )
        for line in lines
    )


def changed_ticks(
    photos: Sequence[AuditedPhoto], done: frozenset[str], *, is_adult: bool
) -> Iterator[tuple[AuditedPhoto, str, bool]]:
    """Yield what has to be ticked, or not any more, on which photo of a line, so that *done* is."""
    ticked = ticked_in(photos)
    for step in steps_for_line(photos, is_adult=is_adult):
        if step.id in done and step.id not in ticked:
            yield photos[0], step.id, True
        elif step.id not in done:
            yield from ((one, step.id, False) for one in photos if step.id in one.done)


def notes_of(result: AuditResult, runs: Sequence[AuditRun], words: Words) -> tuple[str, ...]:
    """Return what is not in the list, or is without its facts, each with its number."""
    counted = (
        ("left-out", result.left_out),
        ("others", sum(one.others for one in runs)),
        ("others-gone", sum(one.others_gone for one in runs)),
        ("gone", sum(one.gone for one in runs)),
        ("parts", sum(one.parts for one in runs)),
        ("changed", sum(one.changed for one in runs)),
    )
    unread: Counter[Reason] = Counter()
    for one in runs:
        unread.update(dict(one.unread))
    return (
        *(words(f"cli.audit.{name}", count=count) for name, count in counted if count),
        *(_unlooked(words, code, count) for code, count in result.unlooked),
        *(_unread(words, reason, count) for reason, count in sorted(unread.items(), key=_by_name)),
    )


def _unlooked(words: Words, code: str, count: int) -> str:
    why = say_problem(words.language, code)
    return words("cli.audit.unlooked", count=count, why=why, code=code)


def _unread(words: Words, reason: Reason, count: int) -> str:
    why = words.known("cli.audit.reason", "dossier.import-reason", reason.value)
    return words("cli.audit.unread", count=count, why=why)


def _by_name(counted: tuple[Reason, int]) -> str:
    return counted[0].value
