"""Where the pictures of a comparison lie in the bag, and which of their digests it opens."""

from benban.dossier.view import MATCHED_TIERS, ComparisonEntry, DossierView
from benban.model.ids import ComparisonId
from benban.seal.digests import sha256_of

# Fields of the entry of a comparison, each with the digest of one picture.
PICTURE_DIGESTS = frozenset(
    {
        "veiled_picture",
        "overlay_picture",
        "map_picture",
        "links_picture",
        "patches_picture",
    }
)


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


def pictures_of(entry: ComparisonEntry) -> dict[str, bytes]:
    """Return the pictures of a run by their paths; none for tiers C and 0."""
    if entry.finding.tier not in MATCHED_TIERS or not entry.veiled_png:
        return {}
    run = entry.finding.id
    pictures = {
        picture_path(run): entry.veiled_png,
        overlay_path(run): entry.overlay_png,
        map_path(run): entry.map_png,
        links_path(run): entry.links_png,
        patches_path(run): entry.patches_png,
    }
    return {path: png for path, png in pictures.items() if png}


def told_pictures(view: DossierView) -> frozenset[tuple[str, str]]:
    """Return comparison and digest, as the log has it, of each picture that lies in the bag."""
    entries = view.comparison.entries if view.comparison is not None else ()
    return frozenset(
        (str(entry.finding.id), str(sha256_of(png)))
        for entry in entries
        for png in pictures_of(entry).values()
    )
