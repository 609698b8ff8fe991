"""
What a registered pair supports (EVIDENCE 5): A, B, C or 0. No likelihood ratio, no "fake" score.

A supports "from the same shot, or a near-identical frame of it". B cannot tell shots apart, or the
copy was redrawn, or no more than a frame, a caption or a sticker is known to coincide. C is said
only when the two clearly are different photographs of one scene.
"""

from benban.compare.same_shot import PairMeasures
from benban.compare.thresholds import TierThresholds
from benban.model.finding import Tier


def judge_tier(measures: PairMeasures | None, thresholds: TierThresholds) -> Tier:
    """Return the tier of one pair on its own; None stands for no registration."""
    if measures is None or not _is_any(measures, thresholds):
        return Tier.NONE
    if _is_same_shot(measures, thresholds):
        return Tier.A
    if _stands_elsewhere(measures, thresholds):
        return Tier.C
    return Tier.B if measures.agreed_cells >= thresholds.b_agreed_cells else Tier.NONE


def _is_any(measures: PairMeasures, thresholds: TierThresholds) -> bool:
    return (
        measures.log10_nfa < thresholds.min_log10_nfa_for_any
        and measures.inlier_count >= thresholds.min_inliers_for_any
    )


def _is_same_shot(measures: PairMeasures, thresholds: TierThresholds) -> bool:
    return (
        measures.log10_nfa < thresholds.a_log10_nfa
        and measures.inlier_count >= thresholds.a_inliers
        and _lies_straight(measures, thresholds)
        and measures.agreed_cells >= thresholds.a_agreed_cells
        and measures.anchored_cells >= thresholds.a_anchored_cells
        and not _may_share_a_surface_only(measures, thresholds)
    )


def _lies_straight(measures: PairMeasures, thresholds: TierThresholds) -> bool:
    """Whether a turn, a scale and a shift take each thing to its place."""
    return (
        measures.similarity_share >= thresholds.a_similarity_share
        and measures.median_residual_px <= thresholds.a_median_residual_px
        and measures.roughness_px < thresholds.a_roughness_px
        and measures.displaced_share < thresholds.a_displaced_share
        and measures.parallax_px < thresholds.a_parallax_px
        and measures.fine_correlation > thresholds.a_fine_correlation
        and measures.agreed_correlation > thresholds.a_agreed_correlation
    )


def _may_share_a_surface_only(measures: PairMeasures, thresholds: TierThresholds) -> bool:
    """Whether a sticker, a program's bars and letters or a frame may be all that coincides."""
    return (
        measures.agreed_share < thresholds.a_agreed_share
        or measures.plain_share > thresholds.a_plain_share
        or measures.frame_jump > thresholds.a_frame_jump
    )


def _stands_elsewhere(measures: PairMeasures, thresholds: TierThresholds) -> bool:
    return (
        measures.inlier_count >= thresholds.c_inliers
        and measures.roughness_px > thresholds.c_roughness_px
        and measures.bent_roughness_px > thresholds.c_bent_roughness_px
        and measures.displaced_share > thresholds.c_displaced_share
        and measures.similarity_share < thresholds.c_similarity_share
    )
