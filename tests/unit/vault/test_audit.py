"""Who saw what: entries can be added, and every other change shows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.model.people import Role
from benban.model.report import CheckResult
from benban.outside.platforms import ThisPlatform
from benban.seal.canonical import JsonValue, canonical_json
from benban.vault import Audit, Vault
from benban.vault.audit import AuditHead, chained
from benban.vault.database import Database
from benban.vault.disk import Disk
from benban.vault.keys import KeyUse, subkey
from tests.unit.vault.several import joined, made, me

CASE = "case-0123456789abcdef"


@pytest.fixture
def auditor(folder: Path) -> Iterator[Vault]:
    shared, admin = made(folder)
    with shared:
        yield joined(shared, admin, "Kiểm", Role.AUDITOR)


@pytest.fixture
def audit(auditor: Vault) -> Audit:
    assert auditor.audit is not None
    for number in range(4):
        auditor.audit.note(f"/case/{{case_id}}/page-{number}", CASE)
    return auditor.audit


@pytest.fixture
def raw(auditor: Vault, audit: Audit) -> Iterator[Database]:
    _ = audit
    key = subkey(auditor.entered.vault_key(), KeyUse.AUDIT)
    database = Database(auditor.entered.folder.audit, key, Disk(ThisPlatform()))
    yield database
    database.close()


def problems(audit: Audit) -> list[str]:
    return [one.detail for one in audit.check() if one.result is CheckResult.FAIL]


def test_entries_say_who_when_and_where(audit: Audit, auditor: Vault) -> None:
    last = audit.entries(audit.head().count - 1, 5)

    assert [(one.what, one.case_id, one.by) for one in last] == [
        ("/case/{case_id}/page-3", CASE, me(auditor).user_id)
    ]
    assert (problems(audit), len(audit.entries(limit=2))) == ([], 2)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entries SET entry = CAST(replace(CAST(entry AS TEXT), 'page-1', 'page-9') AS BLOB)",
        "UPDATE entries SET digest = zeroblob(32) WHERE position = 2",
        "DELETE FROM entries WHERE position = 3",
        "DELETE FROM entries WHERE position = 1",
        "UPDATE entries SET position = -position",
        "UPDATE entries SET entry = CAST(replace(entry, 'page-1', 'page-9') AS BLOB)",
        (
            "UPDATE entries SET entry = (SELECT entry FROM entries WHERE position = 2),"
            " digest = (SELECT digest FROM entries WHERE position = 2) WHERE position = 4"
        ),
    ],
)
def test_a_changed_removed_or_exchanged_entry_is_found(
    audit: Audit, raw: Database, sql: str
) -> None:

    raw.execute(sql)

    assert len(problems(audit)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"at": "yesterday"},
        {"at": "2026-11-22T13:15:00"},
        {"by": ""},
        {"by": "An"},
        {"what": "lời của ai đó"},
        {"case": "An"},
        {"about": "An"},
        {"position": "5"},
        {"v": 2},
        {"more": "words"},
        {"about": None},
    ],
    ids=str,
)
def test_an_entry_that_is_chained_and_says_what_none_says_is_found(
    audit: Audit, raw: Database, auditor: Vault, changes: dict[str, JsonValue]
) -> None:
    head = audit.head()
    whole: dict[str, JsonValue] = {
        "v": 1,
        "position": head.count + 1,
        "at": "2026-11-22T13:15:00.000000Z",
        "by": me(auditor).user_id,
        "what": "/work",
        "case": CASE,
        "about": "",
    }
    before = chained_on(raw, head, whole, audit)

    assert (before, len(chained_on(raw, head, whole | changes, audit))) == ([], 1)


@pytest.mark.parametrize("body", [b"", b"\x00", b"[]", b"{}", b"not JSON"])
def test_what_is_chained_and_no_entry_at_all_is_found(
    audit: Audit, raw: Database, body: bytes
) -> None:
    assert len(chained_on(raw, audit.head(), body, audit)) == 1


def chained_on(
    raw: Database, head: AuditHead, body: bytes | dict[str, JsonValue], audit: Audit
) -> list[str]:
    """Return what is found when this stands at the end, chained as whoever has the key can."""
    entry = body if isinstance(body, bytes) else canonical_json(body)
    digest = chained(bytes.fromhex(head.digest), entry)
    raw.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", (head.count + 1, entry, digest))
    return problems(audit)


def test_a_lost_end_shows_against_a_head_that_was_kept(audit: Audit, raw: Database) -> None:
    kept = audit.head()
    raw.execute("DELETE FROM entries WHERE position = ?", (kept.count,))

    assert problems(audit) == []
    assert [one.result for one in audit.check(kept)] == [CheckResult.FAIL]


@pytest.mark.parametrize(
    ("what", "case_id"),
    [("lời của ai đó", ""), ("", ""), ("/x", "An"), ("x" * 200, ""), ("a?q=words&b", "")],
)
def test_words_of_somebody_are_no_entry(audit: Audit, what: str, case_id: str) -> None:
    before = audit.head()
    with pytest.raises(ValueError, match="not the name"):
        audit.note(what, case_id)

    assert audit.head() == before
