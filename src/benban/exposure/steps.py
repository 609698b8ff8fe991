"""What can be done about one photo where it stands (catalogue/exposure/*.toml)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from benban.exposure.words import say_service
from benban.model.own_photo import Audience, AuditedPhoto, PhotoPlace, PhotoService
from benban.model.remedy import Confidence
from benban.wording import Language, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One thing that a person can do about a photo.

    Attributes:
        id: stable; a tick is kept by it.
        service: whose it is; None where it holds for any.
        titles: short, for a list of boxes, by language.
        texts: the same in full, by language.
        confidence: of what it claims about a service; None where it claims nothing.
        source: where that is known from; empty where it claims nothing.
        checked_on: when that was looked at; None where it claims nothing.
    """

    id: str
    service: PhotoService | None
    titles: tuple[tuple[Language, str], ...]
    texts: tuple[tuple[Language, str], ...]
    confidence: Confidence | None = None
    source: str = ""
    checked_on: date | None = None

    def title(self, language: Language) -> str:
        """Return what it is called in a list of boxes, with its service where it has one."""
        title = dict(self.titles)[language]
        if self.service is None:
            return title
        # A line can stand for the same picture on several services.
        return f"{say_service(language, self.service)}: {title}"

    def text(self, language: Language) -> str:
        """Return what to do."""
        return dict(self.texts)[language]

    def source_shown(self, language: Language) -> str:
        """
        Return when and how surely it is known; empty where it claims nothing.

        The source itself is not printed: a name of some other site would be an address to open.
        """
        if self.confidence is None or self.checked_on is None:
            return ""
        checked = self.checked_on.isoformat()
        return say(language, f"exposure.step.source.{self.confidence.value}", checked=checked)


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layout of one ``[[step]]``; empty *places* and *audiences* are all of them."""

    id: str
    order: int
    title_vi: str
    title_en: str
    text_vi: str
    text_en: str
    places: frozenset[PhotoPlace] = frozenset()
    audiences: frozenset[Audience] = frozenset()
    not_for: frozenset[PhotoService] = frozenset()
    only_if: Literal["", "adult"] = ""
    confidence: Confidence | None = None
    source: str = ""
    checked_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse a claim without its source, its day or its confidence."""
        claims = (self.confidence is not None, bool(self.source), self.checked_on is not None)
        if len(set(claims)) > 1:
            problem = f"{self.id}: source, checked_on and confidence stand together or not at all"
            raise ValueError(problem)

    def is_for(self, place: PhotoPlace, photo: AuditedPhoto, *, is_adult: bool) -> bool:
        """Return whether it says something to whoever has this photo there."""
        return (
            (not self.places or place in self.places)
            and (not self.audiences or photo.audience in self.audiences)
            and photo.service not in self.not_for
            and (is_adult or self.only_if != "adult")
        )


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layout of a file; one without *service* holds for any."""

    service: PhotoService | None = None
    step: tuple[_Entry, ...]


def steps_for(photo: AuditedPhoto, *, is_adult: bool = False) -> tuple[Step, ...]:
    """
    Return what can be done about *photo*, in the order in which to do it.

    Steps that are over already stay in it: what was ticked stands in ``AuditedPhoto.done``.

    Args:
        photo: what is another person's has the steps of a photo in which one is tagged.
        is_adult: whether the person said so; no answer is no.

    Raises:
        msgspec.ValidationError: a file is not in its layout; a test reads them all.
    """
    place = PhotoPlace.TAGGED if photo.is_others else photo.place
    return tuple(
        _step(service, entry)
        for service, entry in _entries()
        if service in {None, photo.service} and entry.is_for(place, photo, is_adult=is_adult)
    )


def steps_for_line(photos: Sequence[AuditedPhoto], *, is_adult: bool = False) -> tuple[Step, ...]:
    """
    Return what can be done about photos that are one line, each step once, in order.

    The same picture can stand in several places: the steps of all of them are there.

    Args:
        photos: of one line.
        is_adult: whether the person said so; no answer is no.
    """
    wanted = {step.id for photo in photos for step in steps_for(photo, is_adult=is_adult)}
    return tuple(one for one in every_step() if one.id in wanted)


def ticked_in(photos: Sequence[AuditedPhoto]) -> frozenset[str]:
    """Return the ids that are ticked on a line, on whichever of its photos they were ticked."""
    return frozenset(step_id for photo in photos for step_id in photo.done)


def count_done(photo: AuditedPhoto, steps: Sequence[Step]) -> int:
    """Return how many of *steps* are ticked; a tick of a step that is gone counts for nothing."""
    return sum(one.id in photo.done for one in steps)


def every_step() -> tuple[Step, ...]:
    """Return all steps that are in use, in order."""
    return tuple(_step(service, entry) for service, entry in _entries())


@cache
def _step(service: PhotoService | None, entry: _Entry) -> Step:
    return Step(
        id=entry.id,
        service=service,
        titles=((Language.VI, entry.title_vi), (Language.EN, entry.title_en)),
        texts=((Language.VI, entry.text_vi), (Language.EN, entry.text_en)),
        confidence=entry.confidence,
        source=entry.source,
        checked_on=entry.checked_on,
    )


@cache
def _entries() -> tuple[tuple[PhotoService | None, _Entry], ...]:
    folder = files("benban.catalogue").joinpath("exposure")
    read = [
        msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File)
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    # What nobody verified is told to nobody.
    found = [
        (one.service, entry)
        for one in read
        for entry in one.step
        if entry.confidence is not Confidence.D
    ]
    return tuple(sorted(found, key=lambda pair: (pair[1].order, pair[1].id)))
