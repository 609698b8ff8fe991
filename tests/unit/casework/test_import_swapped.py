"""What is swapped while an import reads it is not kept, also if it is put back before the end."""

import base64
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.casework.import_conversation import opened_import
from benban.casework.import_page import opened_page
from benban.casework.import_posts import opened_posts
from benban.casework.take_in import SightingReport, take_in
from benban.errors import ImportChangedError
from benban.model.exhibit import Exhibit
from benban.model.sighting import AgeAnswers, Sighting, SightingKind
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from tests.harm.export import CHOSEN, document, picture_of, words_of, write_export
from tests.unit.casework.conftest import ADULT, MAYBE_MINOR
from tests.unit.casework.saved import FORMATS, canary, save
from tests.unit.unpack.mails import mail

# More than is held of a file at a time, and nothing that could be packed.
LARGE = b"\x89PNG\r\n\x1a\n" + random.Random(5).randbytes(500_000)


class ActingClock(FakeClock):
    """A clock at which something happens whenever the import looks at it."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 11, 22, 13, 15, tzinfo=UTC))
        self.acts: list[Callable[[], object]] = []

    def now(self) -> datetime:
        if self.acts:
            self.acts.pop(0)()
        return super().now()


@pytest.fixture
def acting() -> ActingClock:
    return ActingClock()


def seen(store: CaseStore, clock: FakeClock, answers: AgeAnswers = ADULT) -> Sighting:
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=answers)
    return take_in(store, report, clock).sighting


@contextmanager
def nothing_kept(store: CaseStore) -> Iterator[None]:
    with pytest.raises(ImportChangedError):
        yield
    assert store.all(Exhibit) == ()


def swap(path: Path, before: bytes, after: bytes) -> Callable[[], object]:
    """Write *after* over *before*, and return what puts it back."""
    whole = path.read_bytes()
    assert len(before) == len(after)
    assert before in whole
    path.write_bytes(whole.replace(before, after))
    return lambda: path.write_bytes(whole)


@pytest.mark.parametrize("answers", [ADULT, MAYBE_MINOR], ids=["permit", "text only"])
@pytest.mark.parametrize("given", ["folder", "file"])
def test_a_conversation_that_is_swapped_and_put_back_is_not_kept(
    given: str,
    answers: AgeAnswers,
    store: CaseStore,
    clock: FakeClock,
    acting: ActingClock,
    tmp_path: Path,
) -> None:
    folder = write_export(tmp_path / "export", {0: "x" * 500_000})
    text = folder / "result.json"
    words = words_of(CHOSEN).encode()
    sighting = seen(store, clock, answers)
    path = folder if given == "folder" else text

    with nothing_kept(store), opened_import(store, sighting, path, acting) as doing:
        (chat,) = doing.chats()
        # The next look at the clock comes when everything was read.
        acting.acts.append(swap(text, words, words.swapcase()))
        doing.keep(chat, [CHOSEN])


def test_a_picture_that_is_swapped_is_not_kept(
    store: CaseStore, clock: FakeClock, acting: ActingClock, tmp_path: Path
) -> None:
    folder = write_export(tmp_path / "export")
    sighting = seen(store, clock)

    with nothing_kept(store), opened_import(store, sighting, folder, acting) as doing:
        (chat,) = doing.chats()
        # The next look at the clock stands between the words and the pictures.
        acting.acts.append(lambda: swap(folder / picture_of(CHOSEN), b"JFIF", b"jfif"))
        doing.keep(chat, [CHOSEN])


def test_an_archive_that_is_swapped_and_put_back_is_not_kept(
    store: CaseStore, clock: FakeClock, acting: ActingClock, tmp_path: Path
) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("result.json", document({0: LARGE.hex()}))
    whole = path.read_bytes()
    sighting = seen(store, clock)

    with nothing_kept(store), opened_import(store, sighting, path, acting) as doing:
        (chat,) = doing.chats()
        path.write_bytes(whole[:100] + whole[100:].swapcase())
        acting.acts.append(lambda: path.write_bytes(whole))
        doing.keep(chat, [CHOSEN])


@pytest.mark.parametrize("form", FORMATS)
def test_a_saved_page_that_is_swapped_and_put_back_is_not_kept(
    form: str, store: CaseStore, clock: FakeClock, acting: ActingClock, tmp_path: Path
) -> None:
    path = save(tmp_path, form, [LARGE, LARGE])
    whole = path.read_bytes()
    sighting = seen(store, clock)

    # The clock is looked at as the import begins, when the file was received, when it was read.
    acting.acts += [
        lambda: None,
        lambda: path.write_bytes(whole[:100] + whole[100:].swapcase()),
        lambda: path.write_bytes(whole),
    ]
    with nothing_kept(store), opened_page(store, sighting, path, acting) as page:
        page.keep([one.position for one in page.media])


def test_a_mail_that_is_swapped_and_put_back_is_not_kept(
    store: CaseStore, clock: FakeClock, acting: ActingClock, tmp_path: Path
) -> None:
    path = tmp_path / "a.eml"
    large = base64.encodebytes(LARGE).decode()
    path.write_bytes(mail(text=f"{large}\n{canary(1).decode()}"))
    sighting = seen(store, clock)

    with nothing_kept(store), opened_posts(store, sighting, path, acting) as posts:
        acting.acts.append(swap(path, canary(1), canary(2)))
        posts.keep([0], [])
