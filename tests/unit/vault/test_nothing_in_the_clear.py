"""Nothing readable at rest, also while working and after a kill (B5 20 to 22)."""

import base64
import os
import zlib
from collections import Counter
from pathlib import Path

import pytest

from benban.errors import CaseMissingError
from benban.model.custody import EventKind
from benban.model.ids import CaseId
from benban.vault import CaseStore
from benban.vault.spool import SpooledPart
from benban.vault.stream import fresh_header
from tests.unit.vault.keeping import (
    PASSPHRASE,
    a_case,
    adopted,
    an_event,
    an_original,
    laid,
    opened,
    quick_folder,
    reported,
    spooled,
)

# Words, a name with diacritics, an address, a picture's first bytes: each as a person has them.
TEXTS = ["Nguyễn Thị Mèo", "https://t.me/kenh-thu/4711", "ghi chú riêng của tôi", PASSPHRASE]
PICTURE = b"\x89PNG\r\n\x1a\n" + zlib.compress(bytes(range(256)) * 64, 0)


def patterns() -> list[bytes]:
    forms = [PICTURE[:64], PICTURE[200:264], base64.b64encode(PICTURE[:48])]
    for text in TEXTS:
        forms += [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]
        forms.append(base64.b64encode(text.encode())[:-4])
    return forms


def found_in(folder: Path) -> list[tuple[str, int]]:
    wanted = patterns()
    return [
        (path.relative_to(folder).as_posix(), number)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for number, pattern in enumerate(wanted)
        if pattern in path.read_bytes() or pattern in str(path).encode()
    ]


def worked(store: CaseStore) -> SpooledPart:
    """Do a day's work with texts and pictures; return a part that was not adopted."""
    sighting = reported(store)
    store.record(an_event(address=TEXTS[1], text=TEXTS[2], name=TEXTS[0]))
    exhibit = adopted(store, sighting, PICTURE * 20)
    store.put_derived(exhibit.id, "veiled", PICTURE)
    store.adopt_original(spooled(store, PICTURE), an_original())
    return spooled(store, PICTURE * 30)


def test_the_patterns_are_found_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "open").write_bytes(PICTURE + TEXTS[0].encode("utf-16-le"))

    assert {number for _, number in found_in(tmp_path)} == {0, 1, 4}


def test_no_known_text_or_picture_stands_in_any_file_while_the_vault_is_open(
    folder: Path,
) -> None:
    laid(folder)
    with opened(folder) as vault, vault.create_case(a_case(TEXTS[0])) as store:
        worked(store)
        open_files = found_in(folder)

    assert (open_files, found_in(folder)) == ([], [])


def test_after_a_kill_nothing_readable_remains_and_tmp_is_swept(folder: Path) -> None:
    laid(folder)
    child = os.fork()
    if child == 0:
        vault = opened(folder)
        store = vault.create_case(a_case(TEXTS[0]))
        worked(store)
        part = store.spool("draft").open_part()
        part.write(PICTURE * 500)
        os._exit(9)
    os.waitpid(child, 0)
    left = [path for path in (folder / "tmp").iterdir() if path.stat().st_size]
    readable = found_in(folder)
    opened(folder).close()

    assert (len(left), readable) == (2, [])
    assert list((folder / "tmp").iterdir()) == []


def test_no_title_or_date_stands_in_a_name_or_a_plain_file(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault:
        vault.create_case(a_case(TEXTS[0])).close()
    plain = b"".join(path.read_bytes() for path in [*folder.rglob("*.json"), folder / "LOCK"])

    assert [word in plain for word in (b"2026-", b"title", b"public")] == [False] * 3


def test_the_index_holds_no_case_text(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault, vault.create_case(a_case(TEXTS[0])) as store:
        worked(store)
        database = vault.entered.index.database
        tables = [str(row[0]) for row in database.rows("SELECT name FROM sqlite_master")]
        values = [
            str(value)
            for table in tables
            if not table.startswith("sqlite_")
            for row in database.rows(f"SELECT * FROM {table}")  # noqa: S608 - own table names
            for value in row
        ]

    assert [text for text in TEXTS if any(text in value for value in values)] == []


def test_every_content_has_a_key_of_its_own_so_no_nonce_meets_a_key_twice(
    store: CaseStore,
) -> None:
    # By construction: a key is drawn for each part and used for one file, whose chunks count up.
    sighting = reported(store)
    for _ in range(20):
        adopted(store, sighting, PICTURE)
    parts = [spooled(store, b"") for _ in range(20)]
    keys = Counter(part.key for part in parts)
    database = store._opened.database  # noqa: SLF001 - the keys are what is tested
    keys.update(row[0] for row in database.rows("SELECT key FROM blobs"))  # type: ignore[misc]

    assert (len(keys), set(keys.values())) == (40, {1})


@pytest.mark.long
def test_of_a_million_keys_and_headers_none_repeats() -> None:
    from benban.vault.keys import fresh_key

    drawn = {(fresh_key(), fresh_header()) for _ in range(1_000_000)}

    assert len(drawn) == 1_000_000


def test_a_key_or_part_is_not_shown_by_accident(store: CaseStore) -> None:
    part = spooled(store, b"x")

    assert (part.key.hex() in repr(part), "part-" in repr(part)) == (False, False)


def test_a_case_whose_key_is_gone_opens_for_nobody(folder: Path) -> None:
    laid(folder)
    case = a_case(TEXTS[0])
    with opened(folder) as vault, vault.create_case(case) as store:
        worked(store)
    for path in (folder / "keys").glob(f"{case.id}.*"):
        path.unlink()
    with opened(folder) as vault:
        readable = vault.cases()

    assert (readable, found_in(folder)) == ((), [])


def test_errors_and_logs_of_the_vault_hold_ids_only(folder: Path) -> None:
    laid(folder)
    with opened(folder) as vault, pytest.raises(CaseMissingError) as raised:
        vault.open_case(CaseId(TEXTS[0]))
    said = f"{raised.value!r} {raised.value}"

    assert TEXTS[0] not in said
    assert EventKind.CASE_OPENED.value not in said


def test_the_template_of_these_tests_is_no_leak() -> None:
    with quick_folder() as place:
        laid(place / "vault")
        assert found_in(place) == []
