import pytest

from benban.model.finding import Cell, ChangeMap
from benban.model.fingerprint import Pdq
from benban.model.ids import Digest, DigestAlgorithm, new_exhibit_id
from benban.model.report import Check, CheckResult, Report


def test_a_digest_is_read_back_as_written() -> None:
    digest = Digest(algorithm=DigestAlgorithm.SHA256, hex="0f" * 32)

    assert Digest.parse(str(digest)) == digest


@pytest.mark.parametrize(
    "text", ["sha256:00", "sha256:" + "0F" * 32, "md5:" + "00" * 16, "00" * 32, ""]
)
def test_a_digest_that_its_algorithm_cannot_make_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"algorithm|DigestAlgorithm"):
        Digest.parse(text)


def test_two_ids_differ_and_carry_no_order() -> None:
    ids = {new_exhibit_id() for _ in range(100)}

    assert (len(ids), {len(one) for one in ids}) == (100, {20})


def test_pdq_distance_counts_different_bits() -> None:
    one = Pdq(hex="0" * 64, quality=100)
    other = Pdq(hex="0" * 62 + "0f", quality=100)

    assert (one.distance_bits(other), one.distance_bits(one)) == (4, 0)


@pytest.mark.parametrize(("text", "quality"), [("0" * 63, 50), ("G" * 64, 50), ("0" * 64, 101)])
def test_what_is_no_pdq_hash_is_refused(text: str, quality: int) -> None:
    with pytest.raises(ValueError, match="PDQ"):
        Pdq(hex=text, quality=quality)


def test_shares_of_a_change_map_count_only_cells_inside() -> None:
    cells = ChangeMap(cell_px=8, columns=4, rows=2, cells="00112233")

    assert [cells.share(cell) for cell in (Cell.AGREE, Cell.CHANGED, Cell.UNDECIDED)] == [
        pytest.approx(1 / 3)
    ] * 3


def test_a_change_map_wholly_outside_has_no_shares() -> None:
    assert ChangeMap(cell_px=8, columns=1, rows=2, cells="00").share(Cell.CHANGED) == 0.0


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ((CheckResult.PASS,), 0),
        ((CheckResult.PASS, CheckResult.NOT_DONE), 2),
        ((CheckResult.NOT_DONE, CheckResult.FAIL), 1),
    ],
)
def test_the_exit_code_tells_the_worst_result(
    results: tuple[CheckResult, ...], expected: int
) -> None:
    report = Report(checks=tuple(Check(name="x", result=result) for result in results))

    assert report.exit_code == expected
