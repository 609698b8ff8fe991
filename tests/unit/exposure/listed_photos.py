"""Photos of a list, without files."""

from dataclasses import replace
from datetime import UTC, datetime

from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    OwnPhotoId,
    PhotoFacts,
    PhotoPlace,
    PhotoService,
    Sorting,
)

_ONE = AuditedPhoto(
    id=OwnPhotoId("1"),
    source="facebook.zip",
    name="posts/IMG_1.jpg",
    size_bytes=1_000,
    service=PhotoService.FACEBOOK,
    place=PhotoPlace.POST,
    audience=Audience.PUBLIC,
    audience_shown="Public",
    album="",
    at=datetime(2024, 5, 6, tzinfo=UTC),
    is_others=False,
    facts=PhotoFacts(media_type="image/jpeg", width_px=2048, height_px=1536),
    sorting=Sorting.PORTRAIT,
)


def photo(
    service: PhotoService = PhotoService.FACEBOOK,
    place: PhotoPlace = PhotoPlace.POST,
    audience: Audience = Audience.PUBLIC,
    *,
    done: tuple[str, ...] = (),
    is_others: bool = False,
) -> AuditedPhoto:
    """Return a photo that stands there."""
    return replace(
        _ONE, service=service, place=place, audience=audience, done=done, is_others=is_others
    )


def named(name: str, *, album: str = "", number: str = "1") -> AuditedPhoto:
    """Return a photo of a post by that name."""
    return replace(_ONE, id=OwnPhotoId(number), name=name, album=album)
