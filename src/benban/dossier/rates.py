"""The error rates of this version's comparison, as measured (catalogue/error_rates.toml)."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Protocol

import msgspec

from benban.dossier.view import MeasuredRate

# Message ids under ``dossier.column``, in the order of :func:`rate_in_words`.
RATE_COLUMNS = ("pictures", "scenes", "wrong", "right")


class Counts(Protocol):
    """A voice that says messages of the dossier and numbers."""

    def say(self, message: str, **params: str | int) -> str:
        """Return the text of ``dossier.<message>``."""
        ...

    def known(self, *families_and_id: str) -> str:
        """Return our words for a stable id, or the id where there are none."""
        ...

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as it is written in this language."""
        ...

    def percent(self, share: float) -> str:
        """Return a share as it is written in this language."""
        ...


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layout of the file."""

    method: str
    measured_on: str
    version: str
    thresholds: str
    rate: tuple[MeasuredRate, ...]


@cache
def measured_rates() -> tuple[MeasuredRate, ...]:
    """
    Return one row for each kind of pictures on which this version was measured.

    None where the rates are of other thresholds than those that decide now: rates of another
    method say nothing about this one.

    Raises:
        msgspec.ValidationError: the file is not in its layout; a test reads it.

    Source: ``./run bench source``; docs/explanation/comparison.md.
    """
    return kept_rates() if _file().thresholds == used_thresholds() else ()


def kept_rates() -> tuple[MeasuredRate, ...]:
    """Return the rows of the last complete measurement, of whatever thresholds they are."""
    return _file().rate


@cache
def used_thresholds() -> str:
    """Return the version of the thresholds that decide (catalogue/thresholds.toml)."""
    text = files("benban.catalogue").joinpath("thresholds.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["version"])


def measured_method() -> str:
    """Return name and version of the method that the rates belong to."""
    return _file().method


def measured_version() -> str:
    """Return the version of the measurement, as docs/explanation/error-rates.md names it."""
    return _file().version


def measured_library() -> str:
    """Return name and version of the library that measures: the last part of the method."""
    return _file().method.rpartition(", ")[2]


def rate_in_words(voice: Counts, rate: MeasuredRate) -> tuple[str, str, str, str]:
    """Return a row for the dossier and for the page: pictures, scenes, wrong and right tier A."""
    pictures = voice.known("pictures", rate.pictures)
    if rate.is_synthetic:
        pictures = voice.say("rate.synthetic", pictures=pictures)
    wrong = _bounded(
        voice, rate.tier_a_wrong, rate.different_pairs, ("at-most", rate.wrong_upper_95)
    )
    right = _bounded(voice, rate.tier_a_right, rate.same_pairs, ("at-least", rate.right_lower_95))
    return pictures, voice.number(rate.scenes), wrong, right


def _bounded(voice: Counts, part: int, whole: int, bound: tuple[str, float | None]) -> str:
    if not whole:
        # "0 of 0" would read as a measurement; pairs of this kind were none of those.
        return "–"
    message, share = bound
    counts = {"part": voice.number(part), "whole": voice.number(whole)}
    if share is None:
        return voice.say("rate.of", **counts)
    return voice.say(f"rate.{message}", bound=voice.percent(share), **counts)


@cache
def _file() -> _File:
    text = files("benban.catalogue").joinpath("error_rates.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)
