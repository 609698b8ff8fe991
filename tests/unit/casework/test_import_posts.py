import base64
import json
import zipfile
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benban.casework.import_posts import opened_posts
from benban.casework.saved_kind import SavedKind, saved_kind
from benban.casework.take_in import SightingReport, take_in
from benban.errors import ImportUnknownError, NothingTickedError, TooManyTickedError
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.model.sighting import AgeAnswers, SightingKind
from benban.testing.clock import FakeClock
from benban.unpack.parts import Message
from benban.vault import CaseStore
from tests.unit.casework.conftest import ADULT, MAYBE_MINOR
from tests.unit.casework.saved import FORMATS, picture, save
from tests.unit.unpack.mails import BOUNDARY, box, mail, mime_part
from tests.unit.unpack.test_inline import uuencoded
from tests.unit.unpack.test_x_archive import OTHER, POST, files, script
from tests.unit.unpack.webfiles import PNG


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))


def import_posts(
    store: CaseStore,
    path: Path,
    clock: FakeClock,
    keys: Collection[str],
    chosen: Collection[int] = (),
    answers: AgeAnswers = ADULT,
) -> Import:
    """Import the posts with these keys and the media at these places of the list."""
    report = SightingReport(address=None, kind=SightingKind.THREATENED, answers=answers)
    sighting = take_in(store, report, clock).sighting
    with opened_posts(store, sighting, path, clock) as posts:
        ticked = [
            one.position
            for one in posts.listing(posts.chat)
            if isinstance(one, Message) and one.key in keys
        ]
        listed = posts.media(ticked)
        return posts.keep(ticked, [listed[place].position for place in chosen])


def content(store: CaseStore, exhibit: Exhibit) -> bytes:
    with store.open_exhibit(exhibit.id) as file:
        return file.read()


def text_of(store: CaseStore) -> Any:  # noqa: ANN401 - JSON as it stands there
    (text,) = (one for one in store.all(Exhibit) if one.kind is ExhibitKind.SAVED_POSTS)
    return json.loads(content(store, text))


def everything(store: CaseStore) -> bytes:
    found = b"".join(content(store, one) for one in store.all(Exhibit))
    letters = [one["raw"] for one in text_of(store)["posts"]]
    return found + b"".join(base64.b64decode(one) for one in letters)


def mailbox(folder: Path) -> Path:
    path = folder / "thu.mbox"
    path.write_bytes(
        box(
            mail(key="1@example.test", text="Canary một"),
            mail(key="2@example.test", text="Trả tiền đi"),
            mail(key="3@example.test", text="Canary ba"),
        )
    )
    return path


def archive(folder: Path) -> Path:
    path = folder / "twitter.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files(**{"data/tweets.js": script("tweets", [POST, OTHER])}).items():
            packed.writestr(name, data)
    return path


def test_of_a_mailbox_the_ticked_mail_is_kept_and_no_neighbour(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_posts(store, mailbox(tmp_path), clock, {"2@example.test"}, chosen=[0])

    (post,) = text_of(store)["posts"]
    assert (post["text"], post["sender"], post["topic"]) == (
        "Trả tiền đi",
        "Người lạ",
        "Trả tiền",
    )
    assert b"Message-ID: <2@example.test>" in base64.b64decode(post["raw"])
    assert "Canary" not in everything(store).decode("utf-8", "replace")
    (image,) = (one for one in store.all(Exhibit) if one.kind is ExhibitKind.SUPPLIED_FILE)
    assert content(store, image) == PNG
    assert (done.part_count, done.chosen_count, done.around_count) == (3, 1, 0)
    assert {one.reason: one.count for one in done.withheld} == {
        "not-chosen": 2,
        "media-of-others": 2,
    }


def test_what_hangs_on_a_mail_and_is_not_picked_is_counted_and_not_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_posts(store, mailbox(tmp_path), clock, {"2@example.test"})

    assert [one.kind for one in store.all(Exhibit)] == [ExhibitKind.SAVED_POSTS]
    assert {one.reason: one.count for one in done.withheld}["media-not-chosen"] == 1
    assert b"canary picture" not in everything(store)
    assert text_of(store)["posts"][0]["media"][0]["state"] == "withheld"


def test_of_an_archive_the_ticked_post_and_its_picture_are_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_posts(store, archive(tmp_path), clock, {"1"}, chosen=[0])

    (post,) = text_of(store)["posts"]
    assert post["links"] == [{"shown": "https://t.co/a", "to": "https://example.test/"}]
    assert json.loads(base64.b64decode(post["raw"])) == POST
    assert "Bài khác" not in everything(store).decode("utf-8", "replace")
    assert len(done.exhibits) == 2


def test_without_a_permit_the_text_is_kept_and_nothing_is_listed(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = mailbox(tmp_path)
    done = import_posts(store, path, clock, {"2@example.test"}, answers=MAYBE_MINOR)

    assert [one.kind for one in store.all(Exhibit)] == [ExhibitKind.SAVED_POSTS]
    assert done.digest_covers == "text"
    assert {one.reason: one.count for one in done.withheld}["no-permit"] == 1


def test_pictures_written_into_a_mail_are_taken_out(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    inside = base64.b64encode(picture(1)).decode()
    html = f'<p>Chữ</p><img src="data:image/png;base64,{inside}">'
    part = mime_part(html.encode(), "Content-Type: text/html; charset=utf-8")
    path = tmp_path / "a.eml"
    path.write_bytes(mail(text=inside).replace(f"--{BOUNDARY}--".encode(), part.rstrip(), 1))

    import_posts(store, path, clock, {"1@example.test"})

    assert inside[20:60].encode() not in everything(store)
    assert "Chữ" in json.dumps(text_of(store), ensure_ascii=False)


def test_nothing_ticked_keeps_nothing(store: CaseStore, clock: FakeClock, tmp_path: Path) -> None:
    with pytest.raises(NothingTickedError):
        import_posts(store, mailbox(tmp_path), clock, set())

    assert store.all(Exhibit) == ()


def test_a_whole_mailbox_is_not_taken(store: CaseStore, clock: FakeClock, tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(box(*(mail(key=f"{n}@example.test") for n in range(201))))

    with pytest.raises(TooManyTickedError):
        import_posts(store, path, clock, {f"{n}@example.test" for n in range(201)})


def test_a_saved_page_holds_no_posts(store: CaseStore, clock: FakeClock, tmp_path: Path) -> None:
    with pytest.raises(ImportUnknownError):
        import_posts(store, save(tmp_path, "warc", []), clock, {"1"})


@pytest.mark.parametrize("form", FORMATS)
def test_every_saved_page_goes_the_way_of_a_page(form: str, tmp_path: Path) -> None:
    assert saved_kind(save(tmp_path, form, [PNG])) is SavedKind.PAGE


def test_mailboxes_and_archives_go_the_way_of_posts(tmp_path: Path) -> None:
    single = tmp_path / "a.eml"
    single.write_bytes(mail())

    kinds = {saved_kind(one) for one in (mailbox(tmp_path), archive(tmp_path), single)}

    assert kinds == {SavedKind.POSTS}


@pytest.mark.parametrize("start", [PNG, b"\x00\x00\x00\x20ftypisom" + bytes(20), b"\x1aE\xdf\xa3"])
def test_a_screenshot_or_a_recording_is_kept_as_the_file_it_is(
    start: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "a.mhtml"
    path.write_bytes(start)

    assert saved_kind(path) is SavedKind.PICTURE


@pytest.mark.parametrize("answers", [ADULT, MAYBE_MINOR], ids=["permit", "text only"])
def test_a_picture_written_into_a_mail_as_uuencode_is_said_and_never_kept_as_text(
    answers: AgeAnswers, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail(text=f"Xem ảnh\n{uuencoded(PNG).decode()}"))

    done = import_posts(store, path, clock, {"1@example.test"}, answers=answers)

    said = text_of(store)["posts"][0]
    withheld = {one.reason: one.count for one in done.withheld}
    assert withheld["inline-pictures"] == 1
    assert said["text"].startswith("Xem ảnh\ndata:,benban-withheld")
    assert uuencoded(PNG).splitlines()[2].decode() not in json.dumps(said)
    assert [one["type"] for one in said["media"]][-1] == "application/x-uuencode"


def test_a_picture_written_into_a_mail_as_uuencode_can_be_picked(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(mail(text=f"Xem ảnh\n{uuencoded(PNG).decode()}"))

    done = import_posts(store, path, clock, {"1@example.test"}, [1])

    (picture_kept,) = (one for one in store.all(Exhibit) if one.kind is ExhibitKind.SUPPLIED_FILE)
    assert content(store, picture_kept) == PNG
    assert picture_kept.id in done.exhibits
