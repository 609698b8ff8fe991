"""Stamped heads from before the dossier: what existed then, or that it is another log's."""

from pathlib import Path

import pytest
from benban_verify import Anchors, Report, verify
from benban_verify.token_cryptography import CryptographyProgram

from tests.verifier.dossier_maker import (
    OTHER_KEY,
    Case,
    Files,
    list_files_anew,
    payload_of,
    seal,
    started_case,
    zip_of,
)
from tests.verifier.tsa_maker import STAMPED_AT, authority

TSA = authority()


def head(case: Case, size: int) -> bytes:
    """The note over the first *size* entries."""
    return Case(private=case.private, origin=case.origin, events=case.events[:size]).note()


def checked(folder: Path, files: Files, *roots: bytes) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(list_files_anew(files)))
    anchors = Anchors(tsa_roots=roots)
    return verify(path, anchors=anchors, now=STAMPED_AT, program=CryptographyProgram())


def earlier(report: Report) -> list[str]:
    return [one.message_id for one in report.checks if one.name.startswith("earlier ")]


def with_head(note: bytes, size: int, stamped: bytes | None = None) -> Files:
    case = started_case()
    files = seal(case, payload_of(case))
    response = TSA.stamp(note if stamped is None else stamped)
    return {**files, f"earlier-{size}.note": note, f"earlier-{size}-one.tsr": response}


def test_what_was_stamped_before_existed_then(tmp_path: Path) -> None:
    note = head(started_case(), 3)

    assert earlier(checked(tmp_path, with_head(note, 3), TSA.root.der)) == ["earlier.pass"]


def test_without_a_known_root_no_time_is_shown(tmp_path: Path) -> None:
    note = head(started_case(), 3)

    assert earlier(checked(tmp_path, with_head(note, 3))) == ["earlier.not_shown"]


@pytest.mark.parametrize(
    ("note", "size"),
    [
        (head(started_case(), 3), 4),
        (head(started_case(origin="benban/log/" + "f" * 32), 3), 3),
        (head(started_case(OTHER_KEY), 3).replace(b"\n3\n", b"\n4\n"), 4),
    ],
)
def test_a_head_of_another_log_is_a_failure(tmp_path: Path, note: bytes, size: int) -> None:
    report = checked(tmp_path, with_head(note, size), TSA.root.der)

    assert (earlier(report), report.exit_code) == (["earlier.other_log"], 1)


def test_a_stamp_over_something_else_is_a_failure(tmp_path: Path) -> None:
    note = head(started_case(), 3)

    report = checked(tmp_path, with_head(note, 3, stamped=b"else"), TSA.root.der)

    assert (earlier(report), report.exit_code) == (["token.other_note"], 1)


@pytest.mark.parametrize("left_out", ["earlier-3.note", "earlier-3-one.tsr"])
def test_half_of_the_two_does_not_belong_in_a_dossier(tmp_path: Path, left_out: str) -> None:
    files = with_head(head(started_case(), 3), 3)
    del files[left_out]

    assert checked(tmp_path, files).checks[0].message_id == "structure.extra"
