"""Whoever owns the database changes its audit: ``exchange check`` finds each way."""

# ruff: noqa: S608 - constants; and this is what tampering looks like

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from benban.cli.main import main
from benban.exchange.audit import START, AuditEntry, ChainEnd, chained
from benban.exchange.ends import note_ends
from benban.exchange.entry import OPERATORS
from benban.model.shared_hash import MemberId
from benban.outside.exchange_ends import KeptEnds
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from tests.contract.exchange_stores import (
    OPERATOR,
    address_of,
    as_member,
    as_owner,
    empty_store,
    made_file,
    server,
    store,
)
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD

__all__ = ["as_owner", "empty_store", "made_file", "server", "store"]

_LINES = 6
_A, _B = f"member = '{ATTESTER}'", f"member = '{SECOND}'"
_COLUMNS = "at, actor, deed, subject, asked, found, reason, digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An exchange of which the audits of three members and of the pages were seen."""

    store: DatabaseStore
    place: Place
    address: str
    own: Callable[..., None]
    capsys: pytest.CaptureFixture[str]

    def said(self, *arguments: str) -> dict[str, object]:
        """Return the document of a command."""
        where = ["--folder", str(self.place.folder), "--database", self.address, "--json"]
        main(["exchange", *arguments, *where])
        said: dict[str, object] = json.loads(self.capsys.readouterr().out)
        return said

    def is_well(self) -> bool:
        """Return what ``exchange check`` says of the audit."""
        checks = self.said("check")["checks"]
        assert isinstance(checks, dict)
        return bool(checks["audit"])

    def broken(self) -> str:
        """Return what ``exchange check`` says in words, without what else is missing."""
        where = ["--folder", str(self.place.folder), "--database", self.address]
        main(["exchange", "check", "--language", "en", *where])
        said = self.capsys.readouterr().out.splitlines()
        return "; ".join(one for one in said if "not whole" in one)

    def add(self, member: MemberId, count: int) -> None:
        """Let the program write lines."""
        with self.store.within(OPERATOR) as work:
            work.add_audit(_entries(member, count))


def _entries(member: MemberId, count: int) -> list[AuditEntry]:
    return [
        AuditEntry(member=member, at=NOW, actor="key", deed="lookup", asked=one)
        for one in range(count)
    ]


@pytest.fixture
def audited(
    store: DatabaseStore,
    tmp_path: Path,
    as_owner: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> Audited:
    """Six lines in each of four chains, seen once by a machine of the exchange."""
    place = Place(folder=tmp_path / "exchange")
    place.begin()
    audited = Audited(
        store=store, place=place, address=address_of(store), own=as_owner, capsys=capsys
    )
    for member in (ATTESTER, SECOND, THIRD, OPERATORS):
        audited.add(member, _LINES)
    assert note_ends(lambda: store.within(OPERATOR), KeptEnds(place.folder)) == ()
    return audited


def _swapped(which: str, one: int, other: int) -> tuple[str, ...]:
    return (
        f"UPDATE audit SET number = 1000 WHERE {which} AND number = {one}",
        f"UPDATE audit SET number = {one} WHERE {which} AND number = {other}",
        f"UPDATE audit SET number = {other} WHERE {which} AND number = 1000",
    )


def _copied(number: int, to: int) -> str:
    return (
        f"INSERT INTO audit (member, number, {_COLUMNS})"
        f" SELECT member, {to}, {_COLUMNS} FROM audit WHERE {_A} AND number = {number}"
    )


_WAYS = {
    "changed": ((f"UPDATE audit SET asked = 99 WHERE {_A} AND number = 3",), 3),
    "taken out": ((f"DELETE FROM audit WHERE {_A} AND number = 3",), 3),
    "taken out and closed up": (
        (
            f"DELETE FROM audit WHERE {_A} AND number = 3",
            *(
                f"UPDATE audit SET number = {one - 1} WHERE {_A} AND number = {one}"
                for one in range(4, _LINES + 1)
            ),
        ),
        3,
    ),
    "put in": (
        (
            *(
                f"UPDATE audit SET number = {one + 1} WHERE {_A} AND number = {one}"
                for one in range(_LINES, 3, -1)
            ),
            _copied(3, 4),
        ),
        4,
    ),
    "put at the end": (
        (_copied(6, 7),),
        7,
    ),
    "in another order": (_swapped(_A, 2, 3), 2),
    "the last one cut": ((f"DELETE FROM audit WHERE {_A} AND number = 6",), 6),
    "the tail cut": ((f"DELETE FROM audit WHERE {_A} AND number > 4",), 5),
    "all of a member": ((f"DELETE FROM audit WHERE {_A}",), 1),
}


@pytest.mark.parametrize("way", _WAYS)
def test_each_way_is_found_with_the_line_and_the_others_hold(audited: Audited, way: str) -> None:
    statements, number = _WAYS[way]

    audited.own(*statements)

    assert audited.broken() == f"{ATTESTER}: not whole from line {number} on"


def test_lines_of_two_members_that_changed_places_show_in_both(audited: Audited) -> None:
    audited.own(
        f"UPDATE audit SET member = 'x' WHERE {_A} AND number = 2",
        f"UPDATE audit SET member = '{ATTESTER}' WHERE {_B} AND number = 2",
        f"UPDATE audit SET member = '{SECOND}' WHERE member = 'x'",
    )

    assert audited.broken() == (
        f"{ATTESTER}: not whole from line 2 on; {SECOND}: not whole from line 2 on"
    )


def test_a_chain_that_was_cut_and_went_on_shows_however_long_it_grows(audited: Audited) -> None:
    audited.own(f"DELETE FROM audit WHERE {_A} AND number > 4")
    audited.add(ATTESTER, 9)

    for _ in range(2):
        # Its end is not written over by having looked.
        assert audited.broken() == f"{ATTESTER}: not whole from line 6 on"


def test_a_chain_written_anew_with_digests_that_fit_shows(audited: Audited) -> None:
    forged = [replace(one, found=1) for one in _entries(ATTESTER, _LINES)]
    lines = chained(forged, after_number=0, after_digest=START)

    audited.own(
        *(
            f"UPDATE audit SET found = 1, digest = '{one.digest}'"
            f" WHERE {_A} AND number = {one.number}"
            for one in lines
        )
    )

    assert audited.broken() == f"{ATTESTER}: not whole from line 6 on"


def test_a_member_taken_out_with_all_its_lines_is_missed(audited: Audited) -> None:
    audited.own(
        f"DELETE FROM audit WHERE member = '{SECOND}'",
        f"DELETE FROM bank_readers WHERE member = '{SECOND}'",
        f"DELETE FROM members WHERE id = '{SECOND}'",
    )

    assert audited.broken() == f"{SECOND}: not whole from line 1 on"


def test_where_database_and_folder_are_both_an_older_copy_only_a_member_sees_it(
    audited: Audited, tmp_path: Path
) -> None:
    # Said in docs/explanation/exchange.md: what nobody keeps apart, nobody misses.
    with audited.store.within(as_member(ATTESTER)) as work:
        kept_by_the_member = work.audit_ends()[ATTESTER]
    copy = tmp_path / "copy"
    shutil.copytree(audited.place.folder, copy)
    ends = KeptEnds(copy)
    ends.keep({**ends.known(), ATTESTER: ChainEnd(number=4, digest=_digest_of(audited, 4))})
    audited.own(f"DELETE FROM audit WHERE {_A} AND number > 4")

    where = replace(audited, place=Place(folder=copy))

    assert where.is_well()
    with audited.store.within(as_member(ATTESTER)) as work:
        assert work.audit_ends()[ATTESTER].number < kept_by_the_member.number


def _digest_of(audited: Audited, number: int) -> str:
    with audited.store.within(OPERATOR) as work:
        return work.audit(ATTESTER, number - 1, 1)[0].digest


def test_a_copy_that_was_put_back_is_gone_on_with_by_a_person_whose_name_stands(
    audited: Audited, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(audited.place.add_person("An"))
    named = ("--as", "An", "--secret-file", str(secret))
    assert audited.said("audit", "accept", *named) == {"accepted": []}
    audited.own(f"DELETE FROM audit WHERE {_A} AND number > 4")

    accepted = audited.said("audit", "accept", *named)

    assert accepted == {"accepted": [ATTESTER]}
    assert audited.is_well()
    with audited.store.within(OPERATOR) as work:
        theirs, own = work.audit(ATTESTER, 4, 9), work.audit(OPERATORS, _LINES, 9)
    assert [one.entry.deed for one in (*theirs, *own)] == ["audit-accept", "audit-accept"]
    assert (own[0].entry.actor, own[0].entry.subject) == ("An", ATTESTER)
    assert theirs[0].entry.reason.startswith("seen: 6 ")
    assert theirs[0].entry.reason.endswith("; there: 4")


def test_a_copy_of_before_a_member_came_is_gone_on_with_as_well(
    audited: Audited, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(audited.place.add_person("An"))
    named = ("--as", "An", "--secret-file", str(secret))
    audited.own(
        f"DELETE FROM audit WHERE member = '{SECOND}'",
        f"DELETE FROM bank_readers WHERE member = '{SECOND}'",
        f"DELETE FROM members WHERE id = '{SECOND}'",
    )

    assert audited.said("audit", "accept", *named) == {"accepted": [SECOND]}
    assert audited.is_well()
    assert audited.said("audit", "accept", *named) == {"accepted": []}
    # What is cut from then on shows again.
    audited.add(SECOND, 3)
    assert audited.is_well()
    audited.own(f"DELETE FROM audit WHERE member = '{SECOND}'")
    assert audited.broken() == f"{SECOND}: not whole from line 1 on"


def test_a_program_may_put_lines_in_and_change_none(audited: Audited) -> None:
    for statement in ("UPDATE audit SET asked = 9", "DELETE FROM audit"):
        with pytest.raises(DBAPIError), audited.store.within(OPERATOR) as work:
            work._connection.exec_driver_sql(statement)  # noqa: SLF001 - what no method does

    audited.add(ATTESTER, 1)
    assert audited.is_well()


def test_ends_are_written_when_they_change_and_what_a_killed_one_left_is_written_over(
    audited: Audited,
) -> None:
    ends = KeptEnds(audited.place.folder)
    file = audited.place.folder / "audit-ends.json"
    left = audited.place.folder / ".audit-ends.json.new"
    left.write_text("{ half")
    before = file.stat().st_ino

    assert note_ends(lambda: audited.store.within(OPERATOR), ends) == ()
    assert file.stat().st_ino == before

    audited.add(THIRD, 1)
    assert note_ends(lambda: audited.store.within(OPERATOR), ends) == ()
    assert ends.known()[THIRD].number == _LINES + 1
    assert (left.exists(), file.stat().st_mode & 0o077) == (False, 0)
    with ends.noting(waits=False):
        audited.add(THIRD, 1)
        assert note_ends(lambda: audited.store.within(OPERATOR), ends) is None
    assert ends.known()[THIRD].number == _LINES + 1


def test_a_file_that_is_none_of_ours_is_said_and_not_written_over(audited: Audited) -> None:
    file = audited.place.folder / "audit-ends.json"
    for wrong in ("[]", '{"mem-x": 5}', "{", '{"mem-x": ["a", "b"]}', '{"mem-x": [1e999, "b"]}'):
        file.write_text(wrong)

        assert "BB-986" in str(audited.said("check"))
        assert file.read_text() == wrong
    assert not (audited.place.folder / ".audit-ends.json.new").exists()
