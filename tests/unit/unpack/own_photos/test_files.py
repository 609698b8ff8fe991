"""Folders, several parts, pairs, and archives that are broken or mean harm."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.joined import joined_source
from benban.unpack.own_photos.kinds import Kind, owners_of
from benban.unpack.own_photos.listed import Mention, photos_of
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.parts import Reason
from benban.unpack.source import Given, folder_source, single_source, with_entries
from tests.unit.unpack.own_photos.archives import archive, by_last_name, photos, read, reasons, tree
from tests.unit.unpack.webfiles import PNG

POSTS = "your_facebook_activity/posts/your_posts_1.json"
MEDIA = "your_facebook_activity/posts/media/"


def posts(*uris: str) -> bytes:
    found = [{"attachments": [{"data": [{"media": {"uri": uri}}]}]} for uri in uris]
    return json.dumps(found).encode()


def with_posts(document: bytes, *pictures: str) -> Given:
    return archive({POSTS: document, **dict.fromkeys((MEDIA + one for one in pictures), PNG)})


def test_thousands_of_pictures_and_films_of_one_stem_are_told_apart_one_by_one() -> None:
    # Each compared with all the others, these would be 400 million questions.
    stems = [f"a.{number:05}" for number in range(20_000)]
    pictures = [(stem, Kind.PICTURE) for stem in stems]
    films = [(f"{stem}.mov", Kind.FILM) for stem in stems]

    owners = owners_of([*pictures, *films])

    assert owners == dict.fromkeys((name for name, _ in films), "a.00000")


def test_a_name_that_no_file_system_holds_is_no_work_and_has_no_note_beside_it() -> None:
    # Cut at every place and asked about, these names would be 60 million questions.
    folder = "Takeout/Google Photos/Photos from 2026/"
    note = json.dumps({"title": "a", "photoTakenTime": {"timestamp": "1767300000"}}).encode()
    long = [f"{folder}{'a' * 60_000}{number}.jpg" for number in range(20)]
    usual = f"{folder}{'a' * 40}.jpg"
    notes = {f"{one}.json": note for one in (usual, f"{folder}{'a' * 46}")}

    found = photos(read(archive({**dict.fromkeys((*long, usual), PNG), **notes})))

    assert {one.name: one.at is not None for one in found if one.entry is not None} == {
        **dict.fromkeys(long, False),
        usual: True,
    }


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("IMG_1.MOV", "IMG_1.HEIC"),
        ("IMG_1.mp4", "IMG_1.jpg"),
        ("PXL_1.MP", "PXL_1.MP.jpg"),
        ("DSC_1.NEF", "DSC_1.JPG"),
        ("IMG_1-edited.jpg", "IMG_1.jpg"),
        ("IMG_1-edited(1).jpg", "IMG_1(1).jpg"),
        ("IMG_E1234.JPG", "IMG_1234.HEIC"),
        ("a/b-edited.jpg", "a/b.dng"),
    ],
)
def test_a_part_comes_right_behind_its_photo(part: str, whole: str) -> None:
    found = photos(read(tree(part, whole)))

    assert [(one.name, one.belongs_to) for one in found] == [(whole, ""), (part, whole)]


def test_the_film_of_a_changed_copy_belongs_to_the_first_photo() -> None:
    found = by_last_name(tree("IMG_1.jpg", "IMG_1-edited.jpg", "IMG_1-edited.mov"))

    assert found["IMG_1-edited.mov"].belongs_to == "IMG_1.jpg"


def test_parts_of_other_folders_do_not_belong_together() -> None:
    parts = read(tree("a/IMG_1.HEIC", "b/IMG_1.MOV"))

    assert [one.name for one in photos(parts)] == ["a/IMG_1.HEIC"]
    assert reasons(parts) == [Reason.UNKNOWN_KIND]


def test_a_picture_without_an_ending_is_known_by_its_first_bytes() -> None:
    content = {"scan": PNG, "notes": b"no picture", "._IMG_1.jpg": b"fork", "list.json": b"{}"}

    parts = read(archive(content))

    assert [one.name for one in photos(parts)] == ["scan"]
    assert reasons(parts) == [Reason.UNKNOWN_KIND]


def test_a_single_file_is_a_folder_of_one() -> None:
    found = photos(read(single_source(io.BytesIO(PNG), "a.png")))

    assert [(one.name, one.place, one.audience) for one in found] == [
        ("a.png", PhotoPlace.UNKNOWN, Audience.UNKNOWN)
    ]


def test_nothing_handed_over_yields_nothing() -> None:
    assert list(read_own_photos(())) == []


def test_a_link_is_counted_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")

    parts = read(folder_source(tmp_path))

    assert [one.name for one in photos(parts)] == ["a.png"]
    assert reasons(parts) == [Reason.NOT_A_FILE]


def test_the_same_name_in_two_parts_is_two_photos_in_any_order() -> None:
    first = archive({"a.png": PNG}, "p-001.zip")
    second = archive({"a.png": PNG, "b.png": PNG}, "p-002.zip")

    found = [
        [one.name for one in photos(read(*order))] for order in ([first, second], [second, first])
    ]

    assert found == [["a.png", "b.png", "p-002.zip/a.png"]] * 2


def test_two_spellings_of_one_name_are_two_files(tmp_path: Path) -> None:
    (tmp_path / "\u00e9.png").write_bytes(PNG)
    (tmp_path / "e\u0301.png").write_bytes(PNG)

    found = photos(read(folder_source(tmp_path)))

    assert len({one.name for one in found if one.entry is not None}) == 2


def test_joined_sources_find_their_entries_by_name() -> None:
    joined = joined_source([tree("a.png"), tree("b.png")])

    assert [joined.find(name) is not None for name in ("a.png", "b.png", "c.png")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.jpg",
        "/etc/secret.jpg",
        "C:\\secret.jpg",
        "C:/secret.jpg",
        "a\\..\\b.jpg",
        "a/./b.jpg",
    ],
)
def test_a_listed_name_that_leaves_the_archive_is_counted(uri: str) -> None:
    parts = read(with_posts(posts(uri), "1.jpg"))

    assert [one.name for one in photos(parts)] == [MEDIA + "1.jpg"]
    assert reasons(parts) == [Reason.ESCAPE]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (posts(MEDIA + "1.jpg")[:-4], Reason.TRUNCATED),
        (b"", Reason.TRUNCATED),
        (b"not a list", Reason.NOT_PARSED),
        (b'[{"a": NaN}]', Reason.NOT_PARSED),
        (b'[{"a": 1, "a": 2}]', Reason.DUPLICATE_KEY),
        (b'{"a": 1, "a": 2}', Reason.DUPLICATE_KEY),
        (b"[" + b"[" * 5000 + b"]" * 5000 + b"]", Reason.TOO_DEEP),
        (b'["' + b"a" * (5 << 20) + b'"]', Reason.TOO_LARGE),
        (b"[" + b"9" * 5000 + b"]", Reason.NOT_PARSED),
        (b'["\xff\xfe"]', Reason.NOT_PARSED),
    ],
)
def test_a_broken_list_is_counted_and_its_pictures_come_as_in_a_folder(
    document: bytes, reason: Reason
) -> None:
    parts = read(with_posts(document, "1.jpg"))

    assert reason in reasons(parts)
    assert [(one.name, one.audience) for one in photos(parts)] == [
        (MEDIA + "1.jpg", Audience.UNKNOWN)
    ]


def test_what_stands_before_a_cut_is_kept() -> None:
    document = posts(MEDIA + "1.jpg", MEDIA + "2.jpg")

    parts = read(with_posts(document[:-10], "1.jpg"))

    assert [one.place for one in photos(parts)] == [PhotoPlace.POST]


def test_a_list_that_cannot_be_opened_any_more_is_counted() -> None:
    def fail() -> io.BytesIO:
        raise OSError("taken out")

    source = with_posts(posts(MEDIA + "1.jpg"), "1.jpg")
    gone = [replace(entry, open=fail) for entry in source.entries()]

    parts = read(with_entries(source, gone))

    assert reasons(parts) == [Reason.UNREADABLE]
    assert [one.name for one in photos(parts)] == [MEDIA + "1.jpg"]


def test_a_picture_in_two_lists_comes_once_as_the_first_says() -> None:
    parts = read(
        with_posts(posts(MEDIA + "1.jpg", MEDIA + "1.jpg", "gone.jpg", "gone.jpg"), "1.jpg")
    )

    assert [one.name for one in photos(parts)] == [MEDIA + "1.jpg", "gone.jpg"]


def test_of_photos_without_a_file_no_more_are_held_than_is_said() -> None:
    told = [Mention(names=(f"{number}.jpg",)) for number in range(5)]

    parts = list(photos_of(tree("z.jpg"), PhotoService.FOLDER, told, most_missing=3))

    assert [one.name for one in photos(parts)] == ["0.jpg", "1.jpg", "2.jpg", "z.jpg"]
    assert reasons(parts) == [Reason.TOO_MANY]


def test_names_longer_than_windows_opens_are_names_like_others() -> None:
    name = "/".join(["thư mục dài" * 8] * 5) + "/1.jpg"

    found = photos(read(with_posts(posts(MEDIA + name), name)))

    assert [(one.place, one.entry is not None) for one in found] == [(PhotoPlace.POST, True)]


def test_positions_count_everything_and_are_the_same_every_time() -> None:
    source = with_posts(posts(MEDIA + "1.jpg", "../x.jpg"), "1.jpg", "2.jpg", "3.mp4")

    first, second = read(source), read(source)

    assert [part.position for part in first] == list(range(len(first)))
    assert first == second


def test_no_picture_is_opened_whose_name_says_what_it_is() -> None:
    def fail() -> io.BytesIO:
        raise AssertionError("a picture was opened")

    source = tree("a.jpg", "b.heic", "b.mov", "c.dng")
    closed = [replace(entry, open=fail) for entry in source.entries()]

    assert len(photos(read(with_entries(source, closed)))) == 4
