"""The error rates of this version's comparison, as measured (catalogue/error_rates.toml)."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from benban.dossier.view import MeasuredRate


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layout of the file."""

    method: str
    measured_on: str
    rate: tuple[MeasuredRate, ...]


@cache
def measured_rates() -> tuple[MeasuredRate, ...]:
    """
    Return one row for each kind of pictures on which this version was measured.

    Raises:
        msgspec.ValidationError: the file is not in its layout; a test reads it.

    Source: ``./run bench source``; docs/explanation/comparison.md.
    """
    return _file().rate


def measured_method() -> str:
    """Return name and version of the method that the rates belong to."""
    return _file().method


@cache
def _file() -> _File:
    text = files("benban.catalogue").joinpath("error_rates.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)
