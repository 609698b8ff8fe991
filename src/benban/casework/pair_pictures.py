"""The kept pictures of a comparison: made in the fence from the veiled pair, or of the map."""

from dataclasses import dataclass

from benban.model.finding import CommonOrigin, Tier
from benban.model.ids import Digest
from benban.vault import CaseStore

# Kinds of derived content of a comparison; they go when one of its pictures goes.
VEILED_PAIR, LINKED_PAIR, PATCHED_PAIR = "veiled", "links", "patches"
LAID_PAIR, CHANGE_MAP = "overlay", "map"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPictures:
    """
    What may be seen of a pair, PNG each.

    Attributes:
        overlay, change_map: None where the run was made without them.
        links, patches: None where there was nothing to draw, or the run was made without them.
    """

    veiled: bytes
    overlay: bytes | None
    change_map: bytes | None
    links: bytes | None
    patches: bytes | None


def pair_pictures(store: CaseStore, finding: CommonOrigin) -> PairPictures | None:
    """
    Return the kept pictures of a comparison; None where none was made, and for tiers C and 0.

    Raises:
        NotStoredError: BB-412, one that was made is no longer there.
    """
    if finding.tier not in {Tier.A, Tier.B} or finding.veiled_picture is None:
        return None
    links = finding.links.picture if finding.links is not None else None
    patches = finding.patches.picture if finding.patches is not None else None

    def kept(kind: str, digest: Digest | None) -> bytes | None:
        return store.get_derived(finding.id, kind) if digest is not None else None

    return PairPictures(
        veiled=store.get_derived(finding.id, VEILED_PAIR),
        overlay=kept(LAID_PAIR, finding.overlay_picture),
        change_map=kept(CHANGE_MAP, finding.map_picture),
        links=kept(LINKED_PAIR, links),
        patches=kept(PATCHED_PAIR, patches),
    )
