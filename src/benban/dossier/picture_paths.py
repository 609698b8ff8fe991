"""Where the pictures of a comparison lie in the bag."""

from benban.model.ids import ComparisonId


def picture_path(comparison_id: ComparisonId) -> str:
    """Return where the veiled picture of a run lies in the bag, without loss."""
    return f"data/comparison/{comparison_id}.png"


def overlay_path(comparison_id: ComparisonId) -> str:
    """Return where the picture of both halves on one grid lies in the bag."""
    return f"data/comparison/{comparison_id}-overlay.png"


def map_path(comparison_id: ComparisonId) -> str:
    """Return where the drawn change map of a run lies in the bag."""
    return f"data/comparison/{comparison_id}-map.png"


def links_path(comparison_id: ComparisonId) -> str:
    """Return where the picture of a run's numbered links lies in the bag."""
    return f"data/comparison/{comparison_id}-links.png"


def patches_path(comparison_id: ComparisonId) -> str:
    """Return where the picture of a run's texture patches lies in the bag."""
    return f"data/comparison/{comparison_id}-patches.png"
