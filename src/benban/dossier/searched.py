"""What every face says of how far a run looked: counts that name no photo."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from benban.model.finding import CommonOrigin, Tier

# A message id without its family (``cli.compare``, ``dossier``) and its values.
Said = tuple[str, dict[str, int]]


class MeasuredList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    How often the right original was on the short list (catalogue/short_list.toml).

    Attributes:
        originals: how many the list was made from.
        asked: altered copies that were asked for.
        found: those whose original was on the list.
    """

    measured_on: str
    originals: int
    asked: int
    found: int


def searched_said(finding: CommonOrigin) -> tuple[Said, ...]:
    """Return what is said of a run, for every tier; nothing of one that was never counted."""
    return (*_searched(finding), *_siblings(finding), *_part(finding))


@cache
def measured_list() -> MeasuredList:
    """
    Return how often the short list held the right original.

    Raises:
        msgspec.ValidationError: the file is not in its layout; a test reads it.
    """
    text = files("benban.catalogue").joinpath("short_list.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), MeasuredList)


def _searched(finding: CommonOrigin) -> list[Said]:
    searched = finding.searched
    if searched is None:
        return []
    counts = {"declared": searched.declared, "in_full": searched.in_full}
    said: list[Said] = []
    if searched.by_index is None:
        said.append(("searched.all", counts))
    else:
        said.append(("searched.list", {**counts, "by_index": searched.by_index}))
    if searched.unread:
        said.append(("searched.unread", {"unread": searched.unread}))
    if searched.by_index is not None and searched.in_full < searched.by_index:
        if finding.tier is Tier.A:
            said.append(("searched.contest", {}))
        rate = measured_list()
        known = {"found": rate.found, "asked": rate.asked, "originals": rate.originals}
        said.append(("searched.may-miss", known))
    return said


def _siblings(finding: CommonOrigin) -> list[Said]:
    siblings = finding.siblings
    if siblings is None:
        return []
    counts = {"siblings.beaten": siblings.beaten, "siblings.alike": siblings.alike}
    return [(message, {"number": count}) for message, count in counts.items() if count]


def _part(finding: CommonOrigin) -> list[Said]:
    part = finding.part
    if part is None:
        return []
    said: list[Said] = [("part", {"number": part.number, "parts": part.count})]
    return said if part.number == 1 else [*said, ("part.no-picture", {})]
