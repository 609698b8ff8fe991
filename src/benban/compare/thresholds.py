"""The numbers that decide, from ``catalogue/thresholds.toml``, with their types."""

from functools import cache
from importlib.resources import files

import msgspec


class ChangeThresholds(msgspec.Struct, frozen=True, kw_only=True):
    """How a cell's numbers become one of three classes."""

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
    c_displaced_share: float
    c_similarity_share: float


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """Everything in the file."""

    version: str
    changes: ChangeThresholds
    tiers: TierThresholds


@cache
def load_thresholds() -> Thresholds:
    """
    Return the thresholds that ship with this version.

    Raises:
        msgspec.ValidationError: the file is not complete; a test keeps it so.
    """
    text = files("benban.catalogue").joinpath("thresholds.toml").read_bytes()
    return msgspec.toml.decode(text, type=Thresholds)
