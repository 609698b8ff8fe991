"""Photos of which only digests are kept: said where they count, brought by their exact file."""

from io import BytesIO

import pytest

from benban.casework.originals import (
    declare_originals,
    keep_original,
    spool_original,
)
from benban.model.exhibit import Original
from benban.model.fingerprint import OriginalFingerprint
from benban.outside.clock import SystemClock
from benban.wiring_case import opened_fence
from tests.desk.rig import Running
from tests.harm.scenes import Example, given

_SENTENCE = "These photos show the person of this case."
_EXACT = Example.drawn().original
_OTHER = Example.drawn().compressed_again


@pytest.fixture
def case(desk: Running) -> str:
    """A case that holds digests of one photo."""
    path = desk.begin()
    with desk.desk.case(path.removeprefix("/c/")) as store, opened_fence() as fence:
        declare_originals(store, _SENTENCE, _SENTENCE)
        spooled = spool_original(store, given(_EXACT, "IMG_2.jpg"))
        keep_original(
            store,
            spooled,
            fence,
            SystemClock(),
            is_in_other_case=lambda _: False,
            digests_only=True,
        )
    return path


def bring(desk: Running, case: str, data: bytes) -> str:
    """Choose a file as the exact one; return what is read afterwards."""
    form = {"form": desk.desk.forms.new(), "exact": "yes"}
    file = ("file", ("IMG_9.jpg", BytesIO(data), "image/jpeg"))
    job = desk.client.post(f"{case}/photos", data=form, files=[file])
    desk.wait_for_jobs()
    return desk.text(desk.desk.jobs.get(job.headers["location"].rpartition("/")[2]).after)


def originals(desk: Running, case: str) -> list[tuple[str, bool, bool]]:
    """Return name, whether it is kept, and whether it is measured."""
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return [
            (
                one.original_name,
                one.is_kept,
                store.maybe(OriginalFingerprint, one.id) is not None,
            )
            for one in store.all(Original)
        ]


def test_the_comparison_says_what_is_left_out_and_does_not_count_it(
    desk: Running, case: str
) -> None:
    said = desk.text(f"{case}/compare")

    assert "Left out of the comparison: 1 photo of which only a digest is kept." in said
    # It is the only one: there is nothing to compare with.
    assert "one of your own photos or videos are needed first" in said


def test_the_page_of_photos_says_what_a_digest_means_and_takes_the_exact_file(
    desk: Running, case: str
) -> None:
    said = desk.text(f"{case}/photos")
    after = bring(desk, case, _EXACT)

    assert "It is compared with nothing until you bring the exact file." in said
    assert originals(desk, case) == [("IMG_2.jpg", True, True)]
    assert "only digests are kept" not in after
    assert "Left out of the comparison" not in desk.text(f"{case}/compare")


def test_another_file_is_named_left_out_and_not_added(desk: Running, case: str) -> None:
    after = bring(desk, case, _OTHER)

    assert ("Not kept: IMG_9.jpg" in after, "BB-930" in after) == (True, True)
    assert [one[:2] for one in originals(desk, case)] == [("IMG_2.jpg", False)]
