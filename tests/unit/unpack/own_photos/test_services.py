from datetime import UTC, datetime

import pytest

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.reading import recognise_service
from benban.unpack.parts import Reason
from benban.unpack.source import Given, folder_source
from tests.unit.unpack.own_photos.archives import (
    VECTORS,
    archive,
    by_last_name,
    lists,
    photos,
    read,
    reasons,
    tree,
    with_pictures,
)
from tests.unit.unpack.webfiles import PNG

FB = "facebook-mailan/your_facebook_activity/"
IG = "your_instagram_activity/"
GOOGLE = "Takeout/Google Photos/"
CUT = "123456789123456789123456789123456789_DSCN0091.JPG"


def facebook() -> Given:
    return with_pictures(
        "facebook-json",
        FB + "posts/media/Anhdaidien_1/1.jpg",
        FB + "posts/media/DaLat_2/2.jpg",
        FB + "posts/media/your_posts/3.jpg",
        # As macOS unpacks it, while the list has the other spelling.
        FB + "posts/media/your_posts/a\u0309nh bie\u0302\u0309n.jpg",
        FB + "posts/media/your_posts/4.jpg",
        FB + "messages/inbox/banthan_9/photos/5.jpg",
        FB + "messages/inbox/banthan_9/photos/6.jpg",
        FB + "messages/inbox/banthan_9/photos/7.jpg",
        FB + "posts/media/unlisted.jpg",
    )


def instagram() -> Given:
    return with_pictures(
        "instagram-json",
        "media/posts/202401/1.jpg",
        "media/posts/202401/2.jpg",
        "media/archived_posts/202301/3.jpg",
        "media/stories/202402/4.webp",
        "media/profile/202201/5.jpg",
        IG + "messages/inbox/ban_1/photos/6.jpg",
    )


@pytest.mark.parametrize(
    ("layout", "service"),
    [
        ("facebook-json", PhotoService.FACEBOOK),
        ("facebook-html", PhotoService.FACEBOOK),
        ("instagram-json", PhotoService.INSTAGRAM),
        ("x", PhotoService.X),
        ("tiktok", PhotoService.TIKTOK),
        ("telegram", PhotoService.TELEGRAM),
        ("telegram-html", PhotoService.TELEGRAM),
        ("google", PhotoService.GOOGLE),
    ],
)
def test_an_archive_is_recognised_as_a_folder_and_as_a_zip(
    layout: str, service: PhotoService
) -> None:
    found = [
        recognise_service(folder_source(VECTORS / layout)),
        recognise_service(archive(lists(layout))),
    ]

    assert found == [service, service]


def test_a_folder_of_photos_is_nobodys_archive() -> None:
    assert recognise_service(tree("2020/IMG_1.jpg", "a.png")) is PhotoService.FOLDER


def test_facebook_albums_are_places_and_have_their_names_as_they_were_typed() -> None:
    found = by_last_name(facebook())

    assert (found["1.jpg"].place, found["1.jpg"].album) == (PhotoPlace.PROFILE, "Ảnh đại diện")
    assert (found["2.jpg"].place, found["2.jpg"].album) == (PhotoPlace.ALBUM, "Đà Lạt")
    assert found["2.jpg"].audience is Audience.UNKNOWN
    assert found["2.jpg"].at == datetime.fromtimestamp(1700000100, UTC)


def test_facebook_posts_have_the_audience_that_the_archive_names_and_no_other() -> None:
    found = by_last_name(facebook())

    assert (found["3.jpg"].audience, found["3.jpg"].audience_shown) == (Audience.UNKNOWN, "")
    mended = found["a\u0309nh bie\u0302\u0309n.jpg"]
    assert (mended.audience, mended.audience_shown) == (Audience.LIMITED, "Friends")
    assert (found["4.jpg"].audience, found["4.jpg"].audience_shown) == (Audience.PRIVATE, "archive")


def test_facebook_messages_are_ones_own_only_if_one_sent_them() -> None:
    found = by_last_name(facebook())

    told = {
        name: (found[name].place, found[name].is_others) for name in ("5.jpg", "6.jpg", "7.jpg")
    }
    assert told == {
        "5.jpg": (PhotoPlace.MESSAGE, False),
        "6.jpg": (PhotoPlace.MESSAGE, True),
        "7.jpg": (PhotoPlace.MESSAGE, True),
    }


def test_a_listed_picture_that_did_not_come_along_is_said_without_a_file() -> None:
    found = by_last_name(facebook())

    assert found["lost.jpg"].entry is None
    assert found["lost.jpg"].place is PhotoPlace.POST
    assert found["unlisted.jpg"].audience is Audience.UNKNOWN


def test_lists_in_one_part_name_pictures_of_another() -> None:
    first = archive(lists("facebook-json"), "facebook-1.zip")
    second = archive({FB + "posts/media/DaLat_2/2.jpg": PNG}, "facebook-2.zip")

    found = by_last_name(second, first)

    assert found["2.jpg"].album == "Đà Lạt"
    assert found["2.jpg"].entry is not None


def test_of_a_facebook_archive_of_pages_the_pictures_come_and_what_is_missing_is_said() -> None:
    parts = read(with_pictures("facebook-html", "your_facebook_activity/posts/media/3.jpg"))

    assert [one.audience for one in photos(parts)] == [Audience.UNKNOWN]
    assert reasons(parts) == [Reason.NOT_PARSED]


def test_instagram_posts_are_as_public_as_the_account_says_and_nothing_else_is() -> None:
    found = by_last_name(instagram())

    told = {name: (one.place, one.audience) for name, one in found.items()}
    assert told == {
        "1.jpg": (PhotoPlace.POST, Audience.PUBLIC),
        "2.jpg": (PhotoPlace.POST, Audience.PUBLIC),
        "3.jpg": (PhotoPlace.POST, Audience.PRIVATE),
        "4.webp": (PhotoPlace.STORY, Audience.UNKNOWN),
        "5.jpg": (PhotoPlace.PROFILE, Audience.UNKNOWN),
        "6.jpg": (PhotoPlace.MESSAGE, Audience.LIMITED),
    }
    assert found["1.jpg"].audience_shown == "Private Account: False"
    assert found["6.jpg"].is_others


def test_a_private_instagram_account_limits_its_posts() -> None:
    name = "personal_information/personal_information/personal_information.json"
    content = lists("instagram-json")
    content[name] = content[name].replace(b'"False"', b'"True"')

    found = by_last_name(archive({**content, "media/posts/202401/1.jpg": PNG}))

    assert found["1.jpg"].audience is Audience.LIMITED


def test_x_tells_posts_reposts_deleted_ones_messages_and_the_profile_apart() -> None:
    found = by_last_name(
        with_pictures(
            "x",
            "data/tweets_media/1-a.jpg",
            "data/tweets_media/2-b.jpg",
            "data/deleted_tweets_media/3-c.jpg",
            "data/direct_messages_media/5-d.jpg",
            "data/direct_messages_media/6-e.jpg",
            "data/profile_media/10-abC.jpg",
            "data/profile_media/10-1596834705.jpg",
        )
    )

    told = {name: (one.place, one.audience, one.is_others) for name, one in found.items()}
    assert told == {
        "1-a.jpg": (PhotoPlace.POST, Audience.LIMITED, False),
        "2-b.jpg": (PhotoPlace.POST, Audience.LIMITED, True),
        "3-c.jpg": (PhotoPlace.POST, Audience.PRIVATE, False),
        "5-d.jpg": (PhotoPlace.MESSAGE, Audience.LIMITED, True),
        "6-e.jpg": (PhotoPlace.MESSAGE, Audience.LIMITED, False),
        "10-abC.jpg": (PhotoPlace.PROFILE, Audience.UNKNOWN, False),
        "10-1596834705.jpg": (PhotoPlace.COVER, Audience.UNKNOWN, False),
    }
    assert found["1-a.jpg"].audience_shown == "Protect 2026-06-01T00:00:00.000Z"


def test_without_a_history_of_protection_nobody_knows_who_sees_a_post_on_x() -> None:
    content = lists("x")
    del content["data/protected-history.js"]

    found = by_last_name(archive({**content, "data/tweets_media/1-a.jpg": PNG}))

    assert (found["1-a.jpg"].audience, found["1-a.jpg"].audience_shown) == (Audience.UNKNOWN, "")


def test_tiktok_names_photos_without_their_keys_and_only_ones_own() -> None:
    parts = read(with_pictures("tiktok"))

    told = [(one.name, one.place, one.audience, one.entry) for one in photos(parts)]
    assert told == [
        ("https://example.test/avatar.jpeg", PhotoPlace.PROFILE, Audience.UNKNOWN, None),
        ("https://example.test/a/1.jpeg", PhotoPlace.POST, Audience.PRIVATE, None),
        ("https://example.test/a/2.jpeg", PhotoPlace.POST, Audience.PRIVATE, None),
        ("https://example.test/a/3.jpeg", PhotoPlace.POST, Audience.PUBLIC, None),
    ]
    assert reasons(parts) == [Reason.UNKNOWN_KIND]


def test_telegram_says_who_a_conversation_is_with_and_who_sent_a_picture() -> None:
    parts = read(
        with_pictures(
            "telegram",
            "profile_pictures/p1.jpg",
            "chats/chat_1/photos/m1.jpg",
            "chats/chat_1/photos/m1.jpg_thumb.jpg",
            "chats/chat_1/photos/m2.jpg",
            "chats/chat_2/files/c1.png",
        )
    )

    told = [
        (one.name.rpartition("/")[2], one.audience_shown, one.is_others) for one in photos(parts)
    ]
    assert told == [
        ("p1.jpg", "", False),
        ("m1.jpg", "personal_chat", False),
        ("m1.jpg_thumb.jpg", "personal_chat", False),
        ("m2.jpg", "personal_chat", True),
        ("", "personal_chat", False),
        ("c1.png", "public_channel", False),
    ]
    assert [one.audience for one in photos(parts)][-1] is Audience.PUBLIC
    assert photos(parts)[2].belongs_to == "chats/chat_1/photos/m1.jpg"


def test_of_telegram_pages_the_pictures_come_as_those_of_others() -> None:
    parts = read(with_pictures("telegram-html", "photos/m1.jpg", "profile_pictures/p1.jpg"))

    told = [(one.name, one.place, one.audience, one.is_others) for one in photos(parts)]
    assert told == [
        ("photos/m1.jpg", PhotoPlace.MESSAGE, Audience.UNKNOWN, True),
        ("profile_pictures/p1.jpg", PhotoPlace.PROFILE, Audience.UNKNOWN, False),
    ]
    assert reasons(parts)[0] is Reason.NOT_PARSED


def test_google_albums_say_who_sees_them_as_far_as_they_do() -> None:
    found = by_last_name(
        with_pictures(
            "google",
            GOOGLE + "Hội An/IMG_1.jpg",
            GOOGLE + "Hội An/IMG_1(1).jpg",
            GOOGLE + "Hội An/IMG_1-edited.jpg",
            GOOGLE + "Chung/IMG_2.jpg",
            GOOGLE + "Riêng/IMG_3.jpg",
        )
    )

    told = {name: (one.place, one.audience, one.audience_shown) for name, one in found.items()}
    assert told == {
        "IMG_1.jpg": (PhotoPlace.ALBUM, Audience.UNKNOWN, "protected"),
        "IMG_1(1).jpg": (PhotoPlace.ALBUM, Audience.UNKNOWN, "protected"),
        "IMG_1-edited.jpg": (PhotoPlace.ALBUM, Audience.UNKNOWN, "protected"),
        "IMG_2.jpg": (PhotoPlace.ALBUM, Audience.LIMITED, "shared"),
        "IMG_3.jpg": (PhotoPlace.BACKUP, Audience.PRIVATE, "private"),
        CUT: (PhotoPlace.BACKUP, Audience.UNKNOWN, ""),
        "Screenshot_20190317-234331.jpg": (PhotoPlace.BACKUP, Audience.UNKNOWN, ""),
        "IMG_9.HEIC": (PhotoPlace.BACKUP, Audience.UNKNOWN, ""),
        "lost.jpg": (PhotoPlace.BACKUP, Audience.UNKNOWN, ""),
    }
    assert found["IMG_1.jpg"].album == "Hội An: biển"
    assert (found["IMG_1(1).jpg"].is_others, found["IMG_1.jpg"].is_others) == (True, False)
    assert found["IMG_1-edited.jpg"].belongs_to == GOOGLE + "Hội An/IMG_1.jpg"


def test_google_files_are_found_behind_cut_numbered_and_old_names() -> None:
    year = GOOGLE + "Photos from 2020/"
    names = (CUT, "Screenshot_20190317-234331.jpg", "IMG_9.HEIC")

    found = by_last_name(with_pictures("google", *(year + name for name in names)))

    seconds = [int(found[name].at.timestamp()) for name in names if found[name].at]
    assert seconds == [1600000001, 1600000002, 1600000003]
    assert [found[name].entry is not None for name in names] == [True, True, True]


@pytest.mark.parametrize(
    "cut_at", range(len("IMG_1.jpg."), len("IMG_1.jpg.supplemental-metadata") + 1)
)
def test_a_google_name_may_be_cut_anywhere(cut_at: int) -> None:
    folder = GOOGLE + "Photos from 2020/"
    beside = "IMG_1.jpg.supplemental-metadata"[:cut_at] + ".json"
    told = b'{"title": "IMG_1.jpg", "photoTakenTime": {"timestamp": "1600000001"}}'

    found = photos(read(archive({folder + "IMG_1.jpg": PNG, folder + beside: told})))

    assert [(one.entry is not None, one.place) for one in found] == [(True, PhotoPlace.BACKUP)]
