"""Several folders and archives, and what came, went or changed in them between two runs."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import pytest

from benban.casework.audit import audit_result, run_audit, sort_photo, tick_step
from benban.casework.audit_keepers import MemoryKeeper
from benban.exposure.order import Groups
from benban.model.own_photo import (
    Audience,
    AuditedPhoto,
    GroupingFingerprint,
    GroupingHash,
    PhotoFacts,
    Sorting,
)
from benban.model.sighting import Answer
from benban.unpack.own_photos.joined import archive_name
from benban.unpack.parts import Source
from benban.unpack.source import folder_source, zip_source
from tests.unit.unpack.webfiles import PNG


class Reads:
    """Reads every picture to its end; alike is what begins with the same eight bytes."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    def __call__(
        self, pictures: Iterable[Callable[[], BinaryIO]], *, is_hashed: bool
    ) -> Iterator[PhotoFacts]:
        for opened in pictures:
            with opened() as picture:
                self.read.append(picture.read())
            start = hashlib.sha256(self.read[-1][:8]).hexdigest()
            alike = GroupingFingerprint(dihedral=(GroupingHash(hex=start, quality=100),) * 8)
            yield PhotoFacts(
                media_type="image/jpeg",
                width_px=640,
                height_px=480,
                fingerprint=alike if is_hashed else None,
            )


@pytest.fixture
def keeper() -> MemoryKeeper:
    return MemoryKeeper(is_hashed=True)


def _folder(place: Path, files: Mapping[str, bytes]) -> Path:
    place.mkdir(parents=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def _zip(content: Mapping[str, bytes], name: str, key: str = "") -> Source:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for inner, data in content.items():
            packed.writestr(inner, data)
    return zip_source(out, name, key or name)


def _run(
    keeper: MemoryKeeper, *sources: Source, has_others: bool = False
) -> tuple[int, int, int, int]:
    ran = run_audit(sources, Reads(), keeper, adult=Answer.YES, has_others=has_others)
    assert ran.is_complete
    return ran.looked_at, ran.known, ran.gone, ran.others_gone


def _names(keeper: MemoryKeeper) -> list[str]:
    return sorted(one.name for one in keeper.photos())


def test_two_folders_of_one_name_stand_beside_each_other(
    tmp_path: Path, keeper: MemoryKeeper
) -> None:
    first = _folder(tmp_path / "phone" / "anh", {"1.jpg": b"the first"})
    second = _folder(tmp_path / "camera" / "anh", {"1.jpg": b"a second"})

    ran = [_run(keeper, folder_source(one)) for one in (first, second, first)]

    assert ran == [(1, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0)]
    assert _names(keeper) == ["1.jpg", "1.jpg"]


def test_two_archives_of_one_name_stand_beside_each_other(keeper: MemoryKeeper) -> None:
    ran = [
        _run(keeper, _zip({"1.jpg": b"12345678"}, "export.zip", "here")),
        _run(keeper, _zip({"1.jpg": b"12345678"}, "export.zip", "there")),
    ]

    assert ran == [(1, 0, 0, 0), (1, 0, 0, 0)]
    assert len(keeper.photos()) == 2


def test_a_damaged_member_has_a_row_that_says_so_and_is_looked_at_again(
    keeper: MemoryKeeper,
) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("good.jpg", b"good bytes")
        packed.writestr("bad.jpg", b"bad bytes ")
    damaged = whole.getvalue().replace(b"bad bytes ", b"bAd bytes ")
    sources = [zip_source(io.BytesIO(damaged), "export.zip")]

    ran = run_audit(sources, Reads(), keeper, adult=Answer.YES)
    bad = next(one for one in keeper.photos() if one.name == "bad.jpg")
    sort_photo(keeper, bad.id, Sorting.PORTRAIT)
    tick_step(keeper, bad.id, "keep-original", is_done=True)
    again = run_audit(sources, Reads(), keeper, adult=Answer.YES)
    answered = keeper.maybe(bad.id)

    assert (ran.looked_at, ran.changed, again.known, again.looked_at) == (2, 0, 1, 1)
    assert {one.name: one.facts.problem for one in keeper.photos()} == {
        "good.jpg": "",
        "bad.jpg": "BB-803",
    }
    assert audit_result(keeper).unlooked == (("BB-803", 1),)
    assert answered is not None
    assert (answered.sorting, answered.done) == (Sorting.PORTRAIT, ("keep-original",))


def test_what_is_answered_while_more_is_looked_at_is_kept(keeper: MemoryKeeper) -> None:
    first, second = (f"your_instagram_activity/media/posts/202601/{one}.jpg" for one in (1, 2))
    told = [{"media": [{"uri": first, "creation_timestamp": 1767300000}]}]
    lists = {"your_instagram_activity/content/archived_posts.json": json.dumps(told).encode()}
    _run(keeper, _zip({first: PNG}, "ig-1.zip"))
    (known,) = keeper.photos()

    def answer(done: int, of: int) -> None:
        if done < of:
            sort_photo(keeper, known.id, Sorting.NOT)

    run_audit(
        # A list that says more of the first one, and a photo that has to be looked at.
        [_zip({first: PNG}, "ig-1.zip"), _zip({**lists, second: PNG}, "ig-2.zip")],
        Reads(),
        keeper,
        adult=Answer.YES,
        on_progress=answer,
    )
    now = keeper.maybe(known.id)

    assert now is not None
    assert (now.sorting, now.audience) == (Sorting.NOT, Audience.PRIVATE)


def _tiktok(*links: str) -> Source:
    posts = [{"Date": "2026-01-02 03:04:05 UTC", "Link": link} for link in links]
    content = {"Video": {"Videos": {"VideoList": posts}}}
    return _zip({"user_data_tiktok.json": json.dumps(content).encode()}, "tiktok.zip")


def _telegram(*photos: str) -> Source:
    messages = [
        {
            "id": number,
            "type": "message",
            "date_unixtime": "1767300000",
            "from": "Lan",
            "from_id": "user7",
            "photo": photo,
        }
        for number, photo in enumerate(photos)
    ]
    content = {
        "personal_information": {"user_id": 7},
        "chats": {
            "list": [{"name": "Nhom", "type": "private_group", "id": 1, "messages": messages}]
        },
    }
    return _zip({"result.json": json.dumps(content).encode()}, "telegram.zip")


def test_photos_that_a_list_names_without_a_name_are_rows_of_their_own(
    keeper: MemoryKeeper,
) -> None:
    left_out = "(File not included. Change data exporting settings to download.)"
    _run(keeper, _telegram(left_out, left_out, left_out))
    again = _run(keeper, _telegram(left_out, left_out, left_out))

    assert again == (0, 3, 0, 0)
    assert [(one.name, one.facts.problem) for one in keeper.photos()] == [("", "BB-901")] * 3


def test_photos_of_others_leave_the_list_in_a_run_without_them(keeper: MemoryKeeper) -> None:
    source = _zip(
        {"your_facebook_activity/messages/inbox/lan/photos/1.jpg": PNG, "posts/2.jpg": PNG},
        "facebook.zip",
    )

    ran = [_run(keeper, source, has_others=True), _run(keeper, source)]

    assert ran == [(2, 0, 0, 0), (0, 1, 0, 1)]
    assert _names(keeper) == ["posts/2.jpg"]


def test_parts_given_one_after_another_are_looked_at_once(keeper: MemoryKeeper) -> None:
    parts = [
        _zip({f"{number}.jpg": b"%d" % number}, f"takeout-00{number}.zip") for number in (1, 2)
    ]
    alone = [_run(keeper, one) for one in reversed(parts)]

    together = _run(keeper, *parts)

    assert alone == [(1, 0, 0, 0)] * 2
    assert together == (0, 2, 0, 0)
    assert _names(keeper) == ["1.jpg", "2.jpg"]


@pytest.mark.parametrize("is_list_first", [True, False])
def test_a_list_and_its_photo_in_two_parts_are_one_row(
    keeper: MemoryKeeper, *, is_list_first: bool
) -> None:
    photo = "your_instagram_activity/media/posts/202601/1.jpg"
    told = [{"media": [{"uri": photo, "creation_timestamp": 1767300000}]}]
    lists = {
        "your_instagram_activity/content/archived_posts.json": json.dumps(told).encode(),
    }
    parts = [_zip(lists, "ig-1.zip"), _zip({photo: PNG}, "ig-2.zip")]
    for one in parts if is_list_first else reversed(parts):
        _run(keeper, one)
    _run(keeper, *parts)

    rows = [(one.name, one.facts.problem, one.audience) for one in keeper.photos()]

    assert rows == [(photo, "", Audience.PRIVATE)]


def test_what_is_gone_leaves_the_list_once_all_was_looked_at(
    tmp_path: Path, keeper: MemoryKeeper
) -> None:
    place = _folder(tmp_path / "anh", {f"{one}.jpg": b"%d" % one for one in range(3)})
    other = _folder(tmp_path / "khac", {"4.jpg": b"4"})
    for one in (place, other):
        _run(keeper, folder_source(one))
    (place / "1.jpg").unlink()
    (place / "5.jpg").write_bytes(b"5")

    stopped = run_audit(
        [folder_source(place)], Reads(), keeper, adult=Answer.YES, is_cancelled=lambda: True
    )
    between = _names(keeper)
    ended = _run(keeper, folder_source(place))

    assert (stopped.is_complete, stopped.gone, between) == (
        False,
        0,
        ["0.jpg", "1.jpg", "2.jpg", "4.jpg"],
    )
    assert ended == (1, 2, 1, 0)
    assert _names(keeper) == ["0.jpg", "2.jpg", "4.jpg", "5.jpg"]


def test_photos_named_by_a_list_stay_while_that_list_cannot_be_read(keeper: MemoryKeeper) -> None:
    link = "https://example.test/1.jpg"
    _run(keeper, _tiktok(link))
    damaged = _zip({"user_data_tiktok.json": b'{"Video": {"Videos"'}, "tiktok.zip")
    while_damaged = _run(keeper, damaged)
    kept = _names(keeper)

    read_again = _run(keeper, _tiktok("https://example.test/2.jpg"))

    assert (while_damaged, kept) == ((0, 0, 0, 0), [link])
    assert (read_again[2], _names(keeper)) == (1, ["https://example.test/2.jpg"])


def test_a_file_of_the_same_size_with_another_time_is_looked_at_anew(
    tmp_path: Path, keeper: MemoryKeeper
) -> None:
    place = _folder(tmp_path / "anh", {"1.jpg": b"before"})
    _run(keeper, folder_source(place))
    (place / "1.jpg").write_bytes(b"after!")
    os.utime(place / "1.jpg", ns=(1, 1))

    ran = _run(keeper, folder_source(place))

    assert (ran, _names(keeper)) == ((1, 0, 0, 0), ["1.jpg"])


def test_a_member_of_the_same_size_with_another_checksum_is_looked_at_anew(
    keeper: MemoryKeeper,
) -> None:
    _run(keeper, _zip({"1.jpg": b"before"}, "export.zip"))

    ran = _run(keeper, _zip({"1.jpg": b"after!"}, "export.zip"))

    assert (ran, _names(keeper)) == ((1, 0, 0, 0), ["1.jpg"])


def test_what_looks_alike_is_sorted_with_the_one_that_was_shown(
    tmp_path: Path, keeper: MemoryKeeper
) -> None:
    place = _folder(tmp_path / "anh", {f"{one}.jpg": b"the same" for one in range(3)})
    _run(keeper, folder_source(place))
    line = audit_result(keeper).lines[0]
    sort_photo(keeper, line.photos[1].id, Sorting.NOT)
    by_one = audit_result(keeper)
    beside = [one.id for one in line.photos[1:]]
    sort_photo(keeper, line.photo.id, Sorting.PORTRAIT, alike=beside)

    again = audit_result(keeper)

    assert (by_one.lines, by_one.left_out) == ((), 3)
    assert [one.sorting for one in again.lines[0].photos] == [Sorting.PORTRAIT] * 3


def test_an_answer_of_the_person_compares_nothing_anew(
    tmp_path: Path, keeper: MemoryKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = _folder(tmp_path / "anh", {f"{one}.jpg": b"%08d" % one for one in range(3)})
    _run(keeper, folder_source(place))
    first = audit_result(keeper)
    grouped: list[int] = []

    def group_photos(photos: Sequence[AuditedPhoto]) -> Groups:
        grouped.append(len(photos))
        return ()

    monkeypatch.setattr("benban.casework.audit.group_photos", group_photos)
    sort_photo(keeper, first.lines[2].photo.id, Sorting.PORTRAIT)
    tick_step(keeper, first.lines[0].photo.id, "hide", is_done=True)

    after = audit_result(keeper, first)
    (place / "4.jpg").write_bytes(b"another one")
    _run(keeper, folder_source(place))
    audit_result(keeper, after)

    assert [one.photo.name for one in after.lines] == ["2.jpg", "0.jpg", "1.jpg"]
    assert after.lines[1].photo.done == ("hide",)
    assert grouped == [4]


@pytest.mark.parametrize(
    ("name", "archive"),
    [
        ("takeout-20260101T000000Z-001.zip", "takeout-20260101T000000Z"),
        ("facebook_lan_part2.zip", "facebook_lan"),
        ("facebook-lan-2026-01-02.zip", "facebook-lan-2026-01-02.zip"),
        ("anh-2", "anh-2"),
        ("anh.zip", "anh.zip"),
    ],
)
def test_zips_that_are_numbered_at_the_end_are_parts(name: str, archive: str) -> None:
    assert archive_name(name) == archive
