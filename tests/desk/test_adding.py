"""Files and photos that a person has, and what is seen of them: nothing, unless it is asked for."""

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from benban.casework.add_files import add_files
from benban.casework.originals import GivenFile
from benban.casework.show import GRANT_LIFETIME
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, Original
from benban.model.fingerprint import OriginalFingerprint, QuestionedFingerprint
from benban.model.sighting import Sighting, SightingKind
from tests.desk.rig import ADULT, Running, words_of
from tests.harm.scenes import Example

SENTENCE = "These photos show the person of this case."
MINOR = {"adult_now": "no", "adult_in_picture": "no", "nobody_doubts": "yes"}
FAKE = ("file", ("Ảnh 1.jpg", Example.drawn().fake, "image/jpeg"))
PHOTO = ("file", ("IMG_2.jpg", Example.drawn().original, "image/jpeg"))


def _place(desk: Running, **answers: str) -> str:
    case = desk.begin(SightingKind.PUBLISHED, **(answers or ADULT))
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (sighting,) = store.all(Sighting)
    return f"{case}/s/{sighting.id}"


def _sent(
    desk: Running, path: str, *files: tuple[str, tuple[str, bytes, str]], **fields: str
) -> httpx.Response:
    """Send a form with files as a browser does."""
    form = {"form": desk.desk.forms.new(), **fields}
    return desk.client.post(path, data=form, files=[*files])


def _exhibits(desk: Running, path: str) -> tuple[Exhibit, ...]:
    with desk.desk.case(path.split("/")[2]) as store:
        return store.all(Exhibit)


def _kinds(desk: Running, path: str) -> list[EventKind | None]:
    with desk.desk.case(path.split("/")[2]) as store:
        return [one.kind for one in store.events()]


def _kept(desk: Running) -> str:
    """Keep a file and return the path of its page."""
    place = _place(desk)
    _sent(desk, f"{place}/files", FAKE)
    desk.wait_for_jobs()
    (exhibit,) = _exhibits(desk, place)
    return f"{place.partition('/s/')[0]}/e/{exhibit.id}"


def test_a_file_is_kept_byte_for_byte_under_its_own_name_and_measured(desk: Running) -> None:
    place = _place(desk)

    answer = _sent(desk, f"{place}/files", FAKE)
    desk.wait_for_jobs()

    assert answer.headers["location"].startswith("/jobs/")
    (exhibit,) = _exhibits(desk, place)
    with desk.desk.case(place.split("/")[2]) as store:
        with store.open_exhibit(exhibit.id) as stream:
            assert stream.read() == FAKE[1][1]
        assert store.maybe(QuestionedFingerprint, exhibit.id) is not None
    assert (exhibit.original_name, exhibit.media_type) == ("Ảnh 1.jpg", "image/jpeg")


def test_nothing_that_was_uploaded_stands_in_the_clear_on_the_disk(desk: Running) -> None:
    place = _place(desk)
    canary = b"canary-of-a-file-7c1e" * 40_000

    _sent(desk, f"{place}/files", ("file", ("canary-name-55.bin", canary, "")))

    held = [one.read_bytes() for one in Path(desk.desk.folder).rglob("*") if one.is_file()]
    assert len(held) > 3
    assert [one for one in held if b"canary-of-a-file" in one or b"canary-name" in one] == []


def test_several_files_are_kept_and_an_empty_one_is_said_by_its_name(desk: Running) -> None:
    place = _place(desk)
    note = ("file", ("ghi-chép.txt", "đã thấy".encode(), "text/plain"))

    answer = _sent(desk, f"{place}/files", FAKE, ("file", ("trống.png", b"", "")), note)

    said = words_of(answer.text)
    assert (answer.status_code, "Kept: 2" in said, "Not kept: trống.png" in said) == (
        400,
        True,
        True,
    )
    assert [one.original_name for one in _exhibits(desk, place)] == ["Ảnh 1.jpg", "ghi-chép.txt"]


def test_without_a_file_it_is_asked_again(desk: Running) -> None:
    place = _place(desk)

    answer = _sent(desk, f"{place}/files", ("file", ("", b"", "application/octet-stream")))

    assert (answer.status_code, "BB-021" in answer.text) == (400, True)


@pytest.mark.parametrize("answers", [MINOR, {"adult_now": "yes"}], ids=["minor", "unanswered"])
def test_no_file_is_asked_for_and_none_taken_before_three_times_yes(
    desk: Running, answers: dict[str, str]
) -> None:
    place = _place(desk, **answers)

    shown = desk.get(f"{place}/files").text
    answer = _sent(desk, f"{place}/files", FAKE)

    assert 'type="file"' not in shown
    assert (answer.status_code, _exhibits(desk, place)) == (400, ())
    assert EventKind.ADOPTED not in _kinds(desk, place)


def test_a_form_that_breaks_off_in_the_middle_of_a_file_keeps_nothing_of_it(desk: Running) -> None:
    place = _place(desk)
    form = desk.desk.forms.new()
    body = (
        f'--b\r\nContent-Disposition: form-data; name="form"\r\n\r\n{form}\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    ).encode() + b"\xff\xd8\xff" * 1000

    answer = desk.client.post(
        f"{place}/files",
        content=body,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )

    assert (answer.status_code, "BB-002" in answer.text) == (400, True)
    assert _exhibits(desk, place) == ()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"no form at all"),
        ("application/x-www-form-urlencoded", b"form=1"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="fo'),
    ],
)
def test_what_is_no_form_with_files_is_refused_in_words(
    desk: Running, content_type: str, body: bytes
) -> None:
    place = _place(desk)

    answer = desk.client.post(
        f"{place}/files", content=body, headers={"Content-Type": content_type}
    )

    assert (answer.status_code, "BB-013" in answer.text) == (400, True)


def test_a_name_with_folders_is_never_a_path(desk: Running) -> None:
    place = _place(desk)

    _sent(desk, f"{place}/files", ("file", ("..\\..\\..\\etc/passwd.txt", b"x", "")))

    assert [one.original_name for one in _exhibits(desk, place)] == ["passwd.txt"]


def test_a_second_click_keeps_no_second_copy(desk: Running) -> None:
    place = _place(desk)
    form = {"form": desk.desk.forms.new()}

    first = desk.client.post(f"{place}/files", data=form, files=[FAKE])
    second = desk.client.post(f"{place}/files", data=form, files=[FAKE])

    assert first.headers["location"] == second.headers["location"]
    assert len(_exhibits(desk, place)) == 1


def test_photos_are_kept_after_the_sentence_and_measured(desk: Running) -> None:
    case = _place(desk).partition("/s/")[0]

    refused = _sent(desk, f"{case}/photos", PHOTO, declaration="these are photos")
    answer = _sent(desk, f"{case}/photos", PHOTO, declaration=SENTENCE)
    desk.wait_for_jobs()

    assert (refused.status_code, "BB-107" in refused.text) == (400, True)
    assert 'value="these are photos"' in refused.text
    assert answer.status_code == 303
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (original,) = store.all(Original)
        assert store.maybe(OriginalFingerprint, original.id) is not None
    shown = desk.get(f"{case}/photos").text
    assert "IMG_2.jpg" in shown
    assert "declaration" not in shown


def test_no_photo_is_asked_for_where_no_picture_may_be_kept(desk: Running) -> None:
    case = _place(desk, **MINOR).partition("/s/")[0]

    shown = desk.get(f"{case}/photos").text
    answer = _sent(desk, f"{case}/photos", PHOTO, declaration=SENTENCE)

    assert ('type="file"' not in shown, answer.status_code) == (True, 400)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.all(Original) == ()
        assert EventKind.ORIGINALS_DECLARED not in [one.kind for one in store.events()]


def _image_of(desk: Running, answer: httpx.Response) -> str:
    assert answer.status_code == 303
    found = re.search(
        r'(?:src|data-look)="(/look/[^"]+)"', desk.get(answer.headers["location"]).text
    )
    assert found is not None
    return found[1]


def test_a_place_with_many_things_lists_them_in_pages(desk: Running) -> None:
    place = _place(desk)
    many = [("file", (f"ghi-{one}.txt", f"chép {one}".encode(), "text/plain")) for one in range(60)]
    _sent(desk, f"{place}/files", *many)

    first, second = desk.get(place).text, desk.get(f"{place}?page=2").text

    ids = [str(one.id) for one in _exhibits(desk, place)]
    assert [one in first for one in ids].count(True) == 50
    assert [one in second for one in ids].count(True) == 10
    assert all(one in first + second for one in ids)


def test_the_page_of_a_picture_shows_none(desk: Running) -> None:
    page = desk.get(_kept(desk)).text

    assert ("<img" not in page, "/look/" not in page) == (True, True)


def test_a_veiled_look_is_logged_when_it_is_asked_for_and_given_from_memory(desk: Running) -> None:
    path = _kept(desk)

    image = _image_of(desk, desk.post(f"{path}/veiled"))
    logged = _kinds(desk, path).count(EventKind.SHOWN_VEILED)
    answers = [desk.get(image), desk.get(image)]

    assert [one.headers["content-type"] for one in answers] == ["image/png"] * 2
    assert answers[0].content == answers[1].content
    assert (logged, _kinds(desk, path).count(EventKind.SHOWN_VEILED)) == (1, 1)
    assert EventKind.SHOWN_UNVEILED not in _kinds(desk, path)


def test_without_a_reason_nothing_is_unveiled(desk: Running) -> None:
    path = _kept(desk)

    answer = desk.post(f"{path}/unveiled", reason="  ")

    assert (answer.status_code, "BB-109" in answer.text) == (400, True)
    assert EventKind.SHOWN_UNVEILED not in _kinds(desk, path)


def test_an_unveiled_picture_is_given_once_and_its_page_leads_back(desk: Running) -> None:
    path = _kept(desk)
    answer = desk.post(f"{path}/unveiled", reason="vì sao")

    image = _image_of(desk, answer)

    assert desk.get(image).headers["content-type"] == "image/png"
    assert desk.get(image).status_code == 404
    assert desk.get(answer.headers["location"]).headers["location"] == path
    assert _kinds(desk, path).count(EventKind.SHOWN_UNVEILED) == 1


def test_an_unveiled_picture_is_gone_after_the_life_of_a_grant(
    desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _kept(desk)
    image = _image_of(desk, desk.post(f"{path}/unveiled", reason="vì sao"))
    later_ns = desk.desk.clock.monotonic_ns() + int(GRANT_LIFETIME.total_seconds() * 1e9)

    monkeypatch.setattr(type(desk.desk.clock), "monotonic_ns", lambda _clock: later_ns)

    assert desk.get(image).status_code == 404


@pytest.mark.parametrize("way", ["veiled", "unveiled"])
def test_no_picture_is_left_after_locking(desk: Running, way: str) -> None:
    image = _image_of(desk, desk.post(f"{_kept(desk)}/{way}", reason="vì sao"))

    desk.client.post("/lock")

    assert desk.get(image).content[:4] != b"\x89PNG"


def test_no_picture_is_left_after_somebody_may_be_under_18(desk: Running) -> None:
    path = _kept(desk)
    image = _image_of(desk, desk.post(f"{path}/veiled"))

    desk.post(f"{path}/minor")

    assert desk.get(image).status_code == 404
    with desk.desk.case(path.split("/")[2]) as store:
        assert store.all(Exhibit) == ()


def test_no_picture_is_left_after_a_no_on_the_page_about_age(desk: Running) -> None:
    path = _kept(desk)
    place = f"{path.partition('/e/')[0]}/s/{_exhibits(desk, path)[0].sighting_id}"
    images = [
        _image_of(desk, desk.post(f"{path}/{way}", reason="vì sao"))
        for way in ("veiled", "unveiled")
    ]

    desk.post(f"{place}/age", **MINOR)

    assert [desk.get(one).status_code for one in images] == [404, 404]


def test_files_after_a_no_that_came_meanwhile_are_not_taken(
    desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = _place(desk)
    taken: list[str] = []

    def with_a_no(store: object, one: Sighting, files: list[GivenFile], clock: object) -> object:
        # Between the first file and the second somebody else answers.
        kept = add_files(store, one, files, clock)  # type: ignore[arg-type] # as it was called
        taken.append(files[0].name)
        desk.post(f"{place}/age", **MINOR)
        return kept

    monkeypatch.setattr("benban.desk.routes.adding.add_files", with_a_no)

    answer = _sent(desk, f"{place}/files", FAKE, PHOTO)

    assert (taken, _exhibits(desk, place)) == (["Ảnh 1.jpg"], ())
    assert (answer.status_code, "BB-101" in answer.text, "Kept:" in answer.text) == (
        400,
        True,
        False,
    )


def test_a_photo_that_cannot_be_read_is_named_and_the_others_are_kept(desk: Running) -> None:
    case = _place(desk).partition("/s/")[0]
    broken = ("file", ("hỏng.jpg", PHOTO[1][1][:400], "image/jpeg"))
    other = ("file", ("IMG_3.jpg", Example.drawn().compressed_again, "image/jpeg"))

    job = _sent(desk, f"{case}/photos", PHOTO, broken, other, declaration=SENTENCE)
    desk.wait_for_jobs()

    after = desk.desk.jobs.get(job.headers["location"].rpartition("/")[2]).after
    said = desk.text(after)
    assert ("Not kept: hỏng.jpg" in said, "It was not kept" in said) == (True, True)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert len(store.all(Original)) == 2


def test_a_sentence_without_photos_is_not_signed(desk: Running) -> None:
    case = _place(desk).partition("/s/")[0]

    _sent(desk, f"{case}/photos", ("file", ("", b"", "")), declaration=SENTENCE)

    assert EventKind.ORIGINALS_DECLARED not in _kinds(desk, f"{case}/x")


def test_files_beyond_the_most_parts_are_said_and_those_before_kept(
    desk: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.desk.arriving._MOST_PARTS", 4)
    place = _place(desk)
    many = [("file", (f"{one}.txt", f"chép {one}".encode(), "text/plain")) for one in range(6)]

    answer = _sent(desk, f"{place}/files", *many)

    assert [one.original_name for one in _exhibits(desk, place)] == ["0.txt", "1.txt", "2.txt"]
    said = words_of(answer.text)
    assert ("could not be read" in said, "BB-012" in said) == (True, True)


def test_without_script_an_unveiled_picture_is_one_step_more(desk: Running) -> None:
    path = _kept(desk)
    page = desk.post(f"{path}/unveiled", reason="vì sao").headers["location"]

    assert "<img" not in desk.get(page).text
    assert 'src="/look/' in desk.get(f"{page}?open=1").text


def test_a_look_of_one_thing_opens_no_page_of_another(desk: Running) -> None:
    path = _kept(desk)
    place = f"{path.partition('/e/')[0]}/s/{_exhibits(desk, path)[0].sighting_id}"
    number = desk.post(f"{path}/veiled").headers["location"].rpartition("/")[2]
    _sent(desk, f"{place}/files", ("file", ("b.txt", b"b", "text/plain")))
    (other,) = [one for one in _exhibits(desk, path) if one.original_name == "b.txt"]

    answer = desk.get(f"{path.partition('/e/')[0]}/e/{other.id}/look/{number}")

    assert answer.headers["location"].endswith(other.id)


def test_what_is_destroyed_was_listed_before_and_its_pictures_go(desk: Running) -> None:
    path = _kept(desk)
    image = _image_of(desk, desk.post(f"{path}/veiled"))
    listed = desk.text(f"{path}/forget")

    answer = desk.post(f"{path}/forget", reason="")

    assert "1 item" in listed
    assert answer.headers["location"].startswith(path.partition("/e/")[0] + "/s/")
    assert (_exhibits(desk, path), desk.get(image).status_code) == ((), 404)
    assert EventKind.FORGOTTEN in _kinds(desk, path)


def test_a_person_adds_a_screenshot_and_sees_it_only_while_it_is_held(
    phone: Page, closed_desk: Running, tmp_path: Path
) -> None:
    closed_desk.enter()
    case = closed_desk.begin(SightingKind.PUBLISHED)
    file = tmp_path / "man-hinh.jpg"
    file.write_bytes(Example.drawn().fake)
    phone.goto(f"{closed_desk.place.origin}{case}")
    phone.click("text=Add something")
    phone.click("text=Add a file or a screenshot")
    phone.set_input_files("input[type=file]", file)
    phone.click("main button")
    phone.click("text=See what came of it", timeout=90_000)
    phone.click("text=a file you gave")
    assert phone.locator("main img").count() == 0

    phone.click("text=It has to be seen uncovered")
    phone.fill("input[name=reason]", "so sánh")
    phone.click("text=Go on")
    line = phone.locator("details.look summary")
    line.wait_for(state="visible")
    box = line.bounding_box()
    assert box is not None
    assert phone.locator("main img").count() == 0
    phone.mouse.move(box["x"] + 20, box["y"] + 20)
    phone.mouse.down()
    picture = phone.locator("details.look img")
    picture.wait_for(state="visible")
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
    phone.mouse.up()

    picture.wait_for(state="hidden")
