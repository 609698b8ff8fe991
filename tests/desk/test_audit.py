"""Check what is public: who may see what, what is kept, and letting go of it (ADR 0014)."""

import io
import os
import re
import shutil
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from benban.casework.add_files import add_files
from benban.casework.audit_keepers import CaseKeeper
from benban.casework.show_own import MOST_BYTES, grant_own_photos, own_picture
from benban.exposure.steps import steps_for
from benban.model.custody import EventKind
from benban.model.own_photo import AuditedPhoto, OwnPhotoId, Sorting
from benban.model.sighting import Answer, Sighting
from benban.outside.clock import SystemClock
from benban.testing.clock import FakeClock
from benban.unpack.source import folder_source
from benban.wiring_case import opened_fence
from tests.desk.audited import draw_photos, kept, write_archive
from tests.desk.rig import PASSPHRASE, Running
from tests.harm.scenes import given

_SHOWS = "show own photos"
# What the lists under vectors/own-photos say of these is in tests/unit/unpack/own_photos.
_IN_FACEBOOK = "facebook-mailan/your_facebook_activity"
_AVATAR = f"{_IN_FACEBOOK}/posts/media/Anhdaidien_1/1.jpg"
_SENT = f"{_IN_FACEBOOK}/messages/inbox/banthan_9/photos/5.jpg"
_RECEIVED = f"{_IN_FACEBOOK}/messages/inbox/banthan_9/photos/6.jpg"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_photos(tmp_path_factory.mktemp("drawn") / "anh")


@pytest.fixture
def photos(drawn: Path, tmp_path: Path) -> Path:
    return shutil.copytree(drawn, tmp_path / "anh")


@pytest.fixture
def at(desk: Running, photos: Path) -> str:
    """Where the audit of a case stands that an adult keeps, its photos looked at."""
    return looked(desk, f"{desk.begin()}/audit", photos, adult_now="yes", keep="yes")


def looked(desk: Running, path: str, photos: Path, **answers: str) -> str:
    """Answer who asks, name the folder, wait; return the path."""
    desk.post(f"{path}/age", **answers)
    desk.post(f"{path}/where", where=str(photos))
    desk.wait_for_jobs()
    return path


def in_memory(desk: Running, path: str) -> list[AuditedPhoto]:
    """Return what lies in memory of an audit that nothing keeps."""
    audit = desk.desk.audits.get(path.split("/")[2] if path.startswith("/c/") else "")
    assert audit is not None
    assert audit.keeper is not None
    return list(audit.keeper.photos())


def sort(desk: Running, path: str, photo: AuditedPhoto, wish: str) -> None:
    answer = desk.client.post(f"{path}/sort", data={"photo": photo.id, "as": wish})
    assert answer.status_code == 303


def logged(desk: Running, path: str) -> list[str]:
    with desk.desk.case(path.split("/")[2]) as store:
        fields = [one for entry in store.events() for one in entry.fields]
        return [one.value for one in fields if one.name == "act" and one.value == _SHOWS]


def test_it_begins_with_whose_fault_it_is_not(desk: Running) -> None:
    assert "You did not cause this by posting a photo." in desk.text("/audit")
    assert 'href="/audit"' in desk.get("/").text


def test_no_picture_stands_on_a_page_or_comes_by_its_address_before_it_was_asked_for(
    desk: Running, at: str
) -> None:
    (first, *_) = kept(desk, at)

    assert "<img" not in desk.get(f"{at}/sort").text
    assert desk.get(f"{at}/picture/{first.id}").status_code == 404
    assert logged(desk, at) == []


def test_asked_for_it_is_small_kept_nowhere_and_noted_once(desk: Running, at: str) -> None:
    desk.post(f"{at}/show")
    mine = kept(desk, at)
    answers = [desk.get(f"{at}/picture/{one.id}") for one in mine]

    assert [one.status_code for one in answers] == [200] * len(mine)
    assert {max(Image.open(io.BytesIO(one.content)).size) for one in answers} == {480}
    assert all("no-store" in one.headers["cache-control"] for one in answers)
    assert 'src="' + f"{at}/picture/{mine[0].id}" in desk.get(f"{at}/sort").text
    assert logged(desk, at) == [_SHOWS]


def test_what_is_shown_is_the_photo_and_not_a_veil(desk: Running, at: str, photos: Path) -> None:
    desk.post(f"{at}/show")
    (first, *_) = kept(desk, at)
    shown = Image.open(io.BytesIO(desk.get(f"{at}/picture/{first.id}").content)).convert("L")
    wanted = Image.open(photos / first.name).convert("L").resize(shown.size)

    assert ImageStat.Stat(ImageChops.difference(shown, wanted)).mean[0] < 8


def test_photos_of_others_in_an_archive_are_left_out_and_said(
    desk: Running, tmp_path: Path
) -> None:
    zipped = write_archive(tmp_path / "facebook.zip", "facebook-json", _AVATAR, _SENT, _RECEIVED)
    path = looked(desk, f"{desk.begin()}/audit", zipped, adult_now="yes", keep="yes")
    names = {one.name for one in kept(desk, path)}
    said = desk.text(f"{path}/list")

    assert {_AVATAR, _SENT} <= names
    assert _RECEIVED not in names
    assert "1 that somebody else took or sent is left out." in said
    # Named by the archive, without their files: listed, and said.
    assert "the archive names them, but their files did not come with it" in said


def test_photos_of_others_that_were_kept_are_neither_sorted_nor_shown(
    desk: Running, at: str
) -> None:
    (first, *_) = kept(desk, at)
    with desk.desk.case(at.split("/")[2]) as store:
        # As benban audit --with-others keeps them.
        CaseKeeper(store).keep([replace(first, is_others=True)])
    desk.post(f"{at}/show")

    assert desk.get(f"{at}/picture/{first.id}").status_code == 404
    sent = desk.client.post(f"{at}/sort", data={"photo": first.id, "as": "portrait"})
    assert sent.status_code == 404
    assert first.id not in desk.get(f"{at}/sort").text


def test_leave_ends_when_it_is_taken_back_when_its_time_is_over_and_with_the_keys(
    desk: Running, at: str
) -> None:
    (first, *_) = kept(desk, at)
    picture = f"{at}/picture/{first.id}"
    desk.post(f"{at}/show")
    desk.client.post(f"{at}/hide")
    taken_back = desk.get(picture).status_code
    desk.post(f"{at}/show")
    live = desk.get(picture).status_code
    desk.desk.clock = FakeClock(SystemClock().now() + timedelta(minutes=16))
    over = desk.get(picture).status_code
    desk.desk.clock = SystemClock()
    still = desk.get(picture).status_code
    desk.client.post("/lock")
    locked = desk.get(picture)

    assert (taken_back, live, over, still) == (404, 200, 404, 200)
    assert locked.headers["location"] == "/unlock"
    assert desk.desk.audits.is_empty


def test_leave_ends_when_something_of_the_case_is_destroyed(desk: Running, at: str) -> None:
    (first, *_) = kept(desk, at)
    desk.post(f"{at}/show")
    desk.desk.forget_shown(at.split("/")[2])

    assert desk.get(f"{at}/picture/{first.id}").status_code == 404


def test_a_file_that_is_an_exhibit_comes_veiled_among_ones_own_photos(
    desk: Running, at: str, photos: Path
) -> None:
    (first, second, *_) = kept(desk, at)
    source = folder_source(photos)
    with desk.desk.case(at.split("/")[2]) as store, opened_fence() as fence:
        place = store.all(Sighting)[0]
        add_files(store, place, (given((photos / first.name).read_bytes()),), SystemClock())
        grant = grant_own_photos(store, Answer.YES, "to sort")
        shown = [
            own_picture(
                store,
                one,
                grant,
                next(each for each in source.entries() if each.name == one.name).open,
                decoder=fence,
                clock=SystemClock(),
            )
            for one in (first, second)
        ]

    assert [one.is_veiled for one in shown] == [True, False]


@pytest.mark.parametrize("adult", ["no", "unsure", ""])
def test_under_18_or_unsure_nothing_is_kept_or_hashed_and_no_picture_is_shown(
    desk: Running, photos: Path, adult: str
) -> None:
    path = f"{desk.begin()}/audit"
    said = desk.post(f"{path}/age", adult_now=adult, keep="yes").headers["location"]
    looked(desk, path, photos, adult_now=adult, keep="yes")
    words = desk.text(f"{path}/young")
    shown = desk.post(f"{path}/show")
    photos_in = in_memory(desk, path)

    assert said == f"{path}/young"
    assert "You have done nothing wrong." in words
    assert "Nothing is stored here, and no photo is measured" in words
    assert (kept(desk, path), len(photos_in)) == ([], 5)
    assert [one.facts.fingerprint for one in photos_in] == [None] * 5
    assert (shown.status_code, logged(desk, path)) == (404, [])
    assert "Show my own photos" not in desk.text(f"{path}/sort")


def test_another_answer_about_age_destroys_what_was_kept(desk: Running, at: str) -> None:
    before = len(kept(desk, at))
    desk.post(f"{at}/age", adult_now="unsure", keep="yes")

    assert (before, kept(desk, at)) == (5, [])


def test_without_a_vault_nothing_lies_on_the_disk_and_rest_takes_all_of_it(
    desk: Running, photos: Path
) -> None:
    looked(desk, "/audit", photos, adult_now="yes")
    photos_in = in_memory(desk, "/audit")
    listed = desk.text("/audit/list")
    folder = desk.desk.folder
    holds = desk.desk.holds_something
    desk.desk.lock()

    assert (len(photos_in), folder.exists(), holds) == (5, False, True)
    assert "IMG_000.jpg" in listed
    assert (desk.desk.audits.is_empty, desk.desk.holds_something) == (True, False)
    assert desk.get("/audit/list").headers["location"] == "/audit"


def test_keep_nothing_in_a_case_means_no_row_and_no_picture(desk: Running, photos: Path) -> None:
    path = looked(desk, f"{desk.begin()}/audit", photos, adult_now="yes", keep="no")

    assert (kept(desk, path), len(in_memory(desk, path))) == ([], 5)
    assert {one.facts.fingerprint for one in in_memory(desk, path)} == {None}
    assert desk.post(f"{path}/show").status_code == 404


def test_an_answer_sent_twice_is_one_answer_and_the_last_can_be_taken_back(
    desk: Running, at: str
) -> None:
    (first, second, *_) = kept(desk, at)
    for photo, wish in ((first, "portrait"), (first, "portrait"), (second, "not")):
        sort(desk, at, photo, wish)
    sort(desk, at, second, "undo")
    found = {one.name: one.sorting for one in kept(desk, at)}

    assert found[first.name] is Sorting.PORTRAIT
    assert found[second.name] is None
    assert f"Photo 2 of 4: {second.name}" in desk.text(f"{at}/sort")


def test_what_was_put_off_comes_again_only_when_it_is_asked_for(desk: Running, at: str) -> None:
    for photo in kept(desk, at):
        sort(desk, at, photo, "later")
    over = desk.text(f"{at}/sort")
    desk.client.post(f"{at}/sort", data={"as": "again"})

    assert "Every photo is sorted." in over
    assert "Photo 1 of 4" in desk.text(f"{at}/sort")


def test_ticks_are_kept_and_stand_on_the_printed_page_and_in_the_file_without_a_picture(
    desk: Running, at: str
) -> None:
    (first, *_) = kept(desk, at)
    step, *more = steps_for(first, is_adult=True)
    sort(desk, at, first, "portrait")
    desk.client.post(f"{at}/tick", data={"photo": first.id, "done": step.id})
    page = desk.get(f"{at}/print").text
    paper = desk.post(f"{at}/paper")

    assert kept(desk, at)[0].done == (step.id,)
    assert f"1 of {1 + len(more)} done" in desk.text(f"{at}/list")
    assert (page.count("☑"), "<img" in page) == (1, False)
    assert re.fullmatch(
        r'attachment; filename="tai-lieu-[0-9a-f]{4}.html"', paper.headers["content-disposition"]
    )
    assert "You did not cause this by posting a photo." in paper.text
    assert (paper.text.count("✓"), "<img" in paper.text) == (1, False)
    desk.client.post(f"{at}/tick", data={"photo": first.id})
    assert kept(desk, at)[0].done == ()


def test_a_tick_on_any_photo_of_a_line_counts_for_the_line(desk: Running, at: str) -> None:
    *_, one, alike = kept(desk, at)
    step = steps_for(alike, is_adult=True)[0]
    desk.client.post(f"{at}/tick", data={"photo": alike.id, "done": step.id})
    ticked = [photo.done for photo in kept(desk, at)[-2:]]
    desk.client.post(f"{at}/tick", data={"photo": one.id})

    assert sorted(ticked) == [(), (step.id,)]
    assert [photo.done for photo in kept(desk, at)] == [()] * 5


def test_one_answer_sorts_all_photos_of_a_line(desk: Running, at: str) -> None:
    *_, one, alike = kept(desk, at)
    said = desk.text(f"{at}/sort")
    sort(desk, at, one, "not")

    assert "Photo 1 of 4" in said
    assert [photo.sorting for photo in kept(desk, at)[-2:]] == [Sorting.NOT] * 2
    assert alike.name not in desk.text(f"{at}/list")
    assert "2 are left out: you sorted them as no portrait." in desk.text(f"{at}/list")


def test_an_answer_to_another_photo_of_a_line_is_kept_for_all_of_it(desk: Running, at: str) -> None:
    *_, one, alike = kept(desk, at)
    for photo in (one, alike):
        sort(desk, at, photo, "portrait")
        answered = [photo.sorting for photo in kept(desk, at)[-2:]]
        sort(desk, at, photo, "undo")

        assert answered == [Sorting.PORTRAIT] * 2
        assert [photo.sorting for photo in kept(desk, at)[-2:]] == [None] * 2


def test_the_pages_stand_while_more_photos_come(desk: Running, at: str) -> None:
    (first, *_) = kept(desk, at)
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)
    desk.get(at)
    with desk.desk.case(at.split("/")[2]) as store:
        # As a look that is under way keeps it.
        CaseKeeper(store).keep([replace(first, id=OwnPhotoId("b" * 32), name="IMG_b.jpg")])

    assert [desk.get(f"{at}/{page}").status_code for page in ("sort", "list", "sort")] == [200] * 3


def test_a_line_of_photos_that_others_took_can_be_ticked(desk: Running, at: str) -> None:
    (first, *_) = kept(desk, at)
    theirs = replace(first, is_others=True)
    with desk.desk.case(at.split("/")[2]) as store:
        # As benban audit --with-others keeps them.
        CaseKeeper(store).keep([theirs])
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)
    step = steps_for(theirs, is_adult=True)[0]
    shown = desk.get(f"{at}/list").text
    answer = desk.client.post(f"{at}/tick", data={"photo": first.id, "done": step.id})

    assert f'name="photo" value="{first.id}"' in shown
    assert answer.status_code == 303
    assert kept(desk, at)[0].done == (step.id,)


def test_a_name_that_hides_something_is_shown_with_what_it_hides(
    desk: Running, photos: Path
) -> None:
    (photos / "IMG_000.jpg").rename(photos / "000\u202egpj.<b>.jpg")
    path = looked(desk, "/audit", photos, adult_now="no")

    for page in ("sort", "list", "print"):
        assert "000[U+202E]gpj.&lt;b&gt;.jpg" in desk.get(f"{path}/{page}").text


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
def test_a_name_that_is_no_text_is_kept_sorted_and_shown(desk: Running, photos: Path) -> None:
    # "ảnh" and "à" as programs of the nineties wrote them, and one that differs in such a sign.
    for number, name in enumerate((b"\xb6nh.jpg", b"\xb5nh.jpg")):
        (photos / f"IMG_00{number}.jpg").rename(photos / os.fsdecode(name))
    path = looked(desk, f"{desk.begin()}/audit", photos, adult_now="yes", keep="yes")
    desk.post(f"{path}/show")
    odd = [one for one in kept(desk, path) if "\\" in one.name]
    sort(desk, path, odd[0], "portrait")

    assert sorted(one.name for one in odd) == ["\\udcb5nh.jpg", "\\udcb6nh.jpg"]
    assert [desk.get(f"{path}/picture/{one.id}").status_code for one in odd] == [200, 200]
    assert "\\udcb5nh.jpg" in desk.text(f"{path}/list")


def test_of_a_file_that_is_no_photo_no_more_is_read_than_a_photo_has(
    desk: Running, at: str, photos: Path
) -> None:
    with (photos / "IMG_000.jpg").open("r+b") as file:
        file.truncate(2 * MOST_BYTES)
    desk.post(f"{at}/where", where=str(photos))
    desk.wait_for_jobs()
    photo = next(one for one in kept(desk, at) if one.name == "IMG_000.jpg")
    audit = desk.desk.audits.get(at.split("/")[2])
    assert audit is not None
    given_bytes = len(audit.opener(photo)().read())

    assert (photo.size_bytes, photo.facts.problem) == (2 * MOST_BYTES, "BB-302")
    assert given_bytes == MOST_BYTES + 1


def test_photos_that_look_alike_are_one_line(desk: Running, at: str) -> None:
    assert desk.get(f"{at}/list").text.count("<h2 class") == 4
    assert desk.text(f"{at}/list").count("2 photos look alike; they are one line.") == 1


def test_forgetting_leaves_nothing_here_and_the_photos_where_they_are(
    desk: Running, at: str, photos: Path
) -> None:
    before = sorted(one.name for one in photos.rglob("*.jpg"))
    led = desk.post(f"{at}/forget").headers["location"]

    assert (led, kept(desk, at)) == (f"{at}/forgotten", [])
    assert "Your photos are where they were." in desk.text(led)
    assert sorted(one.name for one in photos.rglob("*.jpg")) == before
    assert desk.get(f"{at}/list").headers["location"] == at


def test_what_a_case_kept_is_there_after_the_desk_was_locked_but_the_folder_is_asked_for(
    desk: Running, at: str
) -> None:
    (first, *_) = kept(desk, at)
    sort(desk, at, first, "portrait")
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    assert "Photo 2 of 4" in desk.text(f"{at}/sort")
    assert "say once more where they are" in desk.text(f"{at}/sort")


def test_a_folder_that_is_not_there_is_said_before_anything_begins(
    desk: Running, at: str, photos: Path
) -> None:
    before = len(desk.desk.jobs.of_case(at.split("/")[2]))
    missing = desk.post(f"{at}/where", where=f"{photos}\n{photos}-2")
    empty = desk.post(f"{at}/where", where="  ")
    many = desk.post(f"{at}/where", where="\n".join([str(photos)] * 201))

    assert (many.status_code, "BB-804" in many.text) == (400, True)
    assert (missing.status_code, "BB-002" in missing.text) == (400, True)
    assert (empty.status_code, "BB-014" in empty.text) == (400, True)
    assert len(desk.desk.jobs.of_case(at.split("/")[2])) == before


def test_a_photo_that_is_not_there_any_more_can_still_be_sorted(
    desk: Running, at: str, photos: Path
) -> None:
    (first, *_) = kept(desk, at)
    desk.post(f"{at}/show")
    (photos / first.name).unlink()
    answer = desk.get(f"{at}/picture/{first.id}")
    sort(desk, at, first, "not")

    assert answer.headers["content-type"].startswith("text/html")
    assert "BB-002" in answer.text
    assert kept(desk, at)[0].sorting is Sorting.NOT


def test_whoever_works_with_cases_of_others_types_a_reason(desk: Running, at: str) -> None:
    desk.desk.set_mode("work")
    refused = desk.post(f"{at}/show")
    desk.post(f"{at}/show", reason="asked by the person to help with sorting")
    with desk.desk.case(at.split("/")[2]) as store:
        entries = [one for one in store.events() if one.kind is EventKind.ATTEMPT]
        (entry,) = [one for one in entries if any(f.value == _SHOWS for f in one.fields)]

    assert (refused.status_code, "BB-109" in refused.text) == (400, True)
    assert [one.value for one in entry.fields if one.name == "reason"] == [
        "asked by the person to help with sorting"
    ]
    assert 'class="own helper"' in desk.get(f"{at}/sort").text


def test_no_address_names_a_photo_and_the_sitting_is_of_one_case(desk: Running, at: str) -> None:
    (first, *_) = kept(desk, at)
    desk.post(f"{at}/show")
    other = desk.post("/begin").headers["location"]

    assert first.name not in first.id
    assert desk.get(f"{other}/audit/picture/{first.id}").status_code == 404


def test_what_travels_with_a_photo_is_not_shown_with_it_and_three_more_are_named_ahead(
    desk: Running, photos: Path
) -> None:
    told = Image.Exif()
    told[0x010E] = "CANARY at home"
    with Image.open(photos / "IMG_000.jpg") as picture:
        picture.save(photos / "IMG_000.jpg", exif=told)
    path = looked(desk, f"{desk.begin()}/audit", photos, adult_now="yes", keep="yes")
    desk.post(f"{path}/show")
    (first, *more) = kept(desk, path)
    shown = desk.get(f"{path}/picture/{first.id}").content
    ahead = re.search(r'data-ahead="([^"]*)"', desk.get(f"{path}/sort").text)

    assert b"CANARY" in (photos / "IMG_000.jpg").read_bytes()
    assert b"CANARY" not in shown
    assert (Image.open(io.BytesIO(shown)).format, Image.open(io.BytesIO(shown)).info) == ("PNG", {})
    assert ahead is not None
    assert ahead[1].split() == [f"{path}/picture/{one.id}" for one in more[:3]]


def test_the_second_way_takes_no_id_of_an_exhibit(desk: Running, at: str, photos: Path) -> None:
    with desk.desk.case(at.split("/")[2]) as store:
        place = store.all(Sighting)[0]
        file = given((photos / "IMG_001.jpg").read_bytes())
        (exhibit,) = add_files(store, place, (file,), SystemClock())
    desk.post(f"{at}/show")

    assert desk.get(f"{at}/picture/{exhibit.id}").status_code == 404
