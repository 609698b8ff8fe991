"""HARM 1: of a saved page with forty pictures one is kept, in whatever format it was saved."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.casework.import_page import opened_page
from benban.casework.import_posts import opened_posts
from benban.model.exhibit import Exhibit
from benban.unpack.parts import Message, Resource
from benban.unpack.source import zip_source
from benban.unpack.wacz import WaczReader
from benban.vault import CaseStore
from tests.harm.scenes import a_case, new_vault, reported, ticking
from tests.unit.casework.saved import FORMATS, canary, picture, save
from tests.unit.unpack.mails import box, mail
from tests.unit.vault.test_forgetting import plain_bytes

CHOSEN = 17
PICTURES = [picture(number) for number in range(40)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    with (
        new_vault(tmp_path / "kho", ticking()) as vault,
        vault.create_case(a_case()) as opened,
    ):
        yield opened


def everything(store: CaseStore) -> bytes:
    """Every value, record and content of the case, decrypted, packages taken apart."""
    found = [plain_bytes(store)]
    for exhibit in store.all(Exhibit):
        with store.open_exhibit(exhibit.id) as file:
            found.append(file.read())
        if exhibit.media_type == "application/wacz":
            parts = WaczReader().parts(zip_source(io.BytesIO(found[-1]), "a.wacz"))
            found += [one.open().read() for one in parts if isinstance(one, Resource)]
    return b"".join(found)


def files_of(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


@pytest.mark.parametrize("form", FORMATS)
def test_of_forty_pictures_in_a_saved_page_only_the_chosen_one_is_anywhere(
    form: str, store: CaseStore, tmp_path: Path
) -> None:
    clock = ticking()
    (tmp_path / "given").mkdir()
    path = save(tmp_path / "given", form, PICTURES)

    with opened_page(store, reported(store, clock), path, clock) as page:
        page.keep([page.media[CHOSEN].position])

    found = everything(store)
    assert [number for number in range(40) if canary(number) in found] == [CHOSEN]
    in_the_clear = files_of(tmp_path / "kho")
    assert [number for number in range(40) if canary(number) in in_the_clear] == []


def test_of_forty_mails_only_the_ticked_one_is_anywhere(store: CaseStore, tmp_path: Path) -> None:
    clock = ticking()
    path = tmp_path / "thu.mbox"
    path.write_bytes(
        box(*(mail(key=f"{n}@example.test", text=canary(n).decode()) for n in range(40)))
    )

    with opened_posts(store, reported(store, clock), path, clock) as posts:
        ticked = [
            one.position
            for one in posts.listing(posts.chat)
            if isinstance(one, Message) and one.key == f"{CHOSEN}@example.test"
        ]
        posts.keep(ticked, [one.position for one in posts.media(ticked)])

    found = everything(store)
    assert [number for number in range(40) if canary(number) in found] == [CHOSEN]
