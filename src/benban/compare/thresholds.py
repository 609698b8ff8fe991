"""
The numbers that decide, with their types.

``catalogue/thresholds.toml`` holds what a person set, ``catalogue/change-map.json`` what was
trained, with the recipe by which it can be trained again.
"""

from functools import cache
from importlib.resources import files

import msgspec


class TrainingRecipe(msgspec.Struct, frozen=True, kw_only=True):
    """By what the coefficients were made; nothing here decides."""

    made_by: str
    seed: str
    photographs: int
    copies: int
    cells: int
    changed_cells: int
    ridge: float
    truth: str
    limits_set_on: str
    wrong_among_agreed: float
    wrong_among_changed: float


class ChangeThresholds(msgspec.Struct, frozen=True, kw_only=True):
    """How a cell's numbers become one of three classes."""

    recipe: TrainingRecipe
    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    agree_below: float
    changed_above: float
    smoothing_cells: float
    flat_contrast: float


class TierThresholds(msgspec.Struct, frozen=True, kw_only=True):
    """How a pair's numbers become a tier."""

    min_log10_nfa_for_any: float
    min_inliers_for_any: int
    a_log10_nfa: float
    a_inliers: int
    a_similarity_share: float
    a_median_residual_px: float
    a_roughness_px: float
    a_displaced_share: float
    a_parallax_px: float
    a_fine_correlation: float
    a_agreed_correlation: float
    a_agreed_cells: int
    a_anchored_cells: int
    a_agreed_share: float
    a_plain_share: float
    a_frame_jump: float
    b_agreed_cells: int
    c_inliers: int
    c_roughness_px: float
    c_bent_roughness_px: float
    c_displaced_share: float
    c_similarity_share: float


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in both files."""

    version: str
    changes: ChangeThresholds
    tiers: TierThresholds


class _SetByHand(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    tiers: TierThresholds


@cache
def load_thresholds() -> Thresholds:
    """
    Return the thresholds that ship with this version.

    Raises:
        msgspec.ValidationError: a file is not complete; a test keeps them so.
    """
    folder = files("benban.catalogue")
    by_hand = msgspec.toml.decode(folder.joinpath("thresholds.toml").read_bytes(), type=_SetByHand)
    trained = msgspec.json.decode(
        folder.joinpath("change-map.json").read_bytes(), type=ChangeThresholds
    )
    return Thresholds(version=by_hand.version, changes=trained, tiers=by_hand.tiers)
