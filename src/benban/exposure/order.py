"""
In which order to hide or replace one's own photos, and why each stands where it stands.

The rule is a table that a person can read (docs/explanation/exposure.md): the first line in which
two photos differ decides. Nothing in it looks at what a picture shows; only the person does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from benban.exposure.group import group_alike
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    One line of the list: a photo and those that look like it.

    Attributes:
        photos: the one that the line stands for first.
        reasons: in the order of the table.
    """

    photos: tuple[AuditedPhoto, ...]
    reasons: tuple[Why, ...]

    @property
    def photo(self) -> AuditedPhoto:
        """The one that the line stands for."""
        return self.photos[0]


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    # The table, line by line; the smaller comes first.
    sorting: int
    audience: int
    place: int
    traces: int
    is_small: bool
    age_s: float
    name: str
    photo: AuditedPhoto = field(compare=False)


def order_photos(photos: Sequence[AuditedPhoto]) -> tuple[Listed, ...]:
    """
    Return the lines of the list, what to look at first first.

    What the person sorted as no portrait is left out, and so is what is another person's unless
    the caller already chose to have it among *photos*: nothing here asks whose a photo is.
    """
    ranks = sorted(_rank(one) for one in photos if one.sorting is not Sorting.NOT)
    groups = group_alike([rank.photo for rank in ranks])
    return tuple(Listed(photos=group, reasons=reasons_for(group)) for group in groups)


def reasons_for(group: Sequence[AuditedPhoto]) -> tuple[Why, ...]:
    """Return why a line stands where it stands."""
    photo = group[0]
    place = _PLACES[photo.place][1]
    return (
        Why.PORTRAIT if photo.sorting is Sorting.PORTRAIT else Why.NOT_SORTED,
        _AUDIENCES[photo.audience][1],
        *(() if place is None else (place,)),
        *(why for traces, why in _TRACES if not traces.isdisjoint(photo.facts.traces)),
        *((Why.LARGE,) if _is_large(photo) else ()),
        *((Why.ALIKE,) if len(group) > 1 else ()),
    )


def _rank(photo: AuditedPhoto) -> _Rank:
    carried = [not traces.isdisjoint(photo.facts.traces) for traces, _ in _TRACES]
    return _Rank(
        sorting=0 if photo.sorting is Sorting.PORTRAIT else 1,
        audience=_AUDIENCES[photo.audience][0],
        place=_PLACES[photo.place][0],
        traces=carried.index(True) if any(carried) else len(carried),
        is_small=not _is_large(photo),
        age_s=-((photo.at or _LONG_AGO) - _LONG_AGO).total_seconds(),
        name=f"{photo.source}/{photo.name}",
        photo=photo,
    )


def _is_large(photo: AuditedPhoto) -> bool:
    return max(photo.facts.width_px, photo.facts.height_px) >= LARGE_SIDE_PX
