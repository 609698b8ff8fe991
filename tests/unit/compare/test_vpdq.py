import pytest

from benban.compare.vpdq import VpdqFrame, match_vpdq, read_vpdq, write_vpdq
from benban.errors import VpdqTextError
from benban.model.fingerprint import Pdq
from benban.wording import Language, say

# As vPDQ's own sample lists are written.
LINES = f"0,100,{'e2' * 32},0.000\n30,98,{'c0' * 32},1.001\n60,49,{'0f' * 32},2.002\n"


def _frame(bits: int, *, quality: int = 100, number: int = 0) -> VpdqFrame:
    return VpdqFrame(number=number, pdq=Pdq(hex=f"{bits:064x}", quality=quality), at_ms=0)


def test_what_vpdq_writes_is_read_and_written_again_byte_for_byte() -> None:
    assert write_vpdq(read_vpdq(LINES)) == LINES
    assert [(frame.number, frame.at_ms) for frame in read_vpdq(LINES)] == [
        (0, 0),
        (30, 1001),
        (60, 2002),
    ]


@pytest.mark.parametrize(
    "line",
    [
        f"{'e2' * 32},0,100,0.0",
        f"0,101,{'e2' * 32},0.0",
        f"0,100,{'e2' * 31},0.0",
        f"-1,100,{'e2' * 32},0.0",
        f"0,100,{'e2' * 32},nan",
        f"0,100,{'e2' * 32}",
    ],
)
def test_another_kind_of_line_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(VpdqTextError) as refused:
        read_vpdq(LINES + "\n" + line)

    assert refused.value.params == {"line": 5}
    for language in Language:
        assert "5" in say(language, refused.value.code, line=5)


def test_distance_31_matches_and_32_does_not() -> None:
    query = [_frame(0)]

    assert match_vpdq(query, [_frame(2**31 - 1)]).compared_percent == 100.0
    assert match_vpdq(query, [_frame(2**32 - 1)]).compared_percent == 0.0


def test_quality_49_counts_on_neither_side() -> None:
    match = match_vpdq([_frame(0, quality=49), _frame(2**200 - 1)], [_frame(0, quality=50)])

    assert (match.query_percent, match.compared_percent) == (0.0, 0.0)
    assert not match.is_match


def test_equal_frames_count_once_and_order_does_not_count() -> None:
    far = 2**200 - 1
    query = [_frame(far), _frame(0), _frame(0), _frame(0)]

    match = match_vpdq(query, [_frame(0), _frame(0)])

    assert (match.query_percent, match.compared_percent) == (50.0, 100.0)
    assert match.is_match


def test_four_of_five_is_a_match_and_three_of_four_is_none() -> None:
    query = [_frame(0)]
    near = [_frame(2**k) for k in range(4)]
    far = _frame(2**200 - 1)

    assert match_vpdq(query, [*near, far]).is_match
    assert not match_vpdq(query, [*near[:3], far]).is_match
