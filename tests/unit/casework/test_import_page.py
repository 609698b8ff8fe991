import base64
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.casework.events import event
from benban.casework.import_page import opened_page
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    ImportChangedError,
    ImportUnknownError,
    NothingReadableError,
    PermitRefusedError,
)
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.model.sighting import AgeAnswers, Sighting, SightingKind
from benban.seal.digests import sha256_of
from benban.seal.wacz_check import check_wacz
from benban.testing.clock import FakeClock
from benban.unpack.parts import Resource
from benban.unpack.source import zip_source
from benban.unpack.wacz import WaczReader
from benban.vault import CaseStore
from tests.unit.casework.conftest import ADULT, MAYBE_MINOR
from tests.unit.casework.saved import FORMATS, canary, picture, save
from tests.unit.unpack.mails import PAGE_PART, mail, saved_page
from tests.unit.unpack.test_har import exchange, har
from tests.unit.unpack.test_wacz import ARCHIVE, members
from tests.unit.unpack.webfiles import HTML, PAGE, answer_record, http_answer, sha1, warc_record

PICTURES = [picture(number) for number in range(40)]
CHOSEN = 17


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))


def sighting_of(
    store: CaseStore,
    clock: FakeClock,
    answers: AgeAnswers = ADULT,
    kind: SightingKind = SightingKind.PUBLISHED,
) -> Sighting:
    return take_in(store, SightingReport(address=None, kind=kind, answers=answers), clock).sighting


def import_page(
    store: CaseStore,
    path: Path,
    clock: FakeClock,
    choose: Callable[[int], Sequence[int]] = lambda _count: (),
    answers: AgeAnswers = ADULT,
) -> Import:
    """Import; *choose* is given how many media are listed and gives places in that list."""
    with opened_page(store, sighting_of(store, clock, answers), path, clock) as page:
        listed = page.media
        return page.keep([listed[place].position for place in choose(len(listed))])


def content(store: CaseStore, exhibit: Exhibit) -> bytes:
    with store.open_exhibit(exhibit.id) as file:
        return file.read()


def kept(store: CaseStore, done: Import) -> dict[ExhibitKind, Exhibit]:
    return {one.kind: one for one in (store.get(Exhibit, each) for each in done.exhibits)}


def everything(store: CaseStore) -> bytes:
    """Return all that is kept, packages taken apart."""
    found = b""
    for exhibit in store.all(Exhibit):
        data = content(store, exhibit)
        found += data
        if exhibit.media_type == "application/wacz":
            parts = WaczReader().parts(zip_source(io.BytesIO(data), "a.wacz"))
            found += b"".join(one.open().read() for one in parts if isinstance(one, Resource))
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_of_forty_pictures_the_chosen_one_is_kept_and_no_other(
    form: str, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_page(store, save(tmp_path, form, PICTURES), clock, lambda _count: (CHOSEN,))

    exhibits = kept(store, done)
    assert content(store, exhibits[ExhibitKind.SUPPLIED_FILE]) == PICTURES[CHOSEN]
    everything_kept = everything(store)
    assert [n for n in range(40) if canary(n) in everything_kept] == [CHOSEN]
    assert next((one.reason, one.count) for one in done.withheld) == ("other-people", 39)


@pytest.mark.parametrize("form", FORMATS)
def test_the_page_is_kept_as_a_sound_package_of_our_own_that_says_it_was_imported(
    form: str, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_page(store, save(tmp_path, form, PICTURES[:3]), clock, lambda _count: (1,))

    page = kept(store, done)[ExhibitKind.IMPORTED_PAGE]
    package = io.BytesIO(content(store, page))
    source = zip_source(package, "own.wacz")
    assert check_wacz(package).exit_code == 0
    assert [one.title for one in WaczReader().pages(source)] == ["Bài"]
    assert page.source_address == PAGE
    assert b"supplied by the reporter, unsigned" in _notes(package)
    assert "Chữ trên trang" in content(store, kept(store, done)[ExhibitKind.DOM_TEXT]).decode()


def _notes(package: io.BytesIO) -> bytes:

    with zipfile.ZipFile(package) as archive:
        return gzip.decompress(archive.read("archive/data.warc.gz"))


@pytest.mark.parametrize("form", FORMATS)
def test_without_a_permit_there_is_text_alone_and_no_digest_of_a_picture(
    form: str, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = save(tmp_path, form, PICTURES)

    done = import_page(store, path, clock, range, MAYBE_MINOR)

    assert [one.kind for one in store.all(Exhibit)] == [ExhibitKind.DOM_TEXT]
    assert (done.digest_covers, done.chosen_count) == ("text", 0)
    (text,) = store.all(Exhibit)
    assert done.sha256 == text.sha256 == sha256_of(content(store, text))
    assert next((one.reason, one.count) for one in done.withheld) == ("no-permit", 40)
    digests = {sha256_of(one).hex for one in (path.read_bytes(), *PICTURES)}
    assert not digests & {one.value for each in store.events() for one in each.fields}


def test_with_a_permit_the_file_is_digested_as_received(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = save(tmp_path, "mhtml", PICTURES[:1])

    done = import_page(store, path, clock)

    assert (done.digest_covers, done.sha256) == ("file", sha256_of(path.read_bytes()))
    assert (done.size_bytes, done.received_name) == (path.stat().st_size, "trang.mhtml")


def test_the_attempt_and_the_import_stand_in_the_log(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_page(store, save(tmp_path, "warc", PICTURES[:2]), clock, lambda _count: (0,))

    kinds = [one.kind for one in store.events()]
    assert kinds.index(EventKind.ATTEMPT) < kinds.index(EventKind.ADOPTED)
    last = store.events()[-1]
    assert (last.kind, last.subject) == (EventKind.IMPORTED, done.id)
    opened = {one.name: one.value for one in last.fields if not one.is_sensitive}
    assert (opened["chosen"], opened["withheld"], opened["format"]) == ("1", "1", "warc")
    assert store.all(Import) == (done,)


def test_a_wrong_digest_is_kept_in_the_record_and_the_part_is_read(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    wrong = f"WARC-Payload-Digest: {sha1(b'another')}"
    right = f"WARC-Payload-Digest: {sha1(b'<p>two')}"
    path.write_bytes(
        answer_record(HTML, "text/html", wrong)
        + answer_record(b"<p>two", "text/html", right)
        + answer_record(b"<p>three")
        + answer_record(b"<p>four", "text/html", "WARC-Payload-Digest: blake3:00")
    )

    done = import_page(store, path, clock)

    assert {(one.where, one.state): one.count for one in done.claimed} == {
        ("record", "agrees"): 1,
        ("record 0", "differs"): 1,
        ("record", "not-claimed"): 1,
        ("record", "not-checked"): 1,
    }
    assert done.around_count == 4
    opened = {one.name: one.value for one in store.events()[-1].fields}
    assert opened["claimed_digests_that_differ"] == "1"


def test_a_package_whose_listing_lies_is_kept_with_what_is_wrong(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:

    path = tmp_path / "a.wacz"
    changed = members(**{"extra.bin": b"x", "indexes/index.cdx": b"changed"})
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in changed.items():
            archive.writestr(name, data)

    done = import_page(store, path, clock)

    states = {one.where: one.state for one in done.claimed}
    assert (states["indexes/index.cdx"], states[ARCHIVE]) == ("differs", "agrees")
    assert [(one.where, one.reason) for one in done.not_read] == [
        ("a file in the package", "not-listed")
    ]


def test_without_a_permit_no_archive_of_a_package_is_digested(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    done = import_page(store, save(tmp_path, "wacz", PICTURES[:2]), clock, answers=MAYBE_MINOR)

    assert {one.where: one.state for one in done.claimed}[ARCHIVE] == "not-checked"


@pytest.mark.parametrize(
    ("claimed", "body"),
    [
        ("text/html", picture(1)),
        ("text/plain", b"GIF89a" + canary(1)),
        ("application/json", b"\x00\x00\x00\x20ftypisom" + canary(1)),
        ("", b"PK\x03\x04" + canary(1)),
        ("text/html", b"\xff\xd8\xff\xe0<html><script>" + canary(1)),
        ("text/html", b"<html></html>PK\x03\x04\x14\x00\x00\x00" + canary(1)),
        ("application/javascript", b"GIF89a/*" + canary(1) + b"*/=1;"),
        ("text/html", b"<html>" + canary(1) + bytes(range(256))),
        ("text/html; charset=latin-1", b"<html>" + canary(1) + b"\xff\xd8\xff\xe0\x00\x10JFIF"),
        ("image/svg+xml", b"<svg>" + canary(1)),
        ("text/html", b"<svg xmlns='http://www.w3.org/2000/svg'>" + canary(1)),
    ],
)
def test_a_picture_under_another_name_is_no_text(
    claimed: str, body: bytes, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(answer_record(HTML) + answer_record(body, claimed, address=f"{PAGE}/b"))

    done = import_page(store, path, clock)

    assert canary(1) not in everything(store)
    assert [(one.reason, one.count) for one in done.withheld] == [("other-people", 1)]


def test_pictures_written_into_a_text_are_taken_out_and_counted(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:

    inside = base64.b64encode(picture(1)).decode()
    body = f'<p>Chữ</p><img src="data:image/png;base64,{inside}"><script>x="{inside}"</script>'
    path = tmp_path / "a.warc"
    path.write_bytes(answer_record(body.encode()))

    done = import_page(store, path, clock)

    assert inside[20:60].encode() not in everything(store)
    assert [(one.reason, one.count) for one in done.withheld] == [("inline-pictures", 2)]


def test_a_chosen_picture_that_is_damaged_is_missing_and_the_others_are_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    broken = http_answer(b"5\r\nab", "image/png", "Transfer-Encoding: chunked")
    path = tmp_path / "a.warc"
    path.write_bytes(
        answer_record(HTML)
        + warc_record(broken, address="https://example.test/1.png")
        + answer_record(picture(2), "image/png", address="https://example.test/2.png")
    )

    done = import_page(store, path, clock, range)

    assert [one.reason for one in done.missing] == ["BB-803"]
    assert content(store, kept(store, done)[ExhibitKind.SUPPLIED_FILE]) == picture(2)


@pytest.mark.parametrize("form", ["warc", "har"])
def test_a_body_that_is_still_packed_is_said_and_can_be_kept_as_the_bytes_it_is(
    form: str, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sent = b"\x8b\x02\x80" + canary(1) + b"\xff\x03"
    path = tmp_path / f"a.{form}"
    block = http_answer(sent, "text/html", "Content-Encoding: br")
    content_of_har = {
        "mimeType": "text/html",
        "encoding": "base64",
        "text": base64.b64encode(sent).decode(),
    }
    fields = [{"name": "Content-Encoding", "value": "br"}]
    answer = {"status": 200, "headers": fields, "content": content_of_har}
    packed_exchange = exchange(request={"method": "GET", "url": PAGE}, response=answer)
    made = {
        "warc": answer_record(HTML) + warc_record(block),
        "har": har(exchange(), packed_exchange),
    }
    path.write_bytes(made[form])

    left = import_page(store, path, clock)
    done = import_page(store, path, clock, range)

    said = [("a body that is still packed", "unknown-kind")]
    assert [(one.where, one.reason) for one in left.not_read] == said
    assert [(one.reason, one.count) for one in left.withheld] == [("other-people", 1)]
    exhibits = kept(store, done)
    assert content(store, exhibits[ExhibitKind.SUPPLIED_FILE]) == sent
    package = io.BytesIO(content(store, exhibits[ExhibitKind.IMPORTED_PAGE]))
    parts = WaczReader().parts(zip_source(package, "a.wacz"))
    (again,) = (one for one in parts if isinstance(one, Resource) and one.packed_as)
    assert (again.packed_as, again.open().read()) == ("br", sent)


def test_a_file_that_changes_meanwhile_is_not_kept(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = save(tmp_path, "warc", PICTURES[:1])

    def change_and_keep() -> None:
        with opened_page(store, sighting_of(store, clock), path, clock) as page:
            with path.open("ab") as file:
                file.write(b"more")
            page.keep([])

    with pytest.raises(ImportChangedError):
        change_and_keep()

    assert store.all(Exhibit) == ()
    assert store.events()[-1].kind is EventKind.ATTEMPT_FAILED


def test_forgetting_the_picture_takes_the_page_that_holds_it(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:

    path = save(tmp_path, "mhtml", PICTURES[:2])
    import_page(store, path, clock, lambda _count: (0,))
    done = import_page(store, path, clock, lambda _count: (0,))
    chosen = kept(store, done)[ExhibitKind.SUPPLIED_FILE]

    store.forget([chosen.id], event(EventKind.FORGOTTEN))

    assert {one.kind for one in store.all(Exhibit)} == {ExhibitKind.DOM_TEXT}
    assert canary(0) not in everything(store)


def test_without_a_permit_nothing_is_listed(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    sighting = sighting_of(store, clock, MAYBE_MINOR)

    with opened_page(store, sighting, save(tmp_path, "har", PICTURES), clock) as page:
        assert (page.is_text_only, page.media) == (True, ())


def test_talk_about_it_is_text_alone(store: CaseStore, clock: FakeClock, tmp_path: Path) -> None:
    sighting = sighting_of(store, clock, kind=SightingKind.TALK_ABOUT_IT)

    with opened_page(store, sighting, save(tmp_path, "har", PICTURES), clock) as page:
        page.keep([1, 2, 3])

    assert [one.kind for one in store.all(Exhibit)] == [ExhibitKind.DOM_TEXT]


@pytest.mark.parametrize("body", [mail(), b"hello", b"", b"%PDF-1.7"])
def test_what_is_no_saved_page_is_refused(
    body: bytes, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(body)

    with (
        pytest.raises(ImportUnknownError),
        opened_page(store, sighting_of(store, clock), path, clock),
    ):
        pass


def test_a_file_in_which_nothing_can_be_read_is_said(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"WARC/1.0\r\nWARC-Type: response\r\n\r\n")

    with (
        pytest.raises(NothingReadableError),
        opened_page(store, sighting_of(store, clock), path, clock),
    ):
        pass


def test_strange_addresses_and_methods_are_replaced_and_counted(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    page = saved_page(PAGE_PART.replace(PAGE.encode(), b"no address"))
    path = tmp_path / "a.mhtml"
    path.write_bytes(page)

    done = import_page(store, path, clock)

    package = io.BytesIO(content(store, kept(store, done)[ExhibitKind.IMPORTED_PAGE]))
    assert b"benban-values-replaced: 1" in _notes(package)
    assert check_wacz(package).exit_code == 0


def test_a_permit_that_is_withdrawn_meanwhile_keeps_no_picture(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:

    sighting = sighting_of(store, clock)
    path = save(tmp_path, "warc", PICTURES[:1])

    def withdraw_and_keep() -> None:
        with opened_page(store, sighting, path, clock) as page:
            changed = replace(sighting, answers=MAYBE_MINOR)
            store.record(event(EventKind.ANSWERS_CHANGED, sighting.id), save=[changed])
            page.keep([page.media[0].position])

    with pytest.raises(PermitRefusedError):
        withdraw_and_keep()

    assert canary(0) not in everything(store)


def test_a_title_and_an_address_made_to_deceive_are_words_and_nothing_more(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    title = "\u202ecod.exe\n--- https://bank.example/ " + "a" * 100_000
    body = f"<title>{title}</title><p>Chữ</p>".encode()
    path = tmp_path / "a.warc"
    path.write_bytes(answer_record(body, address="javascript:alert(1)//\u202e"))

    done = import_page(store, path, clock)

    text = content(store, kept(store, done)[ExhibitKind.DOM_TEXT]).decode()
    lines = [line for line in text.splitlines() if line.startswith(("title:", "---"))]
    assert lines[1:] == ["--- javascript:alert(1)//\u202e"]
    assert len(lines[0]) < 600
    package = io.BytesIO(content(store, kept(store, done)[ExhibitKind.IMPORTED_PAGE]))
    assert check_wacz(package).exit_code == 0


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "yesterday"])
def test_a_time_that_cannot_be_is_replaced_and_counted(
    date: str, store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(answer_record(HTML).replace(b"2026-11-22T08:15:30Z", date.encode()))

    done = import_page(store, path, clock)

    package = io.BytesIO(content(store, kept(store, done)[ExhibitKind.IMPORTED_PAGE]))
    assert b"benban-times-not-stated: 1" in _notes(package)


def test_many_wrong_digests_are_named_up_to_fifty_and_all_counted(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc"
    wrong = f"WARC-Payload-Digest: {sha1(b'another')}"
    path.write_bytes(answer_record(HTML, "text/html", wrong) * 60)

    done = import_page(store, path, clock)

    assert sum(one.count for one in done.claimed if one.state == "differs") == 60
    assert len(done.claimed) == 51


def test_without_a_permit_nothing_is_said_to_be_unchanged(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    path = save(tmp_path, "har", PICTURES)

    with opened_page(store, sighting_of(store, clock, MAYBE_MINOR), path, clock) as page:
        done = page.keep([])

    assert [step.name for step in done.steps] == ["received", "read", "kept"]
