from dataclasses import replace

import pytest

from benban.compare.same_shot import PairMeasures
from benban.compare.thresholds import load_thresholds
from benban.compare.tiers import judge_tier
from benban.model.finding import Tier

_RULE = load_thresholds().tiers
_GOOD = PairMeasures(
    inlier_count=300,
    log10_nfa=-800.0,
    similarity_share=0.98,
    median_residual_px=0.2,
    anchored_cells=800,
    roughness_px=0.08,
    displaced_share=0.01,
    bent_roughness_px=0.08,
    parallax_px=0.1,
    fine_correlation=0.9,
    agreed_correlation=0.95,
    agreed_cells=900,
    agreed_share=0.6,
    plain_share=0.08,
    frame_jump=1.0,
)

_ELSEWHERE = replace(
    _GOOD,
    roughness_px=6.0,
    bent_roughness_px=4.0,
    displaced_share=0.8,
    similarity_share=0.2,
    fine_correlation=0.2,
)


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (_GOOD, Tier.A),
        (replace(_GOOD, parallax_px=0.5), Tier.B),
        (None, Tier.NONE),
        (replace(_GOOD, log10_nfa=-9.0), Tier.NONE),
        (replace(_GOOD, inlier_count=8), Tier.NONE),
        (replace(_GOOD, inlier_count=11), Tier.B),
        (replace(_GOOD, log10_nfa=-25.0), Tier.B),
        (replace(_GOOD, similarity_share=0.5), Tier.B),
        (replace(_GOOD, median_residual_px=1.4), Tier.B),
        (replace(_GOOD, roughness_px=0.6), Tier.B),
        (replace(_GOOD, displaced_share=0.4), Tier.B),
        (replace(_GOOD, fine_correlation=0.4), Tier.B),
        (replace(_GOOD, agreed_correlation=0.5), Tier.B),
        (replace(_GOOD, agreed_cells=20), Tier.B),
        (replace(_GOOD, agreed_cells=10), Tier.NONE),
        (replace(_GOOD, anchored_cells=10), Tier.B),
        (replace(_GOOD, agreed_share=0.06), Tier.B),
        (replace(_GOOD, plain_share=0.5), Tier.B),
        (replace(_GOOD, frame_jump=1.6), Tier.B),
        (replace(_GOOD, roughness_px=6.0, displaced_share=0.8), Tier.B),
        (_ELSEWHERE, Tier.C),
        (replace(_ELSEWHERE, inlier_count=25), Tier.B),
        (replace(_ELSEWHERE, roughness_px=2.0), Tier.B),
        (replace(_ELSEWHERE, bent_roughness_px=0.1), Tier.B),
        (replace(_ELSEWHERE, displaced_share=0.5), Tier.B),
        (replace(_ELSEWHERE, similarity_share=0.7), Tier.B),
    ],
)
def test_every_number_can_keep_a_pair_from_the_highest_and_from_the_excluding_tier(
    measures: PairMeasures | None, expected: Tier
) -> None:
    assert judge_tier(measures, _RULE) is expected
