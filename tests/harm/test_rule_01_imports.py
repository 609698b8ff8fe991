"""HARM 1: of an export with forty pictures one is kept, with ten messages either side as text."""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.casework.import_conversation import opened_import
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.imported import Import
from benban.seal.digests import sha256_of
from benban.testing.pictures import canary_bytes, draw_feed_picture
from benban.vault import CaseStore, Vault
from tests.harm.export import (
    CHOSEN,
    POSTER,
    POSTS,
    canary_words,
    name_of,
    post,
    write_export,
    zip_export,
)
from tests.harm.scenes import a_case, new_vault, reported, ticking
from tests.harm.witness import Witness
from tests.unit.vault.test_forgetting import plain_bytes

AROUND = range(CHOSEN - 10, CHOSEN + 11)


class Kept:
    """An import of one message of forty, and everything it left behind."""

    def __init__(
        self, folder: Path, store: CaseStore, done: Import, read: list[str], witness: Witness
    ) -> None:
        self.folder, self.store, self.done, self.read = folder, store, done, read
        self.witness = witness

    def exhibit(self, kind: ExhibitKind) -> bytes:
        (exhibit,) = (one for one in self.store.all(Exhibit) if one.kind is kind)
        with self.store.open_exhibit(exhibit.id) as stream:
            return stream.read()

    def everything(self) -> bytes:
        """Every value, record and content of the case, decrypted."""
        contents = []
        for exhibit in self.store.all(Exhibit):
            with self.store.open_exhibit(exhibit.id) as stream:
                contents.append(stream.read())
        return b"".join([plain_bytes(self.store), *contents])


_opened: list[list[str]] = []
_hooked: list[bool] = []


def hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _opened:
        _opened[-1].append(str(arguments[0]))


@pytest.fixture(scope="module", params=["folder", "zip"])
def kept(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("import")
    if request.param == "zip":
        path = zip_export(folder / "export.zip")
    else:
        path = write_export(folder / "export")
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(hear)
    clock = ticking()
    vault: Vault = new_vault(folder / "kho", clock)
    with vault, vault.create_case(a_case()) as store:
        sighting = reported(store, clock)
        witness = Witness()
        with witness, opened_import(store, sighting, path, clock) as doing:
            (chat,) = doing.chats()
            parts = list(doing.listing(chat))
            assert len(parts) == POSTS
            # From here on the whole was hashed; what is opened now is opened to be kept.
            _opened.append([])
            done = doing.keep(chat, [CHOSEN])
        yield Kept(folder, store, done, _opened.pop(), witness)


def test_one_picture_is_in_the_vault_byte_for_byte(kept: Kept) -> None:
    assert kept.exhibit(ExhibitKind.SUPPLIED_FILE) == draw_feed_picture(CHOSEN)


def test_of_forty_pictures_only_the_chosen_one_is_anywhere(kept: Kept) -> None:
    everything = kept.everything()
    digests = [sha256_of(draw_feed_picture(number)).hex for number in range(POSTS)]

    assert [n for n in range(POSTS) if canary_bytes(n) in everything] == [CHOSEN]
    assert [n for n in range(POSTS) if digests[n].encode() in everything] == [CHOSEN]


def test_words_are_kept_of_ten_either_side_and_of_nobody_else(kept: Kept) -> None:
    everything = kept.everything()

    assert [n for n in range(POSTS) if canary_words(n) in everything] == list(AROUND)


def test_names_are_kept_of_who_posted_it_and_of_nobody_else(kept: Kept) -> None:
    everything = kept.everything().decode("utf-8", errors="replace")

    assert POSTER in everything
    others = [name_of(number) for number in range(POSTS) if number != CHOSEN]
    assert [name for name in others if name in everything] == []
    assert "Người Xem" not in everything
    assert "user8000" not in everything


def test_nothing_readable_lies_beside_the_vault(kept: Kept) -> None:
    kept_files = [path for path in (kept.folder / "kho").rglob("*") if path.is_file()]
    bytes_there = b"".join(path.read_bytes() for path in kept_files)

    assert [n for n in range(POSTS) if canary_bytes(n) in bytes_there] == []
    assert [n for n in range(POSTS) if canary_words(n) in bytes_there] == []
    assert list((kept.folder / "kho" / "tmp").rglob("*.*")) == []


def test_nothing_is_written_outside_the_vault_nothing_sent_and_nothing_started(
    kept: Kept,
) -> None:
    outside = [name for name in kept.witness.opened if str(kept.folder / "kho") not in name]

    assert outside == []
    assert (kept.witness.sockets, kept.witness.children) == ([], [])


def test_the_rest_is_counted_as_withheld(kept: Kept) -> None:
    assert {one.reason: one.count for one in kept.done.withheld} == {
        "not-chosen": POSTS - len(AROUND),
        "media-of-others": POSTS - 1,
    }
    assert (kept.done.part_count, kept.done.chosen_count, kept.done.around_count) == (40, 1, 20)


def test_one_picture_is_read_for_more_than_the_digest_of_the_whole(kept: Kept) -> None:
    if kept.done.digest_covers == "file":
        # Pictures in an archive are no files that could be opened.
        assert [path for path in kept.read if "photo_" in path] == []
        return
    times = [
        sum(path.endswith(f"photo_{n}@20-11-2026_20-15-30.jpg") for path in kept.read)
        for n in range(POSTS)
    ]

    assert times == [2 if number == CHOSEN else 1 for number in range(POSTS)]


def test_no_field_of_a_message_carries_a_picture_or_a_name_past_the_masks(tmp_path: Path) -> None:
    drawn = f"data:image/jpeg;base64,{base64.b64encode(draw_feed_picture(3)).decode()}"
    posts = [post(number) for number in range(POSTS)]
    posts[CHOSEN]["reactions"] = [
        {"type": "emoji", "recent": [{"from": '[VIP] Người " Xem', "from_id": "user80000000"}]}
    ]
    posts[CHOSEN - 1]["id"] = drawn
    posts[CHOSEN - 2]["reply_to_message_id"] = drawn
    posts[CHOSEN - 3]["text"] = [{"type": drawn, "text": "x"}]
    posts[CHOSEN - 4] |= {"from": POSTER, "from_id": drawn}
    posts[CHOSEN]["from_id"] = drawn
    posts[CHOSEN + 1]["text"] = [
        "Chào ",
        {"type": "mention_name", "text": "Chị Vắng Mặt", "user_id": 700000077},
    ]
    path = tmp_path / "result.json"
    chat = {"name": "Nhóm", "type": "private_supergroup", "id": 1, "messages": posts}
    path.write_text(json.dumps(chat, ensure_ascii=False), encoding="utf-8")
    clock = ticking()

    with new_vault(tmp_path / "kho", clock) as vault, vault.create_case(a_case()) as store:
        with opened_import(store, reported(store, clock), path, clock) as doing:
            (named,) = doing.chats()
            done = doing.keep(named, [CHOSEN])
        everything = (
            Kept(tmp_path, store, done, [], Witness()).everything().decode("utf-8", "replace")
        )

    assert done.around_count == 20
    assert [
        word for word in (drawn[3000:3100], "Xem", "user8000", "Vắng") if word in everything
    ] == []
