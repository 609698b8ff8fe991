"""The kept pictures of a comparison: made in the fence, from the veiled pair alone."""

from dataclasses import dataclass

from benban.model.finding import CommonOrigin, Tier
from benban.vault import CaseStore

# Kinds of derived content of a comparison; they go when one of its pictures goes.
VEILED_PAIR, LINKED_PAIR, PATCHED_PAIR = "veiled", "links", "patches"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPictures:
    """
    What may be seen of a pair, PNG each.

    Attributes:
        links, patches: None where there was nothing to draw, or the run was made without them.
    """

    veiled: bytes
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
    has_links = finding.links is not None and finding.links.picture is not None
    has_patches = finding.patches is not None and finding.patches.picture is not None
    return PairPictures(
        veiled=store.get_derived(finding.id, VEILED_PAIR),
        links=store.get_derived(finding.id, LINKED_PAIR) if has_links else None,
        patches=store.get_derived(finding.id, PATCHED_PAIR) if has_patches else None,
    )
