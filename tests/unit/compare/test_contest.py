from collections.abc import Iterable

from benban.compare.contest import are_siblings, hold_contest, siblings_of
from benban.fingerprint.ports import PairFinding
from benban.model.finding import ChangeMap, Tier

_CELLS = 100
_LEFT, _RIGHT = range(45), range(55, 100)


def _pair(
    index: int, agreed: Iterable[int], *, tier: Tier = Tier.A, nfa: float = -90.0, fine: float = 0.9
) -> PairFinding:
    known = set(agreed)
    cells = "".join("1" if k in known else "2" for k in range(_CELLS))
    return PairFinding(
        index=index,
        tier=tier,
        log10_nfa=nfa,
        fine_correlation=fine,
        change_map=ChangeMap(cell_px=8, columns=10, rows=10, cells=cells),
    )


def _judged(*pairs: PairFinding) -> list[tuple[Tier, bool]]:
    return [(one.tier, one.is_best) for one in hold_contest(pairs)]


def test_of_two_siblings_the_one_whose_finest_detail_coincides_keeps_its_tier() -> None:
    nothing = PairFinding(index=2, tier=Tier.NONE)

    found = _judged(_pair(0, _LEFT, fine=0.7), _pair(1, _LEFT), nothing)

    assert found == [(Tier.B, False), (Tier.A, True), (Tier.NONE, False)]


def test_the_same_photo_given_twice_keeps_its_tier_twice() -> None:
    found = _judged(_pair(0, _LEFT), _pair(1, _LEFT, fine=0.88))

    assert found == [(Tier.A, True), (Tier.A, False)]


def test_a_tier_a_original_wins_over_a_stronger_looking_tier_b() -> None:
    found = _judged(_pair(0, _LEFT, tier=Tier.B, nfa=-2000.0), _pair(1, _LEFT))

    assert found == [(Tier.B, False), (Tier.A, True)]


def test_without_any_correspondence_nobody_is_best() -> None:
    nothing = [PairFinding(index=k, tier=Tier.NONE) for k in range(2)]

    assert hold_contest(nothing) == tuple(nothing)


def test_another_photograph_of_the_scene_is_what_remains_when_nothing_better_stands() -> None:
    found = _judged(PairFinding(index=0, tier=Tier.NONE), PairFinding(index=1, tier=Tier.C))

    assert found == [(Tier.NONE, False), (Tier.C, True)]


def test_a_second_source_that_agrees_elsewhere_is_not_beaten_by_the_first() -> None:
    found = _judged(_pair(0, _LEFT), _pair(1, _RIGHT, fine=0.6))

    assert found == [(Tier.A, True), (Tier.A, False)]


def test_each_source_is_held_against_its_own_siblings() -> None:
    found = _judged(
        _pair(0, _LEFT, nfa=-300.0),
        _pair(1, _RIGHT, fine=0.8),
        _pair(2, _RIGHT, fine=0.7, nfa=-80.0),
        _pair(3, _LEFT, fine=0.8),
    )

    assert [tier for tier, _ in found] == [Tier.A, Tier.A, Tier.B, Tier.B]


def test_what_an_earlier_contest_took_away_stays_away() -> None:
    once = hold_contest([_pair(0, _LEFT, fine=0.7), _pair(1, _LEFT)])

    assert hold_contest(once) == once


def test_siblings_share_half_of_the_smaller_region() -> None:
    one = _pair(0, range(40))

    assert [are_siblings(one, _pair(1, range(k, k + 20))) for k in (0, 30, 31)] == [
        True,
        True,
        False,
    ]
    assert not are_siblings(one, PairFinding(index=1, tier=Tier.C))


def test_the_siblings_of_a_winner_are_those_that_agree_where_it_does() -> None:
    winner, sibling, other = _pair(0, _LEFT), _pair(1, _LEFT, fine=0.5), _pair(2, _RIGHT)

    assert siblings_of(winner, [winner, sibling, other]) == (sibling,)
