from benban.compare.sources import agreed_region, find_sources
from benban.fingerprint.ports import PairFinding
from benban.model.finding import ChangeMap, Tier

_CELLS = 100


def _pair(index: int, agreed: range, *, is_best: bool = False, nfa: float = -50.0) -> PairFinding:
    cells = "".join("1" if k in agreed else "2" for k in range(_CELLS))
    return PairFinding(
        index=index,
        tier=Tier.A if is_best else Tier.B,
        is_best=is_best,
        log10_nfa=nfa,
        change_map=ChangeMap(cell_px=8, columns=10, rows=10, cells=cells),
    )


def test_photographs_that_agree_in_different_parts_are_sources_the_best_first() -> None:
    small, large = _pair(0, range(60, 90)), _pair(1, range(60), is_best=True)

    assert find_sources([small, large]) == (large, small)


def test_a_sibling_that_agrees_where_the_source_agrees_is_no_source() -> None:
    best, sibling = _pair(0, range(60), is_best=True), _pair(1, range(5, 65))

    assert find_sources([best, sibling]) == (best,)


def test_a_few_cells_of_its_own_make_no_source() -> None:
    best, other = _pair(0, range(60), is_best=True), _pair(1, range(60, 71))

    assert find_sources([best, other]) == (best,)


def test_what_earlier_sources_explain_does_not_count_again() -> None:
    other = _pair(0, range(60), is_best=True)

    assert find_sources([other], frozenset(range(50))) == ()


def test_a_pair_without_a_map_is_no_source() -> None:
    assert find_sources([PairFinding(index=0, tier=Tier.C, is_best=True)]) == ()


def test_where_two_agree_the_one_less_likely_by_accident_is_taken() -> None:
    weak, strong = _pair(0, range(30), nfa=-20.0), _pair(1, range(35), nfa=-80.0)

    assert find_sources([weak, strong]) == (strong,)


def test_the_region_of_a_pair_without_a_map_is_empty() -> None:
    assert agreed_region(None) == frozenset()
