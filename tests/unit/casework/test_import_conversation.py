import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benban.casework.import_conversation import opened_import
from benban.casework.import_page import opened_page
from benban.casework.import_posts import opened_posts
from benban.casework.mark_minor import mark_minor
from benban.casework.take_in import SightingReport, answer_ages, take_in
from benban.errors import (
    BenbanError,
    FileUnreadableError,
    ImportChangedError,
    ImportUnknownError,
    ImportUnsafeError,
    NothingTickedError,
    PermitRefusedError,
    TooManyTickedError,
)
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.model.sighting import AgeAnswers, Sighting, SightingKind
from benban.seal.canonical import parse_canonical
from benban.seal.digests import sha256_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault
from tests.harm.export import CHOSEN, POSTS, document, picture_of, write_export, zip_export
from tests.unit.casework.conftest import ADULT, MAYBE_MINOR
from tests.unit.unpack.exports import VECTORS
from tests.unit.vault.test_forgetting import plain_bytes


def seen(
    store: CaseStore,
    clock: FakeClock,
    answers: AgeAnswers = ADULT,
    kind: SightingKind = SightingKind.PUBLISHED,
) -> Sighting:
    return take_in(store, SightingReport(address=None, kind=kind, answers=answers), clock).sighting


def imported(
    store: CaseStore, sighting: Sighting, path: Path, clock: FakeClock, *ticked: int
) -> Import:
    with opened_import(store, sighting, path, clock) as doing:
        (chat,) = doing.chats()
        return doing.keep(chat, ticked)


def conversation(store: CaseStore) -> dict[str, Any]:
    (exhibit,) = (one for one in store.all(Exhibit) if one.kind is ExhibitKind.CONVERSATION)
    with store.open_exhibit(exhibit.id) as stream:
        said = parse_canonical(stream.read())
    assert isinstance(said, dict)
    return said


def pictures(store: CaseStore) -> list[Exhibit]:
    return [one for one in store.all(Exhibit) if one.kind is ExhibitKind.SUPPLIED_FILE]


def kinds(store: CaseStore) -> list[EventKind | None]:
    return [event.kind for event in store.events()]


def failure(store: CaseStore) -> dict[str, str]:
    (event,) = (one for one in store.events() if one.kind is EventKind.ATTEMPT_FAILED)
    return {field.name: field.value for field in event.fields}


def test_what_was_imported_stands_in_one_record(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = zip_export(tmp_path / "export.zip")

    done = imported(store, seen(store, clock), path, clock, CHOSEN)

    assert store.all(Import) == (done,)
    assert (done.format, done.digest_covers) == ("telegram-json", "file")
    assert done.sha256 == sha256_of(path.read_bytes())
    assert done.size_bytes == path.stat().st_size
    assert [step.name for step in done.steps] == [
        "received",
        "read",
        "unchanged",
        "media",
        "conversation",
    ]
    assert list(done.exhibits) == [one.id for one in reversed(store.all(Exhibit))]


def test_the_attempt_stands_before_and_the_import_after(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    before = len(kinds(store))
    sighting = seen(store, clock)

    imported(store, sighting, write_export(tmp_path / "export"), clock, CHOSEN)

    assert kinds(store)[before:] == [
        EventKind.REPORTED,
        EventKind.ATTEMPT,
        EventKind.ADOPTED,
        EventKind.ADOPTED,
        EventKind.IMPORTED,
    ]


def test_a_folder_has_one_digest_that_any_change_changes(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sighting = seen(store, clock)
    path = write_export(tmp_path / "export")
    first = imported(store, sighting, path, clock, CHOSEN)
    again = imported(store, sighting, path, clock, CHOSEN)
    (path / picture_of(3)).write_bytes(b"other")

    changed = imported(store, sighting, path, clock, CHOSEN)

    assert first.digest_covers == "folder"
    assert first.sha256 == again.sha256 != changed.sha256


def test_importing_again_keeps_nothing_twice(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sighting = seen(store, clock)
    path = write_export(tmp_path / "export")
    imported(store, sighting, path, clock, CHOSEN)
    before = store.all(Exhibit)

    done = imported(store, sighting, path, clock, CHOSEN)

    assert store.all(Exhibit) == before
    assert set(done.exhibits) == {one.id for one in before}


def test_ticked_messages_are_kept_whole_and_the_others_without_names(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    imported(store, seen(store, clock), write_export(tmp_path / "export"), clock, CHOSEN)

    said = conversation(store)
    parts = {part["position"]: part for part in said["parts"]}
    ticked, near = parts[CHOSEN], parts[CHOSEN - 1]
    assert sorted(parts) == list(range(CHOSEN - 10, CHOSEN + 11))
    assert said["supplied"] == "by the reporter, unsigned"
    assert (ticked["sender"], ticked["ticked"]) == ("Người Đăng Tin", True)
    assert (near["sender"], near["sender_key"], near["ticked"]) == ("[…]", "", False)
    assert near["other"] != parts[CHOSEN - 2]["other"]
    assert (ticked["media"][0]["state"], near["media"][0]["state"]) == ("kept", "withheld")
    assert near["media"][0]["name"] == "[…]"


def test_links_to_people_around_are_left_out_and_links_to_bots_stay(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    links = [
        {"type": "text_link", "text": "người", "href": "https://t.me/nguoi_nao_do"},
        {"type": "text_link", "text": "máy", "href": "https://t.me/may_nao_do_bot"},
        {"type": "mention_name", "text": "Cô Tư", "user_id": 7000000077},
    ]
    path = write_export(tmp_path / "export", {CHOSEN - 1: links})

    imported(store, seen(store, clock), path, clock, CHOSEN)

    near = next(part for part in conversation(store)["parts"] if part["position"] == CHOSEN - 1)
    assert [(one["text"], one["target"]) for one in near["spans"]] == [
        ("người", "[…]"),
        ("máy", "https://t.me/may_nao_do_bot"),
    ]


def test_raw_bytes_of_a_ticked_message_lack_only_who_reacted(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    imported(store, seen(store, clock), write_export(tmp_path / "export"), clock, CHOSEN)

    (ticked,) = (part for part in conversation(store)["parts"] if part["ticked"])
    raw = ticked["raw"]
    assert ticked["raw_withheld"] == 1
    before, _, after = raw.partition('"recent":"benban-withheld"')
    assert before.encode() in document()
    assert after.encode() in document()


def test_raw_bytes_of_a_page_lack_only_who_reacted(store: CaseStore, clock: FakeClock) -> None:
    imported(store, seen(store, clock), VECTORS / "html-2024", clock, 2)

    (ticked,) = (part for part in conversation(store)["parts"] if part["ticked"])
    page = (VECTORS / "html-2024" / "messages.html").read_text(encoding="utf-8")
    before, mark, after = ticked["raw"].partition("<!--benban-withheld-->")
    assert (ticked["raw_withheld"], bool(mark)) == (1, True)
    assert before in page
    assert after.strip() == "</div>\n\n     </div>"
    assert "Người thả tim" not in ticked["raw"]


def test_without_a_permit_text_is_kept_and_no_digest_covers_a_picture(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    sighting = seen(store, clock, MAYBE_MINOR)

    done = imported(store, sighting, path, clock, CHOSEN)
    for number in range(POSTS):
        (path / picture_of(number)).write_bytes(b"changed")
    again = imported(store, sighting, path, clock, CHOSEN)

    assert pictures(store) == []
    assert (done.digest_covers, done.sha256) == ("text", again.sha256)
    assert [one.reason for one in done.missing] == ["no-permit"]
    (ticked,) = (part for part in conversation(store)["parts"] if part["ticked"])
    assert ticked["media"][0]["state"] == "no-permit"


@pytest.mark.parametrize("drawn", ["data:image/jpeg;base64,{}", "{}"])
def test_without_a_permit_a_picture_written_into_the_document_is_not_digested_either(
    drawn: str, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sighting = seen(store, clock, MAYBE_MINOR)
    done = []
    for place in (3, 4):
        picture = base64.b64encode(draw_feed_picture(place)[:2000]).decode()
        path = write_export(tmp_path / str(place), {CHOSEN: drawn.format(picture)})
        done.append(imported(store, sighting, path / "result.json", clock, CHOSEN))

    assert done[0].sha256 is not None
    assert done[0].sha256 == done[1].sha256
    assert [(one.reason, one.count) for one in done[0].withheld][-1] == ("inline-pictures", 1)
    (ticked,) = (part for part in conversation(store)["parts"] if part["ticked"])
    assert "withheld" in ticked["text"]


def test_a_kind_that_is_kept_as_words_keeps_words(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sighting = seen(store, clock, kind=SightingKind.TALK_ABOUT_IT)

    imported(store, sighting, write_export(tmp_path / "export"), clock, CHOSEN)

    assert [one.kind for one in store.all(Exhibit)] == [ExhibitKind.CONVERSATION]


def test_after_the_mark_no_picture_and_no_digest_of_one_is_left(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = imported(store, seen(store, clock), write_export(tmp_path / "export"), clock, CHOSEN)
    assert done.sha256 is not None
    assert done.sha512 is not None

    mark_minor(store, pictures(store)[0].id)

    (left,) = store.all(Import)
    everything = plain_bytes(store)
    assert (left.sha256, left.sha512) == (None, None)
    assert [one.kind for one in store.all(Exhibit)] == [ExhibitKind.CONVERSATION]
    for digest in (done.sha256.hex, done.sha512.hex, sha256_of(draw_feed_picture(CHOSEN)).hex):
        assert digest.encode() not in everything


def test_a_no_that_comes_while_an_export_lies_open_ends_it_with_nothing_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sighting = seen(store, clock)
    path = write_export(tmp_path / "export")

    with opened_import(store, sighting, path, clock) as doing:
        (chat,) = doing.chats()
        answer_ages(store, sighting.id, MAYBE_MINOR)
        with pytest.raises(PermitRefusedError):
            doing.keep(chat, (CHOSEN,))

    assert (store.all(Exhibit), store.all(Import)) == ((), ())
    assert sha256_of(draw_feed_picture(CHOSEN)).hex.encode() not in plain_bytes(store)


def test_the_mark_takes_the_digest_also_where_no_picture_was_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    (path / picture_of(CHOSEN)).unlink()
    done = imported(store, seen(store, clock), path, clock, CHOSEN)
    assert done.sha256 is not None

    mark_minor(store, store.all(Exhibit)[0].id)

    assert store.all(Import)[0].sha256 is None
    assert done.sha256.hex.encode() not in plain_bytes(store)


def test_media_that_are_not_there_are_said(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    (path / picture_of(CHOSEN)).unlink()

    done = imported(store, seen(store, clock), path, clock, CHOSEN)

    assert [(one.what, one.reason) for one in done.missing] == [("media", "missing")]


def test_a_picture_that_is_damaged_or_empty_costs_itself_only(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    packed = zip_export(tmp_path / "export.zip")
    content = bytearray(packed.read_bytes())
    name = picture_of(CHOSEN).encode()
    content[content.index(name) + len(name) + 400] ^= 0xFF
    packed.write_bytes(bytes(content))
    folder = write_export(tmp_path / "export")
    (folder / picture_of(CHOSEN)).write_bytes(b"")
    sighting = seen(store, clock)

    from_zip = imported(store, sighting, packed, clock, CHOSEN, CHOSEN + 1)
    from_folder = imported(store, sighting, folder, clock, CHOSEN, CHOSEN + 1)

    assert [one.reason for one in from_zip.missing] == ["damaged"]
    assert [one.reason for one in from_folder.missing] == ["empty"]
    assert [one.size_bytes for one in pictures(store)] == [len(draw_feed_picture(CHOSEN + 1))]


def test_links_in_the_folder_are_counted_and_not_followed(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    secret = tmp_path / "secret"
    secret.write_bytes(b"not part of it")
    (path / picture_of(CHOSEN)).unlink()
    (path / picture_of(CHOSEN)).symlink_to(secret)

    done = imported(store, seen(store, clock), path, clock, CHOSEN)

    assert pictures(store) == []
    assert [(one.where, one.reason, one.count) for one in done.not_read] == [
        ("entry", "not-a-file", 1)
    ]


def test_answers_that_close_a_sighting_take_the_digest_also_after_an_interruption(
    vault: Vault, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    (path / picture_of(CHOSEN)).unlink()
    sighting = seen(store, clock)
    done = imported(store, sighting, path, clock, CHOSEN)
    changed = EventDraft(kind=EventKind.ANSWERS_CHANGED, subject=sighting.id)
    store.record(changed, save=[replace(sighting, answers=MAYBE_MINOR)])
    case_id = store.case.id
    store.close()

    with vault.open_case(case_id) as again:
        (left,) = again.all(Import)

        assert left == replace(done, sha256=None, sha512=None)


def test_a_text_only_import_keeps_its_digest_when_the_sighting_is_marked(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    done = imported(store, seen(store, clock, MAYBE_MINOR), path, clock, CHOSEN)

    mark_minor(store, store.all(Exhibit)[0].id)

    assert store.all(Import) == (done,)


def test_what_changes_while_it_is_read_is_not_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")
    sighting = seen(store, clock)

    def keep_what_was_swapped() -> None:
        with opened_import(store, sighting, path, clock) as doing:
            (chat,) = doing.chats()
            (path / picture_of(CHOSEN)).write_bytes(b"swapped after it was hashed")
            doing.keep(chat, [CHOSEN])

    with pytest.raises(ImportChangedError):
        keep_what_was_swapped()

    assert store.all(Exhibit) == ()
    assert failure(store) == {"act": "import", "reason": "BB-808"}


@pytest.mark.parametrize(
    ("ticked", "error"),
    [((), NothingTickedError), ((999,), NothingTickedError), (range(201), TooManyTickedError)],
)
def test_ticks_that_are_nothing_or_everything_keep_nothing(
    store: CaseStore,
    clock: FakeClock,
    tmp_path: Path,
    ticked: tuple[int, ...],
    error: type[BenbanError],
) -> None:
    with pytest.raises(error):
        imported(store, seen(store, clock), write_export(tmp_path / "export"), clock, *ticked)

    assert store.all(Exhibit) == ()


def nothing(path: Path) -> Path:
    return path / "nowhere"


def other(path: Path) -> Path:
    (path / "a.txt").write_bytes(b"x")
    return path / "a.txt"


def lying(path: Path) -> Path:
    found = zip_export(path / "a.zip")
    found.write_bytes(b"MZ" + found.read_bytes())
    found.write_bytes(b"PK\x03\x04" + found.read_bytes())
    return found


@pytest.mark.parametrize(
    ("make", "error"),
    [(nothing, FileUnreadableError), (other, ImportUnknownError), (lying, ImportUnsafeError)],
)
def test_what_cannot_be_opened_leaves_its_reason_in_the_log(
    store: CaseStore,
    clock: FakeClock,
    tmp_path: Path,
    make: Callable[[Path], Path],
    error: type[BenbanError],
) -> None:
    with pytest.raises(error):
        imported(store, seen(store, clock), make(tmp_path), clock, 0)

    assert failure(store)["reason"] == error.code


def test_unread_messages_are_counted_and_kept_only_when_ticked(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    chat = json.loads(document())
    chat["messages"][3] = {"id": 3, "type": "hologram", "text": "không đọc được"}
    path = tmp_path / "result.json"
    path.write_text(json.dumps(chat, ensure_ascii=False), encoding="utf-8")

    done = imported(store, seen(store, clock), path, clock, 3)

    (ticked,) = (part for part in conversation(store)["parts"] if part["ticked"])
    assert [(one.reason, one.count) for one in done.not_read] == [("unknown-kind", 1)]
    assert (ticked["unread"], "không đọc được" in ticked["raw"]) == ("unknown-kind", True)


def test_pictures_written_into_text_are_taken_out(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    chat = json.loads(document())
    chat["messages"][3]["text"] = "xem data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAE= nhé"
    path = tmp_path / "result.json"
    path.write_text(json.dumps(chat), encoding="utf-8")

    imported(store, seen(store, clock), path, clock, 3)

    assert "iVBORw0KGgo" not in json.dumps(conversation(store))


@pytest.mark.parametrize("name", ["html-2021", "html-2024", "json-2018", "json-2021", "json-2024"])
def test_every_layout_can_be_imported(store: CaseStore, clock: FakeClock, name: str) -> None:
    done = imported(store, seen(store, clock), VECTORS / name, clock, 1)

    assert done.chosen_count == 1
    assert [part["ticked"] for part in conversation(store)["parts"]].count(True) == 1


def test_of_an_account_nothing_but_the_chosen_conversation_is_kept(
    store: CaseStore, clock: FakeClock
) -> None:
    sighting = seen(store, clock)
    with opened_import(store, sighting, VECTORS / "account-2023", clock) as doing:
        chat = doing.chats()[1]
        doing.keep(chat, [0])

    everything = json.dumps(conversation(store), ensure_ascii=False).encode() + plain_bytes(store)
    assert "tượng ở quảng trường".encode() in everything
    for private in ("ghi chú riêng", "chuyện riêng", "Bạn thân", "Liên lạc riêng", "Nhóm đã rời"):
        assert private.encode() not in everything


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that breaks off")
@pytest.mark.parametrize("opened", [opened_import, opened_page, opened_posts])
def test_a_stick_that_is_pulled_out_is_a_failure_that_is_said_and_recorded(
    store: CaseStore, clock: FakeClock, opened: Callable[..., Any]
) -> None:
    with (
        pytest.raises(FileUnreadableError),
        opened(store, seen(store, clock), Path("/proc/self/mem"), clock),
    ):
        pass

    assert failure(store)["reason"] == "BB-002"
