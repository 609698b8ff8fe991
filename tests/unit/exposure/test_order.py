from datetime import UTC, datetime

import pytest

from benban.exposure.order import order_photos
from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    OwnPhotoId,
    PhotoFacts,
    PhotoPlace,
    PhotoService,
    Sorting,
)


def _photo(
    name: str,
    *,
    at: datetime | None = None,
    taken: str = "",
    audience: Audience = Audience.UNKNOWN,
    sorting: Sorting | None = None,
) -> AuditedPhoto:
    return AuditedPhoto(
        id=OwnPhotoId(name),
        source="anh",
        name=name,
        size_bytes=1,
        service=PhotoService.FOLDER,
        place=PhotoPlace.UNKNOWN,
        audience=audience,
        audience_shown="",
        album="",
        at=at,
        is_others=False,
        facts=PhotoFacts(
            media_type="image/jpeg", width_px=640, height_px=480, taken_at_shown=taken
        ),
        sorting=sorting,
    )


def _ordered(*photos: AuditedPhoto) -> list[str]:
    return [line.photo.name for line in order_photos(photos)]


def test_the_newer_stands_first_by_the_file_s_own_time_where_the_archive_gives_none() -> None:
    found = _ordered(
        _photo("no time"),
        _photo("2021", at=datetime(2021, 1, 1, tzinfo=UTC)),
        _photo("2024", taken="2024:05:06 07:08:09.123+07:00"),
        _photo("2020", taken="2020:01:01 00:00:00"),
        _photo("2023", at=datetime(2023, 1, 1, tzinfo=UTC), taken="2009:01:01 00:00:00"),
    )

    assert found == ["2024", "2023", "2021", "2020", "no time"]


@pytest.mark.parametrize(
    "taken", ["0000:00:00 00:00:00", "2024:13:40 99:00:00", "9999:12:31 23:59:59-14:00", "hôm qua"]
)
def test_a_time_that_is_none_counts_as_unknown(taken: str) -> None:
    known = _photo("known", at=datetime(1990, 1, 1, tzinfo=UTC))

    assert _ordered(_photo("strange", taken=taken), known) == ["known", "strange"]


def test_the_person_s_own_answer_comes_before_everything_else() -> None:
    found = _ordered(
        _photo("public", audience=Audience.PUBLIC),
        _photo("private portrait", audience=Audience.PRIVATE, sorting=Sorting.PORTRAIT),
        _photo("no portrait", audience=Audience.PUBLIC, sorting=Sorting.NOT),
        _photo("later", audience=Audience.LIMITED, sorting=Sorting.LATER),
    )

    assert found == ["private portrait", "public", "later"]
