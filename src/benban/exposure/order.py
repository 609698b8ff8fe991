"""
In which order to hide or replace one's own photos, and why each stands where it stands.

The rule is a table that a person can read (docs/explanation/exposure.md): the first line in which
two photos differ decides. Nothing in it looks at what a picture shows; only the person does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from benban.model.own_photo import Audience, AuditedPhoto, PhotoPlace, Sorting, Trace

# A print of 13 x 18 cm needs as much; below, little is left to work with. Ours, not measured.
LARGE_SIDE_PX = 1600


class Why(Enum):
    """Why a photo stands where it stands."""

    PORTRAIT = "portrait"
    NOT_SORTED = "not-sorted"
    PUBLIC = "public"
    AUDIENCE_UNKNOWN = "audience-unknown"
    LIMITED = "limited"
    PRIVATE = "private"
    PROFILE = "profile"
    COVER = "cover"
    STORY = "story"
    POST = "post"
    TAGGED = "tagged"
    OTHER_THUMBNAIL = "other-thumbnail"
    PLACE = "place"
    OWNER = "owner"
    LARGE = "large"
    ALIKE = "alike"


_AUDIENCES = {
    Audience.PUBLIC: (0, Why.PUBLIC),
    Audience.UNKNOWN: (1, Why.AUDIENCE_UNKNOWN),
    Audience.LIMITED: (2, Why.LIMITED),
    Audience.PRIVATE: (3, Why.PRIVATE),
}
# Avatars and covers of years ago stay visible one by one, and are the first that is found.
_PLACES: dict[PhotoPlace, tuple[int, Why | None]] = {
    PhotoPlace.PROFILE: (0, Why.PROFILE),
    PhotoPlace.COVER: (1, Why.COVER),
    PhotoPlace.POST: (2, Why.POST),
    PhotoPlace.STORY: (2, Why.STORY),
    PhotoPlace.ALBUM: (2, Why.POST),
    PhotoPlace.TAGGED: (3, Why.TAGGED),
    PhotoPlace.UNKNOWN: (4, None),
    PhotoPlace.MESSAGE: (5, None),
    PhotoPlace.BACKUP: (6, None),
}
_TRACES = (
    (frozenset({Trace.OTHER_THUMBNAIL}), Why.OTHER_THUMBNAIL),
    (frozenset({Trace.PLACE}), Why.PLACE),
    (frozenset({Trace.OWNER, Trace.SERIAL}), Why.OWNER),
)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
# Source: Exif 3.0, DateTimeOriginal with SubSecTimeOriginal and OffsetTimeOriginal.
_SHOWN = re.compile(
    r"(?P<date>[0-9]{4}[:-][0-9]{2}[:-][0-9]{2})[ T](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.[0-9]*)?\s*(?P<zone>[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    One line of the list: a photo and those that look like it.

    Attributes:
        photos: the one that the line stands for first.
        reasons: in the order of the table.
        sorting: how the person sorted the line; None until it is decided.
    """

    photos: tuple[AuditedPhoto, ...]
    reasons: tuple[Why, ...]
    sorting: Sorting | None = None

    @property
    def photo(self) -> AuditedPhoto:
        """The one that the line stands for."""
        return self.photos[0]


Groups = tuple[tuple[AuditedPhoto, ...], ...]


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    # The table from its second line on, line by line; the smaller comes first.
    audience: int
    place: int
    traces: int
    is_small: bool
    age_s: float
    name: str
    photo: AuditedPhoto = field(compare=False)


def group_photos(photos: Sequence[AuditedPhoto]) -> Groups:
    """
    Return *photos* by what looks alike, in the order of the table.

    How the person sorted them plays no part in it: no answer changes which photos are one line.
    """
    # Late: no page waits for numpy before something is grouped.
    from benban.exposure.group import group_alike

    return group_alike([rank.photo for rank in sorted(_rank(one) for one in photos)])


def order_groups(groups: Groups) -> tuple[Listed, ...]:
    """
    Return the lines of the list, what to look at first first.

    A line is sorted as a whole, as the first photo in it that the person decided about. What was
    sorted as no portrait is left out, and so is what is another person's unless the caller chose
    to have it among *groups*: nothing here asks whose a photo is.
    """
    lines = [
        Listed(photos=group, reasons=reasons_for(group), sorting=sorting_of(group))
        for group in groups
    ]
    shown = [line for line in lines if line.sorting is not Sorting.NOT]
    return tuple(sorted(shown, key=lambda line: line.sorting is not Sorting.PORTRAIT))


def order_photos(photos: Sequence[AuditedPhoto]) -> tuple[Listed, ...]:
    """Return the lines of the list of *photos*; see :func:`order_groups`."""
    return order_groups(group_photos(photos))


def sorting_of(group: Sequence[AuditedPhoto]) -> Sorting | None:
    """Return how the person sorted a line; "later" decides nothing about those beside it."""
    decided = [one.sorting for one in group if one.sorting in {Sorting.PORTRAIT, Sorting.NOT}]
    later = Sorting.LATER if any(one.sorting is Sorting.LATER for one in group) else None
    return decided[0] if decided else later


def reasons_for(group: Sequence[AuditedPhoto]) -> tuple[Why, ...]:
    """Return why a line stands where it stands."""
    photo = group[0]
    place = _PLACES[photo.place][1]
    return (
        Why.PORTRAIT if sorting_of(group) is Sorting.PORTRAIT else Why.NOT_SORTED,
        _AUDIENCES[photo.audience][1],
        *(() if place is None else (place,)),
        *(why for traces, why in _TRACES if not traces.isdisjoint(photo.facts.traces)),
        *((Why.LARGE,) if _is_large(photo) else ()),
        *((Why.ALIKE,) if len(group) > 1 else ()),
    )


def _rank(photo: AuditedPhoto) -> _Rank:
    carried = [not traces.isdisjoint(photo.facts.traces) for traces, _ in _TRACES]
    return _Rank(
        audience=_AUDIENCES[photo.audience][0],
        place=_PLACES[photo.place][0],
        traces=carried.index(True) if any(carried) else len(carried),
        is_small=not _is_large(photo),
        age_s=-(_time(photo) - _LONG_AGO).total_seconds(),
        name=f"{photo.source}/{photo.name}",
        photo=photo,
    )


def _time(photo: AuditedPhoto) -> datetime:
    return photo.at or _taken_at(photo.facts.taken_at_shown) or _LONG_AGO


def _taken_at(shown: str) -> datetime | None:
    """Return a time as cameras write it; without a zone as if it were UTC, to order by alone."""
    match = _SHOWN.match(shown)
    if match is None:
        return None
    date, time, zone = match["date"].replace(":", "-"), match["time"], match["zone"] or "+00:00"
    try:
        return datetime.fromisoformat(f"{date}T{time}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_large(photo: AuditedPhoto) -> bool:
    return max(photo.facts.width_px, photo.facts.height_px) >= LARGE_SIDE_PX
