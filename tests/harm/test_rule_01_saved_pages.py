"""HARM 1: of a saved page with forty pictures one is kept, in whatever format it was saved."""

import base64
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
from tests.unit.unpack.test_har import exchange, har
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


def test_no_address_and_no_field_carries_a_picture_into_the_vault(
    store: CaseStore, tmp_path: Path
) -> None:
    # Developer tools list data: addresses as exchanges of their own; a service may put a preview
    # of a post into a field of its answer.
    preview = base64.b64encode(PICTURES[1]).decode()
    content = {"mimeType": f"text/html; x={preview}", "text": "<p>Khung"}
    fields = [{"name": "X-Preview", "value": preview}]
    address = f'data:text/html,<img src="data:image/png;base64,{preview}">'
    frame = exchange(
        request={"method": "GET", "url": address},
        response={"status": 200, "headers": fields, "content": content},
    )
    drawn = exchange(
        request={"method": "GET", "url": f"data:image/png;base64,{preview}"},
        response={"status": 200, "content": {"mimeType": "image/png", "text": "x"}},
    )
    path = tmp_path / "trang.har"
    path.write_bytes(har(exchange(), frame, drawn))
    clock = ticking()

    with opened_page(store, reported(store, clock), path, clock) as page:
        listed = page.media
        page.keep([listed[0].position])

    # A stretch in the middle, wherever a letter's eight bits begin.
    stretch = preview[300:400].encode()
    assert [one.address for one in listed] == ["data:,benban-withheld"]
    assert stretch not in everything(store)


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
